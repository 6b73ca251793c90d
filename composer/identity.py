"""Names, labels and configuration hashes, equal to Docker Compose's.

Either tool recognises the other's containers by them, and recreates nothing. A hash is the SHA-256
of the JSON that Go's encoder makes of the attribute values, in the registry's order.

May import: spec, value.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from composer.spec.jsontext import dumps
from composer.spec.network import Network, Volume
from composer.spec.project import Project
from composer.spec.record import render_record
from composer.spec.service import Service

_PREFIX = "com.docker.compose."
PROJECT = f"{_PREFIX}project"
SERVICE = f"{_PREFIX}service"
NUMBER = f"{_PREFIX}container-number"
ONE_OFF = f"{_PREFIX}oneoff"
CONFIG_HASH = f"{_PREFIX}config-hash"
IMAGE = f"{_PREFIX}image"
REPLACE = f"{_PREFIX}replace"
NETWORK = f"{_PREFIX}network"
VOLUME = f"{_PREFIX}volume"
VERSION = f"{_PREFIX}version"
DEPENDS_ON = f"{_PREFIX}depends_on"
WORKING_DIR = f"{_PREFIX}project.working_dir"
CONFIG_FILES = f"{_PREFIX}project.config_files"
ENVIRONMENT_FILE = f"{_PREFIX}project.environment_file"
SLUG = f"{_PREFIX}slug"
IMAGE_BUILDER = f"{_PREFIX}image.builder"
CONTENT = "composer.content-hash"
"""Ours alone: digests of what the container's configs and secrets contained."""

COMPATIBLE_VERSION = "2.40.3"
"""The version of Docker Compose whose labels these are; it writes its own into the label."""


def foreign_labels(labels: Mapping[str, str]) -> dict[str, str]:
    """Return those of *labels* that are neither Docker Compose's nor ours."""
    own = (_PREFIX, CONTENT)
    return {name: value for name, value in labels.items() if not name.startswith(own)}


_UNHASHED = frozenset(name for name, row in Service.__attrs__.items() if not row.hashed)


def container_name(project: Project, service_name: str, number: int) -> str:
    """Return ``shop-web-1`` or ``shop_web_1``, or the service's own ``container_name``."""
    own = project.services[service_name].container_name
    return own or project.separator.join([project.name, service_name, str(number)])


def own_name(names: Iterable[str]) -> str:
    """Return the container's own name of all that an engine lists for it.

    Links of others add names such as ``/web/db``.
    """
    plain = [name.removeprefix("/") for name in names]
    return next((name for name in plain if "/" not in name), plain[0] if plain else "")


def without_project(project: Project, container: str) -> str:
    """Return a container's name as its lines have it (``web-1``); of its own choice, the whole."""
    return container.removeprefix(f"{project.name}{project.separator}")


def tagged(image: str) -> str:
    """Return *image* with the tag that is meant where it names neither tag nor digest."""
    plain = "@" not in image and ":" not in image.rpartition("/")[2]
    return f"{image}:latest" if plain else image


def image_name(project: Project, service_name: str) -> str:
    """Return the service's image, or the name that a built image gets (``shop-web``)."""
    own = project.services[service_name].image
    return own or project.separator.join([project.name, service_name])


def config_hash(service: Service) -> str:
    """Return the hash of what a container of *service* depends on.

    Left out: build, pull_policy, scale, depends_on, profiles, deploy.replicas, ``x-`` entries.
    """
    if service.deploy:
        service = service.replace(deploy=service.deploy.replace(replicas=None))
    return _hash(render_record(service, "json", leave=_UNHASHED))


def network_hash(network: Network) -> str:
    """Return the hash of a network's definition."""
    return _hash(render_record(network, "json"))


def volume_hash(volume: Volume) -> str:
    """Return the hash of a volume's definition; an unset driver counts as ``local``."""
    return _hash(render_record(volume.replace(driver=volume.driver or "local"), "json"))


def _hash(value: Any) -> str:
    return hashlib.sha256(dumps(value).encode()).hexdigest()


def container_labels(
    project: Project, service_name: str, number: int, image_id: str, *, replaces: str = ""
) -> Mapping[str, str]:
    """Return every label of a replica: the service's own and those that identify it.

    *image_id* is the id of the image it is created from; *replaces* the name of the container
    that it takes the place of.
    """
    service = project.services[service_name]
    labels = {
        **service.labels,
        CONFIG_HASH: config_hash(service),
        NUMBER: str(number),
        DEPENDS_ON: _dependencies(project, service),
        IMAGE: image_id,
        ONE_OFF: "False",
        **_origin(project),
        SERVICE: service_name,
        VERSION: COMPATIBLE_VERSION,
    }
    if digests := content_digests(project, service):
        labels[CONTENT] = ",".join(f"{key}={digest}" for key, digest in digests.items())
    return {**labels, REPLACE: replaces} if replaces else labels


def members(project: str) -> list[str]:
    """Return the label filters for the containers of a project.

    Images that are built for a project bear its name, and so do the containers that somebody runs
    from them by hand. Only those that were made for a service bear a hash.
    """
    return [f"{PROJECT}={project}", CONFIG_HASH]


def is_member(labels: Mapping[str, str], project: str) -> bool:
    """Tell whether a container with these labels is one of the project."""
    return labels.get(PROJECT) == project and CONFIG_HASH in labels


def is_one_off(labels: Mapping[str, str]) -> bool:
    """Tell whether a container with *labels* is one that ``run`` made."""
    return labels.get(ONE_OFF) == "True"


def content_digests(project: Project, service: Service) -> dict[str, str]:
    """Return the digests of the configs and secrets of *service*, where they are known."""
    keys = [f"config/{one.source}" for one in service.configs]
    keys += [f"secret/{one.source}" for one in service.secrets]
    return {key: project.contents[key] for key in sorted(keys) if key in project.contents}


def _dependencies(project: Project, service: Service) -> str:
    """Return the services that take part; others may be named, but are not required."""
    return ",".join(
        f"{name}:{one.condition}:{'true' if one.restart else 'false'}"
        for name, one in sorted(service.depends_on.items())
        if name in project.services
    )


def _origin(project: Project) -> Mapping[str, str]:
    labels = {
        PROJECT: project.name,
        WORKING_DIR: project.working_dir,
        CONFIG_FILES: ",".join(project.files),
    }
    if project.env_files:
        labels[ENVIRONMENT_FILE] = ",".join(project.env_files)
    return labels


def network_labels(project: Project, key: str) -> Mapping[str, str]:
    """Return every label of the network *key*."""
    network = project.networks[key]
    return {
        **network.labels,
        CONFIG_HASH: network_hash(network),
        NETWORK: key,
        PROJECT: project.name,
        VERSION: COMPATIBLE_VERSION,
    }


def volume_labels(project: Project, key: str) -> Mapping[str, str]:
    """Return every label of the volume *key*."""
    volume = project.volumes[key]
    return {
        **volume.labels,
        CONFIG_HASH: volume_hash(volume),
        VOLUME: key,
        PROJECT: project.name,
        VERSION: COMPATIBLE_VERSION,
    }
