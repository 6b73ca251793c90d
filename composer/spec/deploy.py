"""How many replicas run, with which resources.

Compose Specification: "Compose Deploy Specification".
What only a cluster honours has the engine target ``swarm``.
May import: spec.
"""

from collections.abc import Mapping

from composer.spec.containers import Many, label_map, words_open
from composer.spec.record import Record, RecordOf, attr
from composer.spec.resources import DeviceRequest, reserved_device
from composer.spec.shapes import EMPTY, Bytes, Integer, Text, duration, integer, number, text
from composer.spec.special import LateInteger, late_integer, late_number

_count = Integer(signed=False)


class UpdateConfig(Record):
    """How a cluster replaces replicas."""

    parallelism: int | None = attr(_count, engine="swarm")
    delay: int = attr(duration, 0, engine="swarm")
    failure_action: str = attr(text, "", engine="swarm")
    monitor: int = attr(duration, 0, engine="swarm")
    max_failure_ratio: float = attr(number, 0, engine="swarm")
    order: str = attr(Text(choices=("start-first", "stop-first")), "", engine="swarm")


class DiscreteResource(Record):
    """A countable resource of a node."""

    kind: str = attr(text, "", engine="swarm", always=True)
    value: int = attr(LateInteger(number=True), 0, engine="swarm", always=True)


class GenericResource(Record):
    """A resource that a cluster's administrator defines."""

    discrete_resource_spec: DiscreteResource | None = attr(
        RecordOf(DiscreteResource), engine="swarm"
    )


class Limits(Record):
    """What a container can use at most."""

    cpus: float = attr(late_number, 0, engine="HostConfig.NanoCpus")
    memory: int = attr(Bytes(("string",)), 0, engine="HostConfig.Memory")
    pids: int = attr(late_integer, 0, engine="HostConfig.PidsLimit")


class Reservations(Record):
    """What a container is promised."""

    cpus: float = attr(late_number, 0, engine="swarm")
    memory: int = attr(Bytes(("string",)), 0, engine="HostConfig.MemoryReservation")
    devices: tuple[DeviceRequest, ...] = attr(
        Many(reserved_device), (), engine="HostConfig.DeviceRequests"
    )
    generic_resources: tuple[GenericResource, ...] = attr(
        Many(RecordOf(GenericResource)), (), engine="swarm"
    )


class Resources(Record):
    """Limits and reservations."""

    limits: Limits | None = attr(RecordOf(Limits), engine="HostConfig")
    reservations: Reservations | None = attr(RecordOf(Reservations), engine="HostConfig")


class RestartPolicy(Record):
    """When a container is started again; replaces ``restart`` as a whole."""

    condition: str = attr(text, "", engine="HostConfig.RestartPolicy.Name")
    delay: int | None = attr(duration, engine="swarm")
    max_attempts: int | None = attr(_count, engine="HostConfig.RestartPolicy.MaximumRetryCount")
    window: int | None = attr(duration, engine="swarm")


class Preference(Record):
    """How a cluster spreads replicas."""

    spread: str = attr(text, "", engine="swarm")


class Placement(Record):
    """On which nodes of a cluster replicas may run."""

    constraints: tuple[str, ...] = attr(words_open, (), engine="swarm")
    preferences: tuple[Preference, ...] = attr(Many(RecordOf(Preference)), (), engine="swarm")
    max_replicas_per_node: int = attr(_count, 0, engine="swarm")


class Deploy(Record):
    """The deployment of a service."""

    mode: str = attr(text, "", engine="swarm")
    replicas: int | None = attr(integer, engine="number of containers", hashed=False)
    labels: Mapping[str, str] = attr(label_map, EMPTY, merge="by_key", engine="swarm")
    update_config: UpdateConfig | None = attr(RecordOf(UpdateConfig), engine="swarm")
    rollback_config: UpdateConfig | None = attr(RecordOf(UpdateConfig), engine="swarm")
    resources: Resources = attr(RecordOf(Resources), Resources(), engine="HostConfig")
    restart_policy: RestartPolicy | None = attr(
        RecordOf(RestartPolicy), engine="HostConfig.RestartPolicy"
    )
    placement: Placement = attr(RecordOf(Placement), Placement(), engine="swarm")
    endpoint_mode: str = attr(text, "", engine="swarm")
