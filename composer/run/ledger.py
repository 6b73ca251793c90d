"""The books of one execution: what is ready, done, failed, skipped. Pure.

May import: run.outcome, errors, plan.
"""

from collections.abc import Collection, Mapping, Sequence

from composer.errors import Failure
from composer.plan.ops import Op, Plan, Wait
from composer.run.outcome import Outcome


class Ledger:
    """Which operations of a plan may begin, and what became of the others."""

    def __init__(self, plan: Plan) -> None:
        self.ops = {op.key: op for op in plan}
        self.done: list[str] = []
        self.warned: list[str] = []
        self.skipped: dict[str, None] = {}
        self.failures: list[Failure] = []
        self._spared: set[str] = set()
        self._missing = {op.key: set(op.after) for op in plan}
        self._dependents: dict[str, list[str]] = {}
        for op in plan:
            for key in op.after:
                self._dependents.setdefault(key, []).append(op.key)
        self.urgency = self._urgencies(plan)

    def first(self) -> list[Op]:
        """Return the operations that need no other."""
        return self._by_urgency([op for op in self.ops.values() if not self._missing[op.key]])

    def succeed(self, op: Op, *, warned: bool = False) -> list[Op]:
        """Book a success, with a warning or without; return the operations that may begin now."""
        self.done.append(op.key)
        if warned:
            self.warned.append(op.key)
        ready = []
        for key in self._dependents.get(op.key, ()):
            self._missing[key].discard(op.key)
            if not self._missing[key] and key not in self._spared:
                ready.append(self.ops[key])
        return self._by_urgency(ready)

    def fail(self, failure: Failure) -> tuple[list[Op], list[Op]]:
        """Book a failure; return the operations lost with it, and those that can be done without.

        The latter are optional waits: what comes after them goes on, so they are to be booked as
        successes.
        """
        self.failures.append(failure)
        lost: list[Op] = []
        spared: list[Op] = []
        queue = [failure.key]
        while queue:
            for key in self._dependents.get(queue.pop(), ()):
                op = self.ops[key]
                if key in self.skipped or key in self._spared:
                    continue
                if isinstance(op, Wait) and not op.required:
                    self._spared.add(key)
                    spared.append(op)
                    continue
                self.skipped[key] = None
                lost.append(op)
                queue.append(key)
        return lost, spared

    def outcome(
        self,
        made: Mapping[str, str],
        started: Sequence[str],
        *,
        begun: Collection[str],
        cancelled: bool,
    ) -> Outcome:
        """Return what came of the plan; *begun* are the operations that were, done or not."""
        ended = {*self.done, *self.skipped, *(one.key for one in self.failures)}
        remaining = tuple(key for key in self.ops if key not in ended)
        return Outcome(
            done=tuple(self.done),
            warned=tuple(self.warned),
            failures=tuple(self.failures),
            skipped=tuple(self.skipped),
            remaining=remaining,
            unfinished=tuple(key for key in remaining if key in begun),
            made=dict(made),
            started=tuple(started),
            interrupted=cancelled and bool(remaining),
        )

    def _by_urgency(self, ops: list[Op]) -> list[Op]:
        return sorted(ops, key=lambda op: -self.urgency[op.key])

    def _urgencies(self, plan: Plan) -> Mapping[str, int]:
        """Return how many operations follow one after the other: long chains begin first."""
        made: dict[str, int] = {}
        for op in reversed(plan.operations):
            after = self._dependents.get(op.key, ())
            made[op.key] = 1 + max((made[key] for key in after), default=0)
        return made
