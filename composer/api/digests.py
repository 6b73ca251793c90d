"""Images by their digests: what ``config --resolve-image-digests`` pins.

May import: all but cli and ui.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from composer.engine.port import Engine
from composer.errors import EngineError
from composer.oci.names import full_name
from composer.spec.project import Project
from composer.spec.service import Service

_PARALLEL = 8


def pinned(engine: Engine, project: Project) -> Project:
    """Return the project with each image pinned to the digest that its registry tells now.

    Raises EngineError, naming the image, where a registry does not tell it.
    """
    images = {one.image for one in project.services.values() if one.image}
    with ThreadPoolExecutor(_PARALLEL) as crew:
        names = dict(zip(images, crew.map(_resolver(engine), images), strict=True))
    changed = {
        name: one.replace(image=names[one.image])
        for name, one in project.services.items()
        if one.image
    }
    return project.with_services(changed)


def _resolver(engine: Engine) -> Callable[[str], str]:
    def resolve(image: str) -> str:
        name = full_name(image)
        if "@" in name:
            return name
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
