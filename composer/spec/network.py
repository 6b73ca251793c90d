"""Networks and volumes of a project, and how a service joins a network.

Compose Specification: "Networks top-level element", "Volumes top-level element".
May import: spec.
"""

from collections.abc import Mapping

from composer.spec.containers import Many, Options, label_map, option_map, words
from composer.spec.record import Record, RecordOf, attr
from composer.spec.shapes import EMPTY, Integer, flag, text
from composer.spec.special import External

_rank = Integer(number=True, text=False)


class Pool(Record):
    """One subnet of a network."""

    subnet: str = attr(text, "", engine="IPAM.Config[].Subnet")
    gateway: str = attr(text, "", engine="IPAM.Config[].Gateway")
    ip_range: str = attr(text, "", engine="IPAM.Config[].IPRange")
    aux_addresses: Mapping[str, str] = attr(
        Options(("string",), closed=True), EMPTY, engine="IPAM.Config[].AuxiliaryAddresses"
    )


class Ipam(Record):
    """The address management of a network."""

    driver: str = attr(text, "", engine="IPAM.Driver")
    config: tuple[Pool, ...] = attr(Many(RecordOf(Pool)), (), merge="pools", engine="IPAM.Config")
    options: Mapping[str, str] = attr(
        Options(("string",), closed=True), EMPTY, engine="IPAM.Options", hide=("json", "yaml")
    )


class Network(Record):
    """A network that services join."""

    name: str = attr(text, "", engine="Name")
    driver: str = attr(text, "", engine="Driver")
    driver_opts: Mapping[str, str] = attr(option_map, EMPTY, engine="Options")
    ipam: Ipam = attr(RecordOf(Ipam), Ipam(), engine="IPAM")
    external: bool = attr(External(closed=True), default=False, engine="client")
    internal: bool = attr(flag, default=False, engine="Internal")
    attachable: bool = attr(flag, default=False, engine="Attachable")
    labels: Mapping[str, str] = attr(label_map, EMPTY, merge="by_key", engine="Labels")
    enable_ipv4: bool | None = attr(flag, engine="EnableIPv4", since=(1, 48))
    enable_ipv6: bool | None = attr(flag, engine="EnableIPv6")


class Volume(Record):
    """A volume that services mount."""

    name: str = attr(text, "", engine="Name")
    driver: str = attr(text, "", engine="Driver")
    driver_opts: Mapping[str, str] = attr(option_map, EMPTY, engine="DriverOpts")
    external: bool = attr(External(closed=True), default=False, engine="client")
    labels: Mapping[str, str] = attr(label_map, EMPTY, merge="by_key", engine="Labels")


class ServiceNetwork(Record):
    """How a service's containers join a network."""

    aliases: tuple[str, ...] = attr(words, (), merge="unique", engine="EndpointSettings.Aliases")
    driver_opts: Mapping[str, str] = attr(option_map, EMPTY, engine="EndpointSettings.DriverOpts")
    gw_priority: int = attr(_rank, 0, engine="EndpointSettings.GwPriority", since=(1, 48))
    interface_name: str = attr(
        text, "", engine="EndpointSettings.DriverOpts[com.docker.network.endpoint.ifname]",
        since=(1, 49),
    )  # fmt: skip
    ipv4_address: str = attr(text, "", engine="EndpointSettings.IPAMConfig.IPv4Address")
    ipv6_address: str = attr(text, "", engine="EndpointSettings.IPAMConfig.IPv6Address")
    link_local_ips: tuple[str, ...] = attr(
        words, (), merge="unique", engine="EndpointSettings.IPAMConfig.LinkLocalIPs"
    )
    mac_address: str = attr(text, "", engine="EndpointSettings.MacAddress", since=(1, 44))
    priority: int = attr(_rank, 0, engine="order of connection")
