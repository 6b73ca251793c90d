"""Secrets and configs whose content is known here: copied into a container before it starts.

Those that are files of the host are mounts instead, with the host's owner and mode.

May import: errors, spec.
"""

import io
import tarfile
from collections.abc import Iterator

from composer.errors import PlanError
from composer.spec.files import Config, FileReference, Secret, has_content
from composer.spec.project import Project

_MODE = 0o444
_SECRETS = "/run/secrets/"


def secret_target(reference: FileReference) -> str:
    """Return where the secret stands in the container."""
    target = reference.target or reference.source
    return target if target.startswith("/") else f"{_SECRETS}{target}"


def config_target(reference: FileReference) -> str:
    """Return where the config stands in the container."""
    target = reference.target or reference.source
    return target if target.startswith("/") else f"/{target}"


def file_archive(project: Project, service_name: str, *, modified: int = 0) -> bytes:
    """Return a tar archive to be unpacked at ``/``, empty where there is nothing to copy.

    *modified* is the time that the files shall bear, in Unix seconds.
    """
    service = project.services[service_name]
    found = list(_contents(project, service_name))
    if not found:
        return b""
    if service.read_only:
        names = ", ".join(reference.source for reference, _, _ in found)
        raise PlanError(
            f"service {service_name!r} is read_only: nothing can be copied into it ({names})",
            hint="use a secret or config with `file:`",
        )
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for reference, target, content in found:
            entry = _entry(reference, target, len(content))
            entry.mtime = modified
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def _contents(project: Project, service_name: str) -> Iterator[tuple[FileReference, str, bytes]]:
    service = project.services[service_name]
    for reference in service.secrets:
        secret = project.secrets[reference.source]
        if has_content(secret):
            text = _variable(project, secret, f'secret "{secret.name}"')
            yield reference, secret_target(reference), text.encode(errors="surrogateescape")
    for reference in service.configs:
        config = project.configs[reference.source]
        if has_content(config):
            text = config.content
            if config.environment:
                text = _variable(project, config, f'config "{config.name}"')
            yield reference, config_target(reference), text.encode(errors="surrogateescape")


def _variable(project: Project, wanted: Secret | Config, by: str) -> str:
    name, place = wanted.environment, wanted.where("environment")
    value = project.variable(wanted)
    if value is None:
        message = f'environment variable "{name}" required by {by} is not set'
        hint = f"export {name}, or write it in .env"
        raise PlanError(f"{place}: {message}" if place else message, hint=hint)
    return value


def _entry(reference: FileReference, target: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(target.lstrip("/"))
    entry.size = size
    entry.mode = _MODE if reference.mode is None else reference.mode
    entry.uid, entry.gid = _number(reference, "uid"), _number(reference, "gid")
    return entry


def _number(reference: FileReference, kind: str) -> int:
    text: str = getattr(reference, kind)
    if text and not text.isdecimal():
        place = reference.where(kind)
        message = f"{reference.source}: {text!r} is not a {kind}: a number is needed"
        raise PlanError(f"{place}: {message}" if place else message)
    return int(text or 0)
