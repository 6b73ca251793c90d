"""What a service's ``build`` comes to, whichever builder it goes to. Pure.

May import: identity, load.dotfiles, spec.
"""

from collections.abc import Mapping

from composer.identity import COMPATIBLE_VERSION, PROJECT, SERVICE, VERSION, image_name
from composer.load.dotfiles import boolean
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


_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY")
_EPOCH = "SOURCE_DATE_EPOCH"
"""The time that a reproducible build takes for now, in seconds since 1970."""


def with_given(project: Project, proxies: Mapping[str, str], environ: Mapping[str, str]) -> Project:
    """Return the project with the arguments that builds get unasked, where they lack them.

    Those are the *proxies* of Docker's configuration, and SOURCE_DATE_EPOCH of the process, not of
    env files, as with ``docker buildx``.
    """
    known = {name: proxies[name] for name in _PROXIES if name in proxies}
    if environ.get(_EPOCH):
        known[_EPOCH] = environ[_EPOCH]
    if not known:
        return project
    changed = {}
    for name, service in project.services.items():
        if service.build:
            args = {**known, **arguments(project, service.build)}
            changed[name] = service.replace(build=service.build.replace(args=args))
    return project.with_services(changed)


def wants_buildkit(environ: Mapping[str, str]) -> bool:
    """Tell whether BuildKit is to build, and not the classic builder.

    DOCKER_BUILDKIT of the process says so, not that of env files. Raises UsageError.
    """
    return boolean("DOCKER_BUILDKIT", environ.get("DOCKER_BUILDKIT") or "true")


def platforms(project: Project, service: str) -> tuple[str, ...]:
    """Return the platforms to be built, none for the engine's own.

    Those that the build names; else the service's, or DOCKER_DEFAULT_PLATFORM.
    """
    found = project.services[service]
    given = (found.build or Build()).platforms
    one = project.platform(found)
    return given or ((one,) if one else ())


def for_one_platform(project: Project) -> Project:
    """Return the project with builds for the platform on which the containers will run.

    That is the service's own; of several that the build names, the engine takes its own.
    """
    changed = {}
    for name, service in project.services.items():
        if service.build and service.build.platforms:
            one = project.platform(service)
            several = () if len(service.build.platforms) > 1 else service.build.platforms
            wanted = service.build.replace(platforms=(one,) if one else several)
            changed[name] = service.replace(build=wanted)
    return project.with_services(changed) if changed else project
