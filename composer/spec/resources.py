"""Device requests, ulimits and other resources that several parts of a service share.

May import: spec.
"""

from collections.abc import Mapping

from composer.spec.containers import KeyValues, words
from composer.spec.record import Record, RecordOf, attr
from composer.spec.shapes import EMPTY, bytes_, integer, natural_number, text
from composer.spec.special import BuildUlimit, DeviceCount, Ulimit, device_request


class DeviceRequest(Record):
    """A demand for devices, such as GPUs; *count* is -1 for all."""

    capabilities: tuple[str, ...] = attr(words, (), engine="DeviceRequests[].Capabilities")
    driver: str = attr(text, "", engine="DeviceRequests[].Driver")
    count: int = attr(DeviceCount(), 0, engine="DeviceRequests[].Count")
    device_ids: tuple[str, ...] = attr(words, (), engine="DeviceRequests[].DeviceIDs")
    options: Mapping[str, str] = attr(
        KeyValues(), EMPTY, merge="by_key", engine="DeviceRequests[].Options"
    )


class ReservedDevice(DeviceRequest):
    """A device request of ``deploy.resources.reservations``, which must name capabilities."""

    capabilities: tuple[str, ...] = attr(
        words, (), engine="DeviceRequests[].Capabilities", required=True
    )


class UlimitValue(Record):
    """A ulimit: *single* for both limits, or soft and hard."""

    single: int = attr(integer, 0, engine="Ulimits[]")
    soft: int = attr(integer, 0, engine="Ulimits[].Soft", required=True)
    hard: int = attr(integer, 0, engine="Ulimits[].Hard", required=True)


class BlkioRate(Record):
    """A limit of one device's throughput, in bytes or operations a second."""

    __open__ = False
    path: str = attr(text, "", engine="Path", shown="Path", always=True)
    rate: int = attr(bytes_, 0, engine="Rate", shown="Rate", always=True)


class BlkioWeight(Record):
    """The weight of one device, 10 to 1000."""

    __open__ = False
    path: str = attr(text, "", engine="Path", shown="Path", always=True)
    weight: int = attr(natural_number, 0, engine="Weight", shown="Weight", always=True)


gpu_request = RecordOf(DeviceRequest, complete=device_request, closed=False)
reserved_device = RecordOf(ReservedDevice, complete=device_request)
ulimit = Ulimit(UlimitValue)
build_ulimit = BuildUlimit(UlimitValue)
