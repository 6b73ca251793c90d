"""Ask the engine what it holds for a project, in a number of calls that does not grow with it.

One call each for containers, networks, volumes and images; one more for each image that is named
by a digest or an id, which a list cannot be filtered by, or that is to be refreshed or to be for
a platform, whose age and platform no list has; and one where an external network is missing.

May import: errors, source, identity, spec, state, plan, engine.
"""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor

from composer.engine.observe import (
    containers_of,
    familiar,
    images_of,
    is_for,
    is_listed,
    is_node,
    last_tagged,
    networks_of,
    volumes_of,
)
from composer.engine.port import Engine
from composer.errors import EngineError, EngineNotFound, EngineUnauthorized, EngineUnreachable
from composer.identity import PROJECT, SERVICE, image_name, members
from composer.plan.images import mounted, refresh_interval
from composer.source import Position
from composer.spec.project import Project
from composer.spec.shapes import EMPTY
from composer.state import ContainerState, NetworkState, Observed


def observe(engine: Engine, project: Project) -> Observed:
    """Return the project's containers (also one-off ones), networks, volumes and images."""
    name = project.name
    networks = frozenset(one.name for one in project.networks.values())
    volumes = frozenset(one.name for one in project.volumes.values())
    own = {image_name(project, key) for key, one in project.services.items() if not one.provider}
    references = sorted(own.union(*map(mounted, project.services.values())))
    aging = sorted(
        {one.image for one in project.services.values() if refresh_interval(one) is not None}
    )
    threads = ThreadPoolExecutor(max_workers=4)
    try:
        listed = threads.submit(containers, engine, name)
        nets = threads.submit(lambda: networks_of(name, networks, engine.list_networks({})))
        vols = threads.submit(lambda: volumes_of(name, volumes, engine.list_volumes({})))
        images = images_by_reference(engine, references, threads.map, _places(project))
        foreign = set(threads.map(lambda pair: _foreign(engine, *pair), _bound(project, images)))
        return Observed(
            project=name,
            containers=listed.result(),
            networks=nets.result(),
            volumes=vols.result(),
            images={one: ident for one, ident in images.items() if one not in foreign},
            tagged=dict(threads.map(lambda one: (one, _tagged(engine, one)), aging)),
            swarm=_lacks_external(project, nets.result()) and _in_swarm(engine),
            api=engine.version().api,
        )
    finally:  # where a signal or an error breaks it off, nobody waits for the other answers
        threads.shutdown(wait=False, cancel_futures=True)


def built_images(engine: Engine, project: str) -> dict[str, str]:
    """Return the first name of each image that bears the project's label, with its service.

    A build may have given it others (``tags``): they are for somebody else's use.
    """
    filters = {"label": [f"{PROJECT}={project}"], "dangling": ["false"]}  # older ones list <none>
    found = engine.list_images(filters)
    return {
        tag: (one.get("Labels") or {}).get(SERVICE, "")
        for one in found
        for tag in (one.get("RepoTags") or ())[:1]
    }


def containers(engine: Engine, project: str) -> tuple[ContainerState, ...]:
    """Return the containers of the project."""
    return containers_of(engine.list_containers({"label": members(project)}))


def images_by_reference(
    engine: Engine,
    references: Iterable[str],
    each: Callable[..., Iterable[tuple[str, str]]] = map,
    places: Mapping[str, Position] = EMPTY,
) -> dict[str, str]:
    """Return the ids of those *references* that exist; *each* may run inspections at once.

    *places* tell where a reference is written that the engine refuses.
    """
    plain = [one for one in references if is_listed(one)]
    exact = [one for one in references if not is_listed(one)]
    ids: dict[str, str] = {}
    if plain:
        ids = images_of(plain, engine.list_images({"reference": [familiar(one) for one in plain]}))
    asked = each(lambda one: (one, _id(engine, one, places.get(one))), exact)
    ids.update(found for found in asked if found[1])
    return ids


def _lacks_external(project: Project, found: Mapping[str, NetworkState]) -> bool:
    return any(one.external and one.name not in found for one in project.networks.values())


def _in_swarm(engine: Engine) -> bool:
    """Tell whether the engine is a node of a swarm; no, where a proxy before it forbids to ask."""
    try:
        return is_node(engine.info())
    except EngineUnauthorized:
        return False


def _places(project: Project) -> dict[str, Position]:
    """Return where each image is named."""
    named = [(one.image, one.where("image")) for one in project.services.values()]
    return {image: place for image, place in named if image and place}


def _bound(project: Project, images: Mapping[str, str]) -> set[tuple[str, str]]:
    """Return the images that are there, with the platforms that services want them for."""
    found = {(image_name(project, key), one.platform) for key, one in project.services.items()}
    return {(image, platform) for image, platform in found if platform and image in images}


def _foreign(engine: Engine, image: str, platform: str) -> str:
    """Return *image* where it is for another platform: then it is as if it were not there."""
    try:
        return "" if is_for(engine.inspect_image(image), platform) else image
    except EngineNotFound:
        return ""


def _tagged(engine: Engine, reference: str) -> float:
    try:
        return last_tagged(engine.inspect_image(reference))
    except EngineNotFound:
        return 0


def _id(engine: Engine, reference: str, place: Position | None) -> str:
    try:
        return str(engine.inspect_image(reference)["Id"])
    except EngineNotFound:
        return ""
    except EngineUnreachable:
        raise
    except EngineError as refused:
        if place is None:
            raise
        message = f"{place}: {refused.message}"
        raise type(refused)(message, hint=refused.hint) from refused
