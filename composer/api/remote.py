"""Compose files that are not on this machine: fetched, where the user names one with ``-f``.

May import: engine, load, oci, errors.
"""

from collections.abc import Mapping
from typing import Any

from composer.errors import UsageError
from composer.load.discover import discover, not_fetched
from composer.load.dotfiles import boolean
from composer.load.reader import Reader
from composer.load.request import Request

_SCHEME = "oci://"
_ALLOWED = "COMPOSE_EXPERIMENTAL_OCI_REMOTE"


def discovered(reader: Reader, cwd: str, environ: Mapping[str, str], **options: Any) -> Request:
    """Return what ``load.discover`` does, with the projects in registries that the user names.

    Raises ComposerError for what cannot be fetched.
    """
    return discover(reader, cwd, environ, fetch=lambda one: fetched(one, environ), **options)


def fetched(address: str, environ: Mapping[str, str]) -> str:
    """Return the path of the Compose file that was fetched from a registry (``oci://…``).

    Raises ComposerError for what cannot be fetched, or may not: COMPOSE_EXPERIMENTAL_OCI_REMOTE=0.
    """
    if not address.startswith(_SCHEME):
        return not_fetched(address)
    if not boolean(_ALLOWED, environ.get(_ALLOWED) or "true"):
        message = f'OCI remote resource is disabled by "{_ALLOWED}"'
        raise UsageError(message, hint="unset that variable, or name a file of this machine")
    from composer.engine.docker.connect import login
    from composer.oci.remote import fetch

    return fetch(address, lambda registry: login(environ, registry), environ)
