"""What is sent to create things: the translation of the model with what only the engine knows.

May import: disk, engine.observe, engine.port, engine.translate, identity, plan, spec.
"""

import time
from collections.abc import Mapping

from composer.disk import read_file
from composer.engine.observe import containers_of
from composer.engine.port import Engine, Json
from composer.engine.translate import (
    Instance,
    connect_body,
    container_body,
    endpoint,
    file_archive,
    network_body,
    volume_body,
)
from composer.identity import (
    NUMBER,
    ONE_OFF,
    SERVICE,
    container_labels,
    container_name,
    image_name,
    is_one_off,
    members,
    network_labels,
    volume_labels,
)
from composer.plan.joins import link_owners, resolved
from composer.plan.ops import CreateContainer
from composer.plan.situation import is_temporary
from composer.spec.project import Project


def network(project: Project, key: str, engine: Engine) -> Json:
    """Return the body that creates the network *key*."""
    return network_body(project, key, network_labels(project, key), engine.version().api)


def volume(project: Project, key: str) -> Json:
    """Return the body that creates the volume *key*."""
    return volume_body(project, key, volume_labels(project, key))


def container(
    project: Project, op: CreateContainer, joins: Mapping[str, str], image: Json, engine: Engine
) -> Json:
    """Return the body that creates the container of *op*; *image* is its image's inspection.

    The hash in its labels is that of the service with the containers that it joins filled in, as
    Docker Compose computes it.
    """
    service = project.services[op.service]
    replaced_name = service.container_name or f"{op.service}-{op.number}"
    labelled = project.with_services({op.service: resolved(service, joins)})
    labels = container_labels(
        labelled, op.service, op.number, image["Id"], replaces=replaced_name if op.replaces else ""
    )
    kept = op.replaces and not op.renew_volumes
    instance = Instance(
        container_name(project, op.service, op.number),
        number=op.number,
        image=image_name(project, op.service),
        api=engine.version().api,
        labels=labels,
        joins=joins,
        links=linked(project, op.service, engine),
        inherited=_mounts(engine.inspect_container(op.replaces)) if kept else {},
        image_volumes=frozenset((image.get("Config") or {}).get("Volumes") or ()),
        proxies=engine.proxies(),
        read=read_file,
    )
    return container_body(project, op.service, instance)


def connection(project: Project, service: str, key: str, container_id: str, engine: Engine) -> Json:
    """Return the body that connects a container of *service* to the network *key*.

    A container whose service the files no longer have keeps its plain name on the network, a
    one-off one only its own: the service's other names are not for it.
    """
    found = engine.inspect_container(container_id)
    services = project.all_services
    labels = found["Config"]["Labels"]
    if is_one_off(labels):
        return connect_body(container_id, {"Aliases": [found["Name"].lstrip("/")]})
    if service not in services:
        aliases = [found["Name"].lstrip("/"), service]
        return connect_body(container_id, {"Aliases": aliases})
    project = project.replace(services=services)
    number = int(labels.get(NUMBER, "1"))
    instance = Instance(
        container_name(project, service, number),
        number=number,
        api=engine.version().api,
        links=linked(project, service, engine),
    )
    return connect_body(container_id, endpoint(project, service, key, instance))


def archive(project: Project, service: str) -> bytes:
    """Return a tar archive, for ``/``, of the secrets and configs whose content is known here."""
    if service not in project.services:
        return b""
    return file_archive(project, service, modified=int(time.time()))


def linked(project: Project, service: str, engine: Engine) -> dict[str, tuple[str, ...]]:
    """Return the names that the containers of each service that *service* links to finally bear.

    While one of them is being replaced, its successor still has another. One that somebody renamed
    has the name that it was given.
    """
    made = {}
    known = project.replace(services=project.all_services)
    for name in link_owners(project.services[service]):
        labels = [*members(project.name), f"{SERVICE}={name}", f"{ONE_OFF}=False"]
        found = containers_of(engine.list_containers({"label": labels}))
        final: dict[int, str] = {}
        for one in sorted(found, key=is_temporary, reverse=True):
            proper = container_name(known, name, one.number)
            final.setdefault(one.number, proper if is_temporary(one) else one.name)
        made[name] = tuple(text for _, text in sorted(final.items()))
    return made


def _mounts(replaced: Json) -> dict[str, Json]:
    """Return what the replaced container has mounted at which place."""
    return {one["Destination"]: one for one in replaced.get("Mounts") or ()}
