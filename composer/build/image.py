"""Building the image of a service: with BuildKit, or with the classic builder where it is absent.

BuildKit takes the context in one request and the build in another, at the same time, which the
engine brings together by an identifier; a session with the client is not needed for that.

May import: build, patterns, run.events, engine.port, errors, spec, source.
"""

import base64
import binascii
import io
import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple

from composer.build.context import read_ignore, streamed
from composer.build.query import query, tags
from composer.build.steps import LAST, Steps
from composer.build.trace import Broken, decode
from composer.engine.port import ByteStream, Engine, Json
from composer.errors import ComposerError, ConsistencyError, EngineError, ExecutionError
from composer.patterns import Ignore
from composer.run.events import Listener, Notice, Output
from composer.source import error
from composer.spec.build import Build
from composer.spec.project import Project

INLINE = ".inline.Dockerfile"
BLOCK = 1 << 16
OUTSIDE = ".outside.Dockerfile"
_REMOTE = ("http://", "https://", "git://", "ssh://", "git@", "github.com/")
_MISSING = ("buildkit is not supported", "buildkit not supported", "unsupported build version")


class Source(NamedTuple):
    """What is sent: the folder of the context, or the address of one that the engine fetches."""

    folder: Path | None
    remote: str
    dockerfile: str
    ignored: Ignore
    extra: Mapping[str, bytes]


def build_image(
    engine: Engine,
    project: Project,
    service: str,
    emit: Listener,
    *,
    no_cache: bool = False,
    pull: bool = False,
) -> str:
    """Build and tag the image of *service*; return its id.

    Raises ConsistencyError where the context or the Dockerfile is missing, ExecutionError where a
    step fails.
    """
    if project.services[service].build is None:
        raise ComposerError(f"service {service!r} has no build section")
    source = find_source(project, service)
    asked = query(project, service, source.dockerfile, no_cache=no_cache, pull=pull)
    build = _Build(engine, f"build {service}", f"Image {tags(project, service)[0]}", emit)
    image = build.run(source, asked, tags(project, service))
    return image or str(engine.inspect_image(tags(project, service)[0])["Id"])


def find_source(project: Project, service: str) -> Source:
    """Return what there is to send. Raises ConsistencyError for what is missing."""
    build = project.services[service].build or Build()
    inline = {INLINE: build.dockerfile_inline.encode()} if build.dockerfile_inline else {}
    if build.context.startswith(_REMOTE):
        return Source(None, build.context, build.dockerfile or "Dockerfile", Ignore(()), {})
    folder = Path(project.working_dir, build.context)
    if not folder.is_dir():
        raise _missing(project, service, "context", f"the build context {folder} is no folder")
    if inline:
        return Source(folder, "", INLINE, read_ignore(folder, folder / INLINE), inline)
    place = folder / (build.dockerfile or "Dockerfile")
    if not place.is_file():
        raise _missing(project, service, "dockerfile", f"there is no Dockerfile {place}")
    ignored = read_ignore(folder, place)
    if place.resolve().is_relative_to(folder.resolve()):
        name = place.resolve().relative_to(folder.resolve()).as_posix()
        return Source(folder, "", name, ignored, {})
    return Source(folder, "", OUTSIDE, ignored, {OUTSIDE: place.read_bytes()})


def _missing(project: Project, service: str, attribute: str, message: str) -> ConsistencyError:
    build = project.services[service].build
    where = build.where(attribute) if build else None
    path = f"services.{service}.build.{attribute}"
    return ConsistencyError(error(f"missing-{attribute}", message, where, path=path))


