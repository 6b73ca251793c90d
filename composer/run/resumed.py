"""Events one after the other, also across a connection that was lost: for whoever only listens.

After a loss the subscription goes on behind the last event that was handed out. An engine that was
restarted has forgotten what happened before; that cannot be had again.

May import: run, engine.port, errors.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import closing

from composer.engine.port import Engine, EngineEvent, EventStream, Filters
from composer.errors import EngineAway
from composer.run.cancel import Cancel
from composer.run.feed import LONGEST_PAUSE, PATIENCE, PAUSE


def resumed_events(
    engine: Engine,
    filters: Filters,
    since: str = "",
    until: str = "",
    *,
    cancel: Cancel,
    lost: Callable[[EngineAway], None],
) -> Iterator[EngineEvent]:
    """Yield events until *until* (Unix seconds) or until cancelled.

    *lost* hears of each loss. Raises EngineAway where the engine does not return within PATIENCE
    seconds.
    """
    stream = engine.events(filters, since, until)
    while True:
        forget = cancel.subscribe(stream.close)
        try:
            with closing(stream):
                for event in () if cancel.requested else stream:
                    since = _after(event)
                    yield event
            if until or cancel.requested:
                return
            away = EngineAway("the engine ended the stream of events")
        except EngineAway as broken:
            if cancel.requested:
                return
            away = broken
        finally:
            forget()
        lost(away)
        with cancel.heeding(heeded=False):
            stream = _again(lambda: engine.events(filters, since, until))  # noqa: B023 - at once


def _again(subscribe: Callable[[], EventStream]) -> EventStream:
    end, pause = time.monotonic() + PATIENCE, PAUSE
    while True:
        time.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)
        try:
            return subscribe()
        except EngineAway:
            if time.monotonic() > end:
                raise


def _after(event: EngineEvent) -> str:
    later = event.time + 1
    return f"{later // 10**9}.{later % 10**9:09d}"
