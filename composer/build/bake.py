"""Builds as a file for ``docker buildx bake``: what ``build --print`` prints. Pure.

May import: build.attributes, build.options, build.source, errors, identity, spec.
"""

import json
import os.path
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from composer.build.attributes import ulimits
from composer.build.options import arguments, labels, platforms
from composer.build.source import is_remote
from composer.identity import image_name
from composer.spec.build import Build
from composer.spec.project import Project

_SERVICE = "service:"
_NOTHING: tuple[Any, ...] = ("", None, [], {}, 0, False)
_ESCAPED: dict[str, str | int | None] = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}
"""As Go's encoder writes them."""


def bake(
    project: Project, services: Sequence[str], *, pushed: bool = False, checked: bool = False
) -> str:
    """Return the file that builds *services*; *pushed* if what has a name goes to its registry.

    With *checked* it checks their Dockerfiles instead, which has no output. Bake replaces
    variables in every text: what looks like one is escaped.
    """
    named = {name for name, one in project.services.items() if one.build}
    made: dict[str, Any] = {
        "group": {"default": {"targets": [name for name in services if name in named]}},
        "target": {
            name: _target(project, name, [] if checked else [_output(project, name, pushed=pushed)])
            for name in sorted(named)
        },
    }
    text = json.dumps(made, indent=2, ensure_ascii=False) + "\n"
    return text.translate(str.maketrans(_ESCAPED)).replace("${", "$${").replace("%{", "%%{")


def _output(project: Project, name: str, *, pushed: bool) -> str:
    """Return where the image goes; no engine takes one of several platforms."""
    pushes = pushed and bool(project.services[name].image)
    if len(platforms(project, name)) > 1:
        return f"type=image,push={str(pushes).lower()}"
    return "type=registry" if pushes else "type=docker"


def _target(project: Project, name: str, output: Sequence[str]) -> dict[str, Any]:
    build = project.services[name].build or Build()
    image = project.services[name].image
    made: dict[str, Any] = {
        "context": _context(project, build.context),
        "contexts": {key: _further(project, one) for key, one in build.additional_contexts.items()},
        "dockerfile-inline": build.dockerfile_inline,
        "dockerfile": "" if build.dockerfile_inline else _dockerfile(project, build),
        "args": dict(sorted(arguments(project, build).items())),
        "labels": dict(sorted(labels(project, name).items())),
        "tags": [*build.tags, image or image_name(project, name)],
        "cache-from": list(build.cache_from),
        "cache-to": list(build.cache_to),
        "target": build.target,
        "secret": list(_secrets(project, build)),
        "ssh": [f"{key}={path}" for key, path in build.ssh.items()],
        "platforms": list(platforms(project, name)),
        "pull": build.pull,
        "no-cache": build.no_cache,
        "network": build.network,
        "shm-size": str(build.shm_size or ""),
        "ulimits": ulimits(build),
        "call": "" if output else "lint",
        "entitlements": [
            *build.entitlements,
            *(["security.insecure"] if build.privileged else []),
        ],
        "extra-hosts": _hosts(build),
        "output": output,
        "attest": list(_attestations(build)),
    }
    return {key: value for key, value in made.items() if value not in _NOTHING}


def _context(project: Project, context: str) -> str:
    return context if is_remote(context) else os.path.join(project.working_dir, context)


def _further(project: Project, context: str) -> str:
    if context.startswith(_SERVICE):
        return f"target:{context.removeprefix(_SERVICE)}"
    return context if ":" in context else _context(project, context)


def _dockerfile(project: Project, build: Build) -> str:
    name = build.dockerfile or "Dockerfile"
    if is_remote(build.context):
        return name
    return os.path.normpath(os.path.join(_context(project, build.context), name))


def _secrets(project: Project, build: Build) -> Iterator[str]:
    for reference in build.secrets:
        secret = project.secrets[reference.source]
        name = reference.target or reference.source
        if secret.environment:
            yield f"id={name},type=env,env={secret.environment}"
        elif secret.file:
            yield f"id={name},type=file,src={_context(project, secret.file)}"


def _hosts(build: Build) -> Mapping[str, str]:
    made: dict[str, str] = {}
    for host, address in build.extra_hosts:
        made[host] = f"{made[host]},{address}" if host in made else address
    return dict(sorted(made.items()))


def _attestations(build: Build) -> Iterator[str]:
    for kind in ("provenance", "sbom"):
        given = getattr(build, kind)
        if given and given != "false":
            yield f"type={kind}" if given == "true" else f"type={kind},{given}"
