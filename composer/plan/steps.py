"""The operations that turn a service's containers into what was decided.

A recreation keeps the old container until the new one exists: create under a temporary name, stop
the old one, remove it, rename. Where a network or volume must vanish first that the old one holds,
the old one is stopped, or even removed, before.

May import: plan, spec, state.
"""

from collections.abc import Iterable

from composer.plan import networks, orphans, volumes
from composer.plan.check import tell_of_ignored
from composer.plan.divergence import owner_container
from composer.plan.joins import link_owners, named_containers, namespace_owners, owners
from composer.plan.ops import (
    ConnectNetwork,
    CreateContainer,
    Ref,
    RemoveContainer,
    RenameContainer,
    Target,
)
from composer.plan.reasons import INTERRUPTED, Reason, Reasons
from composer.plan.replicas import Decision, Replica, decide
from composer.plan.situation import Situation, is_temporary, temporary_name
from composer.plan.starting import (
    await_dependencies,
    await_without_containers,
    refuse_paused,
    start,
)
from composer.spec.service import Service
from composer.state import ContainerState

SEVERAL_NETWORKS = (1, 44)
"""The API version since which a container can be created on several networks."""


_OWN = {"bridge", "default"}
"""The engine's own network, on which links are what names stood for at the creation."""


def plan_service(s: Situation, name: str) -> None:
    """Decide about service *name*, whose dependencies are planned, and add the operations."""
    decision = decide(s, name)
    _mark(s, name, decision)
    for container, why in decision.surplus:
        if why == INTERRUPTED:
            key = _remove(s, container, (), why)
        else:
            key = orphans.remove(s, container, why)
        s.freed[container.name] = key
        s.removals[name].append(key)
        release(s, container, key)
    s.targets[name] = tuple(_carry_out(s, name, replica) for replica in decision.replicas)
    s.names[name] = tuple(replica.name for replica in decision.replicas)
    if not decision.replicas:
        await_without_containers(s, name)


def _mark(s: Situation, name: str, decision: Decision) -> None:
    """Note what services that come after this one need to know."""
    if any(one.action == "recreate" or one.stale for one in decision.replicas):
        s.recreated.add(name)
    current = [one.current for one in decision.replicas if one.current]
    service = s.project.services[name]
    held = any(networks.replaced_of(s, c) or volumes.replaced_of(s, c) for c in current)
    wanted = service.networks.keys() & s.replaced_networks.keys()
    mounted = s.replaced_volumes.keys() & set(volumes.volumes_of(service))
    needed = (*owners(service), *link_owners(service))
    if (
        held
        or wanted
        or mounted
        or any(one.status == "removing" for one in current)
        or any(one in s.vacating for one in needed)
        or _waits_for_names(s, service)
    ):
        s.vacating.add(name)


def _waits_for_names(s: Situation, service: Service) -> bool:
    """Tell whether a new container can only be made when others have gone or have their names.

    What is to be made then keeps nobody from going: its predecessor has to be stopped first.
    """
    named = any(one in s.bearing for one in named_containers(service))
    linked = link_owners(service)
    return named or any(s.removals[one] or _links_by_name(s, service, one) for one in linked)


def _links_by_name(s: Situation, service: Service, owner: str) -> bool:
    """Tell whether a link is to the container that bears a name when it is made.

    So it is on the engine's own network, and *owner* has containers that get their names later.
    """
    return service.network_mode in _OWN and any(one in s.bearing for one in s.names.get(owner, ()))


def release(s: Situation, container: ContainerState, removal: str) -> None:
    """Let what is replaced wait until *container* is gone."""
    for key in networks.replaced_of(s, container):
        s.draft.need(f"remove network {key}", [removal])
    for key in volumes.replaced_of(s, container):
        s.draft.need(f"remove volume {key}", [removal])


def _carry_out(s: Situation, name: str, replica: Replica) -> Target:
    """Add the operations for one wanted container; return what stands for it in the end."""
    match replica.current:
        case None:
            ready = _create(s, name, replica, replica.name)
        case old if replica.action == "keep":
            return _keep(s, name, replica, old)
        case old if old.status == "removing" or volumes.replaced_of(s, old):
            ready = _remove_first(s, name, replica, old)
        case old:
            ready = _recreate(s, name, replica, old)
    target = Ref(ready[0])
    s.bearing[replica.name] = ready[-1]
    start(s, name, replica, target, ready[1:] or ready)
    return target


def _create(
    s: Situation, name: str, replica: Replica, called: str, after: Iterable[str] = ()
) -> list[str]:
    """Add the creation under the name *called*; return its key and those of the connections."""
    service = s.project.services[name]
    tell_of_ignored(s, service)
    joins = {owner: owner_container(s, owner) for owner in owners(service)}
    inherits = replica.current and called != replica.name
    op = CreateContainer(
        key=f"create {replica.short}",
        resource=f"Container {replica.name}",
        reasons=replica.reasons,
        service=name,
        number=replica.number,
        name=called,
        replaces=replica.current.id if replica.current and inherits else "",
        renew_volumes=s.policy.renew_volumes,
        joins=joins,
    )
    needs = [*s.images.get(name, ()), *(s.networks.get(key, "") for key in service.networks)]
    needs += [s.volumes.get(key, "") for key in volumes.volumes_of(service)]
    needs += [one.key for one in joins.values() if isinstance(one, Ref)]
    needs += [key for owner in link_owners(service) for key in s.creates[owner]]
    needs += [key for owner in link_owners(service) for key in s.removals[owner]]
    needs += [s.bearing.get(one, "") for one in named_containers(service)]
    for owner in link_owners(service):
        if _links_by_name(s, service, owner):
            needs += [s.bearing.get(one, "") for one in s.names.get(owner, ())]
    key = s.draft.add(op, [*needs, s.freed.get(called, ""), *after])
    s.creates[name].append(key)
    return [key, *_connections(s, name, replica, key)]


