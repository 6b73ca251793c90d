"""What the engine holds for one project: immutable snapshots, and how to look into them.

Made by engine.observe from Engine API JSON; read by the planner and the interfaces.
May import: identity, spec, value.
"""

from collections.abc import Mapping
from typing import Literal

from composer.spec.shapes import EMPTY
from composer.value import Value

Status = Literal["created", "running", "paused", "restarting", "removing", "exited", "dead"]
GOING = ("dead", "removing")
"""The states of a container that is being removed, or could not be."""
Health = Literal["", "starting", "healthy", "unhealthy"]


class MountState(Value):
    """A mount of a container; *name* and *driver* are the volume's where *type* is ``volume``."""

    type: str
    source: str
    destination: str
    name: str = ""
    driver: str = ""


class PublishedPort(Value):
    """A port of a container; *published* is 0 where the host does not publish it."""

    target: int
    protocol: str
    published: int = 0
    host_ip: str = ""


class ContainerState(Value):
    """A container as ``GET /containers/json`` shows it.

    *number* is the replica's, 0 where the label is missing. *created* is in Unix seconds; *listed*
    is its place in the engine's list, which tells them apart by less: it has the newest first.
    *networks* maps the names of the networks it is on to their ids. *exit_code* is None while it
    never ended.
    """

    id: str
    name: str
    service: str
    number: int
    status: Status
    image: str = ""
    image_id: str = ""
    health: Health = ""
    exit_code: int | None = None
    created: int = 0
    listed: int = 0
    one_off: bool = False
    config_hash: str = ""
    labels: Mapping[str, str] = EMPTY
    networks: Mapping[str, str] = EMPTY
    mounts: tuple[MountState, ...] = ()
    ports: tuple[PublishedPort, ...] = ()
    command: str = ""
    status_text: str = ""

    @property
    def running(self) -> bool:
        """Whether its processes run (also while paused or between restarts)."""
        return self.status in {"running", "paused", "restarting"}


class Usage(Value):
    """What a container uses at a moment, all zero where it does not run.

    *processor* counts whole processors (0.5: half of one), sizes are bytes; what was *received*,
    *sent*, *read* and *written* counts from its start.
    """

    container: ContainerState
    processor: float = 0.0
    memory: int = 0
    memory_limit: int = 0
    received: int = 0
    sent: int = 0
    read: int = 0
    written: int = 0
    processes: int = 0


class NetworkState(Value):
    """A network of the engine; *twins* are the ids of the project's further ones of that name."""

    id: str
    name: str
    driver: str = ""
    labels: Mapping[str, str] = EMPTY
    twins: tuple[str, ...] = ()

    @property
    def config_hash(self) -> str:
        """The hash of the definition that it was created from, empty where none is known."""
        return self.labels.get("com.docker.compose.config-hash", "")


class VolumeState(Value):
    """A volume of the engine."""

    name: str
    driver: str = ""
    labels: Mapping[str, str] = EMPTY

    @property
    def config_hash(self) -> str:
        """The hash of the definition that it was created from, empty where none is known."""
        return self.labels.get("com.docker.compose.config-hash", "")


class Observed(Value):
    """One consistent look at the engine, for one project.

    *containers* are all that bear the project's label, sorted by service and number. *networks*
    and *volumes* hold, by name, the project's own and those with a name that the project wants.
    *images* maps each image reference that was asked for and exists to its id; *tagged* says when
    the engine last gave those that are to be refreshed their name, in Unix seconds. *swarm* tells
    whether the engine is a node of a swarm, where an external network is missing: it knows those of
    other nodes once a container is on them.
    """

    project: str
    containers: tuple[ContainerState, ...] = ()
    networks: Mapping[str, NetworkState] = EMPTY
    volumes: Mapping[str, VolumeState] = EMPTY
    images: Mapping[str, str] = EMPTY
    tagged: Mapping[str, float] = EMPTY
    swarm: bool = False
    api: tuple[int, int] = (1, 41)

    def of_service(self, service: str) -> tuple[ContainerState, ...]:
        """Return the service's replicas (no one-off containers), by number."""
        return tuple(c for c in self.containers if c.service == service and not c.one_off)

    def orphans(self, services: frozenset[str]) -> tuple[ContainerState, ...]:
        """Return the replicas of services that are not among *services*."""
        return tuple(c for c in self.containers if c.service not in services and not c.one_off)

    def by_id(self, container_id: str) -> ContainerState | None:
        """Return the container with this id."""
        return next((c for c in self.containers if c.id == container_id), None)
