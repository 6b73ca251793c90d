"""What the containers of a project have logged up to now.

May import: logs, run, engine.port, errors, asked, identity, value.
"""

import threading
from collections.abc import Sequence
from functools import partial

from composer.asked import Asked
from composer.engine.port import Engine
from composer.errors import EngineError, EngineNotFound, ExecutionError, Failure
from composer.identity import members, own_name
from composer.logs.choose import Choice
from composer.logs.instant import instant
from composer.logs.merge import Ahead, merged
from composer.logs.source import Log, Origin, Reading, keeps_none
from composer.run.cancel import Cancel
from composer.run.crew import Crew
from composer.run.events import Event, Listener, LogBlock, LogsFound, Notice

READERS = 8
"""Logs that are read at one time."""


class LogOptions(Asked):
    """Flags of ``logs``. Empty *services*: all; *index* 0: all replicas.

    *pattern* is a regular expression that lines must match, *stream* ``stdout`` or ``stderr``.
    *since* and *until* are times as the user gave them, or durations before the engine's time.
    """

    services: tuple[str, ...] = ()
    index: int = 0
    one_off: bool = False
    tail: str = "all"
    since: str = ""
    until: str = ""
    timestamps: bool = False
    pattern: str = ""
    stream: str = ""

    def wants(self, origin: Origin) -> bool:
        """Tell whether the lines of a container are wanted."""
        return (
            (not self.services or origin.service in self.services)
            and (not self.index or origin.number == self.index)
            and (self.one_off or not origin.one_off)
        )

    def choosing(self, emit: Listener) -> Listener:
        """Return a listener that hands on to *emit* only the lines that are wanted."""
        if not (self.pattern or self.stream):
            return emit
        choice = Choice(self.pattern, self.stream)

        def choose(event: Event) -> None:
            kept = choice.of(event) if isinstance(event, LogBlock) else event
            if kept is not None:
                emit(kept)

        return choose

    def reading(self, now: float, *, follow: bool = False) -> Reading:
        """Return how each log is to be read; *now* is the time by the engine's clock."""
        return Reading(
            follow,
            self.tail or "all",
            instant(self.since, now, "since"),
            instant(self.until, now, "until"),
            self.timestamps,
        )


def origins(engine: Engine, project: str) -> list[tuple[Origin, str]]:
    """Return the containers of a project, by service and number, and the state of each."""
    found = engine.list_containers({"label": members(project)})
    pairs = [
        (
            Origin.of(one["Id"], own_name(one["Names"]), one.get("Labels") or {}, project),
            str(one.get("State", "")),
        )
        for one in found
        if one.get("Names")
    ]
    return sorted(pairs, key=lambda pair: (pair[0].service, pair[0].number, pair[0].name))


def read_logs(
    engine: Engine,
    project: str,
    options: LogOptions,
    *,
    emit: Listener,
    cancel: Cancel | None = None,
    by_time: bool = False,
) -> None:
    """Emit what is there now, a LogBlock at a time, several containers at once.

    With *by_time* the lines of all containers come in the order of their times. A log that its
    driver does not give away is told of as a Notice; where another cannot be read the others are,
    and an ExecutionError names it at the end.
    """
    lock = threading.Lock()
    chosen = options.choosing(emit)

    def one_at_a_time(event: Event) -> None:
        with lock:
            chosen(event)

    reading = options.reading(engine.clock())
    wanted = [origin for origin, _ in origins(engine, project) if options.wants(origin)]
    emit(LogsFound(tuple(origin.name for origin in wanted)))
    failures = Failures(one_at_a_time)
    if by_time:
        reading = reading.replace(timestamps=True)
        sources = [Ahead() for _ in wanted]
        pairs = zip(wanted, sources, strict=True)
        logs = [Log(engine, origin, reading, source.take) for origin, source in pairs]
        _merge_all(logs, sources, one_at_a_time, failures, cancel or Cancel())
    else:
        logs = [Log(engine, origin, reading, one_at_a_time) for origin in wanted]
        _read_all(logs, failures, cancel or Cancel())
    failures.end()


class Failures:
    """What went wrong with single logs."""

    def __init__(self, emit: Listener) -> None:
        self._emit = emit
        self._found: list[tuple[Log, Exception]] = []

    def add(self, log: Log, error: Exception) -> bool:
        """Note a failure (from any thread); that a log is kept nowhere is only told.

        Return whether the listener failed (a closed pipe): nobody wants to hear more.
        """
        if isinstance(error, EngineNotFound):
            return False  # removed meanwhile
        if keeps_none(error):
            try:
                self._emit(Notice("warning", log.origin.without_log(error)))
            except Exception as broken:  # noqa: BLE001 - the thread is not the listener's
                error = broken
            else:
                return False
        self._found.append((log, error))
        return not isinstance(error, EngineError)

    def end(self) -> None:
        """Raise what there is to raise."""
        for _, error in self._found:
            if not isinstance(error, EngineError):
                raise error
        if self._found:
            lines = [f"{log.origin.name}: {error}" for log, error in self._found]
            raise ExecutionError("\n".join(lines), [_failure(*one) for one in self._found])


def _failure(log: Log, error: Exception) -> Failure:
    who = log.origin
    return Failure(f"logs {who.name}", who.name, str(error), error, service=who.service)


def _read_all(logs: Sequence[Log], failures: Failures, cancel: Cancel) -> None:
    crew = Crew(READERS, "log")
    left = threading.Semaphore(0)

    def stop() -> None:
        for log in logs:
            log.stop()

    def read(log: Log) -> None:
        try:
            log.read()
        except Exception as error:  # noqa: BLE001 - told at the end
            if failures.add(log, error):
                stop()
        finally:
            left.release()

    unsubscribe = cancel.subscribe(stop)
    try:
        for log in logs:
            crew.submit(partial(read, log))
        with cancel.heeding():
            for _ in logs:
                left.acquire()
    finally:
        unsubscribe()
        stop()
        crew.close()


def _merge_all(
    logs: Sequence[Log],
    sources: Sequence[Ahead],
    emit: Listener,
    failures: Failures,
    cancel: Cancel,
) -> None:
    def stop() -> None:
        for log in logs:
            log.stop()

    begun: list[Ahead] = []
    unsubscribe = cancel.subscribe(stop)
    try:
        for log, source in zip(logs, sources, strict=True):
            source.read(log, failures.add)
            begun.append(source)
        merged(sources, emit)
    finally:
        unsubscribe()
        stop()
        for source in begun:
            source.drain()
