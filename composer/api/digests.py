"""Images by their digests: what ``config --resolve-image-digests`` pins.

May import: all but cli and ui.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from composer.engine.port import Engine
from composer.errors import EngineError
from composer.oci.names import full_name, reference
from composer.spec.project import Project
from composer.spec.service import Service

_PARALLEL = 8


def pinned(connect: Callable[[], Engine], project: Project) -> Project:
    """Return the project with each image pinned to the digest that its registry tells now.

    *connect* is called only where a name has no digest yet. Raises ComposerError where an image
    has no proper name, and EngineError, naming the image, where a registry does not tell it.
    """
    names = {one.image: _name(one.image) for one in project.services.values() if one.image}
    if wanted := {name for name in names.values() if "@" not in name}:
        with ThreadPoolExecutor(_PARALLEL) as crew:
            told = dict(zip(wanted, crew.map(_resolver(connect()), wanted), strict=True))
        names = {image: told.get(name, name) for image, name in names.items()}
    changed = {
        key: one.replace(image=names[one.image])
        for key, one in project.services.items()
        if one.image
    }
    return project.with_services(changed)


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
