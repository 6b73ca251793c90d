"""``down``: what belongs to a project goes, dependents before what they need.

Works without files too: then the labels of the containers tell what depends on what.

May import: plan, state, graph, identity, spec.
"""

from collections.abc import Iterable, Mapping

from composer.graph import edges_of, levels, reachable, reversed_edges
from composer.identity import DEPENDS_ON, NETWORK, PROJECT, VOLUME, image_name, tagged
from composer.plan.networks import remove_twin
from composer.plan.ops import Plan, RemoveImage, RemoveNetwork, RemoveVolume, WithdrawService
from composer.plan.orphans import find_orphans, orphan_warning, remove
from composer.plan.policy import DownPolicy
from composer.plan.situation import Scene
from composer.plan.volumes import mounts, volumes_of
from composer.spec.project import Project
from composer.spec.service import Service
from composer.spec.shapes import EMPTY
from composer.state import ContainerState, NetworkState, Observed, VolumeState

DEFAULT = DownPolicy()


def not_running(name: str, services: Iterable[str]) -> str:
    """Say that of project *name*, of which only containers are known, *services* have none."""
    return f'Any of the services [{" ".join(services)}] not running in project "{name}"'


def down(
    name: str,
    project: Project | None,
    observed: Observed,
    policy: DownPolicy = DEFAULT,
    built: Mapping[str, str] = EMPTY,
) -> Plan:
    """Return the plan that removes project *name*; *project* is None without its files.

    *built* are the images that bear the project's label, with the service that each is of.
    """
    scene = Scene(observed, policy.timeout)
    unknown = sorted(set(policy.services) - _services(observed, project))
    if unknown and project is None:
        scene.draft.warn(not_running(name, unknown))
    else:
        for service in unknown:
            scene.draft.refuse(f"no such service: {service}")
    policy = policy.replace(services=_with_dependents(observed, project, policy.services))
    going = {c.id: c for c in _going(scene, project, policy)}
    removals = {
        one: remove(scene, container, (), volumes=policy.volumes)
        for one, container in going.items()
    }
    order_stops(scene, project)
    if project:
        _withdraw(scene, project, policy, removals)
    _remove_networks(scene, _networks(name, project, observed, policy), removals)
    if policy.volumes:
        _remove_volumes(scene, _volumes(scene, name, project, policy), removals)
    if policy.images:
        images = _images(name, project, observed, policy)
        more = _built(built, project, observed, policy)
        images += sorted(more - set(map(tagged, images)))
        _remove_images(scene, images, removals)
    sought = _network_keys(project, policy) if project else ()
    if not (scene.draft.ops or observed.containers or sought):
        scene.draft.warn(f'Warning: No resource found to remove for project "{name}".')
    return scene.draft.plan()


def _withdraw(
    scene: Scene, project: Project, policy: DownPolicy, removals: Mapping[str, str]
) -> None:
    """Let providers take their services down, after the containers that depend on these."""
    service_of = {c.id: c.service for c in scene.observed.containers}
    for name, service in project.services.items():
        if service.provider and (not policy.services or name in policy.services):
            dependents = {key for key, one in project.services.items() if name in one.depends_on}
            after = [key for one, key in removals.items() if service_of[one] in dependents]
            scene.draft.add(WithdrawService(f"withdraw {name}", name, service=name), after)


def _going(scene: Scene, project: Project | None, policy: DownPolicy) -> Iterable[ContainerState]:
    """Return the containers that go: of the services asked for, and orphans where asked for."""
    known = _services(scene.observed, project)
    told = project and not (policy.remove_orphans or policy.ignore_orphans or policy.services)
    orphans = find_orphans(scene, known) if told else []
    if lost := [c for c in orphans if not c.one_off]:
        scene.draft.warn(orphan_warning(lost))
    asked = set(policy.services) or (set(project.services) if project else known)
    for container in scene.observed.containers:
        ours = container.service in asked and not container.one_off
        extra = container.one_off or container.service not in known
        if ours or (extra and policy.remove_orphans and not policy.services):
            yield container


def _services(observed: Observed, project: Project | None) -> set[str]:
    if project:
        return set(project.all_services)
    return {c.service for c in observed.containers}


def _with_dependents(
    observed: Observed, project: Project | None, asked: tuple[str, ...]
) -> tuple[str, ...]:
    """Return *asked* and the services that cannot do without one of these, as Docker Compose does.

    With files, only those count that *asked* need themselves: what is between the ends of a chain.
    """
    edges = _edges(observed, project)
    dependents = reachable(reversed_edges(edges), asked)
    if project:
        dependents &= reachable(edges, asked)
    return (*asked, *sorted(dependents.difference(asked)))


def _edges(observed: Observed, project: Project | None) -> Mapping[str, tuple[str, ...]]:
    """Return which service needs which."""
    return edges_of(project.services) if project else label_edges(observed.containers)


def order_stops(scene: Scene, project: Project | None) -> None:
    """Let every stop come after those of the services that need its own."""
    edges = _edges(scene.observed, project)
    order = [name for level in reversed(levels(edges)) for name in level]
    scene.order_stops(reversed_edges(edges), order)


def label_edges(containers: Iterable[ContainerState]) -> Mapping[str, tuple[str, ...]]:
    """Return which service needs which, from the label ``db:service_healthy:false,…``."""
    edges: dict[str, set[str]] = {}
    for container in containers:
        entries = container.labels.get(DEPENDS_ON, "").split(",")
        edges.setdefault(container.service, set()).update(
            entry.partition(":")[0] for entry in entries if entry
        )
    return {name: tuple(sorted(needed & edges.keys())) for name, needed in sorted(edges.items())}


