"""Images by their digests: what ``config --resolve-image-digests`` pins.

May import: all but cli and ui.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

from composer.engine.port import Engine
from composer.errors import EngineError
from composer.oci.names import full_name, reference
from composer.spec.project import Project
from composer.spec.service import Service
from composer.tree import Node, mapping

_PARALLEL = 8


def pinned(connect: Callable[[], Engine], project: Project) -> Project:
    """Return the project with each image pinned to the digest that its registry tells now.

    *connect* is called only where a name has no digest yet. Raises ComposerError where an image
    has no proper name, and EngineError, naming the image, where a registry does not tell it.
    """
    named = {key: one for key, one in project.services.items() if one.image}
    names = _names(connect, (one.image for one in named.values()))
    return project.with_services(
        {key: one.replace(image=names[one.image]) for key, one in named.items()}
    )


def pinned_tree(connect: Callable[[], Engine], tree: Node) -> Node:
    """Return the merged *tree*, without interpolation, pinned as `pinned` does it."""
    images = {key: one for key, one in _images(tree).items() if one.value}
    if not images:
        return tree
    names = _names(connect, (str(one.value) for one in images.values()))
    services = tree.value["services"]
    for key, one in images.items():
        image = one.with_value(names[str(one.value)])
        services = services.with_entry(key, services.value[key].with_entry("image", image))
    return tree.with_entry("services", services)


def _images(tree: Node) -> dict[str, Node]:
    """Return the nodes of the services' images."""
    services = tree.get("services")
    found = {key: one.get("image") for key, one in (services.value if services else {}).items()}
    return {key: one for key, one in found.items() if one}


def _names(connect: Callable[[], Engine], images: Iterable[str]) -> dict[str, str]:
    """Return the full name, with a digest, of each of *images*."""
    names = {image: _name(image) for image in images}
    if wanted := {name for name in names.values() if "@" not in name}:
        with ThreadPoolExecutor(_PARALLEL) as crew:
            told = dict(zip(wanted, crew.map(_resolver(connect()), wanted), strict=True))
        names = {image: told.get(name, name) for image, name in names.items()}
    return names


def _name(image: str) -> str:
    name = full_name(image)
    if "@" in name:
        reference(name)  # refuses what is no digest; of all else the engine tells what is wrong
    return name


def _resolver(engine: Engine) -> Callable[[str], str]:
    def resolve(name: str) -> str:
        try:
            return f"{name}@{engine.registry_image(name)['Descriptor']['digest']}"
        except EngineError as failed:
            message = f"failed to resolve digest for {name}: {failed.message}"
            raise type(failed)(message, hint=failed.hint) from failed

    return resolve


def locked(project: Project) -> Project:
    """Return a project that says nothing but the services' images, to be put over the files."""
    services = {name: Service(image=one.image) for name, one in project.services.items()}
    return Project("", project.working_dir, services=services)


def locked_tree(tree: Node) -> Node:
    """Return of *tree* what `locked` does of a project."""
    services = tree.get("services")
    images = _images(tree)
    kept = {
        key: mapping({"image": images[key]} if key in images else {})
        for key in (services.value if services else ())
    }
    return mapping({"services": mapping(kept)})
