"""``start``: containers that are there run again, each after what its service waits for.

May import: plan, state, graph, spec.
"""

from composer.graph import start_order
from composer.plan.ops import Plan
from composer.plan.policy import UpPolicy
from composer.plan.replicas import Replica, settled
from composer.plan.situation import Situation
from composer.plan.starting import (
    await_dependencies,
    await_without_containers,
    refuse_paused,
    wait_for_all,
)
from composer.plan.starting import start as start_replica
from composer.spec.project import Project
from composer.spec.service import COMPLETED, HEALTHY
from composer.state import ContainerState, Observed


def start(
    project: Project, observed: Observed, *, wait: bool = False, timeout: float | None = None
) -> Plan:
    """Return the plan that starts the containers of *project*; none is created or replaced.

    *wait* adds the final wait, of *timeout* seconds at most. A service without a container is
    warned of. Raises PlanError where the whole project has none, or where a service would wait for
    the health or the end of one that has none.
    """
    s = Situation(project, observed, UpPolicy(wait_timeout=timeout))
    for level in start_order(project):
        for name in level:
            _start_service(s, name)
    if wait:
        wait_for_all(s)
    return s.draft.plan()


def _start_service(s: Situation, name: str) -> None:
    found = settled(s, name)
    if not found and s.wanted(name) and not s.project.services[name].provider:
        _miss(s, name)
    _miss_dependencies(s, name)
    s.targets[name] = tuple(one.id for one in found)
    s.names[name] = tuple(one.name for one in found)
    if not found:
        await_without_containers(s, name)
    for one in found:
        if one.status == "paused":
            refuse_paused(s, one)
        elif not one.running:
            start_replica(s, name, replica(s, one), one.id, ())
        else:
            await_dependencies(s, name)


def _miss(s: Situation, name: str) -> None:
    """Tell of a service without a container: an error only where there is none at all."""
    message = f'service "{name}" has no container to start'
    if all(one.one_off for one in s.observed.containers):
        s.draft.refuse(message, "create it: composer up")
    else:
        s.draft.warn(message)


def _miss_dependencies(s: Situation, name: str) -> None:
    """Tell where *name* waits for the health or the end of a service without a container."""
    for one, how in sorted(s.project.services[name].depends_on.items()):
        needed = s.project.services.get(one)
        if how.condition not in {HEALTHY, COMPLETED} or not needed or needed.provider:
            continue
        if s.wanted(one) and not s.replicas[one]:
            message = f"{name} is missing dependency {one}"
            if how.required is False:
                s.draft.warn(message)
            else:
                s.draft.refuse(message, f"create it: composer up {one}")


def replica(s: Situation, container: ContainerState) -> Replica:
    """Return *container* as one that is kept."""
    return Replica(
        container.number, container.name, s.short[container.id], "keep", current=container
    )
