"""In which order containers start, and what they wait for.

May import: plan.reasons, plan.ops, plan.replicas, plan.situation, spec, state.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from composer.plan.ops import Condition, StartContainer, Target, Wait
from composer.plan.reasons import Reasons
from composer.plan.replicas import Replica
from composer.plan.situation import Situation
from composer.spec.mounts import Port
from composer.spec.service import COMPLETED, HEALTHY, Dependency
from composer.state import ContainerState

_CONDITIONS: dict[str, Condition] = {HEALTHY: "healthy", COMPLETED: "completed"}
MOST_PORTS = 1000
"""A range of more ports than this is not looked through for one that another container holds."""


def start(
    s: Situation,
    name: str,
    replica: Replica,
    target: Target,
    ready: Iterable[str],
    reasons: Reasons = (),
) -> None:
    """Add the start of *target* after *ready* and what the service waits for."""
    if not s.policy.start:
        return
    op = StartContainer(
        key=f"start {replica.short}",
        resource=f"Container {replica.name}",
        reasons=reasons,
        container=target,
        service=name,
    )
    s.starts[name].append(s.draft.add(op, [*ready, *gates(s, name)]))
    s.restarted.add(target)


def refuse_paused(s: Situation, container: ContainerState) -> None:
    """Refuse to go on: the engine starts no paused container, and nobody asked to unpause it."""
    s.draft.refuse(
        f"Container {container.name}: cannot start a paused container, try unpause instead",
        f"composer unpause {container.service}",
    )


def await_dependencies(s: Situation, name: str) -> None:
    """Add the waits of a container of *name* that runs already, as Compose does.

    What it needs must hold now, too. A dependency that is plainly healthy is told without a wait.
    """
    if not s.policy.start:
        return
    depends_on = s.project.services[name].depends_on
    for one in sorted(depends_on):
        if depends_on[one].condition == HEALTHY and not s.starts[one] and _is_healthy(s, one):
            s.draft.met.update((f"Container {called}", None) for called in s.names.get(one, ()))
        elif depends_on[one].condition in _CONDITIONS:
            gate(s, one, depends_on[one])


def await_without_containers(s: Situation, name: str) -> None:
    """Add the waits of a service that is scaled to 0, which has none that could start."""
    if _waits_though_scaled_to_none(s, name):
        await_dependencies(s, name)


def _waits_though_scaled_to_none(s: Situation, name: str) -> bool:
    """Tell whether Compose waits for what it needs: not where ``deploy.replicas`` is what is 0."""
    service = s.project.services.get(name)
    if service is None or service.provider or s.wanted(name):
        return False
    deploy = service.deploy
    return deploy is None or (deploy.replicas is None and name not in s.policy.scale)


def _is_healthy(s: Situation, name: str) -> bool:
    kept = {one.id: one for one in s.replicas[name] if one.status == "running"}
    return all(
        isinstance(one, str) and one in kept and kept[one].health == "healthy"
        for one in s.targets.get(name, ())
    )


def gates(s: Situation, name: str) -> list[str]:
    """Return the operations that must have succeeded before a container of *name* starts."""
    depends_on = s.project.services[name].depends_on
    keys = (key for one in sorted(depends_on) for key in gate(s, one, depends_on[one]))
    return list(dict.fromkeys(keys))


def gate(s: Situation, name: str, dependency: Dependency) -> list[str]:
    """Return the starts of service *name*, or a wait for its condition; shared by dependents.

    One that is scaled to 0 has come so far when what it needs has.
    """
    if not s.targets.get(name):
        if name not in s.passed:
            s.passed[name] = gates(s, name) if _waits_though_scaled_to_none(s, name) else []
        return s.passed[name]
    optional = dependency.required is False
    condition = _CONDITIONS.get(dependency.condition)
    if condition is None and not optional:
        return s.starts[name]
    if condition is None and not s.starts[name]:
        return []
    word = condition or "running"
    key = f"wait {name} {word} (optional)" if optional else f"wait {name} {word}"
    if key not in s.draft.ops:
        op = Wait(
            key=key,
            resource=_awaited(s, name),
            names=_names(s, name),
            service=name,
            containers=s.targets[name],
            condition=word,
            required=not optional,
        )
        s.draft.add(op, s.starts[name])
    return [key]


def _awaited(s: Situation, name: str) -> str:
    """Return what is waited for: the container, or the service where it has several."""
    names = s.names[name]
    return f"Container {names[0]}" if len(names) == 1 else f"Service {name}"


def _names(s: Situation, name: str) -> tuple[str, ...]:
    return tuple(f"Container {one}" for one in s.names[name])


def wait_for_all(s: Situation) -> None:
    """Add the final waits of ``--wait``; a job that others wait for need only end well."""
    jobs = {
        name
        for service in s.project.services.values()
        for name, one in service.depends_on.items()
        if one.condition == COMPLETED
    }
    for name, containers in s.targets.items():
        known = f"wait {name} healthy" in s.draft.ops and s.policy.wait_timeout is None
        if containers and not known:
            op = Wait(
                key=f"ready {name}",
                resource=_awaited(s, name),
                names=_names(s, name),
                service=name,
                containers=containers,
                condition="completed" if name in jobs else "running_or_healthy",
                timeout=s.policy.wait_timeout,
            )
            s.draft.add(op, s.starts[name])


def hand_over_ports(s: Situation) -> None:
    """Let a start wait until the containers that hold its host ports are stopped."""
    holders: dict[tuple[int, str], list[str]] = defaultdict(list)
    for container, stop in s.stopped:
        for port in container.ports:
            if port.published:
                holders[port.published, port.protocol].append(stop)
    if not holders:
        return
    for name, starts in s.starts.items():
        wanted = _host_ports(s.project.services[name].ports)
        stops = list(dict.fromkeys(key for one in wanted for key in holders.get(one, ())))
        for start_key in starts if stops else ():
            s.draft.need(start_key, stops)


def _host_ports(ports: Iterable[Port]) -> Iterator[tuple[int, str]]:
    for port in ports:
        first, _, last = port.published.partition("-")
        if first.isdecimal():
            end = int(last) if last.isdecimal() else int(first)
            for number in range(int(first), min(end, int(first) + MOST_PORTS) + 1):
                yield number, port.protocol or "tcp"
