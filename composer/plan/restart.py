"""``restart``: containers stop and start in place, each after what its service waits for.

May import: plan, state, graph, spec.
"""

from collections.abc import Collection

from composer.graph import start_order
from composer.plan.ops import Plan, RestartContainer
from composer.plan.policy import UpPolicy
from composer.plan.replicas import settled
from composer.plan.situation import Situation
from composer.plan.starting import gate
from composer.spec.project import Project
from composer.state import ContainerState, Observed


def restart(
    project: Project,
    observed: Observed,
    *,
    services: Collection[str] = (),
    timeout: int | None = None,
    dependents: bool = True,
) -> Plan:
    """Return the plan that restarts the containers of *services*, of all where none are named.

    *dependents* restarts those with ``depends_on.…restart`` too. *timeout* in seconds, None for
    each container's own.
    """
    s = Situation(project, observed, UpPolicy(timeout=timeout))
    order = [name for level in start_order(project) for name in level]
    chosen = set(services) or set(order)
    for name in order:
        if dependents and _is_dragged(project, name, chosen):
            chosen.add(name)
        found = settled(s, name)
        s.targets[name] = tuple(one.id for one in found)
        s.names[name] = tuple(one.name for one in found)
        if name in chosen:
            for one in found:
                _restart(s, name, one, _gates(s, name, chosen))
    return s.draft.plan()


def _is_dragged(project: Project, name: str, chosen: Collection[str]) -> bool:
    """Tell whether a dependency of *name* is restarted that it wants to restart with."""
    needed = project.services[name].depends_on
    return any(one in chosen and how.restart for one, how in needed.items())


def _gates(s: Situation, name: str, chosen: Collection[str]) -> list[str]:
    """Return what must have come true before: of the dependencies that it restarts with."""
    needed = s.project.services[name].depends_on
    those = (one for one in sorted(needed) if one in chosen and needed[one].restart)
    return [key for one in those for key in gate(s, one, needed[one])]


def _restart(s: Situation, name: str, container: ContainerState, after: list[str]) -> None:
    op = RestartContainer(
        key=f"restart {s.short[container.id]}",
        resource=f"Container {container.name}",
        container=container.id,
        service=name,
        timeout=s.timeout,
    )
    s.starts[name].append(s.draft.add(op, after))
