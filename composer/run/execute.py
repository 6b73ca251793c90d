"""Carrying out a plan: a ready-queue on threads that takes no decisions.

An operation begins the moment its prerequisites have succeeded, while others still run. All
bookkeeping happens in the calling thread, which works through a mailbox; crews of threads make the
engine calls. Waits occupy no thread: events of the engine end them. Where an operation fails, what
depends on it is skipped and the rest goes on.

May import: run, engine.port, errors, plan, spec, identity.
"""

import queue
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from functools import partial

from composer.engine.port import Engine, EngineEvent, Filters
from composer.errors import (
    ComposerError,
    EngineAway,
    EngineError,
    EngineUnreachable,
    Failure,
    Interrupted,
    PlanError,
)
from composer.identity import PROJECT
from composer.plan.ops import (
    Op,
    Plan,
    PullImage,
    PushImage,
    RestartContainer,
    StartContainer,
    StopContainer,
    Wait,
)
from composer.run.blame import placed
from composer.run.calls import Builder, Calls, Provider
from composer.run.cancel import Cancel
from composer.run.conditions import EVENTS, Seen
from composer.run.crew import Crew
from composer.run.events import Listener, Notice
from composer.run.explain import explain
from composer.run.feed import EventFeed, Lost, Resumed
from composer.run.ledger import Ledger
from composer.run.outcome import Outcome
from composer.run.telling import Teller
from composer.run.waits import Setback, Waits, optional
from composer.spec.project import Project

Message = Callable[[], object]
"""What the thread that does the bookkeeping is to do next."""
PARALLEL = 8
BUSY = 8
"""Calls at one time where nobody bounds them: more of them make no engine faster."""
PATIENT = 256
"""The same for calls that mostly wait."""
ENDING_S = 60.0
"""Seconds for which calls under way are awaited before an exception is raised."""
_LOOK_S = 0.1
LOOKERS = 4
"""Threads that inspect containers for waits and failures."""


def execute(  # noqa: PLR0913 - the executor's surroundings
    plan: Plan,
    project: Project,
    engine: Engine,
    *,
    emit: Listener,
    parallel: int = PARALLEL,
    cancel: Cancel | None = None,
    answers: Collection[str] = (),
    build: Builder | None = None,
    provide: Provider | None = None,
    heard: bool = False,
) -> Outcome:
    """Carry out *plan*; return what came of it (failures are in it, not raised).

    *parallel* bounds the engine calls at one time; with 0 or less BUSY bounds those that keep the
    engine busy, and PATIENT those that mostly wait. *answers* are the keys of the guarded
    operations that were consented to. *build* builds a service's image, *provide* calls providers
    and the model runner. *heard* tells whether somebody is attached, who sees what hooks print.

    What *emit* raises ends the execution and is raised here, as is an exception (KeyboardInterrupt)
    in the calling thread. Before that *cancel* is requested, so that nothing more is begun, and the
    calls under way are awaited: whoever cleans up is not to meet them. A second exception ends that
    wait.
    """
    for op in plan:
        if op.guard and op.key not in answers:
            raise PlanError(f"{op.resource}: not without consent: {op.guard.question}")
    if not plan.operations:
        return Outcome()
    teller = Teller(plan, emit)
    cancel = cancel or Cancel()
    stops = sum(isinstance(op, StopContainer) for op in plan)
    calls = Calls(
        project, engine, teller.emit, build, provide, cancel=cancel, heard=heard, stops=stops
    )
    return _Run(plan, calls, teller, cancel, parallel).run()


