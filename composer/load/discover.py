"""Finding the files and variables of a project, as the command line and environment name them.

May import: load, errors, source.
"""

import posixpath
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from composer.errors import ConsistencyError, LoadError, UsageError
from composer.load.dotfiles import dotenv, is_remote, named_files, placed, project_folder
from composer.load.files import read_env_files
from composer.load.reader import Reader
from composer.load.remote import remote_error
from composer.load.request import Loading, Request
from composer.source import Diagnostic, error, warning

NAMES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
OVERRIDES = (
    "compose.override.yml", "compose.override.yaml",
    "docker-compose.override.yml", "docker-compose.override.yaml",
)  # fmt: skip
Fetch = Callable[[str], str]


def not_fetched(address: str) -> str:
    """Refuse the address of a project elsewhere. Raises ConsistencyError."""
    raise ConsistencyError(remote_error(address))


def discover(  # noqa: PLR0913 - one parameter a global flag
    reader: Reader,
    cwd: str,
    environ: Mapping[str, str],
    *,
    files: Sequence[str] = (),
    project_directory: str = "",
    env_files: Sequence[str] = (),
    project_name: str = "",
    profiles: Sequence[str] = (),
    fetch: Fetch = not_fetched,
    loading: Loading | None = None,
) -> Request:
    """Return the request that flags and environment describe.

    The variables of a ``.env`` beside the user count before those of one in the project's folder;
    the environment counts before both, with a ``PWD`` in it. *fetch* returns the path of what it
    brought from an address (``oci://…``): paths in that file count from there, name and ``.env``
    are those of the folder that was named, or of the user's. *loading* reads what is read. Raises
    ConsistencyError where no file is found, UsageError for a variable that makes no sense.
    """
    environ = {"PWD": cwd, **environ}
    loading = loading or Loading(reader, cwd)
    given = named_files(cwd, environ, env_files)
    first = project_folder(files, project_directory, cwd)
    named = given or dotenv(reader.is_file, first, environ)
    environment = {**read_env_files(loading, named, environ), **environ}
    start = placed(cwd, project_directory)
    if reader.is_file(start):
        message = f"--project-directory {project_directory} is a file"
        raise UsageError(message, hint="name a folder, and the file with -f")
    found = _files(loading, files, environment, start)
    folder = start if project_directory else project_folder(found, "", cwd)
    if not given and (
        more := [one for one in dotenv(reader.is_file, folder, environ) if one not in named]
    ):
        environment = {**read_env_files(loading, more, environment), **environment}
        named = [*named, *more]
    listed = [one.strip() for one in environment.get("COMPOSE_PROFILES", "").split(",")]
    local = [fetch(one) if is_remote(one) else one for one in found]
    return Request(
        files=tuple(local),
        working_dir=posixpath.dirname(local[0]) if is_remote(found[0]) else folder,
        environment=environment,
        name=project_name or environment.get("COMPOSE_PROJECT_NAME", ""),
        default_name=posixpath.basename(folder),
        profiles=tuple(dict.fromkeys(profiles or (listed if any(listed) else ()))),
        env_files=tuple(named),
        named_env_files=tuple(given),
        cwd=cwd,
        address=found[0] if is_remote(found[0]) else "",
        home=environ.get("HOME", ""),
        warnings=loading.warnings,
    )


def env_warnings(
    reader: Reader,
    cwd: str,
    environ: Mapping[str, str],
    *,
    files: Sequence[str] = (),
    project_directory: str = "",
    env_files: Sequence[str] = (),
) -> tuple[Diagnostic, ...]:
    """Return what is to be said of the user's environment files where nothing else is read.

    Docker Compose reads them for each command, for the variables that are its own.
    """
    loading = Loading(reader, cwd)
    folder = project_folder(files, project_directory, cwd)
    named = named_files(cwd, environ, env_files) or dotenv(reader.is_file, folder, environ)
    with suppress(LoadError):
        read_env_files(loading, named, {"PWD": cwd, **environ})
    return loading.warnings


def _several(found: Sequence[str], kind: str) -> Diagnostic:
    listed = ", ".join(found)
    message = f"Found multiple {kind} files with supported names: {listed}. Using {found[0]}"
    return warning("several-files", message, hint="remove the others, or name one with -f")


def _files(
    loading: Loading, files: Sequence[str], environment: Mapping[str, str], start: str
) -> list[str]:
    """Return the files named by flags, by COMPOSE_FILE, or found in *start* or above it."""
    if not files and "COMPOSE_FILE" in environment:
        files = _listed(environment["COMPOSE_FILE"], environment.get("COMPOSE_PATH_SEPARATOR", ""))
    if files:
        return [placed(loading.cwd, one) for one in files]
    reader = loading.reader
    folder = start
    while True:
        found = [one for name in NAMES if reader.is_file(one := posixpath.join(folder, name))]
        if found:
            if len(found) > 1:
                loading.report(_several(found, "config"))
            return [found[0], *_override(loading, folder)]
        if folder == posixpath.dirname(folder):
            break
        folder = posixpath.dirname(folder)
    message = (
        f"no configuration file provided: not found in {start} or a parent folder "
        f"(looked for {', '.join(NAMES)})"
    )
    hint = "name one with -f, or change the folder"
    raise ConsistencyError(error("no-file", message, hint=hint))


def _listed(text: str, separator: str) -> list[str]:
    """Return the files that COMPOSE_FILE lists; an address has colons of its own."""
    if is_remote(text) and not separator:
        return [text]
    files = text.split(separator or ":")
    if not all(files):
        message = f"COMPOSE_FILE names an empty path: {text!r}"
        raise UsageError(message, hint="name a file, or unset the variable")
    return files


def _override(loading: Loading, folder: str) -> list[str]:
    paths = [posixpath.join(folder, name) for name in OVERRIDES]
    found = [path for path in paths if loading.reader.is_file(path)]
    if len(found) > 1:
        loading.report(_several(found, "override"))
    return found[:1]
