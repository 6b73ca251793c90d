"""A build's progress as people know it: numbered steps, what they print, what failed.

May import: build.trace, run.events.
"""

from collections import deque
from collections.abc import Iterator

from composer.build.trace import Printed, Status, Told, Vertex, Warned
from composer.run.events import Event, Output, Progress

LAST = 20
"""Lines of a failed step's output that its error repeats."""


class _Step:
    def __init__(self, number: int) -> None:
        self.number = number
        self.vertex: Vertex | None = None
        self.begun = 0.0
        self.rest = b""
        self.last: deque[str] = deque(maxlen=LAST)
        self.over: set[str] = set()


class Steps:
    """Turns BuildKit's messages into events; remembers what explains a failure."""

    def __init__(self, key: str, resource: str) -> None:
        self._key = key
        self._resource = resource
        self._steps: dict[str, _Step] = {}
        self._failed: _Step | None = None

    def feed(self, told: list[Told]) -> Iterator[Event]:
        """Yield the events of one message."""
        for one in sorted(told, key=lambda one: one.time if isinstance(one, Printed) else 0.0):
            match one:
                case Vertex():
                    yield from self._vertex(one)
                case Status():
                    yield from self._status(one)
                case Printed():
                    yield from self._printed(one)
                case Warned():
                    yield Output(self._key, f"WARN: {one.short}\n")

    def failure(self) -> list[str]:
        """Return the failed step and the last lines that it printed; nothing where none failed."""
        if not self._failed or not self._failed.vertex:
            return []
        return [f"> {self._failed.vertex.name}:", *self._failed.last]

    def _step(self, digest: str) -> _Step:
        return self._steps.setdefault(digest, _Step(len(self._steps) + 1))

    def _vertex(self, vertex: Vertex) -> Iterator[Event]:
        step = self._step(vertex.digest)
        before, step.vertex = step.vertex, vertex
        if vertex.started and not (before and before.started):
            step.begun = vertex.started
            yield self._progress(step, vertex.name)
        if vertex.completed and step.rest:  # it ended without ending its last line
            yield from self._printed(Printed(vertex.digest, b"\n", vertex.completed))
        if vertex.error and not (before and before.error):
            self._failed = self._failed or step
            yield self._progress(step, f"ERROR: {vertex.error}")
        elif vertex.completed and not (before and before.completed):
            seconds = vertex.completed - (vertex.started or vertex.completed)
            yield self._progress(step, "CACHED" if vertex.cached else f"DONE {seconds:.1f}s")

    def _status(self, status: Status) -> Iterator[Event]:
        """BuildKit repeats the last state of a part with each message of its step."""
        step = self._step(status.vertex)
        if status.id in step.over:
            return
        if status.completed:
            step.over.add(status.id)
        told = self._progress(step, status.id, status.current, status.total)
        yield told.replace(done=bool(status.completed))

    def _printed(self, printed: Printed) -> Iterator[Event]:
        step = self._step(printed.vertex)
        *lines, step.rest = (step.rest + printed.message).split(b"\n")
        since = max(0.0, printed.time - step.begun) if step.begun else 0.0
        for line in lines:
            text = line.decode(errors="replace").rstrip("\r")
            step.last.append(text)
            yield Output(self._key, f"#{step.number} {since:.3f} {text}\n")

    def _progress(self, step: _Step, text: str, current: int = 0, total: int = 0) -> Progress:
        return Progress(self._key, self._resource, f"#{step.number}", text, current, total)
