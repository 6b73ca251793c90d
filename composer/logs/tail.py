"""One followed container: the thread that reads its log, and what it does between two runs.

What happens to the container waits in a queue until its log has been read to the end of the run,
so that its end is told after its last line.

May import: logs.source, run.events, engine.port, spec.shapes, state, errors.
"""

import queue
import threading
from collections.abc import Callable, Mapping
from typing import NamedTuple

from composer.engine.port import Engine, EngineEvent, Json
from composer.errors import EngineConflict, EngineError, EngineNotFound, EngineUnreachable
from composer.logs.source import Log, Origin
from composer.run.events import ContainerEvent, Event
from composer.spec.shapes import EMPTY
from composer.state import GOING

LIVING = frozenset({"running", "restarting", "paused"})
REMOVED = "marked for removal"
"""What engines say of a container that is being removed, also while it still runs."""
UNTOLD, SELDOM = 3.0, 60.0
"""Seconds until the end of a run is looked up, at first and at most, where its log has ended."""

LINGER = 1.0
"""Seconds for which a container that was stopped may be about to start: a restart is both."""


class _Begin(NamedTuple):
    running: bool


class Tail:
    """Reads a container's log run after run.

    *changed* is called when ``alive`` may have changed, *failed* when the log cannot be read.
    """

    def __init__(
        self,
        engine: Engine,
        log: Log,
        emit: Callable[[Event], None],
        changed: Callable[[], None],
        failed: Callable[[Origin, Exception], None],
    ) -> None:
        self.log = log
        self.replaced = False
        """Whether another container was made to take its place."""
        self.lingers = False
        """Whether it was stopped just now, and may be about to start again."""
        self._engine = engine
        self._emit = emit
        self._changed = changed
        self._failed = failed
        self._inbox: queue.SimpleQueue[EngineEvent | _Begin | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._open = 0
        self._running = False
        self._started = False
        self._signalled = False
        """Whether somebody sent it a signal in this run: who stops or restarts it does."""
        self._restarts: int | None = 0
        """How many restarts by the engine were told; None where earlier ones were not."""
        self._goes_on = False
        """Whether the end that was told last was none: the engine starts the container again."""
        self._told: str | None = None
        """When the run was started whose end was told last; engines under load tell one twice."""

    @property
    def alive(self) -> bool:
        """Whether the container runs, or something of it is still to be told."""
        with self._lock:
            return self._running or self._open > 0

    def begin(self, *, running: bool) -> None:
        """Read what is there and, if the container is *running*, what comes."""
        self.log.expect_end(ended=not running)
        self._put(_Begin(running))

    def happened(self, event: EngineEvent) -> None:
        """Take an event of the container."""
        if event.action in {"die", "start"}:
            self.log.expect_end(ended=event.action == "die")
        self._put(event)

    def recheck(self, *, running: bool) -> None:
        """Take note of how the container is, after events were missed."""
        if running:
            self.begin(running=True)
        elif self.alive:
            self.happened(died(self.log.origin))

    def close(self) -> None:
        """End the thread soon."""
        self.log.stop()
        self._inbox.put(None)

    def _put(self, item: EngineEvent | _Begin) -> None:
        with self._lock:
            self._open += 1
            started, self._started = self._started, True
        self._inbox.put(item)
        if not started:
            name = f"log {self.log.origin.name}"
            threading.Thread(target=self._work, name=name, daemon=True).start()

    def _work(self) -> None:
        while (item := self._next()) is not None:
            running = self._take_safely(item)
            gone = isinstance(item, EngineEvent) and item.action == "destroy"
            with self._lock:
                self._running = running
                self._open -= 1
                self._started = not gone or self._open > 0
            self._changed()
            if not self._started:
                return

    def _next(self) -> EngineEvent | _Begin | None:
        """Return what happens next; an end that no event tells is looked up.

        The log of a run has ended, so its event is due. Engines under load were seen to subscribe
        a listener only after they had told it that a container runs.
        """
        patience = UNTOLD if self.log.tells_end else SELDOM
        while True:
            limit = LINGER if self.lingers else patience if self._running else None
            try:
                return self._inbox.get(timeout=limit)
            except queue.Empty:
                patience = min(patience * 2, SELDOM)
            over = self._over()
            if self.lingers:
                self.lingers = not over
                self._changed()
            elif over:
                with self._lock:
                    self._open += 1
                return died(self.log.origin)

    def _over(self) -> bool:
        try:
            return _ended(self._engine.inspect_container(self.log.origin.id)["State"])
        except EngineNotFound:
            return True
        except EngineError:
            return False

    def _take_safely(self, item: EngineEvent | _Begin) -> bool:
        try:
            return self._take(item)
        except EngineNotFound:
            return False
        except EngineConflict as error:
            state = state_of(self._engine, self.log.origin.id)
            going = state.get("Status", GOING[0]) in GOING or REMOVED in error.message
            if not going:  # else its end will be told
                self._failed(self.log.origin, error)
            return not _ended(state)
        except EngineUnreachable as error:
            self._failed(self.log.origin, error)
            return False
        except EngineError as error:
            self._failed(self.log.origin, error)
            return not _ended(state_of(self._engine, self.log.origin.id))
        except Exception as error:  # noqa: BLE001 - the listener's: whoever follows hears of it
            self._failed(self.log.origin, error)
            return False

    def _take(self, item: EngineEvent | _Begin) -> bool:
        """Deal with what happened; return whether the container may still log something."""
        if isinstance(item, _Begin):
            self._restarts = None
            self.log.read()
            return item.running
        if item.action == "kill":
            self._signalled = True
            return self._running
        if item.action == "start":
            self._told = None
            self._restarts = self._restarts if self._goes_on else 0
            self.lingers = False
            self._emit(container_event(self.log.origin, item))
            self.log.read()
            return True
        if item.action == "die":
            return self._end(item)
        self.lingers = False
        self._emit(container_event(self.log.origin, item))
        return False

    def _end(self, item: EngineEvent) -> bool:
        """Tell the end of a run, once; return whether the container runs again."""
        found = _found(self._engine, self.log.origin.id)
        state = found.get("State", EMPTY)
        run = str(state.get("StartedAt", ""))
        if self._told is not None and (not state or run == self._told):
            return not _ended(state)
        self._told = run
        over, again = _ended(state), self._was_started_again(found)
        self._goes_on = again or not over
        told = container_event(
            self.log.origin, item, state, replaced=self.replaced, restarts=self._goes_on
        )
        self.lingers = over and again if told.then else self._signalled
        self._signalled = False
        self._emit(told)
        return not over

    def _was_started_again(self, found: Json) -> bool:
        """Tell whether the engine counted a restart after this end.

        When the log of a run has been read, the run after it may be over, too.
        """
        count, known = int(found.get("RestartCount") or 0), self._restarts
        if known is None:
            self._restarts = count
            return False
        known = 0 if count < known else known  # somebody started it, which begins at 0
        self._restarts = min(known + 1, count)
        return count > known


def died(origin: Origin) -> EngineEvent:
    """Return the event of an end that no event tells; its code is the engine's to say."""
    return EngineEvent("container", "die", origin.id, {}, 0)


def state_of(engine: Engine, container: str) -> Mapping[str, object]:
    """Return how a container is, nothing where it is gone: the engine settles its end first.

    Its list of containers still has one running, for a moment, whose end it has told.
    """
    state: Mapping[str, object] = _found(engine, container).get("State", EMPTY)
    return state


def _found(engine: Engine, container: str) -> Json:
    try:
        return engine.inspect_container(container)
    except EngineError:
        return {}


def _ended(state: Mapping[str, object]) -> bool:
    return state.get("Status") not in LIVING


def container_event(
    origin: Origin,
    event: EngineEvent,
    state: Mapping[str, object] = EMPTY,
    *,
    replaced: bool = False,
    restarts: bool = False,
) -> ContainerEvent:
    """Return what happened to a container as an event of ours.

    *state* is how it is after its end, *replaced* whether another one takes its place, *restarts*
    whether the engine starts it again.
    """
    code = state.get("ExitCode") if event.exit_code is None else event.exit_code
    return ContainerEvent(
        origin.name,
        origin.service,
        event.action,
        code if isinstance(code, int) else None,
        event.attributes,
        "recreated" if replaced else "restarting" if restarts else "",
        origin.one_off,
    )
