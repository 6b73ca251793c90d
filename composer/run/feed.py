"""One subscription to the engine's events, kept alive.

A thread reads the stream and hands each event on. Where the connection is lost it subscribes anew,
for a bounded time, and says so: what happened in between must be looked up.

May import: engine.port, errors, value.
"""

import threading
import time
from collections.abc import Callable

from composer.engine.port import Engine, EngineEvent, EventStream, Filters
from composer.errors import EngineAway, EngineError
from composer.value import Value

PATIENCE = 30.0
"""Seconds for which a lost connection is tried again."""
PAUSE, LONGEST_PAUSE = 0.1, 1.0


class Resumed(Value):
    """The connection was lost and is back: events may be missing."""


class Lost(Value):
    """The connection was lost for good."""

    error: EngineError


Listener = Callable[[EngineEvent | Resumed | Lost], None]


class EventFeed:
    """Events of one engine for one listener, which is called from the feed's thread."""

    def __init__(
        self,
        engine: Engine,
        filters: Filters,
        listener: Listener,
        patience: float = PATIENCE,
        away: Callable[[EngineError], None] = lambda _: None,
    ) -> None:
        """*away* hears of each loss that is not over at once, in the feed's thread."""
        self._engine = engine
        self._filters = filters
        self._listener = listener
        self._patience = patience
        self._away = away
        self._closed = threading.Event()
        self._stream: EventStream | None = None

    def open(self) -> None:
        """Subscribe; what happens after this returns is seen. Does nothing the second time."""
        if self._stream is None:
            self._stream = self._engine.events(self._filters)
            threading.Thread(target=self._read, name="events", daemon=True).start()

    def close(self) -> None:
        """End the subscription."""
        self._closed.set()
        if self._stream is not None:
            self._stream.close()

    def _read(self) -> None:
        stream = self._stream
        while stream is not None:
            error = self._pass_on(stream)
            if self._closed.is_set():
                return
            stream = self._resubscribe(error)

    def _pass_on(self, stream: EventStream) -> EngineError:
        try:
            for event in stream:
                self._listener(event)
        except EngineError as error:
            return error
        return EngineAway("the engine ended the stream of events")

    def _resubscribe(self, error: EngineError) -> EventStream | None:
        end = time.monotonic() + self._patience
        pause, told = PAUSE, False
        while not self._closed.wait(pause):
            try:
                stream = self._engine.events(self._filters)
            except EngineError as again:
                error = again
                if not told:
                    told = True
                    self._away(error)
                if time.monotonic() > end:
                    self._listener(Lost(error))
                    return None
                pause = min(pause * 2, LONGEST_PAUSE)
                continue
            self._stream = stream
            if self._closed.is_set():
                stream.close()
                return None
            self._listener(Resumed())
            return stream
        return None