class _Build:
    """One build and what it tells."""

    def __init__(self, engine: Engine, key: str, resource: str, emit: Listener) -> None:
        self._engine = engine
        self._key = key
        self._emit = emit
        self._steps = Steps(key, resource)
        self._said: list[str] = []

    def run(self, source: Source, asked: Mapping[str, str], names: tuple[str, ...]) -> str:
        """Build; return the image's id, empty where the engine did not tell it."""
        if self._engine.version().os == "windows":
            return self._classic(source, asked, names)
        try:
            return self._buildkit(source, {**asked, "t": names[0]}, names)
        except EngineError as refused:
            if not any(text in refused.message.lower() for text in _MISSING):
                raise
            self._emit(Notice("warning", "the engine has no BuildKit: using its classic builder"))
            return self._classic(source, asked, names)

    def _buildkit(self, source: Source, asked: Mapping[str, str], names: tuple[str, ...]) -> str:
        if source.remote:
            remote = {**asked, "version": "2", "remote": source.remote}
            return self._listen(self._engine.build_image(io.BytesIO(), remote), names)
        build_id = uuid.uuid4().hex
        with _uploading(self._engine, source, build_id):
            request = {**asked, "version": "2", "remote": "upload-request", "buildid": build_id}
            return self._listen(self._engine.build_image(io.BytesIO(), request), names)

    def _classic(self, source: Source, asked: Mapping[str, str], names: tuple[str, ...]) -> str:
        request = {**asked, "t": names[0], "version": "1"}
        if source.remote:
            request["remote"] = source.remote
            return self._listen(self._engine.build_image(io.BytesIO(), request), names)
        with _context(source) as context:
            return self._listen(self._engine.build_image(context, request), names)

    def _listen(self, messages: Iterator[Json], names: tuple[str, ...]) -> str:
        """Pass the progress on; return the image's id."""
        image = ""
        try:
            for message in messages:
                image = self._hear(message) or image
        except EngineError as failed:
            raise self._explained(failed) from failed
        for name in names[1:]:
            repository, _, tag = _split(name)
            self._engine.tag_image(image or names[0], repository, tag)
        return image

    def _hear(self, message: Json) -> str:
        """Pass one message on; return the image's id where it tells it."""
        aux = message.get("aux")
        if isinstance(aux, dict):
            return str(aux.get("ID", ""))
        if message.get("id") == "moby.buildkit.trace" and isinstance(aux, str):
            try:
                told = decode(base64.b64decode(aux))
            except (Broken, binascii.Error):
                return ""  # a form of progress that is not known: the result counts
            for event in self._steps.feed(told):
                self._emit(event)
        elif text := message.get("stream") or message.get("status"):
            self._said = [*self._said, *str(text).splitlines()][-LAST:]
            self._emit(Output(self._key, str(text)))
        return ""

    def _explained(self, failed: EngineError) -> ComposerError:
        """Return the failure with what the failed step printed last."""
        lines = self._steps.failure() or [line for line in self._said if line.strip()]
        if not lines:
            return failed
        return ExecutionError("\n".join([failed.message, *lines]), [failed], hint=failed.hint)


@contextmanager
def _context(source: Source) -> Iterator[BinaryIO]:
    """Give the context as a stream; that it could not be read counts more than what follows."""
    keep = frozenset({source.dockerfile})
    with streamed(source.folder, source.ignored, keep, source.extra) as upload:
        try:
            yield io.BufferedReader(upload, BLOCK)
        finally:
            if upload.error:
                message = f"cannot read the build context: {upload.error}"
                raise ComposerError(message) from upload.error


@contextmanager
def _uploading(engine: Engine, source: Source, build_id: str) -> Iterator[None]:
    """Send the context in a thread; that it cannot be sent counts more than what follows."""
    failures: list[EngineError] = []
    answers: list[ByteStream] = []

    def send(context: BinaryIO) -> None:
        try:
            answers.append(engine.upload_context(context, build_id))
        except EngineError as failed:
            failures.append(failed)

    with _context(source) as context:
        sender = threading.Thread(target=send, args=(context,), name="upload", daemon=True)
        sender.start()
        try:
            yield
        except EngineError as failed:
            sender.join()
            raise (failures or [failed])[0] from failed
        finally:
            sender.join()
            for answer in answers:
                answer.close()


def _split(name: str) -> tuple[str, str, str]:
    """Return the repository, the colon and the tag of an image's name."""
    repository, colon, tag = name.rpartition(":")
    if not colon or "/" in tag:
        return name, "", "latest"
    return repository, colon, tag
