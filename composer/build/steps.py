"""A build's progress as people know it: numbered steps, what they print, what failed.

May import: build.trace, run.events.
"""

from collections import deque
from collections.abc import Callable, Iterator
from time import monotonic

from composer.build.trace import Printed, Status, Told, Vertex, Warned
from composer.run.events import Event, Output, Progress

LAST = 20
"""Lines of a failed step's output that its error repeats."""
HOLD = 0.15
"""Seconds that something is held back which the next messages may make out of date."""
QUICK = 0.1
"""Seconds: BuildKit ends so quick a step and takes it up again, as it finds out what there is."""

_END = ""
_TAKES_FILES = tuple(
    f"[internal] load {what}" for what in ("build definition", ".dockerignore", "build context")
)


class _Step:
    def __init__(self) -> None:
        self.number = 0
        self.vertex: Vertex | None = None
        self.begun = 0.0
        self.rest = b""
        self.last: deque[str] = deque(maxlen=LAST)
        self.over: set[str] = set()
        self.ended = False
        """That it has ended is the last that was told of it."""

    @property
    def only_looked_up(self) -> bool:
        """Whether its files are still to be taken: BuildKit first looks up what it has of them."""
        name = self.vertex.name if self.vertex else ""
        return name.startswith(_TAKES_FILES) and not self.over


class Steps:
    """Turns BuildKit's messages into events; remembers what explains a failure.

    Steps are numbered as they come up. Parts that nothing is known of yet, and ends of steps that
    took next to no time, are held back for a moment; `finish` tells what is held at the end.
    """

    def __init__(self, key: str, resource: str, clock: Callable[[], float] = monotonic) -> None:
        self._key = key
        self._resource = resource
        self._clock = clock
        self._steps: dict[str, _Step] = {}
        self._held: dict[tuple[str, str], tuple[float, _Step, Progress]] = {}
        self._failed: _Step | None = None
        self._count = 0

    def feed(self, told: list[Told]) -> Iterator[Event]:
        """Yield the events of one message: an end after what led to it."""
        yield from self._release(self._clock() - HOLD)
        vertexes = [one for one in told if isinstance(one, Vertex)]
        for vertex in vertexes:
            yield from self._begins(vertex)
            if vertex.cached:
                yield from self._ends(vertex)
        for one in sorted(told, key=lambda one: one.time if isinstance(one, Printed) else 0.0):
            match one:
                case Status():
                    yield from self._status(one)
                case Printed():
                    yield from self._printed(one)
                case Warned():
                    yield Output(self._key, f"WARN: {one.short}\n")
        for vertex in vertexes:
            yield from self._ends(vertex)

    def finish(self) -> Iterator[Event]:
        """Yield what was held back, at the end of the build."""
        return self._release(self._clock())

    def failure(self) -> list[str]:
        """Return the failed step and the last lines that it printed; nothing where none failed."""
        if not self._failed or not self._failed.vertex:
            return []
        return [f"> {self._failed.vertex.name}:", *self._failed.last]

    def _release(self, until: float) -> Iterator[Event]:
        for key, (since, step, event) in list(self._held.items()):
            if since <= until and self._held.pop(key, None) is not None:
                yield self._tell(step, event, ends=key[1] == _END)

    def _end_those_before(self, begun: _Step) -> Iterator[Event]:
        """Yield the held ends of steps that seem to be over now that another one begins."""
        for key, (_, step, event) in list(self._held.items()):
            if key[1] == _END and step is not begun and not step.only_looked_up:
                del self._held[key]
                yield self._tell(step, event, ends=True)

    def _hold(self, digest: str, part: str, event: Progress) -> None:
        self._held[digest, part] = self._clock(), self._steps[digest], event

    def _step(self, digest: str) -> _Step:
        return self._steps.setdefault(digest, _Step())

    def _begins(self, vertex: Vertex) -> Iterator[Event]:
        step = self._step(vertex.digest)
        if vertex.started and not step.begun:
            step.begun = vertex.started
            yield from self._end_those_before(step)
            yield self._tell(step, self._progress(vertex.name))

    def _ends(self, vertex: Vertex) -> Iterator[Event]:
        step = self._step(vertex.digest)
        before, step.vertex = step.vertex, vertex
        self._held.pop((vertex.digest, _END), None)
        if vertex.completed and step.rest:  # it ended without ending its last line
            yield from self._printed(Printed(vertex.digest, b"\n", vertex.completed))
        if vertex.error and not (before and before.error):
            self._failed = self._failed or step
            yield self._tell(step, self._progress(f"ERROR: {vertex.error}"))
        elif vertex.completed and not step.ended:
            seconds = vertex.completed - (vertex.started or vertex.completed)
            end = self._progress("CACHED" if vertex.cached else f"DONE {seconds:.1f}s")
            if seconds < QUICK and not vertex.cached:
                self._hold(vertex.digest, _END, end)
            else:
                yield self._tell(step, end, ends=True)

    def _status(self, status: Status) -> Iterator[Event]:
        """BuildKit repeats the last state of a part with each message of its step."""
        step = self._step(status.vertex)
        if status.id in step.over:
            return
        self._held.pop((status.vertex, status.id), None)
        told = self._progress(status.id, status.current, status.total)
        if status.completed:
            step.over.add(status.id)
            yield self._tell(step, told.replace(done=True))
        elif status.current or status.total:
            yield self._tell(step, told)
        else:
            self._hold(status.vertex, status.id, told)

    def _printed(self, printed: Printed) -> Iterator[Event]:
        step = self._step(printed.vertex)
        step.ended = False
        *lines, step.rest = (step.rest + printed.message).split(b"\n")
        since = max(0.0, printed.time - step.begun) if step.begun else 0.0
        for line in lines:
            text = line.decode(errors="replace").rstrip("\r")
            step.last.append(text)
            yield Output(self._key, f"{self._number(step)} {since:.3f} {text}\n")

    def _progress(self, text: str, current: int = 0, total: int = 0) -> Progress:
        return Progress(self._key, self._resource, "", text, current, total)

    def _tell(self, step: _Step, event: Progress, *, ends: bool = False) -> Progress:
        step.ended = ends
        return event.replace(part=self._number(step))

    def _number(self, step: _Step) -> str:
        if not step.number:
            self._count += 1
            step.number = self._count
        return f"#{step.number}"
