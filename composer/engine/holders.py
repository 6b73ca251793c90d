"""Who else holds the container names, host ports and networks that a plan needs for itself.

The engine would refuse too, but late, when half is made, and for a port without naming its holder.

May import: engine.port, engine.observe, plan.ops, spec, state, identity, errors.
"""

import re
from collections.abc import Iterable, Iterator

from composer.engine.observe import containers_of
from composer.engine.port import Engine
from composer.errors import PlanError
from composer.identity import PROJECT, is_member
from composer.plan.ops import CreateContainer, Plan, RemoveNetwork, StartContainer
from composer.spec.mounts import Port
from composer.spec.project import Project
from composer.state import ContainerState, PublishedPort

_ANY = "0.0.0.0"  # noqa: S104 - compared and told, not listened on
_EVERYWHERE = {"", _ANY, "::"}
_REMEDY = "You have to remove (or rename) that container to be able to reuse that name."
"""The end of the engine's own sentence."""


def refuse_held(engine: Engine, project: Project, plan: Plan) -> None:
    """Refuse a plan in whose way containers of others stand. Raises PlanError."""
    problems = [
        *_names(engine, project, plan),
        *_ports(engine, project, plan),
        *_networks(engine, project, plan),
    ]
    if problems:
        raise PlanError("\n".join(problems), hint="stop or remove the other, or change the file")


def _names(engine: Engine, project: Project, plan: Plan) -> Iterator[str]:
    """Say which names are taken: names count for stopped containers too."""
    wanted = {op.name: op.service for op in plan if isinstance(op, CreateContainer)}
    if not wanted:
        return
    patterns = [f"^/{re.escape(name)}$" for name in wanted]
    for other in _others(project, engine.list_containers({"name": patterns})):
        service = project.services[wanted[other.name]]
        yield (
            f"{_place(service.where('container_name'))}Conflict. The container name "
            f'"/{other.name}" is already in use by container "{other.id}". {_REMEDY}'
            f"{_belonging(other)}"
        )


def _ports(engine: Engine, project: Project, plan: Plan) -> Iterator[str]:
    """Say which ports other running containers publish."""
    starting = sorted({op.service for op in plan if isinstance(op, StartContainer)})
    services = [project.services[name] for name in starting if name in project.services]
    wanted = [
        (service, index, port)
        for service in services
        if service.network_mode != "host"
        for index, port in enumerate(service.ports)
        if port.published.isdecimal() and int(port.published)
    ]
    if not wanted:
        return
    filters = {"publish": sorted({f"{port.published}/{port.protocol}" for _, _, port in wanted})}
    others = _others(project, engine.list_containers(filters, everything=False))
    for service, index, port in wanted:
        for other in others:
            if any(_collide(port, one) for one in other.ports):
                address = f"{port.host_ip or _ANY}:{port.published}"
                yield (
                    f"{_place(service.where('ports', index))}Bind for {address} failed: port is"
                    f" already allocated by container {other.name}{_origin(other)}"
                )


def _networks(engine: Engine, project: Project, plan: Plan) -> Iterator[str]:
    """Say which networks that are to be replaced have running containers of others on them.

    One that is stopped holds no address: the engine lets the network go.
    """
    going = {op.target: op for op in plan if isinstance(op, RemoveNetwork)}
    if not going:
        return
    found = engine.list_containers({"network": sorted(going)}, everything=False)
    for other in _others(project, found):
        for target in sorted(going.keys() & {*other.networks, *other.networks.values()}):
            resource = going[target].resource
            yield (
                f"{resource[0].lower()}{resource[1:]} is to be replaced ({going[target].cause}),"
                f" but container {other.name}{_origin(other)} is on it"
            )


def _others(project: Project, found: Iterable[dict[str, object]]) -> list[ContainerState]:
    return [one for one in containers_of(found) if not is_member(one.labels, project.name)]


def _collide(wanted: Port, held: PublishedPort) -> bool:
    same = (wanted.published, wanted.protocol) == (str(held.published), held.protocol)
    addresses = {wanted.host_ip, held.host_ip}
    one_family = "" in addresses or len({":" in one for one in addresses}) == 1
    return same and (len(addresses) == 1 or bool(one_family and addresses & _EVERYWHERE))


def _place(position: object) -> str:
    return f"{position}: " if position else ""


def _belonging(other: ContainerState) -> str:
    origin = _origin(other)
    return f" It is one{origin}." if origin else ""


def _origin(other: ContainerState) -> str:
    project = other.labels.get(PROJECT)
    return f" of project {project}" if project else ""
