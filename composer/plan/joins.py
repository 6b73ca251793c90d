"""Whose namespaces and volumes a service shares, and what that makes of its definition.

Docker Compose replaces ``service:db`` by ``container:ID`` before it hashes a service. So does
``resolved``: a container whose owner was replaced is seen to be out of date, and the hash equals
the one in the label.

May import: spec.
"""

from collections.abc import Mapping
from typing import Any

from composer.spec.service import Service

_SERVICE, _CONTAINER = "service:", "container:"
_HASHED = ("network_mode", "ipc", "pid")
_SHARED = (*_HASHED, "uts")


def namespace_owners(service: Service) -> tuple[str, ...]:
    """Return the services in whose namespaces *service* lives."""
    given = (getattr(service, name) for name in _SHARED)
    found = (mode.removeprefix(_SERVICE) for mode in given if mode.startswith(_SERVICE))
    return tuple(dict.fromkeys(found))


def volume_owners(service: Service) -> tuple[str, ...]:
    """Return the services whose volumes *service* mounts."""
    sources = (entry.split(":") for entry in service.volumes_from)
    return tuple(dict.fromkeys(parts[0] for parts in sources if parts[0] != "container"))


def named_containers(service: Service) -> tuple[str, ...]:
    """Return the containers whose namespaces or volumes *service* shares by their names."""
    given = [*(getattr(service, name) for name in _SHARED), *service.volumes_from]
    found = (one.removeprefix(_CONTAINER) for one in given if one.startswith(_CONTAINER))
    return tuple(dict.fromkeys(one.partition(":")[0] for one in found))


def link_owners(service: Service) -> tuple[str, ...]:
    """Return the services that *service* links to."""
    return tuple(dict.fromkeys(entry.partition(":")[0] for entry in service.links))


def owners(service: Service) -> tuple[str, ...]:
    """Return the services of which a container must exist before one of *service* can."""
    return tuple(dict.fromkeys((*namespace_owners(service), *volume_owners(service))))


def resolved(service: Service, containers: Mapping[str, str]) -> Service:
    """Return *service* with the owners it names replaced by *containers*, ids by service.

    This is what is hashed. As in Compose, the access mode of a ``volumes_from`` entry is not part
    of it, nor is ``uts``.
    """
    changes: dict[str, Any] = {}
    for name in _HASHED:
        mode: str = getattr(service, name)
        owner = mode.removeprefix(_SERVICE)
        if owner != mode and owner in containers:
            changes[name] = f"container:{containers[owner]}"
    if service.volumes_from:
        changes["volumes_from"] = tuple(_source(one, containers) for one in service.volumes_from)
    return service.replace(**changes) if changes else service


def _source(entry: str, containers: Mapping[str, str]) -> str:
    parts = entry.split(":")
    return parts[1] if parts[0] == "container" else containers.get(parts[0], entry)
