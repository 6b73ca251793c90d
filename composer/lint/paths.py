"""Rules about the files and folders that a project names: missing ones, and ones outside.

May import: lint.codes, lint.context, load, spec, tree, source.
"""

import posixpath
import re
from collections.abc import Iterator
from typing import NamedTuple

from composer.lint.codes import known
from composer.lint.context import Context, Found
from composer.load.paths import is_remote
from composer.load.reader import Reader, not_found, supplied, unreadable
from composer.source import Diagnostic
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
            kind = "optional" if entry.required is False else "env-file"
            yield Named(kind, (*top, "env_file", index, "path"), entry.path)
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
        file = kind == "context" and reader.is_file(value)
        why = "is a file" if file else unreadable(reader, value, _MISSING)
        if kind == "optional" and why == _MISSING:
            continue
        message = f"the {_WORDS.get(kind, 'file')} {context.shown(value)} {why}"
        if kind in _READ and why == _MISSING:
            message = not_found(_WORDS[kind], context.shown(value), value)
        if kind in _MOUNTED and why == _MISSING:
            message = f"bind source path does not exist: {context.shown(value)}"
        hint = _hint(reader, kind, value) if why == _MISSING else ""
        code = "missing-env-file" if kind == "optional" else f"missing-{kind}"
        yield context.at(path, code, message, hint)


_WORDS = {
    "env-file": "env file",
    "optional": "env file",
    "label-file": "label file",
    "context": "build context",
    "dockerfile": "Dockerfile",
    "mount": "source",
}
_MISSING = "does not exist"
_READ = frozenset({"env-file", "optional", "label-file"})
"""What the loader would refuse, in its words."""
_MOUNTED = frozenset({"mount", "secret-file", "config-file"})
"""What the engine would refuse, in its words."""


def _hint(reader: Reader, kind: str, value: str) -> str:
    if kind == "env-file":
        return supplied(reader, value)
    return "create it, or add bind: {create_host_path: true}" if kind == "mount" else ""


def _exists(context: Context, kind: str, value: str) -> bool:
    reader = context.reader
    if kind == "context":
        return reader.is_dir(value)
    if kind in _MOUNTED:  # a folder can be mounted as well
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


_LEAVES = "leads out of the repository"
_UP = re.compile(r"(?:^|[\s\"'=:/,\[{])\.\./|\.\.[\"'\s]*$")


def outside(context: Context) -> Found:
    """``path-outside`` and ``absolute-path``: a path that leads out of the repository."""
    if not context.root:
        return
    for file, (place, _) in context.opened.items():
        if not context.within(posixpath.join(context.cwd, file), context.root):
            code, hint = _leaving(context.text(place))
            yield Diagnostic(known(code).severity, code, _LEAVES, place, "", hint)
    for _, path, value in named(context):
        if not context.within(value, context.root):
            code, hint = _leaving(context.text_at(path))
            yield context.at(path, code, _LEAVES, hint)


def _leaving(text: str) -> tuple[str, str]:
    """Return the code and the hint for a path that is written so."""
    if _UP.search(text):
        return "path-outside", "whoever clones the repository does not have it"
    return "absolute-path", "what is there depends on the machine"
