"""``kill``, ``pause``, ``unpause``: one call a container. ``rm``: what does not run goes.

May import: plan.*, state, spec.
"""

from collections.abc import Collection, Iterable

from composer.plan.down import order_stops
from composer.plan.draft import Draft
from composer.plan.ops import KillContainer, PauseContainer, Plan, RemoveContainer, UnpauseContainer
from composer.plan.orphans import find_orphans
from composer.plan.situation import Scene
from composer.spec.project import Project
from composer.state import ContainerState, Observed


def kill(
    project: Project,
    observed: Observed,
    *,
    services: Collection[str] = (),
    signal: str = "SIGKILL",
    remove_orphans: bool = False,
) -> Plan:
    """Return the plan that signals what runs of *services*; orphans may be killed and removed."""
    scene = Scene(observed, None)
    for container in chosen(project, observed, services):
        if container.running:
            _kill(scene, container, signal)
    known = {*project.services, *project.disabled}
    for orphan in find_orphans(scene, known) if remove_orphans else ():
        killed = _kill(scene, orphan, "SIGKILL") if orphan.running else ""
        op = RemoveContainer(
            key=f"remove {scene.short[orphan.id]}",
            resource=f"Container {orphan.name}",
            cause="orphan",
            container=orphan.id,
            force=True,
        )
        scene.draft.add(op, [killed])
    return scene.draft.plan()


def _kill(scene: Scene, container: ContainerState, signal: str) -> str:
    op = KillContainer(
        key=f"kill {scene.short[container.id]}",
        resource=f"Container {container.name}",
        container=container.id,
        signal=signal,
    )
    return scene.draft.add(op)


def pause(project: Project, observed: Observed, services: Collection[str] = ()) -> Plan:
    """Return the plan that freezes what runs; what is frozen already stays so."""
    scene, draft = Scene(observed, None), Draft()
    for one in chosen(project, observed, services):
        if one.status == "running":
            name = f"Container {one.name}"
            draft.add(PauseContainer(f"pause {scene.short[one.id]}", name, container=one.id))
    return draft.plan()


def unpause(project: Project, observed: Observed, services: Collection[str] = ()) -> Plan:
    """Return the plan that lets what is frozen go on."""
    scene, draft = Scene(observed, None), Draft()
    for one in chosen(project, observed, services):
        if one.status == "paused":
            name = f"Container {one.name}"
            draft.add(UnpauseContainer(f"unpause {scene.short[one.id]}", name, container=one.id))
    return draft.plan()


def rm(
    project: Project,
    observed: Observed,
    *,
    services: Collection[str] = (),
    stop: bool = False,
    volumes: bool = False,
) -> Plan:
    """Return the plan that removes what does not run, or all once it is stopped."""
    scene = Scene(observed, None)
    for container in chosen(project, observed, services):
        if stop or not container.running:
            op = RemoveContainer(
                key=f"remove {scene.short[container.id]}",
                resource=f"Container {container.name}",
                container=container.id,
                volumes=volumes,
            )
            scene.draft.add(op, [scene.stop(container)])
    order_stops(scene, project)
    return scene.draft.plan()


def chosen(
    project: Project, observed: Observed, services: Collection[str]
) -> Iterable[ContainerState]:
    """Return the replicas of *services*, or of all services of the project."""
    wanted = set(services) or project.services.keys()
    return (one for one in observed.containers if one.service in wanted and not one.one_off)