def _connections(s: Situation, name: str, replica: Replica, created: str) -> list[str]:
    """Add the connections to all networks but the first, where the engine needs them one by one.

    Their order is that of the container's interfaces.
    """
    if s.observed.api >= SEVERAL_NETWORKS:
        return []
    keys: list[str] = []
    for key in networks.by_priority(s.project.services[name])[1:]:
        op = ConnectNetwork(
            key=f"connect {replica.short} {key}",
            resource=f"Container {replica.name}",
            container=Ref(created),
            service=name,
            network=key,
        )
        keys.append(s.draft.add(op, [created, *keys[-1:]]))
    return keys


def _recreate(s: Situation, name: str, replica: Replica, old: ContainerState) -> list[str]:
    """Put a new container in the place of *old*; return the key of its creation and the last."""
    vacated: list[str] = []
    if name in s.vacating:
        vacated = [s.stop(old, replica.reasons, replaced=True)]
        vacated += networks.disconnect(s, old, vacated[0])
    ready = _create(s, name, replica, temporary_name(old, replica.name), vacated)
    stopped = ""
    if name not in s.vacating:
        stopped = s.stop(old, replica.reasons, ready, replaced=True)
    removed = _remove(s, old, [stopped] if stopped else ready)
    return [ready[0], _rename(s, replica, Ref(ready[0]), [removed])]


def _remove_first(s: Situation, name: str, replica: Replica, old: ContainerState) -> list[str]:
    """Create anew what cannot stay until its successor exists."""
    removed = s.freed[old.name] = orphans.remove(s, old, replica.reasons, replaced=True)
    release(s, old, removed)
    return _create(s, name, replica, replica.name, [removed])


def _remove(s: Situation, old: ContainerState, after: Iterable[str], reasons: Reasons = ()) -> str:
    op = RemoveContainer(
        key=f"remove {s.short[old.id]}",
        resource=f"Container {old.name}",
        reasons=reasons,
        container=old.id,
        force=bool(reasons),
    )
    return s.draft.add(op, after)


def _rename(s: Situation, replica: Replica, target: Target, after: Iterable[str]) -> str:
    op = RenameContainer(
        key=f"rename {replica.short}",
        resource=f"Container {replica.name}",
        container=target,
        name=replica.name,
    )
    return s.draft.add(op, after)


def _keep(s: Situation, name: str, replica: Replica, current: ContainerState) -> Target:
    """Leave the container, and see that it is on its networks, has its name, and runs."""
    before, service = len(s.draft.ops), s.project.services[name]
    moved = tuple(Reason("network-replaced", key) for key in networks.replaced_of(s, current))
    restart = _restart_reasons(s, name) if current.running else ()  # --no-start only stops
    stopped = ""
    if moved or restart:
        stopped = s.stop(current, restart or moved, _prepared(s, name) if restart else ())
    networks.disconnect(s, current, stopped)
    ready = networks.reconnect(s, current, name)
    ready += _finish(s, replica, current)
    if stopped or not current.running:
        why = restart or (() if moved else (Reason("not-running", _state(current)),))
        usable = [key for one in service.networks if (key := s.networks.get(one, ""))]
        ready += [] if moved else usable
        start(s, name, replica, current.id, [stopped, *ready], why)
    elif current.status == "paused":
        refuse_paused(s, current)
    if len(s.draft.ops) == before:
        s.draft.unchanged.append(f"Container {current.name}")
        if not current.running:
            s.draft.resting.append(f"Container {current.name}")
    if current.running and not stopped:
        await_dependencies(s, name)
    return current.id


def _finish(s: Situation, replica: Replica, current: ContainerState) -> list[str]:
    """Bring an interrupted recreation to its end."""
    removed = []
    if replica.stale:
        stopped = s.stop(replica.stale, (Reason("succeeded"),), replaced=True)
        removed = [_remove(s, replica.stale, [stopped])]
    if is_temporary(current):
        return [_rename(s, replica, current.id, removed)]
    return removed


def _restart_reasons(s: Situation, name: str) -> Reasons:
    """Return why kept containers of *name* must be restarted, empty where they need not."""
    service = s.project.services[name]
    for dependency in sorted(service.depends_on):
        if service.depends_on[dependency].restart and dependency in s.recreated:
            return (Reason("recreated", dependency),)
    for owner in namespace_owners(service):
        if owner_container(s, owner) in s.restarted:
            return (Reason("restarted", owner),)
    return ()


def _prepared(s: Situation, name: str) -> list[str]:
    """Return the creations that should have succeeded before *name* is stopped for a restart."""
    if name in s.vacating:
        return []
    needed = sorted(s.project.services[name].depends_on)
    return [key for one in needed if one not in s.vacating for key in s.creates[one]]


def _state(container: ContainerState) -> str:
    if container.status == "exited" and container.exit_code is not None:
        return f"exited ({container.exit_code})"
    return container.status
