"""A service: every attribute of it, in the order in which Compose prints them.

Compose Specification: "Services top-level element".
May import: spec, tree.
"""

from collections.abc import Mapping

from composer.spec import short
from composer.spec.build import Build
from composer.spec.containers import (
    Freeform,
    Many,
    Maybe,
    Options,
    Table,
    label_map,
    numbers_or_words,
    one_or_many,
    variable_map,
    words,
)
from composer.spec.deploy import Deploy
from composer.spec.develop import Develop, Hook, Provider, ServiceModel, hook
from composer.spec.files import FileReference, config_reference, secret_reference
from composer.spec.mounts import Mount, Port, mount, port
from composer.spec.network import ServiceNetwork
from composer.spec.record import Record, RecordOf, attr, filled
from composer.spec.resources import (
    BlkioRate,
    BlkioWeight,
    DeviceRequest,
    UlimitValue,
    gpu_request,
    ulimit,
)
from composer.spec.shapes import (
    EMPTY,
    Bytes,
    Integer,
    Number,
    Text,
    bytes_,
    command_line,
    duration,
    flag,
    integer,
    natural_number,
    number,
    strict_flag,
    text,
    whole,
)
from composer.spec.special import Expose, Gpus, HealthTest, Hosts, MaybeMissing, late_flag
from composer.tree import Node

STARTED = "service_started"
HEALTHY = "service_healthy"
COMPLETED = "service_completed_successfully"
_STRING = ({"type": "string"},)
_memory = Bytes(("number", "string"))
_count = Integer(minimum=0)


class Dependency(Record):
    """What must hold of another service before this one starts."""

    condition: str = attr(
        Text(choices=(STARTED, HEALTHY, COMPLETED)), "", required=True, engine="client"
    )
    restart: bool = attr(late_flag, default=False, engine="client")
    required: bool | None = attr(strict_flag, engine="client")


class EnvFile(Record):
    """A file of environment variables."""

    __open__ = False
    path: str = attr(text, "", path="host", required=True, engine="client")
    required: bool | None = attr(late_flag, engine="client")
    format: str = attr(text, "", engine="client")


class Extends(Record):
    """The service that this one starts from."""

    __open__ = False
    file: str = attr(text, "", path="extended", engine="client")
    service: str = attr(text, "", required=True, engine="client")


class Blkio(Record):
    """Limits of block device throughput."""

    __open__ = False
    weight: int = attr(natural_number, 0, engine="HostConfig.BlkioWeight")
    weight_device: tuple[BlkioWeight, ...] = attr(
        Many(RecordOf(BlkioWeight)), (), engine="HostConfig.BlkioWeightDevice"
    )
    device_read_bps: tuple[BlkioRate, ...] = attr(
        Many(RecordOf(BlkioRate)), (), engine="HostConfig.BlkioDeviceReadBps"
    )
    device_read_iops: tuple[BlkioRate, ...] = attr(
        Many(RecordOf(BlkioRate)), (), engine="HostConfig.BlkioDeviceReadIOps"
    )
    device_write_bps: tuple[BlkioRate, ...] = attr(
        Many(RecordOf(BlkioRate)), (), engine="HostConfig.BlkioDeviceWriteBps"
    )
    device_write_iops: tuple[BlkioRate, ...] = attr(
        Many(RecordOf(BlkioRate)), (), engine="HostConfig.BlkioDeviceWriteIOps"
    )


class CredentialSpec(Record):
    """A Windows managed service account."""

    config: str = attr(text, "", engine="swarm")
    file: str = attr(text, "", engine="swarm")
    registry: str = attr(text, "", engine="swarm")


class Device(Record):
    """A host device that the container may use."""

    source: str = attr(text, "", engine="HostConfig.Devices[].PathOnHost", required=True)
    target: str = attr(text, "", engine="HostConfig.Devices[].PathInContainer")
    permissions: str = attr(text, "", engine="HostConfig.Devices[].CgroupPermissions")


