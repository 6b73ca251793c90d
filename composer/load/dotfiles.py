"""Which environment files a project has, before any of them is read.

May import: switches, errors (only to raise one: every command pays for this module).
"""

import posixpath
from collections.abc import Callable, Mapping, Sequence

from composer.switches import FALSE, TRUE

_SCHEMES = ("oci://", "git@", "git://", "ssh://", "https://", "http://", "github.com/")


def is_remote(file: str) -> bool:
    """Tell the address of a project elsewhere from a file of this machine."""
    return file.startswith(_SCHEMES)


def placed(cwd: str, path: str) -> str:
    """Return *path* as an absolute one; ``-`` and addresses stay."""
    if path == "-" or is_remote(path):
        return path
    return posixpath.normpath(posixpath.join(cwd, path))


def named_files(cwd: str, environ: Mapping[str, str], given: Sequence[str]) -> list[str]:
    """Return the files of ``--env-file``, else those of COMPOSE_ENV_FILES."""
    names = given or [one for one in environ.get("COMPOSE_ENV_FILES", "").split(",") if one]
    return [placed(cwd, one) for one in names]


def project_folder(files: Sequence[str], project_directory: str, cwd: str) -> str:
    """Return the project's folder: the one that was named, else that of the first file on disk."""
    if project_directory:
        return placed(cwd, project_directory)
    first = next((one for one in files if one != "-"), "-")
    return cwd if first == "-" or is_remote(first) else posixpath.dirname(placed(cwd, first))


def dotenv(is_file: Callable[[str], bool], folder: str, environ: Mapping[str, str]) -> list[str]:
    """Return the ``.env`` of *folder*, if there, unless COMPOSE_DISABLE_ENV_FILE is set.

    Raises UsageError where that variable is no boolean.
    """
    variable = "COMPOSE_DISABLE_ENV_FILE"
    disabled = boolean(variable, environ.get(variable, "false"))
    path = posixpath.join(folder, ".env")
    return [path] if not disabled and is_file(path) else []


def boolean(variable: str, word: str) -> bool:
    """Return what *word*, the value of *variable*, says. Raises UsageError for no boolean."""
    if word not in TRUE | FALSE:
        from composer.errors import UsageError

        message = f"{variable} is {word!r}, which is neither true nor false"
        raise UsageError(message, hint="set it to 1 or 0, or unset it")
    return word in TRUE
