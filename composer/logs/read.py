"""What the containers of a project have logged up to now.

May import: logs.source, run, engine.port, errors, identity.
"""

import threading
from collections.abc import Sequence
from functools import partial

from composer.engine.port import Engine
from composer.errors import EngineError, EngineNotFound, ExecutionError
from composer.identity import PROJECT
from composer.logs.instant import instant
from composer.logs.source import Log, Origin, Reading
from composer.run.cancel import Cancel
from composer.run.crew import Crew
from composer.run.events import Event, Listener
from composer.value import Value

READERS = 8
"""Logs that are read at one time."""


class LogOptions(Value):
    """Flags of ``logs``. Empty *services*: all; *index* 0: all replicas.

    *since* and *until* are times or durations as the user gave them; *now* (Unix seconds) is what
    durations are subtracted from.
    """

    services: tuple[str, ...] = ()
    index: int = 0
    one_off: bool = False
    tail: str = "all"
    since: str = ""
    until: str = ""
    timestamps: bool = False
    now: float = 0.0

    def wants(self, origin: Origin) -> bool:
        """Tell whether the lines of a container are wanted."""
        return (
            (not self.services or origin.service in self.services)
            and (not self.index or origin.number == self.index)
            and (self.one_off or not origin.one_off)
        )

    def reading(self, *, follow: bool = False) -> Reading:
        """Return how each log is to be read."""
        return Reading(
            follow,
            self.tail or "all",
            instant(self.since, self.now),
            instant(self.until, self.now),
            self.timestamps,
        )


def origins(engine: Engine, project: str) -> list[tuple[Origin, str]]:
    """Return the containers of a project, by service and number, and the state of each."""
    found = engine.list_containers({"label": [f"{PROJECT}={project}"]})
    pairs = [
        (
            Origin.of(one["Id"], one["Names"][0].lstrip("/"), one.get("Labels") or {}, project),
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
) -> None:
    """Emit what is there now, a LogBlock at a time, several containers at once.

    Where a log cannot be read the others are, and an ExecutionError names it at the end.
    """
    lock = threading.Lock()

    def one_at_a_time(event: Event) -> None:
        with lock:
            emit(event)

    reading = options.reading()
    wanted = [origin for origin, _ in origins(engine, project) if options.wants(origin)]
    logs = [Log(engine, origin, reading, one_at_a_time) for origin in wanted]
    _read_all(logs, cancel or Cancel())


def _read_all(logs: Sequence[Log], cancel: Cancel) -> None:
    crew = Crew(READERS, "log")
    left = threading.Semaphore(0)
    failures: list[tuple[Log, Exception]] = []

    def stop() -> None:
        for log in logs:
            log.stop()

    def read(log: Log) -> None:
        try:
            log.read()
        except EngineNotFound:
            pass  # removed meanwhile
        except Exception as error:  # noqa: BLE001 - told below
            failures.append((log, error))
            if not isinstance(error, EngineError):
                stop()  # the listener failed (a closed pipe): nobody wants to hear more
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
    _raise(failures)


def _raise(failures: Sequence[tuple[Log, Exception]]) -> None:
    for _, error in failures:
        if not isinstance(error, EngineError):
            raise error
    if failures:
        lines = [f"{log.origin.name}: {error}" for log, error in failures]
        raise ExecutionError("\n".join(lines), [error for _, error in failures])
