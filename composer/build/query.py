"""A service's ``build`` as the parameters of ``POST /build``. Pure.

May import: errors, identity, spec.
"""

import json
from collections.abc import Mapping

from composer.errors import ComposerError
from composer.identity import COMPATIBLE_VERSION, PROJECT, SERVICE, VERSION, image_name
from composer.spec.build import Build
from composer.spec.project import Project

_SESSION = ("secrets", "ssh", "additional_contexts", "cache_to", "entitlements")
"""Attributes that need a connection back to the client."""


def query(
    project: Project, service: str, dockerfile: str, *, no_cache: bool, pull: bool
) -> dict[str, str]:
    """Return the parameters; raise ComposerError for what cannot be had this way."""
    build = project.services[service].build or Build()
    refuse(build, service)
    found = project.services[service]
    platform = found.platform or next(iter(build.platforms), "")
    made = {
        "dockerfile": dockerfile,
        "target": build.target,
        "buildargs": _json(_arguments(project, build)),
        "labels": _json(labels(project, service)),
        "cachefrom": _json(list(build.cache_from)),
        "nocache": "1" if no_cache or build.no_cache else "",
        "pull": "1" if pull or build.pull else "",
        "networkmode": build.network,
        "extrahosts": "\n".join(f"{host}:{address}" for host, address in build.extra_hosts),
        "shmsize": str(build.shm_size or ""),
        "ulimits": _json(_ulimits(build)),
        "platform": platform,
        "rm": "1",
    }
    return {name: value for name, value in made.items() if value}


def tags(project: Project, service: str) -> tuple[str, ...]:
    """Return the names that the image gets, the one that containers are created from first."""
    build = project.services[service].build or Build()
    return tuple(dict.fromkeys((image_name(project, service), *build.tags)))


def labels(project: Project, service: str) -> Mapping[str, str]:
    """Return the labels of the image: those of the build, and those that identify the service."""
    build = project.services[service].build or Build()
    ours = {PROJECT: project.name, SERVICE: service, VERSION: COMPATIBLE_VERSION}
    return {**build.labels, **ours}


def refuse(build: Build, service: str) -> None:
    """Raise ComposerError where the build asks for what cannot be had without a session."""
    asked = [name for name in _SESSION if getattr(build, name)]
    if build.privileged:
        asked.append("privileged")
    if len(build.platforms) > 1:
        asked.append("several platforms")
    if asked:
        raise ComposerError(
            f"cannot build service {service!r}: {', '.join(asked)} not supported yet",
            hint="build the image with `docker buildx build` and name it with `image:`",
        )


def _arguments(project: Project, build: Build) -> dict[str, str]:
    """Return the arguments; one without a value takes the environment's, or vanishes."""
    made = {}
    for name, value in build.args.items():
        found = project.environment.get(name) if value is None else value
        if found is not None:
            made[name] = found
    return made


def _ulimits(build: Build) -> list[dict[str, object]]:
    return [
        {"Name": name, "Soft": limit.soft or limit.single, "Hard": limit.hard or limit.single}
        for name, limit in sorted(build.ulimits.items())
    ]


def _json(value: object) -> str:
    return json.dumps(value, sort_keys=True) if value else ""