class Healthcheck(Record):
    """How the engine tells whether a container is healthy; durations in nanoseconds."""

    test: tuple[str, ...] = attr(HealthTest(), (), merge="replace", engine="Healthcheck.Test")
    timeout: int | None = attr(duration, engine="Healthcheck.Timeout")
    interval: int | None = attr(duration, engine="Healthcheck.Interval")
    retries: int | None = attr(Integer(number=True, signed=False), engine="Healthcheck.Retries")
    start_period: int | None = attr(duration, engine="Healthcheck.StartPeriod")
    start_interval: int | None = attr(duration, engine="Healthcheck.StartInterval", since=(1, 44))
    disable: bool = attr(flag, default=False, engine="Healthcheck.Test")


KEEPS_NONE = "none"
"""The logging driver whose log cannot be read."""


class Logging(Record):
    """Where the engine keeps the container's output."""

    driver: str = attr(text, "", engine="HostConfig.LogConfig.Type")
    options: Mapping[str, str] = attr(
        Options(("string", "number", "null")), EMPTY, engine="HostConfig.LogConfig.Config"
    )


def _dependency_defaults(node: Node) -> Node:
    return filled(node, condition=STARTED, required=True)


def _env_file_defaults(node: Node) -> Node:
    return filled(node, required=True)


def _build_defaults(node: Node) -> Node:
    return filled(node, context=".")


