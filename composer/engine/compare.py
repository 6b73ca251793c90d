"""What differs between containers that are there and what would be created now: asks the engine.

One inspection for each container that is looked at, several at once, and one for each image.

May import: disk, errors, identity, plan, spec, state, engine.
"""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from composer.disk import read_file
from composer.engine.differences import (
    UPDATABLE,
    differences,
    network_differences,
    volume_differences,
)  # fmt: skip
from composer.engine.port import Engine, Json
from composer.engine.translate import Instance, container_body, network_body, volume_body
from composer.errors import EngineNotFound
from composer.identity import container_labels, container_name, image_name
from composer.plan.changes import Change, Difference
from composer.plan.joins import owners
from composer.spec.project import Project
from composer.spec.service import Service
from composer.spec.shapes import EMPTY
from composer.state import ContainerState, Observed

_AT_ONCE = 8
_ALL_NETWORKS = (1, 44)
_NEW = "(new container)"


def compare(
    engine: Engine, project: Project, observed: Observed, found: Iterable[Change]
) -> tuple[Change, ...]:
    """Return the changes, with the differences of what is there and wanted.

    Of a container that is kept only what ``docker update`` can have changed is told: nothing else
    can differ, because its hash is the wanted one.
    """
    recreated = {one.service for one in found if one.action == "recreate"}

    @cache
    def image(reference: str) -> Json:
        try:
            return engine.inspect_image(reference)
        except EngineNotFound:
            return {}

    def look(change: Change) -> Change:
        if change.action == "recreate" and change.kind in {"network", "volume"}:
            return change.replace(differences=_of_object(engine, project, change))
        container = observed.by_id(change.container) if change.container else None
        if container is None or change.action not in {"recreate", "unchanged", "change"}:
            return change
        if container.service not in project.services or container.one_off:
            return change
        return _looked_at(engine, project, observed, change, container, recreated, image)

    with ThreadPoolExecutor(max_workers=_AT_ONCE) as threads:
        return tuple(threads.map(look, found))


def _of_object(engine: Engine, project: Project, change: Change) -> tuple[Difference, ...]:
    """Return in what a network or volume differs that is to be replaced; none where it is gone."""
    if change.kind == "network":
        (key,) = (key for key, one in project.networks.items() if one.name == change.name)
        try:
            found = engine.inspect_network(change.name)
        except EngineNotFound:
            return ()
        body = network_body(project, key, project.networks[key].labels)
        return network_differences(found, body)
    (key,) = (key for key, one in project.volumes.items() if one.name == change.name)
    body = volume_body(project, key, project.volumes[key].labels)
    volumes = engine.list_volumes({"name": [change.name]})
    return next((volume_differences(v, body) for v in volumes if v["Name"] == change.name), ())


def _looked_at(  # noqa: PLR0913, PLR0917 - what one comparison needs
    engine: Engine,
    project: Project,
    observed: Observed,
    change: Change,
    container: ContainerState,
    recreated: set[str],
    image: Callable[[str], Json],
) -> Change:
    try:
        inspected = engine.inspect_container(container.id)
    except EngineNotFound:
        return change
    body = wanted_body(project, observed, container, recreated, engine.proxies())
    base = image(body["Image"]) or image(inspected["Image"])
    if change.action != "recreate":
        return change.replace(differences=_drift(differences(inspected, body, base)))
    own = image(inspected["Image"])
    found = differences(inspected, body, base, _secrets(project), own)
    return change.replace(differences=found)


def _drift(found: tuple[Difference, ...]) -> tuple[Difference, ...]:
    return tuple(one for one in found if one.attribute in UPDATABLE)


def wanted_body(
    project: Project,
    observed: Observed,
    container: ContainerState,
    recreated: Iterable[str],
    proxies: Mapping[str, str] = EMPTY,
) -> Json:
    """Return the body that would create the successor of *container*."""
    name, number = container.service, container.number or 1
    instance = Instance(
        container_name(project, name, number),
        number=number,
        image=image_name(project, name),
        api=max(observed.api, _ALL_NETWORKS),
        labels=container_labels(project, name, number, ""),
        joins=_joins(project.services[name], observed, set(recreated)),
        proxies=proxies,
        read=read_file,
    )
    return container_body(project, name, instance)


def _joins(service: Service, observed: Observed, recreated: set[str]) -> dict[str, str]:
    """Return the container of each service in whose namespaces it lives, as far as it is known."""
    found = {owner: observed.of_service(owner) for owner in owners(service)}
    return {
        owner: ones[0].id if ones and owner not in recreated else _NEW
        for owner, ones in found.items()
    }


def _secrets(project: Project) -> frozenset[str]:
    values = (project.variable(one) for one in project.secrets.values() if one.environment)
    return frozenset(one for one in values if one)
