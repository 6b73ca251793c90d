"""Building the image of a service: with BuildKit, or with the classic builder where it is absent.

May import: build, run, engine.port, errors, spec.
"""

import re
from collections.abc import Iterator
from signal import SIGINT

from composer.build import buildkit, classic
from composer.build.options import tags
from composer.build.source import Source, find_source
from composer.build.steps import LAST, Steps
from composer.build.trace import Told
from composer.engine.port import Duplex, Engine, Json
from composer.errors import ComposerError, EngineError, EngineNotFound, ExecutionError, Interrupted
from composer.run.cancel import Cancel
from composer.run.events import Listener, Notice, Output
from composer.spec.project import Project


def build_image(
    engine: Engine,
    project: Project,
    service: str,
    emit: Listener,
    cancel: Cancel | None = None,
    *,
    modern: bool = True,
) -> str:
    """Build and tag the image of *service*; return its id.

    *cancel* gives the build up; without *modern* the classic builder builds. Raises
    ConsistencyError where the context or the Dockerfile is missing, ExecutionError where a step
    fails.
    """
    if project.services[service].build is None:
        raise ComposerError(f"service {service!r} has no build section")
    source = find_source(project, service)
    made = _Build(engine, project, service, emit)
    image = made.run(source, cancel or Cancel(), modern=modern)
    return image or str(engine.inspect_image(tags(project, service)[0])["Id"])


def check_image(engine: Engine, project: Project, service: str) -> tuple[str, bool]:
    """Check the Dockerfile of *service*; return what there is to say, and whether it is all right.

    Raises ComposerError where the engine's builder cannot do that.
    """
    source = find_source(project, service)
    try:
        builder = engine.open_builder()
    except EngineNotFound as absent:
        message = "checking Dockerfiles needs BuildKit, which this engine does not have"
        raise ComposerError(message) from absent
    return buildkit.Work(engine, project, service, source).check(builder)


_ENDED = re.compile(r"^The command .* returned a non-zero code: (\d+)\Z", re.DOTALL)
"""How the classic builder says that a command failed."""


class _Build:
    """One build and what it tells."""

    def __init__(self, engine: Engine, project: Project, service: str, emit: Listener) -> None:
        self._engine = engine
        self._project = project
        self._service = service
        self._key = f"build {service}"
        self._emit = emit
        self._steps = Steps(self._key, f"Image {tags(project, service)[0]}")
        self._said: list[str] = []
        self._why = "the engine has no BuildKit"

    def run(self, source: Source, cancel: Cancel, *, modern: bool) -> str:
        """Build; return the image's id, empty where the engine did not tell it."""
        if not (builder := self._builder(modern=modern)):
            return self._classic(source)
        work = buildkit.Work(self._engine, self._project, self._service, source)
        for text in work.warnings():
            self._emit(Notice("warning", text))
        try:
            return work.run(builder, self._hear, cancel)
        except EngineError as failed:
            if cancel.requested:
                raise Interrupted(SIGINT, "given up") from failed
            raise self._explained(failed) from failed
        finally:
            for event in self._steps.finish():
                self._emit(event)

    def _builder(self, *, modern: bool) -> Duplex | None:
        """Connect to BuildKit, None where there is none or it is not wanted."""
        if not modern:
            self._why = "BuildKit is switched off by DOCKER_BUILDKIT"
            return None
        try:
            return self._engine.open_builder()
        except EngineNotFound:
            return None

    def _hear(self, told: list[Told]) -> None:
        for event in self._steps.feed(told):
            self._emit(event)

    def _classic(self, source: Source) -> str:
        """Build with the classic builder, and give the image its further names."""
        made = classic.build(self._engine, self._project, self._service, source)
        self._emit(Notice("warning", f"{self._why}: using the engine's classic builder"))
        try:
            image = self._listen(made)
        except EngineError as failed:
            raise self._explained(failed) from failed
        first, *more = tags(self._project, self._service)
        for name in more:
            repository, _, tag = _split(name)
            self._engine.tag_image(image or first, repository, tag)
        return image

    def _listen(self, messages: Iterator[Json]) -> str:
        """Pass on the lines that the classic builder says; return the image's id."""
        image, rest = "", ""
        try:
            for message in messages:
                if isinstance(aux := message.get("aux"), dict):
                    image = str(aux.get("ID", ""))
                *lines, rest = (rest + classic.text(message)).split("\n")
                for line in lines:
                    self._say(line)
        finally:
            if rest:
                self._say(rest)
        return image

    def _say(self, line: str) -> None:
        self._said = [*self._said, line][-LAST:]
        self._emit(Output(self._key, f"{line}\n"))

    def _explained(self, failed: EngineError) -> ComposerError:
        """Return the failure with what the failed step printed last, and where it is written.

        What a command of a classic build ended with is what Composer ends with.
        """
        lines = self._steps.failure() or [line for line in self._said if line.strip()]
        if isinstance(failed, buildkit.Unsolved):
            lines = [*lines, *failed.excerpt]
        if not lines:
            return failed
        text = "\n".join([failed.message, *lines])
        ended = _ENDED.search(failed.message)
        code = int(ended[1]) if ended else 1
        return ExecutionError(text, hint=failed.hint, exit_code=code)


def _split(name: str) -> tuple[str, str, str]:
    """Return the repository, the colon and the tag of an image's name."""
    repository, colon, tag = name.rpartition(":")
    if not colon or "/" in tag:
        return name, "", "latest"
    return repository, colon, tag
