"""What a service's ``build`` comes to, whichever builder it goes to. Pure.

May import: identity, spec.
"""

from collections.abc import Mapping

from composer.identity import COMPATIBLE_VERSION, PROJECT, SERVICE, VERSION, image_name
from composer.spec.build import Build
from composer.spec.project import Project


def tags(project: Project, service: str) -> tuple[str, ...]:
    """Return the names that the image gets, the one that containers are created from first."""
    build = project.services[service].build or Build()
    return tuple(dict.fromkeys((image_name(project, service), *build.tags)))


def labels(project: Project, service: str) -> Mapping[str, str]:
    """Return the labels of the image: those of the build, and those that identify the service."""
    build = project.services[service].build or Build()
    ours = {PROJECT: project.name, SERVICE: service, VERSION: COMPATIBLE_VERSION}
    return {**build.labels, **ours}


def arguments(project: Project, build: Build) -> dict[str, str]:
    """Return the arguments; one without a value takes the environment's, or vanishes."""
    made = {}
    for name, value in build.args.items():
        found = project.environment.get(name) if value is None else value
        if found is not None:
            made[name] = found
    return made


def platform_of(project: Project, service: str) -> str:
    """Return the platform that is built: the service's own, else the first that the build names."""
    found = project.services[service]
    build = found.build or Build()
    return found.platform or next(iter(build.platforms), "")
