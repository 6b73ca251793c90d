"""Compose files that are not on this machine: fetched, where the user names one with ``-f``.

May import: all but cli and ui.
"""

import posixpath
from collections.abc import Mapping, Sequence
from typing import Any

from composer.errors import ComposerError
from composer.load.discover import discover, is_remote
from composer.load.reader import Reader
from composer.load.request import Request

_SCHEME = "oci://"


def discovered(
    reader: Reader,
    cwd: str,
    environ: Mapping[str, str],
    *,
    files: Sequence[str],
    project_directory: str,
    **options: Any,
) -> Request:
    """Return what ``load.discover`` does, for addresses of published projects among *files* too.

    Paths in a fetched file count from where it was put; name and ``.env`` are those of the folder
    that was named, or of the user's. Raises ComposerError for what cannot be fetched.
    """
    if not any(map(is_remote, files)):
        return discover(
            reader, cwd, environ, files=files, project_directory=project_directory, **options
        )
    local = [_local(one, environ) if is_remote(one) else one for one in files]
    first = is_remote(files[0])
    folder = project_directory or (cwd if first else "")
    found = discover(reader, cwd, environ, files=local, project_directory=folder, **options)
    return found.replace(working_dir=posixpath.dirname(local[0])) if first else found


def _local(file: str, environ: Mapping[str, str]) -> str:
    if not file.startswith(_SCHEME):
        raise ComposerError(
            f"cannot read {file}: only projects in registries (oci://) are fetched",
            hint="clone the repository, and name the file in it with -f",
        )
    from composer.engine.docker.connect import login
    from composer.oci.remote import fetch

    return fetch(file, lambda registry: login(environ, registry), environ)