class _Run:
    """One execution. Only the thread that calls ``run`` touches its state."""

    def __init__(
        self, plan: Plan, calls: Calls, teller: Teller, cancel: Cancel, parallel: int
    ) -> None:
        self._ledger = Ledger(plan)
        self._calls = calls
        self._teller = teller
        self._cancel = cancel
        self._mail: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._crew = Crew(parallel if parallel > 0 else BUSY, "op")
        self._patient = self._crew if parallel > 0 else Crew(PATIENT, "patient")
        self._lookers = Crew(LOOKERS, "look")
        self._waits = Waits(self._look, self._wait_ended, time.monotonic)
        self._feed = EventFeed(calls.engine, _filters(calls.project), self._receive)
        self._open: dict[str, Op] = {}
        self._calling: set[str] = set()
        """Keys of the operations whose calls are under way; the crew's threads keep it."""
        self._halted = False
        self._broken: BaseException | None = None
        teller.broken = self._listener_broke

    def run(self) -> Outcome:
        """Carry out the plan."""
        with self._cancel.heeding():
            return self._run()

    def _run(self) -> Outcome:
        unsubscribe = self._cancel.subscribe(lambda: self._mail.put(self._give_up))
        try:
            if any(isinstance(op, Wait) for op in self._ledger.ops.values()):
                self._feed.open()
            for op in self._ledger.first():
                self._issue(op)
            while self._open and not self._cancel.forced:
                self._turn()
            self._raise_broken()
        except BaseException:
            self._settle()
            raise
        finally:
            unsubscribe()
            self._feed.close()
            for crew in {self._crew, self._patient, self._lookers}:
                crew.close()
        calls = self._calls
        cancelled = self._cancel.requested
        begun = frozenset(self._teller.begun)
        made = self._ledger.outcome(calls.made, calls.started, begun=begun, cancelled=cancelled)
        return made.replace(provided=calls.provided)

    def _turn(self) -> None:
        try:
            message = self._mail.get(timeout=self._waits.timeout())
        except queue.Empty:
            self._waits.tick()
        else:
            message()

    def _listener_broke(self, error: BaseException) -> None:
        """Begin nothing more (in any thread), and raise *error* in the thread that called."""
        self._broken = error
        self._mail.put(self._raise_broken)

    def _raise_broken(self) -> None:
        if self._broken:
            raise self._broken

    def _settle(self) -> None:
        """Begin nothing more, and let the calls under way end; transfers are broken off."""
        self._cancel.request()
        ops = self._ledger.ops
        spared = {key for key, op in ops.items() if isinstance(op, (PullImage, PushImage))}
        deadline = time.monotonic() + ENDING_S
        while self._calling - spared and not self._cancel.forced and time.monotonic() < deadline:
            with suppress(queue.Empty):
                self._mail.get(timeout=_LOOK_S)

    @property
    def _stopping(self) -> bool:
        return self._halted or self._cancel.requested or self._broken is not None

    def _issue(self, op: Op) -> None:
        """Begin an operation all of whose prerequisites have succeeded."""
        if self._stopping:
            return
        self._open[op.key] = op
        if isinstance(op, Wait):
            self._teller.started(op)
            self._waits.begin(op, [self._calls.resolve(one) for one in op.containers])
        else:
            attempt = partial(self._perform, op)
            crew = self._patient if self._calls.mostly_waits(op) else self._crew
            crew.submit(partial(self._report, op, attempt), self._ledger.urgency[op.key])

    def _report(self, op: Op, attempt: Callable[[], Message]) -> None:
        """Mail what an attempt comes to (in a thread); a defect must not leave the plan hanging.

        What was given up meanwhile comes to nothing.
        """
        try:
            message = attempt()
        except Exception as error:  # noqa: BLE001 - the thread would end, and the plan wait for it
            message = partial(self._failed, op, _defect(op, error))
        self._mail.put(lambda: message() if op.key in self._open else None)

    def _perform(self, op: Op) -> Message:
        """Make the call (in a thread of the crew)."""
        self._calling.add(op.key)  # before it is seen whether to begin: `_settle` looks after that
        try:
            return self._call(op)
        finally:
            self._calling.discard(op.key)

    def _call(self, op: Op) -> Message:
        if self._stopping:
            return partial(self._open.pop, op.key)
        self._teller.started(op)
        if self._broken:
            return partial(self._given_up, op)
        try:
            warning = self._calls.perform(op)
        except Interrupted:
            return partial(self._given_up, op)
        except ComposerError as error:
            return partial(self._failed, op, self._calls.failure(op, error))
        return partial(self._succeeded, op, "", warning)

    def _succeeded(self, op: Op, verb: str = "", warning: str = "") -> None:
        self._open.pop(op.key, None)
        self._teller.ended(op, "warning" if warning else "done", warning, verb)
        if isinstance(op, (StartContainer, RestartContainer)):
            self._waits.started(self._calls.resolve(op.container))
        for ready in self._ledger.succeed(op, warned=bool(warning)):
            self._issue(ready)

    def _failed(self, failed: Op, failure: Failure) -> None:
        self._open.pop(failed.key, None)
        failure = placed(self._calls.project, failed, failure)
        self._teller.failed(failed, failure.cause)
        lost, spared = self._ledger.fail(failure)
        for op in lost:
            self._teller.ended(op, "skipped", f"{failure.resource} failed")
        for op in spared:
            self._succeeded(op, warning=f"{failure.resource} failed, but is optional")
        if isinstance(failure.error, EngineUnreachable):
            self._halted = True
            self._drop_waits()

    def _given_up(self, op: Op) -> None:
        self._open.pop(op.key, None)
        self._teller.ended(op, "skipped", "given up")

    def _give_up(self) -> None:
        """Give up what need not come to its end: waits, and transfers that may last for hours."""
        self._drop_waits()
        for op in [one for one in self._open.values() if isinstance(one, (PullImage, PushImage))]:
            self._given_up(op)

    def _drop_waits(self) -> None:
        """Give up the waits; calls that are under way are left to end."""
        self._waits.abandon()
        for op in [op for op in self._open.values() if isinstance(op, Wait)]:
            del self._open[op.key]
            self._teller.ended(op, "skipped", "given up")

    def _receive(self, event: EngineEvent | Resumed | Lost) -> None:
        """Receive an event (in the feed's thread)."""
        match event:
            case EngineEvent():
                self._mail.put(partial(self._waits.event, event))
            case Resumed():
                self._mail.put(self._waits.refresh)
            case Lost(error=error):
                self._mail.put(partial(self._waits.abandon, error))

    def _look(self, container: str) -> None:
        self._lookers.submit(partial(self._inspect, container))

    def _inspect(self, container: str) -> None:
        """Inspect for a wait (in a thread of the lookers)."""
        found: Seen | EngineError
        try:
            found = Seen.of(self._calls.engine.inspect_container(container), time.time())
        except EngineError as error:
            found = error
        except Exception as error:  # noqa: BLE001 - as in _report
            found = EngineError(f"internal error: {error!r}")
        self._mail.put(partial(self._waits.looked, container, found))

    def _wait_ended(self, op: Wait, word: str, setback: Setback | None) -> None:
        if setback is None:
            self._succeeded(op, word)
        elif not op.required:
            said, why = optional(op, setback.message)
            self._succeeded(op, warning=f"Skipped: {said}")
            self._teller.emit(Notice("warning", why))
        else:
            self._lookers.submit(partial(self._report, op, partial(self._explain, op, setback)))

    def _explain(self, op: Wait, setback: Setback) -> Message:
        """Learn why a wait failed (in a thread of the lookers)."""
        container = setback.container
        lines = explain(self._calls.engine, container) if container else []
        changed = isinstance(setback.error, EngineAway) or self._is_superseded(container)
        error = setback.error or ComposerError(setback.message)
        failure = Failure(op.key, op.resource, setback.message, error, tuple(lines), changed)
        return partial(self._failed, op, failure)

    def _is_superseded(self, container: str) -> bool:
        """Tell whether another command took away what was waited for; a doubt counts as no."""
        try:
            return bool(container) and self._calls.superseded(container)
        except EngineError:
            return False


def _filters(project: Project) -> Filters:
    return {"type": ["container"], "label": [f"{PROJECT}={project.name}"], "event": EVENTS}


def _defect(op: Op, error: Exception) -> Failure:
    return Failure(op.key, op.resource, f"internal error: {error!r}", error)
