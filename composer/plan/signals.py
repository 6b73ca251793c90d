"""``kill``, ``pause``, ``unpause``: one call a container. ``rm``: what does not run goes.

May import: plan, state, spec.
"""

from collections.abc import Collection, Iterable

from composer.plan.down import order_stops
from composer.plan.draft import Draft
from composer.plan.ops import KillContainer, PauseContainer, Plan, RemoveContainer, UnpauseContainer
from composer.plan.situation import Scene
from composer.spec.project import Project
from composer.state import ContainerState, Observed


def kill(
    project: Project,
    observed: Observed,
    *,
    services: Collection[str] = (),
    signal: str = "SIGKILL",
    orphans: bool = False,
) -> Plan:
    """Return the plan that signals what runs of *services*, one-off containers too.

    With *orphans*, also what belongs to no service of the project; nothing is removed.
    """
    scene = Scene(observed, None)
    known = project.all_services.keys()
    wanted = set(services) or project.services.keys()
    for container in observed.containers:
        ours = container.service in wanted or (orphans and container.service not in known)
        if ours and container.running:
            op = KillContainer(
                key=f"kill {scene.short[container.id]}",
                resource=f"Container {container.name}",
                container=container.id,
                signal=signal,
            )
            scene.draft.add(op)
    return scene.draft.plan()


def freeze(
    project: Project,
    observed: Observed,
    services: Collection[str] = (),
    asked: Collection[str] = (),
    *,
    thaw: bool = False,
) -> Plan:
    """Return the plan that freezes what runs, or lets it go on; the engine refuses what is so.

    *asked* are the ids of containers that the same command has asked it of before, without hearing
    what came of it: what is so of them is done.
    """
    scene, draft = Scene(observed, None), Draft()
    verb, operation = ("unpause", UnpauseContainer) if thaw else ("pause", PauseContainer)
    for one in chosen(project, observed, services):
        is_so = (one.status == "paused") != thaw
        if one.running and not (is_so and one.id in asked):
            name = f"Container {one.name}"
            draft.add(operation(f"{verb} {scene.short[one.id]}", name, container=one.id))
    return draft.plan()


def rm(
    project: Project,
    observed: Observed,
    *,
    services: Collection[str] = (),
    stop: bool = False,
    volumes: bool = False,
) -> Plan:
    """Return the plan that removes what does not run, or all once it is stopped.

    In the order of the engine's list, as Docker Compose names them: the newest first.
    """
    scene = Scene(observed, None)
    for container in sorted(chosen(project, observed, services), key=lambda one: one.listed):
        if stop or not container.running:
            op = RemoveContainer(
                key=f"remove {scene.short[container.id]}",
                resource=f"Container {container.name}",
                container=container.id,
                volumes=volumes,
            )
            scene.draft.add(op, [scene.stop(container, ended=stop)])
    order_stops(scene, project)
    return scene.draft.plan()


def chosen(
    project: Project, observed: Observed, services: Collection[str]
) -> Iterable[ContainerState]:
    """Return the replicas of *services*, or of all services of the project."""
    wanted = set(services) or project.services.keys()
    return (one for one in observed.containers if one.service in wanted and not one.one_off)
