"""Why Compose files that are not on this machine are not read.

May import: source.
"""

import re

from composer.source import Diagnostic, Position, error

_REGISTRY = "oci://"
_WEB = ("http://", "https://")
_REPOSITORY_ON_THE_WEB = re.compile(r"\.git(?:[#?].*)?\Z")
"""How git's addresses end for Docker Compose, where they could be those of a file, too."""


def remote_error(address: str, asked: Position | None = None) -> Diagnostic:
    """Return why *address* is not read, with the cure; *asked* is where a file names it.

    What a file names is never fetched: whoever wrote it would choose what runs here.
    """
    if address.startswith(_REGISTRY):
        message = f"{address} is a project in a registry, which is only fetched for -f"
        hint = f"add -f {address} to the command line, or copy the file here and name the copy"
    elif address.startswith(_WEB) and not _REPOSITORY_ON_THE_WEB.search(address):
        message = f"{address} is on the web, from where no files are fetched"
        hint = "download the file, and name the copy"
    else:
        message = f"{address} is in a git repository, which is not fetched"
        hint = "clone the repository, and name the file in the clone"
    return error("remote-file", message, asked, hint=hint)
