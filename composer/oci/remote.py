"""Reading a published project into a folder, from where it is loaded like any other.

May import: oci, errors.
"""

import json
import os
import tempfile
from collections.abc import Mapping

from composer.errors import ComposerError, Interrupted
from composer.oci.artifact import INDEX, MAIN, Json, digest, folder, listed, project_in
from composer.oci.names import reference
from composer.oci.registry import Login, Repository

SCHEME = "oci://"


def fetch(address: str, login: Login, environ: Mapping[str, str]) -> str:
    """Return the path of the Compose file of what is published at *address* (``oci://…``).

    It is kept in the user's cache, by its digest, where Docker Compose keeps it: labels of
    containers name that folder. Raises ComposerError.
    """
    where = reference(address.removeprefix(SCHEME))
    repository = Repository(where, login)
    try:
        content, kind = repository.manifest(where.version)
    except Interrupted:
        raise
    except ComposerError as failed:
        text = f'failed to pull OCI resource "{address.removeprefix(SCHEME)}": {failed.message}'
        raise ComposerError(text, hint=failed.hint) from failed
    home = environ.get("XDG_CACHE_HOME") or os.path.join(environ.get("HOME") or "~", ".cache")
    cache = os.path.join(os.path.expanduser(home), "docker-compose")
    target = os.path.join(cache, digest(content).removeprefix("sha256:"))
    file = os.path.join(target, MAIN)
    if not os.path.isfile(file):  # Docker Compose makes the folder before it fetches the files
        name = address.removeprefix(SCHEME)
        found = _manifest(content, address)
        if found.get("mediaType", kind.partition(";")[0]) == INDEX:
            content, _ = repository.manifest(project_in(found, name))
            found = _manifest(content, address)
        layers = [
            layer.replace(content=repository.blob(str(one.get("digest"))))
            for one, layer in listed(found, name)
        ]
        _write(target, folder(layers))
    return file


def _manifest(content: bytes, address: str) -> Json:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as wrong:
        raise ComposerError(f"{address} has a manifest that is no JSON") from wrong
    if not isinstance(found, dict):
        raise ComposerError(f"{address} has a manifest that is no object")
    return found


def _write(target: str, files: Mapping[str, bytes]) -> None:
    """Write the files, the main one last and whole; only their owner can read them."""
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with tempfile.TemporaryDirectory(dir=os.path.dirname(target)) as begun:
        made = os.path.join(begun, "project")
        os.mkdir(made, 0o700)
        for name, content in files.items():
            with open(os.path.join(made, name), "wb") as file:
                file.write(content)
        os.makedirs(target, mode=0o700, exist_ok=True)
        for name in sorted(files, key=lambda one: one == MAIN):  # whose presence says: whole
            os.replace(os.path.join(made, name), os.path.join(target, name))
