"""Finding the files and variables of a project, as the command line and environment name them.

May import: load, errors, source.
"""

import posixpath
from collections.abc import Mapping, Sequence

from composer.errors import ConsistencyError
from composer.load.dotfiles import dotenv, named_files, placed, project_folder
from composer.load.files import read_env_files
from composer.load.reader import Reader
from composer.load.request import Loading, Request
from composer.source import Diagnostic, error, warning

NAMES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
OVERRIDES = (
    "compose.override.yml", "compose.override.yaml",
    "docker-compose.override.yml", "docker-compose.override.yaml",
)  # fmt: skip
_REMOTE = ("oci://", "git@", "git://", "ssh://", "https://", "http://", "github.com/")


def is_remote(file: str) -> bool:
    """Tell the address of a project elsewhere from a file of this machine."""
    return file.startswith(_REMOTE)


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
) -> Request:
    """Return the request that flags and environment describe.

    The variables of a ``.env`` beside the user count before those of one in the project's folder;
    the environment counts before both. Raises ConsistencyError where no file is found.
    """
    loading = Loading(reader, cwd)
    given = named_files(cwd, environ, env_files)
    first = project_folder(files, project_directory, cwd)
    named = given or dotenv(reader.is_file, first, environ)
    environment = {**read_env_files(loading, named, environ), **environ}
    start = placed(cwd, project_directory)
    found = _files(loading, files, environment, start)
    folder = placed(cwd, project_directory) if project_directory else project_folder(found, "", cwd)
    if not given and (
        more := [one for one in dotenv(reader.is_file, folder, environ) if one not in named]
    ):
        environment = {**read_env_files(loading, more, environment), **environment}
        named = [*named, *more]
    listed = environment.get("COMPOSE_PROFILES", "").split(",")
    return Request(
        files=tuple(found),
        working_dir=folder,
        environment=environment,
        name=project_name or environment.get("COMPOSE_PROJECT_NAME", ""),
        default_name=posixpath.basename(folder),
        profiles=tuple(dict.fromkeys(profiles or filter(None, map(str.strip, listed)))),
        env_files=tuple(named),
        named_env_files=tuple(given),
        cwd=cwd,
        warnings=loading.warnings,
    )


def _several(found: Sequence[str]) -> Diagnostic:
    listed = ", ".join(found)
    message = f"Found multiple config files with supported names: {listed}. Using {found[0]}"
    return warning("several-files", message, hint="remove the others, or name one with -f")


def _files(
    loading: Loading, files: Sequence[str], environment: Mapping[str, str], start: str
) -> list[str]:
    """Return the files named by flags, by COMPOSE_FILE, or found in *start* or above it."""
    if not files and (listed := environment.get("COMPOSE_FILE", "")):
        separator = environment.get("COMPOSE_PATH_SEPARATOR") or ":"
        files = [one for one in listed.split(separator) if one]
    if files:
        return [placed(loading.cwd, one) for one in files]
    reader = loading.reader
    folder = start
    while True:
        found = [one for name in NAMES if reader.is_file(one := posixpath.join(folder, name))]
        if found:
            if len(found) > 1:
                loading.report(_several(found))
            return [found[0], *_override(reader, folder)]
        if folder == posixpath.dirname(folder):
            break
        folder = posixpath.dirname(folder)
    message = (
        f"no configuration file provided: not found in {start} or a parent folder "
        f"(looked for {', '.join(NAMES)})"
    )
    hint = "name one with -f, or change the folder"
    raise ConsistencyError(error("no-file", message, hint=hint))


def _override(reader: Reader, folder: str) -> list[str]:
    for name in OVERRIDES:
        if reader.is_file(path := posixpath.join(folder, name)):
            return [path]
    return []
