"""The classic builder: a service's ``build`` as the parameters of ``POST /build``, and its files.

Engines without BuildKit have no other. It takes the whole context as an archive.

May import: build, disk, engine.port, errors, identity, spec.
"""

import io
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from composer.build.attributes import attestations, exports
from composer.build.context import IGNORE, Upload, hiding, read_ignore, streamed
from composer.build.options import arguments, platforms, tags
from composer.build.source import INLINE, Source
from composer.disk import read_file
from composer.engine.port import Engine, Json
from composer.errors import ComposerError
from composer.identity import IMAGE_BUILDER
from composer.spec.build import Build
from composer.spec.project import Project
from composer.spec.units import shown_size

_BLOCK = 1 << 16
_OUTSIDE = ".outside.Dockerfile"
_NEEDS_BUILDKIT = ("secrets", "ssh", "additional_contexts", "entitlements")


def build(engine: Engine, project: Project, service: str, source: Source) -> Iterator[Json]:
    """Build with the classic builder; yield what it says.

    Raises ComposerError for what only BuildKit can do.
    """
    section = project.services[service].build or Build()
    refuse(section, service)
    asked = {**query(project, service), "t": tags(project, service)[0], "version": "1"}
    if source.remote:
        asked |= {"remote": source.remote, "dockerfile": section.dockerfile}
        yield from engine.build_image(
            io.BytesIO(), {key: asked[key] for key in asked if asked[key]}
        )
        return
    with _context(source) as (name, upload):
        context = io.BufferedReader(upload, _BLOCK)
        said = engine.build_image(context, {**asked, "dockerfile": name})
        sent = shown_size(upload.count, digits=4)
        yield {"stream": f"Sending build context to Docker daemon {sent:>8}\n"}
        yield from said


def query(project: Project, service: str) -> dict[str, str | list[str]]:
    """Return the parameters of the call."""
    build = project.services[service].build or Build()
    made: dict[str, str | list[str]] = {
        "target": build.target,
        "buildargs": _json(arguments(project, build)),
        "labels": _json({**build.labels, IMAGE_BUILDER: "classic"}),  # each label is a layer
        "cachefrom": _json(list(build.cache_from)),
        "nocache": "1" if build.no_cache else "",
        "pull": "1" if build.pull else "",
        "networkmode": build.network,
        "extrahosts": [f"{host}:{address}" for host, address in build.extra_hosts],
        "shmsize": str(build.shm_size or ""),
        "ulimits": _json(_ulimits(build)),
        "platform": ",".join(platforms(project, service)[:1]),
        "forcerm": "1",  # also the container of a step that failed
    }
    return {name: value for name, value in made.items() if value}


def text(message: Json) -> str:
    """Return what the builder prints with *message*: a piece of a line, or several lines.

    How far a pull is comes so often that it is left out.
    """
    if printed := message.get("stream"):
        return str(printed)
    status = message.get("status")
    if not status or message.get("progressDetail"):
        return ""
    return f"{message['id']}: {status}\n" if message.get("id") else f"{status}\n"


def refuse(build: Build, service: str) -> None:
    """Raise ComposerError where the build asks for what only BuildKit can do."""
    asked = [name for name in _NEEDS_BUILDKIT if getattr(build, name)]
    asked += ["privileged"] if build.privileged else []
    asked += ["several platforms"] if len(build.platforms) > 1 else []
    asked += list(attestations(build))
    asked += ["cache_to"] if any(one["type"] != "inline" for one in exports(build)) else []
    if asked:
        raise ComposerError(
            f"cannot build service {service!r}: {', '.join(asked)} needs BuildKit, which this"
            " engine does not have, or DOCKER_BUILDKIT switches off",
            hint="use an engine with BuildKit, or leave it out",
        )


@contextmanager
def _context(source: Source) -> Iterator[tuple[str, Upload]]:
    """Give the name of the Dockerfile in the context, and the context as a stream.

    The Dockerfile and the ignore file are sent though they are ignored: the engine needs both, and
    then leaves out what the ignore file says. That the context could not be read counts more than
    what follows.
    """
    folder = source.folder
    if folder is None:
        raise ComposerError("internal: a context without a folder")
    name, extra = INLINE, {INLINE: source.inline}
    if not source.inline:
        place = source.dockerfile.resolve()
        inside = place.is_relative_to(folder.resolve())
        name = place.relative_to(folder.resolve()).as_posix() if inside else _OUTSIDE
        extra = {} if inside else {_OUTSIDE: read_file(place)}
    if extra:
        extra[IGNORE] = hiding(folder, name)
    ignored = read_ignore(folder, source.dockerfile)
    with streamed(folder, ignored, frozenset({name, IGNORE}), extra) as upload:
        try:
            yield name, upload
        finally:
            if upload.error:
                message = f"cannot read the build context: {upload.error}"
                raise ComposerError(message) from upload.error


def _ulimits(build: Build) -> list[Mapping[str, object]]:
    return [
        {"Name": name, "Soft": limit.soft or limit.single, "Hard": limit.hard or limit.single}
        for name, limit in sorted(build.ulimits.items())
    ]


def _json(value: object) -> str:
    return json.dumps(value, sort_keys=True) if value else ""
