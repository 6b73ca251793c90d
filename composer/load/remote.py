"""Why Compose files that are not on this machine are not read.

May import: source.
"""

from composer.source import Diagnostic, Position, error

_REGISTRY = "oci://"


def remote_error(address: str, asked: Position | None = None) -> Diagnostic:
    """Return why *address* is not read, with the cure; *asked* is where a file names it.

    What a file names is never fetched: whoever wrote it would choose what runs here.
    """
    if address.startswith(_REGISTRY):
        message = f"{address} is a project in a registry, which is only fetched for -f"
        hint = f"add -f {address} to the command line, or copy the file here and name the copy"
    else:
        message = f"{address} is in a git repository, which is not fetched"
        hint = "clone the repository, and name the file in the clone"
    return error("remote-file", message, asked, hint=hint)