class Service(Record):
    """A set of equal containers. Sizes in bytes, durations in nanoseconds."""

    profiles: tuple[str, ...] = attr(words, (), merge="unique", hashed=False, engine="client")
    annotations: Mapping[str, str] = attr(
        label_map, EMPTY, merge="by_key", engine="HostConfig.Annotations", since=(1, 43)
    )
    attach: bool | None = attr(late_flag, engine="client")
    build: Build | None = attr(
        RecordOf(Build, short.context, _STRING, _build_defaults),
        merge="long",
        engine="build",
        hashed=False,
    )
    develop: Develop | None = attr(RecordOf(Develop, nullable=True), engine="client")
    blkio_config: Blkio | None = attr(RecordOf(Blkio), engine="HostConfig")
    cap_add: tuple[str, ...] = attr(words, (), merge="unique", engine="HostConfig.CapAdd")
    cap_drop: tuple[str, ...] = attr(words, (), merge="unique", engine="HostConfig.CapDrop")
    cgroup_parent: str = attr(text, "", engine="HostConfig.CgroupParent")
    cgroup: str = attr(Text(choices=("host", "private")), "", engine="HostConfig.CgroupnsMode")
    cpu_count: int = attr(_count, 0, engine="HostConfig.CpuCount")
    cpu_percent: float = attr(Number(minimum=0, maximum=100), 0, engine="HostConfig.CpuPercent")
    cpu_period: int = attr(whole, 0, engine="HostConfig.CpuPeriod")
    cpu_quota: int = attr(whole, 0, engine="HostConfig.CpuQuota")
    cpu_rt_period: int = attr(whole, 0, engine="HostConfig.CpuRealtimePeriod")
    cpu_rt_runtime: int = attr(whole, 0, engine="HostConfig.CpuRealtimeRuntime")
    cpus: float = attr(number, 0, engine="HostConfig.NanoCpus")
    cpuset: str = attr(text, "", engine="HostConfig.CpusetCpus")
    cpu_shares: int = attr(whole, 0, engine="HostConfig.CpuShares")
    command: tuple[str, ...] | None = attr(command_line, merge="replace", engine="Cmd", always=True)
    configs: tuple[FileReference, ...] = attr(
        Many(config_reference), (), merge="by_config_target", engine="mounts"
    )
    container_name: str = attr(Text(pattern="[a-zA-Z0-9][a-zA-Z0-9_.-]+"), "", engine="query name")
    credential_spec: CredentialSpec | None = attr(RecordOf(CredentialSpec), engine="swarm")
    depends_on: Mapping[str, Dependency] = attr(
        Table(
            RecordOf(Dependency, complete=_dependency_defaults),
            listed={"condition": STARTED, "required": True},
            also_list=True,
        ),
        EMPTY,
        merge="long",
        hashed=False,
        engine="client",
    )
    deploy: Deploy | None = attr(RecordOf(Deploy, nullable=True), engine="HostConfig")
    device_cgroup_rules: tuple[str, ...] = attr(words, (), engine="HostConfig.DeviceCgroupRules")
    devices: tuple[Device, ...] = attr(
        Many(RecordOf(Device, short.device, _STRING)), (), merge="by_target",
        engine="HostConfig.Devices",
    )  # fmt: skip
    dns: tuple[str, ...] = attr(
        Many(text, unique=True, single=True, blank=False), (), merge="unique",
        engine="HostConfig.Dns",
    )  # fmt: skip
    dns_opt: tuple[str, ...] = attr(words, (), merge="unique", engine="HostConfig.DnsOptions")
    dns_search: tuple[str, ...] = attr(
        one_or_many, (), merge="unique", engine="HostConfig.DnsSearch"
    )
    domainname: str = attr(text, "", engine="Domainname")
    entrypoint: tuple[str, ...] | None = attr(
        command_line, merge="replace", engine="Entrypoint", always=True
    )
    provider: Provider | None = attr(RecordOf(Provider), engine="client")
    environment: Mapping[str, str | None] = attr(variable_map, EMPTY, merge="by_key", engine="Env")
    env_file: tuple[EnvFile, ...] = attr(
        Many(MaybeMissing(EnvFile, short.env_file, _STRING, _env_file_defaults), single=True),
        (), merge="by_path", engine="Env",
    )  # fmt: skip
    expose: tuple[str, ...] = attr(
        Expose(numbers_or_words.item, unique=True), (), merge="unique", engine="ExposedPorts"
    )
    extends: Extends | None = attr(
        RecordOf(Extends, short.named_service, _STRING), hide=("json", "yaml"), engine="client"
    )
    external_links: tuple[str, ...] = attr(words, (), engine="endpoint Links")
    extra_hosts: tuple[tuple[str, str], ...] = attr(
        Hosts(), (), merge="hosts", engine="HostConfig.ExtraHosts"
    )
    group_add: tuple[str, ...] = attr(numbers_or_words, (), engine="HostConfig.GroupAdd")
    gpus: tuple[DeviceRequest, ...] = attr(
        Gpus(gpu_request, alone=({"type": "string", "enum": ["all"]},)), (),
        engine="HostConfig.DeviceRequests",
    )  # fmt: skip
    hostname: str = attr(text, "", engine="Hostname")
    healthcheck: Healthcheck | None = attr(RecordOf(Healthcheck), engine="Healthcheck")
    image: str = attr(text, "", engine="Image")
    init: bool | None = attr(flag, engine="HostConfig.Init")
    ipc: str = attr(text, "", engine="HostConfig.IpcMode")
    isolation: str = attr(text, "", engine="HostConfig.Isolation")
    labels: Mapping[str, str] = attr(label_map, EMPTY, merge="by_key", engine="Labels")
    label_file: tuple[str, ...] = attr(
        Many(text, single=True), (), merge="long", path="host", engine="Labels"
    )
    links: tuple[str, ...] = attr(words, (), merge="unique", engine="endpoint Links")
    logging: Logging | None = attr(
        RecordOf(Logging), merge="logging", engine="HostConfig.LogConfig"
    )
    mem_limit: int = attr(_memory, 0, engine="HostConfig.Memory")
    mem_reservation: int = attr(bytes_, 0, engine="HostConfig.MemoryReservation")
    memswap_limit: int = attr(_memory, 0, engine="HostConfig.MemorySwap")
    mem_swappiness: int = attr(bytes_, 0, engine="HostConfig.MemorySwappiness")
    mac_address: str = attr(text, "", engine="EndpointSettings.MacAddress")
    models: Mapping[str, ServiceModel | None] = attr(
        Table(Maybe(RecordOf(ServiceModel)), closed=False, also_list=True),
        EMPTY,
        merge="long",
        engine="Env",
    )
    network_mode: str = attr(text, "", engine="HostConfig.NetworkMode")
    networks: Mapping[str, ServiceNetwork | None] = attr(
        Table(Maybe(RecordOf(ServiceNetwork)), also_list=True),
        EMPTY,
        merge="long",
        engine="NetworkingConfig",
    )
    oom_kill_disable: bool = attr(flag, default=False, engine="HostConfig.OomKillDisable")
    oom_score_adj: int = attr(
        Integer(minimum=-1000, maximum=1000), 0, engine="HostConfig.OomScoreAdj"
    )
    pid: str = attr(Text(also=("null",)), "", engine="HostConfig.PidMode")
    pids_limit: int = attr(whole, 0, engine="HostConfig.PidsLimit")
    platform: str = attr(text, "", engine="query platform")
    ports: tuple[Port, ...] = attr(
        Many(port, unique=True, expand=short.ports), (), merge="by_port",
        engine="HostConfig.PortBindings",
    )  # fmt: skip
    privileged: bool = attr(flag, default=False, engine="HostConfig.Privileged")
    pull_policy: str = attr(
        Text(
            pattern="always|never|build|if_not_present|missing|refresh|daily|weekly|"
            "every_([0-9]+[wdhms])+"
        ),
        "",
        hashed=False,
        engine="client",
    )
    pull_refresh_after: str = attr(
        text, "", hide=("json", "yaml"), engine="none: Compose ignores it"
    )
    read_only: bool = attr(flag, default=False, engine="HostConfig.ReadonlyRootfs")
    restart: str = attr(text, "", engine="HostConfig.RestartPolicy")
    runtime: str = attr(text, "", engine="HostConfig.Runtime")
    scale: int | None = attr(integer, engine="number of containers", hashed=False)
    secrets: tuple[FileReference, ...] = attr(
        Many(secret_reference), (), merge="by_secret_target", engine="mounts"
    )
    security_opt: tuple[str, ...] = attr(words, (), engine="HostConfig.SecurityOpt")
    shm_size: int = attr(_memory, 0, engine="HostConfig.ShmSize")
    stdin_open: bool = attr(flag, default=False, engine="OpenStdin")
    stop_grace_period: int | None = attr(duration, engine="StopTimeout")
    stop_signal: str = attr(text, "", engine="StopSignal")
    storage_opt: Mapping[str, str] = attr(Freeform(), EMPTY, engine="HostConfig.StorageOpt")
    sysctls: Mapping[str, str] = attr(label_map, EMPTY, merge="by_key", engine="HostConfig.Sysctls")
    tmpfs: tuple[str, ...] = attr(one_or_many, (), merge="unique", engine="HostConfig.Tmpfs")
    tty: bool = attr(flag, default=False, engine="Tty")
    ulimits: Mapping[str, UlimitValue] = attr(
        Table(ulimit, "^[a-z]+$", closed=False),
        EMPTY,
        merge="replace_each",
        engine="HostConfig.Ulimits",
    )
    use_api_socket: bool = attr(strict_flag, default=False, engine="mounts")
    user: str = attr(text, "", engine="User")
    userns_mode: str = attr(text, "", engine="HostConfig.UsernsMode")
    uts: str = attr(text, "", engine="HostConfig.UTSMode")
    volumes: tuple[Mount, ...] = attr(
        Many(mount, unique=True), (), merge="by_mount", path="mount", engine="mounts"
    )
    volumes_from: tuple[str, ...] = attr(words, (), engine="HostConfig.VolumesFrom")
    working_dir: str = attr(text, "", engine="WorkingDir")
    post_start: tuple[Hook, ...] = attr(Many(hook), (), engine="exec")
    pre_stop: tuple[Hook, ...] = attr(Many(hook), (), engine="exec")

    @property
    def replicas(self) -> int:
        """How many containers are wanted: ``scale``, else ``deploy.replicas``, else one."""
        if self.scale is not None:
            return self.scale
        if self.deploy and self.deploy.replicas is not None:
            return self.deploy.replicas
        return 1
