"""JSON of the engine's lists as parts of Observed. Pure.

Health and exit code are read from the Status text, the only place where a list has them; so no
container needs to be inspected.

May import: identity, spec, state, value, engine.port, engine.moments.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from composer.engine.moments import unix_time
from composer.engine.port import Json
from composer.identity import CONFIG_HASH, NUMBER, PROJECT, SERVICE, is_one_off, own_name
from composer.spec.platforms import Platform, read_platform
from composer.state import (
    ContainerState,
    Health,
    MountState,
    NetworkState,
    PublishedPort,
    VolumeState,
)

_ID = re.compile(r"[0-9a-f]{12,64}")
_EXIT = re.compile(r"(?:Exited|Restarting) \((-?\d+)\)")
_HEALTH: Mapping[str, Health] = {
    "(health: starting)": "starting",
    "(healthy)": "healthy",
    "(unhealthy)": "unhealthy",
}


def container_state(found: Json, listed: int = 0) -> ContainerState:
    """Return an entry of ``GET /containers/json``; *listed* is its place there."""
    labels: Mapping[str, str] = found.get("Labels") or {}
    status = found.get("Status") or ""
    return ContainerState.trusted(
        {
            "id": found["Id"],
            "name": own_name(found.get("Names") or ()),
            "service": labels.get(SERVICE, ""),
            "number": _number(labels.get(NUMBER, "")),
            "status": found.get("State") or "created",
            "image": found.get("Image", ""),
            "image_id": found.get("ImageID", ""),
            "health": health(status),
            "exit_code": exit_code(status),
            "created": found.get("Created", 0),
            "listed": listed,
            "one_off": is_one_off(labels),
            "config_hash": labels.get(CONFIG_HASH, ""),
            "labels": labels,
            "networks": _networks(found),
            "mounts": tuple(_mount(one) for one in found.get("Mounts") or ()),
            "ports": tuple(sorted(map(_port, found.get("Ports") or ()), key=_port_order)),
            "command": found.get("Command", ""),
            "status_text": status,
        }
    )


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def exit_code(status: str) -> int | None:
    """Return 137 of ``Exited (137) 2 minutes ago``, None where it never ended or runs again."""
    match = _EXIT.match(status)
    return int(match[1]) if match else None


def health(status: str) -> Health:
    """Return healthy of ``Up 5 seconds (healthy)``, empty where there is no check."""
    return next((value for text, value in _HEALTH.items() if text in status), "")


def _networks(found: Json) -> dict[str, str]:
    networks = (found.get("NetworkSettings") or {}).get("Networks") or {}
    return {name: (one or {}).get("NetworkID", "") for name, one in networks.items()}


def _mount(found: Json) -> MountState:
    return MountState(
        found.get("Type", ""),
        found.get("Source", ""),
        found.get("Destination", ""),
        found.get("Name", ""),
        found.get("Driver", ""),
    )


def _port(found: Json) -> PublishedPort:
    return PublishedPort(
        found.get("PrivatePort", 0),
        found.get("Type", "tcp"),
        found.get("PublicPort", 0),
        found.get("IP", ""),
    )


def _port_order(port: PublishedPort) -> tuple[Any, ...]:
    # engines list ports in any order, but the places of each in a steady one, IPv4 before IPv6
    return port.target, port.protocol


def network_state(found: Json) -> NetworkState:
    """Return an entry of ``GET /networks``."""
    return NetworkState(
        found["Id"], found["Name"], found.get("Driver", ""), found.get("Labels") or {}
    )


def volume_state(found: Json) -> VolumeState:
    """Return an entry of ``GET /volumes``."""
    return VolumeState(found["Name"], found.get("Driver", ""), found.get("Labels") or {})


def containers_of(found: Iterable[Json]) -> tuple[ContainerState, ...]:
    """Return containers by service, number and age."""
    states = [container_state(one, at) for at, one in enumerate(found)]
    return tuple(sorted(states, key=lambda one: (one.service, one.number, one.created, one.id)))


def networks_of(
    project: str, wanted: frozenset[str], found: Iterable[Json]
) -> dict[str, NetworkState]:
    """Return, by name, the project's networks and those that it *wants* (by name or id).

    Older engines allow several networks of one name; the project's own counts before others. Of
    several own ones that with the first id does, so that two commands agree on it.
    """
    made: dict[str, NetworkState] = {}
    for network in map(network_state, found):
        own = network.labels.get(PROJECT) == project
        known = made.get(network.name)
        if own:
            twins = known is not None and known.labels.get(PROJECT) == project
            made[network.name] = _together(known, network) if known and twins else network
        elif network.name in wanted:
            made.setdefault(network.name, network)
        elif network.id in wanted:
            made[network.id] = network
    return made


def _together(known: NetworkState, other: NetworkState) -> NetworkState:
    first, second = sorted((known, other), key=lambda one: one.id)
    return first.replace(twins=(*known.twins, second.id))


def is_node(info: Json) -> bool:
    """Tell whether the engine that says *info* of itself is a node of a swarm."""
    state = (info.get("Swarm") or {}).get("LocalNodeState") or ""
    return state not in {"", "inactive", "locked"}


def volumes_of(
    project: str, wanted: frozenset[str], found: Iterable[Json]
) -> dict[str, VolumeState]:
    """Return, by name, the project's volumes and those that it *wants*."""
    return {
        volume.name: volume
        for volume in map(volume_state, found)
        if volume.name in wanted or volume.labels.get(PROJECT) == project
    }


def images_of(references: Iterable[str], found: Iterable[Json]) -> dict[str, str]:
    """Return the ids of those *references* that entries of ``GET /images/json`` bear as a tag."""
    ids = {tag: image["Id"] for image in found for tag in image.get("RepoTags") or ()}
    named = ((reference, familiar(reference)) for reference in references)
    return {reference: ids[name] for reference, name in named if name in ids}


def familiar(reference: str) -> str:
    """Return *reference* as the engine lists it: ``docker.io/library/redis`` → ``redis:latest``."""
    name = reference.removeprefix("docker.io/").removeprefix("index.docker.io/")
    if name != reference or reference.startswith("library/"):
        name = name.removeprefix("library/")
    return name if ":" in name.rpartition("/")[2] else f"{name}:latest"


def is_listed(reference: str) -> bool:
    """Tell whether a list can be filtered by *reference*: not by digests and ids."""
    exact = "@" in reference or reference.startswith("sha256:") or _ID.fullmatch(reference)
    return not exact


def is_for(image: Json, platform: str) -> bool:
    """Tell whether an inspected image is for *platform*: ``linux/arm64/v8``, or a part of it."""
    try:
        wanted = read_platform(platform).exact
    except ValueError:  # the plan refuses it
        return False
    system, *more = (image.get(key) or "" for key in ("Os", "Architecture", "Variant"))
    if not (system and wanted.architecture):
        return system in {"", wanted.system}
    return Platform(system, *more).exact == wanted


def last_tagged(image: Json) -> float:
    """Return when an inspected image last got a name, in Unix seconds; 0 where that is unknown."""
    return unix_time((image.get("Metadata") or {}).get("LastTagTime") or "")
