"""Containers of the project that belong to no service any more.

May import: plan.reasons, plan.situation, plan.ops, state.
"""

from collections.abc import Collection

from composer.plan.ops import RemoveContainer
from composer.plan.reasons import ORPHAN, Reasons
from composer.plan.situation import Scene, Situation
from composer.state import ContainerState

ENDED = ("exited", "dead")


def find_orphans(scene: Scene, services: Collection[str]) -> list[ContainerState]:
    """Return the containers of services that are not among *services*, and ended one-off ones."""
    return [
        c
        for c in scene.observed.containers
        if (c.status in ENDED if c.one_off else c.service not in services)
    ]


def orphans_of(s: Situation) -> list[ContainerState]:
    """Return the orphans; a disabled service's containers are none."""
    return find_orphans(s, s.project.all_services.keys())


def plan_orphans(s: Situation) -> list[tuple[ContainerState, str]]:
    """Remove orphans, or tell of them, as the policy says; return them with their removals."""
    found = orphans_of(s)
    if s.policy.remove_orphans:
        removals = [(container, remove(s, container, ORPHAN)) for container in found]
        s.freed.update((container.name, key) for container, key in removals)
        return removals
    if found and not s.policy.ignore_orphans:
        s.draft.warn(orphan_warning(found))
    return []


def orphan_warning(found: Collection[ContainerState]) -> str:
    """Return Compose's words."""
    names = " ".join(c.name for c in found)
    return (
        f"Found orphan containers ([{names}]) for this project. If you removed or renamed this "
        "service in your compose file, you can run this command with the --remove-orphans flag "
        "to clean it up."
    )


def remove(
    scene: Scene,
    container: ContainerState,
    reasons: Reasons,
    *,
    volumes: bool = False,
    replaced: bool = False,
) -> str:
    """Stop and remove *container*; return the key of the removal.

    *volumes* removes its anonymous volumes, too; *replaced* as in `Scene.stop`.
    """
    stop = scene.stop(container, reasons, ended=True, replaced=replaced)
    op = RemoveContainer(
        key=f"remove {scene.short[container.id]}",
        resource=f"Container {container.name}",
        reasons=reasons,
        container=container.id,
        volumes=volumes,
        force=True,
    )
    return scene.draft.add(op, [stop])
