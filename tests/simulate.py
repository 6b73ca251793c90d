"""Apply a plan to an observed state, purely: what an engine would hold afterwards.

Strict where an engine is: no name twice, no network or volume removed that a container holds, no
start of what does not exist. So a plan that could not be carried out in its order fails here.
"""

import hashlib
from collections.abc import Iterable

from composer.identity import (
    container_labels,
    image_name,
    network_labels,
    volume_labels,
)
from composer.plan.joins import resolved
from composer.plan.networks import by_priority
from composer.plan.ops import (
    BuildImage,
    ConnectNetwork,
    CreateContainer,
    CreateNetwork,
    CreateVolume,
    DisconnectNetwork,
    KillContainer,
    Op,
    PauseContainer,
    Plan,
    PrepareModel,
    ProvideService,
    PullImage,
    PushImage,
    Ref,
    RemoveContainer,
    RemoveImage,
    RemoveNetwork,
    RemoveVolume,
    RenameContainer,
    RestartContainer,
    StartContainer,
    StopContainer,
    Target,
    UnpauseContainer,
    Wait,
    WithdrawService,
)
from composer.plan.volumes import volumes_of
from composer.spec.project import Project
from composer.state import ContainerState, MountState, NetworkState, Observed, VolumeState


def digest(*parts: object) -> str:
    """Return an id that depends on *parts* only."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def image_id(image: str, version: int = 1) -> str:
    """Return the id of an image; a higher *version* is a newer one of the same name."""
    return f"sha256:{digest(image, version)}"


def simulate(plan: Plan, project: Project, observed: Observed, *, salt: int = 0) -> Observed:
    """Return what is there after *plan*; another *salt* gives other ids."""
    world = World(project, observed, salt)
    for op in plan:
        world.apply(op)
    return world.observed()


class World:
    """A tiny engine."""

    def __init__(self, project: Project, observed: Observed, salt: int = 0) -> None:
        self.project = project
        self.start = observed
        self.salt = salt
        self.containers = {c.id: c for c in observed.containers}
        self.networks = dict(observed.networks)
        self.volumes = dict(observed.volumes)
        self.images = dict(observed.images)
        self.made: dict[str, str] = {}

    def observed(self) -> Observed:
        found = sorted(self.containers.values(), key=lambda c: (c.service, c.number, c.name))
        return self.start.replace(
            containers=tuple(found),
            networks=self.networks,
            volumes=self.volumes,
            images=self.images,
        )

    def apply(self, op: Op) -> None:  # noqa: C901, PLR0912 - one line an operation
        match op:
            case PullImage(image=image) | BuildImage(image=image):
                self.images[image] = image_id(image, 2 + self.salt)
            case CreateNetwork():
                self._create_network(op)
            case RemoveNetwork(target=target):
                self._remove_network(target)
            case CreateVolume(volume=key):
                name = self.project.volumes[key].name
                assert name not in self.volumes, op
                self.volumes[name] = VolumeState(name, labels=volume_labels(self.project, key))
            case RemoveVolume(target=name):
                assert not any(m.name == name for c in self.containers.values() for m in c.mounts)
                del self.volumes[name]
            case RemoveImage(target=image):
                del self.images[image]
            case CreateContainer():
                self._create(op)
            case ConnectNetwork(container=target, network=key):
                self._connect(self._id(target), [key])
            case DisconnectNetwork(container=target, target=name):
                container = self._get(target)
                left = {one: ident for one, ident in container.networks.items() if one != name}
                self._put(container.replace(networks=left))
            case StartContainer(container=target):
                container = self._get(target)
                assert container.status != "paused", op
                self._put(container.replace(status="running", health="healthy"))
            case RestartContainer(container=target) | UnpauseContainer(container=target):
                self._put(self._get(target).replace(status="running", health="healthy"))
            case PauseContainer(container=target):
                assert self._get(target).status == "running", op
                self._put(self._get(target).replace(status="paused"))
            case KillContainer(container=target):
                self._put(self._get(target).replace(status="exited", exit_code=137))
            case PushImage() | ProvideService() | WithdrawService() | PrepareModel():
                pass
            case StopContainer(container=target):
                self._put(self._get(target).replace(status="exited", exit_code=0))
            case RemoveContainer(container=target, force=force):
                assert force or not self._get(target).running, op
                del self.containers[self._id(target)]
            case RenameContainer(container=target, name=name):
                self._check_name(name)
                self._put(self._get(target).replace(name=name))
            case Wait(containers=targets):
                for target in targets:
                    self._get(target)
            case _:
                raise AssertionError(op)

    def _id(self, target: Target) -> str:
        return self.made[target.key] if isinstance(target, Ref) else target

    def _get(self, target: Target) -> ContainerState:
        return self.containers[self._id(target)]

    def _put(self, container: ContainerState) -> None:
        self.containers[container.id] = container

    def _check_name(self, name: str) -> None:
        assert name not in {c.name for c in self.containers.values()}, f"{name} is taken"

    def _create_network(self, op: CreateNetwork) -> None:
        name = self.project.networks[op.network].name
        assert name not in self.networks, op
        labels = network_labels(self.project, op.network)
        self.made[op.key] = ident = digest(name, labels, self.salt)
        self.networks[name] = NetworkState(ident, name, labels=labels)

    def _remove_network(self, target: str) -> None:
        found = next(n for n in self.networks.values() if target in {n.id, n.name, *n.twins})
        name = found.name
        holders = [c.name for c in self.containers.values() if c.networks.get(name) == found.id]
        if found.twins:
            stay = [one for one in (found.id, *found.twins) if one != target]
            self.networks[name] = found.replace(id=stay[0], twins=tuple(stay[1:]))
            return
        assert not holders, f"network {name} has active endpoints: {holders}"
        del self.networks[name]

    def _create(self, op: CreateContainer) -> None:
        self._check_name(op.name)
        service = self.project.services[op.service]
        joins = {owner: self._get(target).id for owner, target in op.joins.items()}
        changed = self.project.with_services({op.service: resolved(service, joins)})
        image = image_name(self.project, op.service)
        labels = container_labels(
            changed, op.service, op.number, self.images[image], replaces=op.replaces
        )
        if op.replaces:
            assert op.replaces in self.containers, op
        names = [self.project.volumes[key].name for key in volumes_of(service)]
        assert all(name in self.volumes for name in names), op
        ident = digest(op.name, self.salt, self.made, sorted(self.containers))
        self.made[op.key] = ident
        self.containers[ident] = ContainerState(
            id=ident,
            name=op.name,
            service=op.service,
            number=op.number,
            status="created",
            image=image,
            image_id=self.images[image],
            config_hash=labels["com.docker.compose.config-hash"],
            labels=labels,
            mounts=tuple(MountState("volume", name, f"/{name}", name) for name in names),
        )
        several = self.start.api >= (1, 44)
        self._connect(ident, by_priority(service)[: None if several else 1])

    def _connect(self, ident: str, keys: Iterable[str]) -> None:
        container = self.containers[ident]
        names = [self.project.networks[key].name for key in keys]
        far = set(names) - self.networks.keys() if self.start.swarm else set()
        added = {name: "" if name in far else self.networks[name].id for name in names}
        assert not added.keys() & container.networks.keys(), f"{container.name} is on {names}"
        self._put(container.replace(networks={**container.networks, **added}))
