"""Compose files that are not on this machine: fetched, where the user names one with ``-f``.

May import: engine, load, oci, errors.
"""

from collections.abc import Mapping
from typing import Any

from composer.load.discover import discover, not_fetched
from composer.load.reader import Reader
from composer.load.request import Request

_SCHEME = "oci://"


def discovered(reader: Reader, cwd: str, environ: Mapping[str, str], **options: Any) -> Request:
    """Return what ``load.discover`` does, with the projects in registries that the user names.

    Raises ComposerError for what cannot be fetched.
    """
    return discover(reader, cwd, environ, fetch=lambda one: fetched(one, environ), **options)


def fetched(address: str, environ: Mapping[str, str]) -> str:
    """Return the path of the Compose file that was fetched from a registry (``oci://…``)."""
    if not address.startswith(_SCHEME):
        return not_fetched(address)
    from composer.engine.docker.connect import login
    from composer.oci.remote import fetch

    return fetch(address, lambda registry: login(environ, registry), environ)