def _asked(project: Project, policy: DownPolicy) -> list[Service]:
    """Return the services asked for; one named by its name may be of an inactive profile."""
    known = project.all_services
    return [known[name] for name in policy.services or project.services if name in known]


def _networks(
    name: str, project: Project | None, observed: Observed, policy: DownPolicy
) -> Iterable[tuple[str, NetworkState]]:
    """Return the project's own networks that the services to go are on, or all.

    Those that have had another name in the file are among them. One that the file declares as
    external stays, even if the project has made it earlier.
    """
    ours = [
        (network.labels.get(NETWORK, network.name), network)
        for _, network in sorted(observed.networks.items())
        if network.labels.get(PROJECT) == name
    ]
    if project is None:
        return ours
    keys = _network_keys(project, policy)
    return sorted((one for one in ours if one[0] in keys), key=lambda one: one[0])


def _network_keys(project: Project, policy: DownPolicy) -> set[str]:
    """Return the networks of the file that are to go with the services asked for."""
    keys = {key for one in _asked(project, policy) for key in one.networks}
    keys |= project.networks.keys() if policy.unused else set()
    return keys - {key for key, one in project.networks.items() if one.external}


def _remove_networks(
    scene: Scene, found: Iterable[tuple[str, NetworkState]], removals: Mapping[str, str]
) -> None:
    for key, network in found:
        op_key = _free(scene, f"remove network {key}", network.name)
        users = [c for c in scene.observed.containers if network.name in c.networks]
        active = [c for c in users if c.running or c.id in removals]
        if not _still_used(scene, f"Network {network.name}", active, removals):
            op = RemoveNetwork(key=op_key, resource=f"Network {network.name}", target=network.id)
            scene.draft.add(op, [removals[c.id] for c in active])
            for twin in network.twins:
                scene.draft.add(remove_twin(key, network, twin), [removals[c.id] for c in active])


def _free(scene: Scene, key: str, name: str) -> str:
    """Return *key*, with *name* where two things bear the label of one entry."""
    return f"{key} {name}" if key in scene.draft.ops else key


def _still_used(
    scene: Scene, resource: str, users: Iterable[ContainerState], removals: Mapping[str, str]
) -> bool:
    staying = [c.name for c in users if c.id not in removals]
    if staying:
        scene.draft.warn(f"{resource}  Resource is still in use by {', '.join(staying)}")
    return bool(staying)


def _volumes(
    scene: Scene, name: str, project: Project | None, policy: DownPolicy
) -> Iterable[tuple[str, VolumeState]]:
    """Return the project's own volumes that the services to go mount.

    One that the project did not create is left alone, and so is what only services of inactive
    profiles mount, or none, and what had another name in the file: nobody has asked to lose that.
    """
    volumes = sorted(scene.observed.volumes.items())
    ours = {v.name: v for _, v in volumes if v.labels.get(PROJECT) == name}
    if project is None:
        return [(v.labels.get(VOLUME, v.name), v) for v in ours.values()]
    mounted = {key for one in _asked(project, policy) for key in volumes_of(one)}
    mounted |= project.volumes.keys() if policy.unused else set()
    keys = {key for key in mounted & project.volumes.keys() if not project.volumes[key].external}
    named = {key: project.volumes[key].name for key in sorted(keys)}
    for volume in named.values():
        if volume in scene.observed.volumes and volume not in ours:
            scene.draft.warn(f"Volume {volume} stays: it was not created for project {name}")
    return [(key, ours[volume]) for key, volume in named.items() if volume in ours]


def _remove_volumes(
    scene: Scene, found: Iterable[tuple[str, VolumeState]], removals: Mapping[str, str]
) -> None:
    """Remove volumes, after every container: where one of these fails to go, none is lost."""
    for key, volume in found:
        users = [c for c in scene.observed.containers if mounts(c, volume.name)]
        if not _still_used(scene, f"Volume {volume.name}", users, removals):
            op_key = _free(scene, f"remove volume {key}", volume.name)
            op = RemoveVolume(key=op_key, resource=f"Volume {volume.name}", target=volume.name)
            scene.draft.add(op, removals.values())


def _images(
    name: str, project: Project | None, observed: Observed, policy: DownPolicy
) -> list[str]:
    """Return the images of the services; ``local`` are those without a name of their own."""
    if project is None:
        services = {c.service: c.image for c in observed.containers if not c.one_off}
        local = {
            image
            for service, image in services.items()
            if image in (f"{name}-{service}", f"{name}_{service}")
        }
        return sorted(local if policy.images == "local" else set(services.values()))
    names = policy.services or project.services
    chosen = (one for one in names if one in project.services)
    if policy.images == "local":
        chosen = (one for one in chosen if not project.services[one].image)
    return sorted({image_name(project, one) for one in chosen} & observed.images.keys())


def _built(
    built: Mapping[str, str], project: Project | None, observed: Observed, policy: DownPolicy
) -> set[str]:
    """Return the images that were built for the services that go, whatever they are called.

    Those of other services may be another file's with the same project name.
    """
    known = project.services if project else {one.service for one in observed.containers}
    if policy.remove_orphans:
        known = set(built.values())
    return {tag for tag, service in built.items() if service in (policy.services or known)}


def _remove_images(scene: Scene, images: Iterable[str], removals: Mapping[str, str]) -> None:
    """Remove images, after every container, as volumes."""
    for image in images:
        op = RemoveImage(
            key=f"remove image {image}", resource=f"Image {tagged(image)}", target=image
        )
        scene.draft.add(op, removals.values())
