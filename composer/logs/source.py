"""The log of one container: read in large blocks, reopened where it broke off.

While following, times are always asked for: they tell where to go on. Times of two streams may be
slightly out of order, so the last lines that were delivered are remembered, and skipped when they
come again.

May import: logs.lines, logs.instant, run.events, run.cancel, engine, errors, identity, value.
"""

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from itertools import repeat
from typing import TypeGuard

from composer.engine.frames import STDOUT, Demux, Frame
from composer.engine.port import ByteStream, Engine, Json
from composer.errors import EngineError, EngineSilent, EngineUnreachable
from composer.identity import NUMBER, SERVICE, is_one_off
from composer.logs.instant import after
from composer.logs.lines import Cut, block, cutter
from composer.run.events import Event, LogBlock
from composer.value import Value

_NO_LOG = ("does not support reading", "dead or marked for removal")
"""What the engine says of a container that has no log, and of one whose log is about to go."""

BLOCK = 1 << 16
PATIENCE = 30.0
"""Seconds for which an engine that went away is tried again."""
IDLE = 3.0
"""Seconds without output after which the log of a container that has ended is complete."""
REMEMBERED = 512
"""Lines that are remembered; those of two streams are never so far out of order."""
_NONE = "0"
"""No lines but new ones."""
_LAST = "64"
"""Lines of two streams among which the latest time is."""
_PAUSE, _LONGEST_PAUSE = 0.1, 1.0


class Origin(Value):
    """The container that lines come from; *name* as it is shown (``web-1``), *full* as it is."""

    id: str
    name: str
    service: str
    number: int = 0
    one_off: bool = False
    full: str = ""

    @classmethod
    def of(cls, container: str, name: str, labels: Mapping[str, str], project: str) -> "Origin":
        """Read it from what a list or an event tells."""
        service, number = labels.get(SERVICE, ""), labels.get(NUMBER, "")
        usual = name in (f"{project}-{service}-{number}", f"{project}_{service}_{number}")
        return cls(
            container,
            name[len(project) + 1 :] if usual else name,
            service,
            int(number) if number.isdecimal() else 0,
            is_one_off(labels),
            name,
        )

    def without_log(self, error: EngineError) -> str:
        """Say that the log cannot be read, in Docker Compose's words."""
        return f'Can\'t retrieve logs for "{self.full or self.name}": {error.message}'

    def replaces(self, old: "Origin") -> bool:
        """Tell whether this one, made in the place of another, was made in that of *old*."""
        return (old.service, old.number, old.one_off) == (self.service, self.number, False)


class Reading(Value):
    """From where to where a log is read; instants as the Engine API wants them."""

    follow: bool = False
    tail: str = "all"
    since: str = ""
    until: str = ""
    timestamps: bool = False


