"""What an engine's API version cannot do: asked before anything is created.

Most answers come from the registry's ``since`` column; the rules over several attributes are here.

May import: spec, tree, value, engine.translate.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from composer.engine.translate.instance import MANY_NETWORKS, Api
from composer.engine.translate.networks import in_order
from composer.spec.mounts import Mount
from composer.spec.network import Network
from composer.spec.project import Project
from composer.spec.record import Record
from composer.spec.service import Service
from composer.tree import TreePath, dotted
from composer.value import Value

_RULED = frozenset({"create_host_path", "recursive", "mac_address", "enable_ipv4"})
"""Attributes whose version depends on others."""
IMAGE_MOUNTS: Api = (1, 48)
WITHOUT_IPV4: Api = (1, 48)


class Unsupported(Value):
    """An attribute that needs a newer engine; *since* is the API version that has it."""

    path: TreePath
    since: Api

    def __str__(self) -> str:
        return f"{dotted(self.path)} needs Engine API {self.since[0]}.{self.since[1]}"


def unsupported(project: Project, api: Api) -> list[Unsupported]:
    """Return what the project's services and networks ask for in vain, in their order."""
    found: list[Unsupported] = []
    for name, service in project.services.items():
        path: TreePath = ("services", name)
        found += [*_by_registry(service, path), *_mounts(service, path), *_addresses(service, path)]
    for key, network in project.networks.items():
        if not network.external:
            found += [*_by_registry(network, ("networks", key)), *_switch(network, key)]
    return [one for one in found if one.since > api]


def _by_registry(value: Any, path: TreePath) -> Iterator[Unsupported]:
    """Yield each attribute below *value* that is set and has a first version."""
    if isinstance(value, Record):
        for name, row in value.__attrs__.items():
            item = value.__dict__.get(name, row.default)
            if item == row.default or name in _RULED:
                continue
            if row.since:
                yield Unsupported((*path, name), row.since)
            yield from _by_registry(item, (*path, name))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _by_registry(item, (*path, index))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _by_registry(item, (*path, key))


def _mounts(service: Service, path: TreePath) -> Iterator[Unsupported]:
    for index, mount in enumerate(service.volumes):
        if mount.type == "image":
            yield Unsupported((*path, "volumes", index, "type"), IMAGE_MOUNTS)
        if _recursive(mount) in {"writable", "readonly"}:
            yield Unsupported((*path, "volumes", index, "bind", "recursive"), MANY_NETWORKS)


def _switch(network: Network, key: str) -> Iterator[Unsupported]:
    """Older engines give every network IPv4."""
    if network.enable_ipv4 is False:
        yield Unsupported(("networks", key, "enable_ipv4"), WITHOUT_IPV4)


def _recursive(mount: Mount) -> str:
    return mount.bind.recursive if mount.bind else ""


def _addresses(service: Service, path: TreePath) -> Iterator[Unsupported]:
    """Older engines know one hardware address: that of the first network."""
    for key in in_order(service)[1:]:
        joined = service.networks[key]
        if joined and joined.mac_address:
            yield Unsupported((*path, "networks", key, "mac_address"), MANY_NETWORKS)
