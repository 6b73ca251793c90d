"""Where a build takes its files from, and what of it is missing.

May import: build.attributes, errors, identity, spec, source, value.
"""

from collections.abc import Mapping
from pathlib import Path

from composer.build.attributes import cache_options
from composer.errors import ConsistencyError
from composer.identity import image_name
from composer.source import error
from composer.spec.build import Build
from composer.spec.project import Project
from composer.value import Value

INLINE = ".inline.Dockerfile"
"""How a Dockerfile that is written in the Compose file is called."""
_REMOTE = ("http://", "https://", "git://", "ssh://", "git@", "github.com/")
_SCHEMES = (*_REMOTE, "docker-image://", "oci-layout://")
_SERVICE = "service:"
_GITHUB = "ACTIONS_RUNTIME_TOKEN"
_UNREADABLE = "failed to solve: failed to read dockerfile"
"""BuildKit's words, which people know; it is not asked, because it would be late."""


class Source(Value):
    """The folder of the context and the Dockerfile, or *remote* for what the engine fetches.

    *inline* is the Dockerfile where it is written in the Compose file. *contexts* are the further
    ones by name: folders, and what BuildKit itself reaches (images, addresses).
    """

    folder: Path | None
    remote: str
    dockerfile: Path
    inline: bytes
    contexts: Mapping[str, Path | str]


def is_remote(context: str) -> bool:
    """Tell whether the engine fetches *context* itself."""
    return context.startswith(_REMOTE)


def find_source(project: Project, service: str) -> Source:
    """Return what there is to build from. Raises ConsistencyError for what is missing."""
    build = project.services[service].build or Build()
    inline = build.dockerfile_inline.encode()
    contexts = {
        name: _context(project, service, name, value)
        for name, value in build.additional_contexts.items()
    }
    if is_remote(build.context):
        name = Path(build.dockerfile or "Dockerfile")
        return Source(None, build.context, name, inline, contexts)
    folder = Path(project.working_dir, build.context)
    named = build.dockerfile or "Dockerfile"
    place = folder / (INLINE if inline else named)
    if not folder.is_dir():
        not_found = f'unable to prepare context: path "{folder}" not found'
        raise _missing(project, service, "context", _below_a_file(place) or not_found)
    if not inline and not place.is_file():
        wrong = _below_a_file(place) or f"{_UNREADABLE}: {_unread(place, named)}"
        raise _missing(project, service, "dockerfile", wrong)
    return Source(folder, "", place, inline, contexts)


def _below_a_file(place: Path) -> str:
    """Say that what should be a folder above *place* is a file; empty where it is not so."""
    try:
        place.lstat()
    except NotADirectoryError:
        return f'failed to evaluate path "{place}": not a directory'
    except OSError:
        pass
    return ""


def _unread(place: Path, named: str) -> str:
    if place.is_dir():
        return f"read {named}: is a directory"
    return f"open {named}: no such file or directory"


def with_usable_caches(project: Project, service: str) -> Project:
    """Return the project where a build neither reads nor writes caches that are not there.

    Those are folders without an index, and GitHub's cache elsewhere than there.
    """
    found = project.services[service]
    if not found.build:
        return project

    build = found.build.replace(
        cache_from=tuple(
            one
            for one in found.build.cache_from
            if _is_reachable(project, one) and _is_filled(project, one)
        ),
        cache_to=tuple(one for one in found.build.cache_to if _is_reachable(project, one)),
    )
    return project.with_services({service: found.replace(build=build)})


def _is_reachable(project: Project, cache: str) -> bool:
    """Tell whether *cache* is not GitHub's, or a key for it is there."""
    options = cache_options(cache)
    return options["type"] != "gha" or bool(
        options.get("token") or project.environment.get(_GITHUB)
    )


def _is_filled(project: Project, cache: str) -> bool:
    """Tell whether *cache* is no folder, or one that something was written to."""
    options = cache_options(cache)
    index = Path(project.working_dir, options.get("src", ""), "index.json")
    return options["type"] != "local" or index.is_file()


def _context(project: Project, service: str, name: str, value: str) -> Path | str:
    """Return a further context: a folder, or as BuildKit knows it."""
    if value.startswith(_SERVICE):
        return f"docker-image://{image_name(project, value.removeprefix(_SERVICE))}"
    if value.startswith(_SCHEMES):
        return value
    folder = Path(project.working_dir, value)
    if not folder.is_dir():
        message = f"the additional context {name} is no folder: {folder}"
        raise _missing(project, service, "additional_contexts", message)
    return folder


def _missing(project: Project, service: str, attribute: str, message: str) -> ConsistencyError:
    build = project.services[service].build
    where = build.where(attribute) if build else None
    path = f"services.{service}.build.{attribute}"
    return ConsistencyError(error(f"missing-{attribute}", message, where, path=path))
