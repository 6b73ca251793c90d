"""A project that describes containers which are there: inspections as services. Pure.

As with Docker Compose, it has what they publish, mount, join and are set to, not their commands.

May import: engine.port, identity, spec, value.
"""

import posixpath
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from composer.engine.port import Json
from composer.identity import SERVICE, foreign_labels
from composer.spec.files import FileReference, Secret
from composer.spec.mounts import Mount, Port
from composer.spec.network import Network, ServiceNetwork, Volume
from composer.spec.project import Project
from composer.spec.service import Healthcheck, Service
from composer.value import Value

_SECRETS = "/run/secrets/"
_HEALTH = {
    "timeout": "Timeout",
    "interval": "Interval",
    "retries": "Retries",
    "start_period": "StartPeriod",
    "start_interval": "StartInterval",
}


class Found(Value):
    """A container: the *image* that a list names, and its inspection."""

    image: str
    inspected: Json


def described(name: str, folder: str, found: Sequence[Found], networks: Iterable[Json]) -> Project:
    """Return the project *name* with a service for each container, or for those of one service.

    *networks* are entries of ``GET /networks``.
    """
    services: dict[str, Service] = {}
    for one in found:
        service = _service(one)
        key = _service_name(one.inspected)
        services[key] = _joined(services[key], service) if key in services else service
    mounts = [mount for one in found for mount in _mounts(one.inspected)]
    joined = {key for one in services.values() for key in one.networks}
    internal = {one["Name"] for one in networks if one.get("Internal")}
    return Project(
        name,
        folder,
        services=services,
        networks={key: Network(internal=key in internal) for key in joined},
        volumes={one.source: Volume() for one in mounts if one.type == "volume"},
        secrets={
            key: Secret(name=key, file=one.source)
            for one in mounts
            if _is_secret(one) and (key := posixpath.basename(one.target))
        },
    )


def _service_name(inspected: Json) -> str:
    labels = inspected["Config"].get("Labels") or {}
    return str(labels.get(SERVICE) or inspected["Name"].removeprefix("/"))


def _joined(before: Service, service: Service) -> Service:
    """Return *service* as one of several containers: with what others publish and mount, too."""
    volumes = {one.target: one for one in (*before.volumes, *service.volumes)}
    secrets = {one.target: one for one in (*before.secrets, *service.secrets)}
    return service.replace(
        scale=(before.scale or 0) + 1,
        ports=tuple(dict.fromkeys((*before.ports, *service.ports))),
        volumes=tuple(volumes.values()),
        secrets=tuple(secrets.values()),
    )


def _service(found: Found) -> Service:
    inspected, config = found.inspected, found.inspected["Config"]
    mounts = list(_mounts(inspected))
    endpoints: Mapping[str, Json] = inspected["NetworkSettings"].get("Networks") or {}
    variables = (one.partition("=") for one in config.get("Env") or ())
    return Service(
        image=found.image,
        environment={name: value if equals else None for name, equals, value in variables},
        labels=foreign_labels(config.get("Labels") or {}),
        healthcheck=_healthcheck(config.get("Healthcheck") or {}),
        networks={
            name: ServiceNetwork(aliases=tuple((one or {}).get("Aliases") or ()))
            for name, one in endpoints.items()
        },
        ports=tuple(_ports(inspected["HostConfig"].get("PortBindings") or {})),
        scale=1,
        secrets=tuple(
            FileReference(source=posixpath.basename(one.target), target=one.target)
            for one in mounts
            if _is_secret(one)
        ),
        volumes=tuple(one for one in mounts if not _is_secret(one)),
    )


def _healthcheck(found: Json) -> Healthcheck | None:
    test = tuple(found.get("Test") or ())
    given: dict[str, Any] = {name: found[key] for name, key in _HEALTH.items() if found.get(key)}
    return Healthcheck(test=test, **given) if test or given else None


def _ports(bindings: Mapping[str, Sequence[Json] | None]) -> Iterable[Port]:
    """Yield the published ports, by number."""
    for port in sorted(bindings, key=lambda one: (int(one.partition("/")[0]), one)):
        target, _, protocol = port.partition("/")
        for one in bindings[port] or ():
            yield Port(
                host_ip=one.get("HostIp") or "",
                target=int(target),
                published=one.get("HostPort") or "",
                protocol=protocol,
            )


def _mounts(inspected: Json) -> Iterable[Mount]:
    """Yield folders of the host and volumes, by where they are mounted."""
    found: Sequence[Json] = inspected.get("Mounts") or ()
    for one in sorted(found, key=lambda one: str(one["Destination"])):
        if one["Type"] in {"bind", "volume"}:
            yield Mount(
                type=one["Type"],
                source=one["Name"] if one["Type"] == "volume" else one["Source"],
                target=one["Destination"],
                read_only=not one.get("RW", True),
            )


def _is_secret(one: Mount) -> bool:
    return one.type == "bind" and one.target.startswith(_SECRETS)
