"""Mounts and ports of a service.

Compose Specification: services, "volumes" and "ports".
May import: spec, tree.
"""

from collections.abc import Mapping

from composer.spec import short
from composer.spec.containers import label_map
from composer.spec.record import Record, RecordOf, attr, filled
from composer.spec.shapes import EMPTY, Bytes, ContainerPath, FileMode, Integer, Text, flag, text
from composer.spec.special import late_flag
from composer.tree import Node


class BindOptions(Record):
    """Options of a bind mount."""

    selinux: str = attr(Text(choices=("z", "Z")), "", engine="Binds option")
    propagation: str = attr(text, "", engine="Mounts[].BindOptions.Propagation")
    create_host_path: bool = attr(
        late_flag, default=False, engine="Mounts[].BindOptions.CreateMountpoint", since=(1, 42)
    )
    recursive: str = attr(
        Text(choices=("enabled", "disabled", "writable", "readonly")),
        "",
        engine="Mounts[].BindOptions.NonRecursive",
        since=(1, 44),
    )


class VolumeOptions(Record):
    """Options of a volume mount."""

    labels: Mapping[str, str] = attr(
        label_map, EMPTY, merge="by_key", engine="Mounts[].VolumeOptions.Labels"
    )
    nocopy: bool = attr(flag, default=False, engine="Mounts[].VolumeOptions.NoCopy")
    subpath: str = attr(text, "", engine="Mounts[].VolumeOptions.Subpath", since=(1, 45))


class TmpfsOptions(Record):
    """Options of a tmpfs mount."""

    size: int = attr(Bytes(minimum=0), 0, engine="Mounts[].TmpfsOptions.SizeBytes")
    mode: int = attr(FileMode(text=False), 0, engine="Mounts[].TmpfsOptions.Mode")


class ImageOptions(Record):
    """Options of an image mount."""

    subpath: str = attr(text, "", engine="Mounts[].ImageOptions.Subpath", since=(1, 48))


class Mount(Record):
    """A volume, host path, tmpfs or image that a container sees."""

    type: str = attr(
        Text(choices=("bind", "volume", "tmpfs", "cluster", "npipe", "image")),
        "",
        engine="Mounts[].Type",
        required=True,
    )
    source: str = attr(text, "", engine="Mounts[].Source")
    target: str = attr(ContainerPath(), "", engine="Mounts[].Target")
    read_only: bool = attr(flag, default=False, engine="Mounts[].ReadOnly")
    consistency: str = attr(text, "", engine="Mounts[].Consistency")
    bind: BindOptions | None = attr(RecordOf(BindOptions), engine="Mounts[].BindOptions")
    volume: VolumeOptions | None = attr(RecordOf(VolumeOptions), engine="Mounts[].VolumeOptions")
    tmpfs: TmpfsOptions | None = attr(RecordOf(TmpfsOptions), engine="Mounts[].TmpfsOptions")
    image: ImageOptions | None = attr(
        RecordOf(ImageOptions), engine="Mounts[].ImageOptions", since=(1, 48)
    )


class Port(Record):
    """A container port, and where the host publishes it (a port, a range, or empty)."""

    name: str = attr(text, "", engine="none: documentation only")
    mode: str = attr(text, "", engine="swarm")
    host_ip: str = attr(text, "", engine="HostConfig.PortBindings[].HostIp")
    target: int = attr(Integer(signed=False), 0, engine="HostConfig.PortBindings")
    published: str = attr(Text(also=("integer",)), "", engine="HostConfig.PortBindings[].HostPort")
    protocol: str = attr(text, "", engine="HostConfig.PortBindings")
    app_protocol: str = attr(text, "", engine="none: documentation only")


def port_defaults(node: Node) -> Node:
    """A port is ingress and TCP unless it says otherwise."""
    return filled(node, mode="ingress", protocol="tcp")


mount = RecordOf(Mount, short.mount, ({"type": "string"},))
port = RecordOf(Port, None, ({"type": "number"}, {"type": "string"}), port_defaults)
