"""``stop``: containers end, dependents before what they need.

May import: plan, state, graph, spec.
"""

from collections.abc import Collection

from composer.plan.down import order_stops
from composer.plan.ops import Plan
from composer.plan.situation import Scene
from composer.spec.project import Project
from composer.state import Observed


def stop(
    project: Project | None,
    observed: Observed,
    *,
    services: Collection[str] = (),
    timeout: int | None = None,
) -> Plan:
    """Return the plan that stops the replicas of *services*, of all where none are named.

    *project* is None without its files; with them, what belongs to no service is left alone.
    *timeout* in seconds, None for each container's own.
    """
    scene = Scene(observed, timeout)
    wanted = services or (project.services if project else {c.service for c in observed.containers})
    for container in observed.containers:
        if not container.one_off and container.service in wanted:
            scene.stop(container, ended=True)
    order_stops(scene, project)
    return scene.draft.plan()
