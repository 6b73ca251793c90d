"""Where a build takes its files from, and what of it is missing.

May import: errors, spec, source, value.
"""

from collections.abc import Mapping
from pathlib import Path

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
    if not folder.is_dir():
        message = f'unable to prepare context: path "{folder}" not found'
        raise _missing(project, service, "context", message)
    if inline:
        return Source(folder, "", folder / INLINE, inline, contexts)
    place = folder / (build.dockerfile or "Dockerfile")
    if not place.is_file():
        named = build.dockerfile or "Dockerfile"
        message = f"{_UNREADABLE}: open {named}: no such file or directory"
        raise _missing(project, service, "dockerfile", message)
    return Source(folder, "", place, inline, contexts)


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
