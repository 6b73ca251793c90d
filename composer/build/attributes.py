"""A service's ``build`` as the attributes that BuildKit's Dockerfile frontend takes. Pure.

May import: build.options, errors, spec.
"""

import json
from collections.abc import Mapping, Sequence

from composer.build.options import arguments, labels, platforms
from composer.errors import ComposerError
from composer.spec.build import Build
from composer.spec.project import Project

GATEWAY = "host-gateway"
_CONTEXTS = "moby.buildkit.frontend.contexts+forward"


def attributes(
    project: Project, service: str, contexts: Mapping[str, str], gateway: str
) -> dict[str, str]:
    """Return the attributes; *contexts* as BuildKit knows them, *gateway* for ``host-gateway``."""
    build = project.services[service].build or Build()
    made = {
        "target": build.target,
        "platform": ",".join(platforms(project, service)),
        "image-resolve-mode": "pull" if build.pull else "",
        "force-network-mode": "" if build.network == "default" else build.network,
        "add-hosts": ",".join(_hosts(build, gateway)),
        "shm-size": str(build.shm_size or ""),
        "ulimit": ",".join(ulimits(build)),
        **_imports(build),
    }
    made = {name: value for name, value in made.items() if value}
    made |= {f"build-arg:{name}": value for name, value in arguments(project, build).items()}
    made |= {f"label:{name}": value for name, value in labels(project, service).items()}
    made |= {f"context:{name}": value for name, value in contexts.items()}
    if contexts:
        made["frontend.caps"] = _CONTEXTS
    made |= {f"attest:{kind}": value for kind, value in attestations(build).items()}
    if build.no_cache:
        made["no-cache"] = ""
    return made


def attestations(build: Build) -> dict[str, str]:
    """Return what the image shall be attested with, and how: ``provenance``, ``sbom``."""
    found = {"provenance": build.provenance, "sbom": build.sbom}
    return {
        kind: "" if value == "true" else value
        for kind, value in found.items()
        if value and value != "false"
    }


def ulimits(build: Build) -> list[str]:
    """Return the limits as ``name=soft[:hard]``."""
    return [
        f"{name}={limit.single}" if limit.single else f"{name}={limit.soft}:{limit.hard}"
        for name, limit in sorted(build.ulimits.items())
    ]


def entitlements(build: Build) -> list[str]:
    """Return what the file allows the build beyond the ordinary."""
    asked = list(build.entitlements)
    if build.privileged:
        asked.append("security.insecure")
    if build.network == "host":
        asked.append("network.host")
    return list(dict.fromkeys(asked))


def exports(build: Build) -> list[dict[str, str]]:
    """Return the caches to be written."""
    return [cache_options(one) for one in build.cache_to]


def cache_options(text: str) -> dict[str, str]:
    """Return the attributes of ``type=registry,ref=…``; a plain name is that of an image.

    Raises ComposerError for what is neither.
    """
    if "=" not in text:
        return {"type": "registry", "ref": text}
    pairs = [one.partition("=") for one in text.split(",")]
    if any(not equals for _, equals, _ in pairs):
        raise ComposerError(f"{text!r} is no cache: write an image's name, or type=…,key=value")
    options = {name.strip().lower(): value for name, _, value in pairs}
    if "type" not in options:
        raise ComposerError(f"the cache {text!r} has no type", hint="type=registry,ref=NAME")
    return options


def _imports(build: Build) -> dict[str, str]:
    """Return the caches to be read: images by their names, all others as JSON."""
    found = [cache_options(one) for one in build.cache_from]
    others = [one for one in found if one["type"] != "registry"]
    listed = [
        {"Type": one["type"], "Attrs": {key: one[key] for key in one if key != "type"}}
        for one in others
    ]
    images = [one.get("ref", "") for one in found if one["type"] == "registry"]
    return {
        "cache-from": ",".join(images),
        "cache-imports": json.dumps(listed) if listed else "",
    }


def _hosts(build: Build, gateway: str) -> Sequence[str]:
    return [
        f"{host}={gateway if address == GATEWAY else address}"
        for host, address in build.extra_hosts
    ]
