"""What configs and secrets contain, as digests: a changed content can be seen without keeping it.

Docker Compose hashes only the definitions. With the digests in a label, `up` sees that a content
has changed since a container was made. What cannot be read here has no digest, and is not compared.

May import: load.reader, spec.
"""

import hashlib
from collections.abc import Iterator, Mapping

from composer.load.reader import Reader
from composer.spec.files import Config, Secret
from composer.spec.project import Project

_DIGITS = 16


def contents(project: Project, reader: Reader) -> Mapping[str, str]:
    """Return a digest for each config and secret that services use: ``config/app`` → hex."""
    return {
        key: _digest(project.name, key, content)
        for key, source in _used(project).items()
        if (content := _content(project, source, reader)) is not None
    }


def _used(project: Project) -> dict[str, Config | Secret]:
    return {f"{kind}/{name}": known[name] for kind, name, known in _uses(project) if name in known}


def _uses(project: Project) -> Iterator[tuple[str, str, Mapping[str, Config | Secret]]]:
    for service in project.services.values():
        for one in service.configs:
            yield "config", one.source, project.configs
        for one in service.secrets:
            yield "secret", one.source, project.secrets


def _content(project: Project, source: Config | Secret, reader: Reader) -> bytes | None:
    if source.external:
        return None
    if inline := getattr(source, "content", ""):
        return str(inline).encode()
    if source.environment:
        value = project.variable(source)
        return None if value is None else value.encode(errors="surrogateescape")
    try:
        return reader.read(source.file) if reader.is_file(source.file) else None
    except OSError:
        return None


def _digest(project: str, key: str, content: bytes) -> str:
    """Return a short digest that no two projects share for the same content."""
    seed = f"{project}\0{key}\0".encode()
    return hashlib.sha256(seed + content).hexdigest()[:_DIGITS]
