"""Limits of a container, and the devices that it may use; part of HostConfig.

May import: spec, engine.translate.
"""

import re
from collections.abc import Iterable
from struct import pack, unpack

from composer.engine.translate.fields import Json, given
from composer.spec.deploy import Limits, Reservations
from composer.spec.resources import BlkioRate, DeviceRequest
from composer.spec.service import Blkio, Device, Service

NANO = 10**9
_CDI = re.compile(r"[A-Za-z][\w.-]*/[A-Za-z][\w-]*=[A-Za-z0-9][\w.:-]*", re.ASCII)


def resources(service: Service) -> Json:
    """Return the resources; what ``deploy.resources`` sets counts before the service's own."""
    deployed = service.deploy.resources if service.deploy else None
    limits = (deployed and deployed.limits) or Limits()
    reserved = (deployed and deployed.reservations) or Reservations()
    return {
        **given(
            CgroupParent=service.cgroup_parent,
            Memory=limits.memory or service.mem_limit,
            MemorySwap=service.memswap_limit,
            MemorySwappiness=service.mem_swappiness,
            MemoryReservation=reserved.memory or service.mem_reservation,
            NanoCpus=_nano(limits.cpus or service.cpus),
            PidsLimit=limits.pids if limits.pids > 0 else service.pids_limit,
            DeviceRequests=list(_requests(service, reserved)),
            Devices=[_device(one) for one in service.devices if not _is_cdi(one)],
            Ulimits=_ulimits(service),
        ),
        **_cpu(service),
        **_blkio(service.blkio_config),
        "OomKillDisable": service.oom_kill_disable,
    }


def _nano(cpus: float) -> int:
    return int(_times(cpus, NANO))


def _times(number: float, factor: int) -> float:
    """Multiply as Docker Compose does, in 32 bits: 2.55 processors are 2549999872 nano ones."""
    return _single(_single(number) * factor)


def _single(number: float) -> float:
    """Return the nearest number of single precision."""
    return float(unpack("f", pack("f", number))[0])


def _cpu(service: Service) -> Json:
    return given(
        CpuCount=service.cpu_count,
        CpuPercent=int(_times(service.cpu_percent, 100)),
        CpuPeriod=service.cpu_period,
        CpuQuota=service.cpu_quota,
        CpuRealtimePeriod=service.cpu_rt_period,
        CpuRealtimeRuntime=service.cpu_rt_runtime,
        CpuShares=service.cpu_shares,
        CpusetCpus=service.cpuset,
        DeviceCgroupRules=list(service.device_cgroup_rules),
    )


def _ulimits(service: Service) -> list[Json]:
    return [
        {"Name": name, "Soft": limit.soft or limit.single, "Hard": limit.hard or limit.single}
        for name, limit in sorted(service.ulimits.items())
    ]


def _device(device: Device) -> Json:
    return {
        "PathOnHost": device.source,
        "PathInContainer": device.target or device.source,
        "CgroupPermissions": device.permissions or "rwm",
    }


def _is_cdi(device: Device) -> bool:
    """Tell a name of the Container Device Interface (``vendor.com/class=name``) from a path."""
    return device.source == device.target and bool(_CDI.fullmatch(device.source))


def _requests(service: Service, reserved: Reservations) -> Iterable[Json]:
    for device in reserved.devices:
        yield _request(device, list(device.capabilities))
    if names := [device.source for device in service.devices if _is_cdi(device)]:
        yield {"Driver": "cdi", "DeviceIDs": names}
    for gpu in service.gpus:
        yield _request(gpu, [*gpu.capabilities, "gpu"])


def _request(device: DeviceRequest, capabilities: list[str]) -> Json:
    return given(
        Driver=device.driver,
        Count=device.count,
        DeviceIDs=list(device.device_ids),
        Capabilities=[capabilities or None],
        Options=dict(device.options),
    )


def _blkio(blkio: Blkio | None) -> Json:
    if not blkio:
        return {}
    weights = [{"Path": one.path, "Weight": one.weight} for one in blkio.weight_device]
    return given(
        BlkioWeight=blkio.weight,
        BlkioWeightDevice=weights,
        BlkioDeviceReadBps=_rates(blkio.device_read_bps),
        BlkioDeviceReadIOps=_rates(blkio.device_read_iops),
        BlkioDeviceWriteBps=_rates(blkio.device_write_bps),
        BlkioDeviceWriteIOps=_rates(blkio.device_write_iops),
    )


def _rates(rates: tuple[BlkioRate, ...]) -> list[Json]:
    return [{"Path": one.path, "Rate": one.rate} for one in rates]
