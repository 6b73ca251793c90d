"""Telling the listener how a plan goes, one event at a time, from any thread.

May import: run.events, run.verbs, plan.
"""

import threading
import time

from composer.plan.ops import Op, Plan, PullImage, RemoveContainer, Wait
from composer.run.events import Ended, Event, Listener, Outcome, Started
from composer.run.verbs import is_aside, recreations, verbs


class Teller:
    """Emits Started and Ended; folds the parts of a recreation into one."""

    def __init__(self, plan: Plan, emit: Listener) -> None:
        self._emit = emit
        self._deaf = False
        self.broken = _raised
        """Receives what the listener raised, in the thread that told it; it is told nothing more.
        """
        self._lock = threading.Lock()
        self._makers = recreations(plan)
        self._ops = {op.key: op for op in plan}
        self._parts: dict[str, set[str]] = {}
        self._since: dict[str, float] = {}
        self.begun: set[str] = set()
        """Keys of the operations that were begun, whatever became of them."""
        self._replaced: dict[str, str] = {}
        """What goes in a recreation, whose name is told; its successor may be called otherwise."""
        for part, maker in self._makers.items():
            self._parts.setdefault(maker, {maker}).add(part)
            if isinstance(self._ops[part], RemoveContainer):
                self._replaced[maker] = self._ops[part].shown

    def emit(self, event: Event) -> None:
        """Pass an event on, after those that are being told."""
        with self._lock:
            if self._deaf:
                return
            try:
                self._emit(event)
            except BaseException as error:  # noqa: BLE001 - what it is, its owner decides
                self._deaf = True
                self.broken(error)

    def started(self, op: Op) -> None:
        """Tell that *op* began."""
        self.begun.add(op.key)
        if op.key not in self._makers:
            self._since[op.key] = time.monotonic()
            verb = verbs(op)[0]
            for key, name in self._things(op) if verb and not is_aside(op) else ():
                self.emit(Started(key, name, verb, op.cause))

    def ended(self, op: Op, outcome: Outcome = "done", detail: str = "", verb: str = "") -> None:
        """Tell that *op* ended; *verb* where it says more than the usual one."""
        key = self._makers.get(op.key, op.key)
        left = self._parts.get(key, set())
        left.discard(op.key)
        if outcome == "done" and left:
            return
        if outcome == "skipped" and op.key != key:
            return
        self._parts.pop(key, None)
        told = self._ops[key]
        if outcome == "done" and is_aside(told):
            return
        seconds = time.monotonic() - self._since.get(key, time.monotonic())
        words = verb or verbs(told)[1]
        for one, name in self._things(told):
            self.emit(Ended(one, name, words, outcome, detail, seconds))

    def failed(self, op: Op, cause: str) -> None:
        """Tell that *op* failed; of a pull that a build can make up for, it is a warning."""
        if isinstance(op, PullImage) and op.buildable:
            self.ended(op, "warning", f"Warning {cause}")
        else:
            self.ended(op, "failed", cause)

    def _things(self, op: Op) -> list[tuple[str, str]]:
        """Return what is told of: one thing, or each container that is waited for, with a key."""
        if isinstance(op, Wait) and len(op.names) > 1:
            return [(f"{op.key} {name}", name) for name in op.names]
        return [(op.key, self._replaced.get(op.key, op.shown))]


def _raised(error: BaseException) -> None:
    raise error
