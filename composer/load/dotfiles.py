"""Which environment files a project has, before any of them is read.

May import: nothing of the package, for every command pays for this module.
"""

import posixpath
from collections.abc import Callable, Mapping, Sequence


def placed(cwd: str, path: str) -> str:
    """Return *path* as an absolute one; ``-`` stays."""
    return path if path == "-" else posixpath.normpath(posixpath.join(cwd, path))


def named_files(cwd: str, environ: Mapping[str, str], given: Sequence[str]) -> list[str]:
    """Return the files of ``--env-file``, else those of COMPOSE_ENV_FILES."""
    names = given or [one for one in environ.get("COMPOSE_ENV_FILES", "").split(",") if one]
    return [placed(cwd, one) for one in names]


def project_folder(files: Sequence[str], project_directory: str, cwd: str) -> str:
    """Return the project's folder: the one that was named, else the first file's."""
    if project_directory:
        return placed(cwd, project_directory)
    if not files or files[0] == "-":
        return cwd
    return posixpath.dirname(placed(cwd, files[0]))


def dotenv(is_file: Callable[[str], bool], folder: str, environ: Mapping[str, str]) -> list[str]:
    """Return the ``.env`` of *folder*, if there, unless COMPOSE_DISABLE_ENV_FILE is set."""
    disabled = environ.get("COMPOSE_DISABLE_ENV_FILE", "").lower() in {"1", "true"}
    path = posixpath.join(folder, ".env")
    return [path] if not disabled and is_file(path) else []
