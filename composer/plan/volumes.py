"""Which volumes are created, and which would have to be replaced: never without consent.

May import: plan.reasons, plan.situation, plan.ops, plan.orphans, identity, spec, state.
"""

from composer.identity import PROJECT, volume_hash
from composer.plan.ops import CreateVolume, Guard, RemoveVolume
from composer.plan.orphans import orphans_of
from composer.plan.reasons import CONFIGURATION, MISSING, Reasons
from composer.plan.situation import Situation
from composer.spec.network import Volume
from composer.spec.service import Service
from composer.state import ContainerState, VolumeState


def volumes_of(service: Service) -> list[str]:
    """Return the named volumes of *service*, by key."""
    found = (one.source for one in service.volumes if one.type == "volume" and one.source)
    return list(dict.fromkeys(found))


def plan_volumes(s: Situation) -> None:
    """Add the project's volumes; refuse external ones that do not exist."""
    for key, volume in sorted(s.project.volumes.items()):
        found = s.observed.volumes.get(volume.name)
        s.volumes[key] = ""
        if volume.external:
            if found is None:
                _refuse_external(s, key, volume)
        elif found is None:
            s.volumes[key] = _create(s, key, volume, MISSING)
        else:
            _keep_or_replace(s, key, volume, found)


def _refuse_external(s: Situation, key: str, volume: Volume) -> None:
    position = volume.where()
    where = f"{position}: " if position else ""
    s.draft.refuse(
        f'{where}external volume "{volume.name}" not found',
        f"create it with `docker volume create {volume.name}`, or remove `external` from {key}",
    )


def _create(s: Situation, key: str, volume: Volume, reasons: Reasons) -> str:
    op = CreateVolume(
        key=f"volume {key}", resource=f"Volume {volume.name}", reasons=reasons, volume=key
    )
    return s.draft.add(op)


def _keep_or_replace(s: Situation, key: str, volume: Volume, found: VolumeState) -> None:
    _warn_if_foreign(s, found)
    if found.config_hash not in {"", volume_hash(volume)}:
        if holders := _other_users(s, found):
            s.draft.warn(
                f'volume "{found.name}" does not match the configuration, and stays as it is: '
                f"{', '.join(holders)} still uses it"
            )
        elif _replaced(s, key, volume, found):
            return
    s.draft.unchanged.append(f"Volume {volume.name}")


def _warn_if_foreign(s: Situation, found: VolumeState) -> None:
    owner = found.labels.get(PROJECT)
    if owner == s.project.name:
        return
    whose = (
        "was not created by Docker Compose"
        if owner is None
        else f'was created for project "{owner}" (expected "{s.project.name}")'
    )
    s.draft.warn(
        f'volume "{found.name}" already exists but {whose}. '
        "Use `external: true` to use an existing volume"
    )


def _other_users(s: Situation, found: VolumeState) -> list[str]:
    """Return the containers with *found* that this plan neither replaces nor removes."""
    going = {c.id for c in orphans_of(s)} if s.policy.remove_orphans else set()
    others = (c for c in s.observed.containers if c.one_off or c.service not in s.project.services)
    return [c.name for c in others if mounts(c, found.name) and c.id not in going]


def mounts(container: ContainerState, volume: str) -> bool:
    """Tell whether *container* has *volume*, by its name on the engine."""
    return any(one.type == "volume" and one.name == volume for one in container.mounts)


def replaced_of(s: Situation, container: ContainerState) -> list[str]:
    """Return the volumes that are replaced and that *container* has, or its service names.

    Docker Compose removes the containers of all services that name the volume before it goes, also
    those that are still on another one.
    """
    service = None if container.one_off else s.project.services.get(container.service)
    named = set(volumes_of(service)) if service else set()
    return [
        key
        for key, one in s.replaced_volumes.items()
        if key in named or mounts(container, one.name)
    ]


def _replaced(s: Situation, key: str, volume: Volume, found: VolumeState) -> bool:
    """Replace the volume where the user agreed; else leave it, and let the user be asked.

    Return whether it is replaced.
    """
    guard = Guard(
        question=(
            f'Volume "{found.name}" exists but doesn\'t match configuration in compose file. '
            "Recreate (data will be lost)?"
        ),
        loses=f"all data in volume {found.name}",
    )
    op = RemoveVolume(
        key=f"remove volume {key}",
        resource=f"Volume {found.name}",
        reasons=CONFIGURATION,
        target=found.name,
    )
    if s.agreed(op.key):
        removal = s.draft.add(op)
        s.volumes[key] = _create(s, key, volume, CONFIGURATION)
        s.draft.need(s.volumes[key], [removal])
        s.replaced_volumes[key] = found
        return True
    s.draft.warn(f'volume "{found.name}" does not match the configuration, and is kept')
    if op.key not in s.policy.answers:
        s.draft.ask(op.replace(guard=guard))
    return False
