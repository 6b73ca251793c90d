"""Rules about the files and folders that a project names: missing ones, and ones outside.

May import: lint.context, load, spec, tree.
"""

import posixpath
import re
from collections.abc import Iterator
from typing import NamedTuple

from composer.lint.context import Context, Found
from composer.load.paths import is_remote
from composer.spec.build import Build
from composer.spec.mounts import Mount
from composer.tree import TreePath


class Named(NamedTuple):
    """A host path that the project names; *kind* is what it is for."""

    kind: str
    path: TreePath
    value: str


def named(context: Context) -> Iterator[Named]:
    """Yield every host path of services, secrets and configs; absolute, in the file's order."""
    for name, service in context.services.items():
        top: TreePath = ("services", name)
        for index, entry in enumerate(service.env_file):
            if entry.required is not False:
                yield Named("env-file", (*top, "env_file", index, "path"), entry.path)
        for index, file in enumerate(service.label_file):
            yield Named("label-file", (*top, "label_file", index), file)
        if service.build:
            yield from _of_build(service.build, (*top, "build"))
        for index, mount in enumerate(service.volumes):
            if mount.type == "bind" and mount.source.startswith("/"):
                kind = "bind" if _created(mount) else "mount"
                yield Named(kind, (*top, "volumes", index, "source"), mount.source)
    yield from _of_files(context)


def _of_build(build: Build, path: TreePath) -> Iterator[Named]:
    if not build.context or is_remote(build.context):
        return
    yield Named("context", (*path, "context"), build.context)
    for key, value in build.additional_contexts.items():
        if not is_remote(value):
            yield Named("context", (*path, "additional_contexts", key), value)
    if not build.dockerfile_inline and not is_remote(build.dockerfile):
        file = posixpath.join(build.context, build.dockerfile or "Dockerfile")
        yield Named("dockerfile", (*path, "dockerfile"), posixpath.normpath(file))


def _of_files(context: Context) -> Iterator[Named]:
    """Yield the files of the secrets and configs that a service uses."""
    services = context.services.values()
    secrets = {one.source for service in services for one in service.secrets}
    secrets |= {
        one.source for service in services if service.build for one in service.build.secrets
    }
    configs = {one.source for service in services for one in service.configs}
    for key, secret in context.project.secrets.items():
        if secret.file and key in secrets:
            yield Named("secret-file", ("secrets", key, "file"), secret.file)
    for key, config in context.project.configs.items():
        if config.file and key in configs:
            yield Named("config-file", ("configs", key, "file"), config.file)


def _created(mount: Mount) -> bool:
    """Tell whether the engine makes a folder where the source of a bind mount is missing."""
    return mount.bind is None or mount.bind.create_host_path


def missing(context: Context) -> Found:
    """``missing-…``: files and folders that are not there, and that the engine will not make."""
    reader = context.reader
    for kind, path, value in named(context):
        if kind == "bind" or _exists(context, kind, value):
            continue
        if kind == "mount" and not context.within(value, context.project.working_dir):
            continue  # on another machine it may exist
        if context.unsettled(path):
            continue
        if kind == "dockerfile" and not reader.is_dir(posixpath.dirname(value)):
            continue  # the context is missing already
        wrong = reader.is_file(value) if kind == "context" else reader.is_dir(value)
        other = "file" if kind == "context" else "folder"
        why = f"is a {other}" if wrong else "does not exist"
        what = _WORDS[kind]
        message = f"the {what} {context.shown(value)} {why}"
        yield context.at(path, f"missing-{kind}", message, _HINTS.get(kind, ""))


_WORDS = {
    "env-file": "environment file",
    "label-file": "label file",
    "context": "build context",
    "dockerfile": "Dockerfile",
    "mount": "source",
    "secret-file": "file",
    "config-file": "file",
}
_HINTS = {
    "env-file": "create it, or write required: false",
    "mount": "create it, or add bind: {create_host_path: true}",
}


def _exists(context: Context, kind: str, value: str) -> bool:
    reader = context.reader
    if kind == "context":
        return reader.is_dir(value)
    if kind in {"mount", "secret-file", "config-file"}:  # a folder can be mounted as well
        return reader.exists(value)
    if kind == "dockerfile" and posixpath.basename(value) == "Dockerfile":
        return reader.is_file(value) or reader.is_file(value[: -len("Dockerfile")] + "dockerfile")
    return reader.is_file(value)


def created(context: Context) -> Found:
    """``host-path``: a bind mount whose source is missing, so that the engine makes a folder."""
    for kind, path, value in named(context):
        if kind in {"bind", "mount"} and not context.reader.exists(value):
            message = f"the host path {context.shown(value)} does not exist"
            hint = "the engine makes an empty folder of it, which belongs to root"
            yield context.at(path, "host-path", message, hint if kind == "bind" else "")


_UP = re.compile(r"(?:^|[\s\"'=:/,\[{])\.\./|\.\.[\"'\s]*$")


def outside(context: Context) -> Found:
    """``path-outside``: a path with ``..`` that leads out of the repository."""
    if not context.root:
        return
    for _, path, value in named(context):
        if not context.within(value, context.root) and _UP.search(context.line_at(path)):
            message = "leads out of the repository"
            hint = "whoever clones the repository does not have it"
            yield context.at(path, "path-outside", message, hint)
