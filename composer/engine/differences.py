"""In which attributes a container, network or volume differs from what would be created now. Pure.

The old configuration is not in its labels, only the hash. So its inspection is compared with the
body of the create call, both laid out flat as attributes of the file. What the image gives to a
container is filled in as the engine does it; what the engine fills in by itself is no difference.

May import: plan.changes, plan.hiding, spec, engine.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any

from composer.engine.flat import (
    Flat,
    flat_config,
    flat_endpoints,
    flat_host,
    flat_network,
    flat_volume,
)  # fmt: skip
from composer.engine.port import Json
from composer.plan.changes import Difference
from composer.plan.hiding import HIDDEN, shown

UPDATABLE = frozenset((
    "blkio_config.weight", "cpu_period", "cpu_quota", "cpu_rt_period", "cpu_rt_runtime",
    "cpu_shares", "cpus", "cpuset", "mem_limit", "mem_reservation", "memswap_limit", "pids_limit",
    "restart",
))  # fmt: skip
"""What ``docker update`` changes in a container that exists."""

_OF_THE_ENGINE: Mapping[str, Collection[Any]] = {
    "cgroup": ("host", "private"),
    "ipc": ("private", "shareable"),
    "isolation": ("default",),
    "logging.driver": ("json-file",),
    "mem_swappiness": (-1,),
    "memswap_limit": (-1,),
    "network_mode": ("default", "bridge"),
    "pids_limit": (-1,),
    "restart": ("no",),
    "runtime": ("runc", "io.containerd.runc.v2"),
    "shm_size": (64 * 2**20,),
}
"""What the engine fills in where nothing is asked for."""

_MODES = frozenset(("none", "host", "bridge", "default"))
"""Modes that say of a container on what, or that on no network it is."""

_SIZES = frozenset(("mem_limit", "mem_reservation", "memswap_limit", "shm_size"))
_ANONYMOUS = re.compile(r"[0-9a-f]{64}")


def differences(
    found: Json,
    body: Json,
    image: Json,
    secrets: Collection[str] = (),
    old_image: Json | None = None,
) -> tuple[Difference, ...]:
    """Return the attributes in which an inspected container differs from *body*, by name.

    *image* is the inspection of the image that the body names, *old_image* that of the container's
    own, as far as it is there. Values that are not for showing, *secrets* among them, are replaced.
    """
    names = {found["Id"][:12], found.get("Name", "").lstrip("/")}
    wanted = (body.get("NetworkingConfig") or {}).get("EndpointsConfig") or {}
    old, new = _found(found, names, wanted), _wanted(body, image, names)
    gave, gives = _given(old_image), _given(image)
    made = [_image_difference(found, image)] if old["image"] == new["image"] else []
    for name in sorted(old.keys() | new.keys()):
        was, becomes = old.get(name), new.get(name)
        if was != becomes and not (becomes is None and _is_filled_in(name, was, old)):
            of_image = bool(old_image) and (was, becomes) == (gave.get(name), gives.get(name))
            made.append(_difference(name, was, becomes, secrets).replace(of_image=of_image))
    return tuple(one for one in made if one)


def network_differences(found: Json, body: Json) -> tuple[Difference, ...]:
    """Return the attributes in which an inspected network differs from *body*, by name."""
    old, new = flat_network(found), flat_network(body)
    pools = any(name.startswith("ipam.config") for name in new)
    asked = {
        name: value
        for name, value in old.items()
        if name in new or not _is_given_to_networks(name, value, pools=pools)
    }
    return _told(asked, new)


def _is_given_to_networks(name: str, value: Any, *, pools: bool) -> bool:
    """Tell what the engine fills in: the usual drivers, gateways, and pools where none is asked."""
    if name.startswith("ipam.config"):
        return not pools or name.endswith(".gateway")
    usual = {"driver": "bridge", "ipam.driver": "default", "enable_ipv4": True}
    return name in usual and usual[name] == value


def volume_differences(found: Json, body: Json) -> tuple[Difference, ...]:
    """Return the attributes in which a volume of the engine differs from *body*, by name."""
    old, new = flat_volume(found), flat_volume(body)
    return _told(old, {"driver": "local", **new})


def _told(old: Flat, new: Flat) -> tuple[Difference, ...]:
    return tuple(
        _difference(name, old.get(name), new.get(name), ())
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    )


def _found(found: Json, names: Collection[str], wanted: Collection[str]) -> Flat:
    """Lay out an inspection; *names* are aliases that every container has.

    *wanted* are the networks that it is to be on: the mode names one of them also where somebody
    took the container off it.
    """
    config, host = found.get("Config") or {}, found.get("HostConfig") or {}
    mode = host.get("NetworkMode", "")
    shared = mode == "host" or mode.startswith("container:")
    if shared or config.get("Hostname") == found["Id"][:12]:
        config = {**config, "Hostname": ""}
    flat = flat_config(config, host)
    networks = (found.get("NetworkSettings") or {}).get("Networks") or {}
    if mode in _MODES and mode not in wanted:  # the engine lists it as if it were a network
        networks = {name: one for name, one in networks.items() if name != mode}
    elif mode not in networks and mode not in wanted:
        networks = {}
    known = {*networks, *wanted}
    return {**flat, **flat_host(host, known), **flat_endpoints(networks, names)}


def _wanted(body: Json, image: Json, names: Collection[str]) -> Flat:
    """Lay out the body of a create call, with what the image gives."""
    config, host = _with_image(body, image.get("Config") or {}), body.get("HostConfig") or {}
    networks = (body.get("NetworkingConfig") or {}).get("EndpointsConfig") or {}
    flat = flat_config(config, host)
    return {**flat, **flat_host(host, networks), **flat_endpoints(networks, names)}


def _given(image: Json | None) -> Flat:
    """Lay out what an image gives to a container of which nothing else is asked."""
    return flat_config(_with_image({}, image.get("Config") or {}), {}) if image else {}


def _with_image(body: Json, image: Json) -> Json:
    """Fill in what the image says, as the engine does."""
    filled = {
        name: body.get(name) or image.get(name) for name in ("User", "WorkingDir", "StopSignal")
    }
    for name in ("Labels", "ExposedPorts"):
        filled[name] = {**(image.get(name) or {}), **(body.get(name) or {})}
    given = {one.partition("=")[0] for one in body.get("Env") or ()}
    kept = [one for one in image.get("Env") or () if one.partition("=")[0] not in given]
    filled["Env"] = kept + [one for one in body.get("Env") or () if "=" in one]
    if not body.get("Entrypoint"):
        filled["Cmd"] = body.get("Cmd") or image.get("Cmd")
        if body.get("Entrypoint") is None:
            filled["Entrypoint"] = image.get("Entrypoint")
    check = body.get("Healthcheck") or {}
    filled["Healthcheck"] = {**(image.get("Healthcheck") or {}), **check}
    return {**body, **filled}


def _is_filled_in(name: str, value: Any, old: Flat) -> bool:
    if name.startswith("volumes."):
        return _ANONYMOUS.match(str(value)) is not None or str(value).startswith("volume:")
    if name == "memswap_limit" and value == 2 * old.get("mem_limit", 0):
        return True
    return name.endswith(".mac_address") or value in _OF_THE_ENGINE.get(name, ())


def _image_difference(found: Json, image: Json) -> Difference | None:
    old, new = found.get("Image", ""), image.get("Id", "")
    if not new or old == new:
        return None
    return Difference("image id", _short(old), _short(new))


def _short(image_id: str) -> str:
    return image_id.removeprefix("sha256:")[:12]


def _difference(name: str, old: Any, new: Any, secrets: Collection[str]) -> Difference:
    if name in _SIZES:
        return Difference(name, _size(old), _size(new))
    shown_old, shown_new = shown(name, old, secrets), shown(name, new, secrets)
    if HIDDEN in (shown_old, shown_new):
        shown_old, shown_new = (one and HIDDEN for one in (old, new))
    return Difference(name, shown_old, shown_new)


def _size(value: int | None) -> str | None:
    """Return bytes as they are written in a file: ``64m``."""
    if value is None or value < 0:
        return None if value is None else str(value)
    for unit, factor in (("g", 2**30), ("m", 2**20), ("k", 2**10)):
        if value % factor == 0:
            return f"{value // factor}{unit}"
    return str(value)
