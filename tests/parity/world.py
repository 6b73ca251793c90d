"""What the engine holds of a project, as lines: ``container p-web-1 /Config/Cmd/0 = 'sleep'``.

Left out is what is different in each run (ids, addresses, paths of the engine), and what only one
of the two programs writes about itself.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.e2e.stage import Json, Stage

_ITS_OWN = {
    "AppArmorProfile", "Created", "Driver", "ExecIDs", "GraphDriver", "HostnamePath", "HostsPath",
    "Id", "Image", "ImageManifestDescriptor", "LogPath", "MountLabel", "NetworkSettings",
    "Platform", "ProcessLabel", "ResolvConfPath", "State", "Storage",
}  # fmt: skip
_LABELS = ("version", "image", "replace", "slug")
_DEPENDENCIES = "com.docker.compose.depends_on"
_ENDED_BY_SIGNAL = {137, 143, 255}
"""Which of them a container ends with depends on when the signal came.

Where it was given no time to end in, the engine may even have missed with what it ended, and say 0.
"""
_RANDOM = re.compile(r"[0-9a-f]{64}")


def state(stage: Stage) -> list[str]:
    """Return what the engine holds now."""
    containers = [f"container {name} {line}" for name, line in _containers(stage)]
    networks = [
        f"network {name} {line}" for name, one in stage.networks().items() for line in _network(one)
    ]
    volumes = [
        f"volume {name} {line}" for name, one in stage.volumes().items() for line in _volume(one)
    ]
    return sorted([*containers, *networks, *volumes])


def _containers(stage: Stage) -> Iterator[tuple[str, str]]:
    for one in stage.containers():
        for line in _flat(_container(one)):
            yield str(one["Name"]).lstrip("/"), line


def _container(one: Json) -> Json:
    short = str(one["Id"])[:12]
    settings = one["NetworkSettings"]
    config = {**one["Config"], "Labels": _labels(one["Config"]["Labels"])}
    config["Env"] = sorted(config["Env"] or ())
    host = {**one["HostConfig"], **_unordered(one["HostConfig"])}
    by_signal = _ENDED_BY_SIGNAL | ({0} if config.get("StopTimeout") == 0 else set())
    code = one["State"]["ExitCode"]
    return {
        **{key: value for key, value in one.items() if key not in _ITS_OWN},
        "HostConfig": host,
        "Config": {key: "<id>" if value == short else value for key, value in config.items()},
        "Mounts": sorted(map(_mount, one["Mounts"]), key=lambda mount: str(mount["Destination"])),
        "State": {
            "Status": one["State"]["Status"],
            "ExitCode": "<signal>" if code in by_signal else code,
            "Health": (one["State"].get("Health") or {}).get("Status"),
        },
        "Ports": sorted(settings["Ports"] or ()),
        "Networks": {
            name: {
                "Aliases": sorted({*(of["Aliases"] or ())} - {short}),
                **{key: of.get(key) for key in ("IPAMConfig", "Links", "DriverOpts")},
            }
            for name, of in settings["Networks"].items()
        },
    }


def _unordered(host: Json) -> Json:
    """Return the lists that the peer sends in another order each time, sorted."""
    return {key: sorted(host.get(key) or (), key=str) for key in ("Binds", "Mounts", "Ulimits")}


def _labels(labels: Mapping[str, str] | None) -> dict[str, str]:
    own = {f"com.docker.compose.{name}" for name in _LABELS} | {"composer.content-hash"}
    kept = {key: value for key, value in (labels or {}).items() if key not in own}
    if listed := kept.get(_DEPENDENCIES):  # which the peer lists in any order
        kept[_DEPENDENCIES] = ",".join(sorted(listed.split(",")))
    return kept


def _mount(mount: Json) -> Json:
    return {key: "<id>" if _RANDOM.search(str(value)) else value for key, value in mount.items()}


def _network(one: Json) -> Iterator[str]:
    left = {key: one[key] for key in one.keys() - {"Id", "Created", "Containers", "Status"}}
    assigned = one["IPAM"]["Config"] or []
    if len(assigned) == 1 and _is_from_a_pool(str(assigned[0].get("Subnet", ""))):
        left["IPAM"] = {**one["IPAM"], "Config": "<assigned>"}
    return _flat({**left, "Labels": _labels(one["Labels"])})


def _is_from_a_pool(subnet: str) -> bool:
    return subnet.startswith(("10.", "172.1", "172.2", "172.3", "192.168."))


def _volume(one: Json) -> Iterator[str]:
    left = {key: one[key] for key in one.keys() - {"CreatedAt", "Mountpoint", "Status"}}
    return _flat({**left, "Labels": _labels(one["Labels"])})


def _flat(value: Any, path: str = "") -> Iterator[str]:
    """Yield a line for each value that says something."""
    if isinstance(value, dict):
        for key, inner in sorted(value.items()):
            yield from _flat(inner, f"{path}/{key}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _flat(inner, f"{path}/{index}")
    elif value not in (None, ""):
        yield f"{path} = {value!r}"