class Log:
    """Reads one container's log; ``stop`` may be called from any thread.

    *emit* is called with each block of lines and may block: then nothing more is read. *lost*
    hears that the engine went away and is being tried again.
    """

    tells_end = True
    """Whether ``read`` returns only when the container's run is over."""

    def __init__(
        self,
        engine: Engine,
        origin: Origin,
        reading: Reading,
        emit: Callable[[Event], None],
        lost: Callable[[EngineUnreachable], None] = lambda _: None,
    ) -> None:
        self.origin = origin
        self._engine = engine
        self._reading = reading
        self._timed = reading.follow or reading.timestamps
        self._emit = emit
        self._lost = lost
        self._terminal: bool | None = None
        self._stream: ByteStream | None = None
        self._followed: ByteStream | None = None
        self._blocks = 0
        self._ended = False
        self._recent: deque[tuple[int, bytes]] = deque(maxlen=REMEMBERED)
        self._skip: Counter[tuple[int, bytes]] = Counter()
        self._skipping = 0
        self._stop = threading.Event()

    def stop(self) -> None:
        """End the reading; lines that were read are still delivered."""
        self._stop.set()
        if self._stream is not None:
            self._stream.close()

    def expect_end(self, *, ended: bool = True) -> None:
        """Hear whether the container has ended (any thread): then a silent stream is at its end.

        Engines do not always end it (seen with 20.10). What it did not bring is read from the log.
        """
        self._ended = ended
        self._end_when_idle()

    def _end_when_idle(self) -> None:
        stream, blocks = self._followed, self._blocks
        if stream is None or not self._ended:
            return

        def look() -> None:
            if self._followed is stream and self._blocks == blocks and self._ended:
                stream.close()
            elif self._followed is stream:
                self._end_when_idle()

        timer = threading.Timer(IDLE, look)
        timer.daemon = True
        timer.start()

    def read(self) -> None:
        """Read to the end of the log, or while following to the end of the container's run."""
        end, pause, known = None, _PAUSE, len(self._recent)
        while not self._stop.is_set():
            try:
                self._read_once()
            except EngineUnreachable as error:
                if self._stop.is_set():
                    return
                if len(self._recent) > known or end is None:
                    end, pause, known = time.monotonic() + PATIENCE, _PAUSE, len(self._recent)
                    self._lost(error)
                if not self._reading.follow or time.monotonic() > end:
                    raise
                self._stop.wait(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
            else:
                return

    def _read_once(self) -> None:
        self._learn()
        if self._reading.follow:
            # When a container ends while the reader is behind, engines end the stream before its
            # last lines (seen with 20.10). They are in the log: read on from there.
            self._pass_on(self._open(follow=True), follow=True)
        if not self._stop.is_set():
            self._pass_on(self._open(follow=False), last=True)

    def _learn(self) -> None:
        """Look at the container, once."""
        if self._terminal is None:
            self._note(self._engine.inspect_container(self.origin.id))

    def _note(self, container: Json) -> None:
        """Take note of how the container was made."""
        self._terminal = bool((container.get("Config") or {}).get("Tty"))

    def _pass_on(self, stream: ByteStream, *, follow: bool = False, last: bool = False) -> None:
        """Deliver what *stream* brings; where it is the *last*, also a line without an end."""
        lines = cutter(terminal=bool(self._terminal), timed=self._timed)
        demux = None if self._terminal else Demux()
        self._followed = stream if follow else None
        self._end_when_idle()
        try:
            while data := stream.read(BLOCK):
                self._blocks += 1
                frames: list[Frame] = demux.feed(data) if demux else [(STDOUT, data)]
                for cut in lines.feed(frames):
                    self._deliver(cut)
        finally:
            self._followed = None
            stream.close()
        if last and not self._stop.is_set():
            for cut in lines.finish():
                self._deliver(cut)

    def _open(self, *, follow: bool) -> ByteStream:
        """Ask for the log, from where it was read to.

        An engine begins its answer with the first line, so the silence of one that answers other
        questions may be the container's: then the log is asked for again.
        """
        reading = self._reading
        since, tail = reading.since, reading.tail
        self._skip.clear()
        if self._recent:
            self._skip.update(self._recent)
            self._skipping = 2 * REMEMBERED
            since, tail = after(min(stamp for _, stamp in self._recent)), "all"
        while True:
            asked = self._engine.clock()
            try:
                stream = self._engine.container_logs(
                    self.origin.id,
                    follow=follow,
                    since=since,
                    until=reading.until,
                    tail=tail,
                    timestamps=self._timed,
                )
                break
            except EngineSilent:
                if not follow or self._stop.is_set():
                    raise
            self._engine.inspect_container(self.origin.id)  # a silent engine is told
            if tail == _NONE:
                since, tail = f"{asked:.9f}", "all"
        return self._opened(stream)

    def _opened(self, stream: ByteStream) -> ByteStream:
        self._stream = stream
        if self._stop.is_set():
            stream.close()
        return stream

    def _deliver(self, cut: Cut) -> None:
        if self._skip:
            cut = self._without_known(cut)
        if not cut.lines:
            return
        self._emit(block(cut, self.origin.name, self.origin.service))
        if self._reading.follow:
            self._recent.extend(zip(repeat(cut.stream), cut.times[-REMEMBERED:]))

    def _without_known(self, cut: Cut) -> Cut:
        """Leave out the lines that were delivered before the log was reopened."""
        kept = Cut(cut.stream, [], [])
        for line, stamp in zip(cut.lines, cut.times, strict=True):
            key = (cut.stream, stamp)
            if self._skip[key] > 0:
                self._skip[key] -= 1
                continue
            kept.lines.append(line)
            kept.times.append(stamp)
        self._skipping -= len(cut.lines)
        if self._skipping <= 0:
            self._skip.clear()
        return kept


class Unread(Log):
    """The log of a container of which nobody wants the lines, only to hear what happens to it."""

    tells_end = False

    def read(self) -> None:
        """Read nothing."""


def last_times(engine: Engine, origin: Origin) -> list[bytes]:
    """Return the times of the last lines of a container, none where its log cannot be read."""
    found: list[bytes] = []

    def take(event: Event) -> None:
        if isinstance(event, LogBlock):
            found.extend(event.times)

    with suppress(EngineError):
        Log(engine, origin, Reading(tail=_LAST, timestamps=True), take).read()
    return found


def keeps_none(error: Exception) -> TypeGuard[EngineError]:
    """Tell whether there is no log: the driver keeps none, or the container is being removed."""
    return isinstance(error, EngineError) and any(one in error.message for one in _NO_LOG)
