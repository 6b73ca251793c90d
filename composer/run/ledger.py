"""The books of one execution: what is ready, done, failed, skipped. Pure.

May import: run.outcome, plan.
"""

from collections.abc import Mapping, Sequence

from composer.plan.ops import Op, Plan
from composer.run.outcome import Failure, Outcome


class Ledger:
    """Which operations of a plan may begin, and what became of the others."""

    def __init__(self, plan: Plan) -> None:
        self.ops = {op.key: op for op in plan}
        self.done: list[str] = []
        self.skipped: list[str] = []
        self.failures: list[Failure] = []
        self._missing = {op.key: set(op.after) for op in plan}
        self._dependents: dict[str, list[str]] = {}
        for op in plan:
            for key in op.after:
                self._dependents.setdefault(key, []).append(op.key)
        self.urgency = self._urgencies(plan)

    def first(self) -> list[Op]:
        """Return the operations that need no other."""
        return self._by_urgency([op for op in self.ops.values() if not self._missing[op.key]])

    def succeed(self, op: Op) -> list[Op]:
        """Book a success; return the operations that may begin now."""
        self.done.append(op.key)
        ready = []
        for key in self._dependents.get(op.key, ()):
            self._missing[key].discard(op.key)
            if not self._missing[key]:
                ready.append(self.ops[key])
        return self._by_urgency(ready)

    def fail(self, failure: Failure) -> list[Op]:
        """Book a failure; return the operations that cannot begin any more because of it."""
        self.failures.append(failure)
        lost: list[Op] = []
        queue = [failure.key]
        while queue:
            for key in self._dependents.get(queue.pop(), ()):
                if key not in self.skipped:
                    self.skipped.append(key)
                    lost.append(self.ops[key])
                    queue.append(key)
        return lost

    def outcome(
        self, made: Mapping[str, str], started: Sequence[str], *, cancelled: bool
    ) -> Outcome:
        """Return what came of the plan."""
        ended = {*self.done, *self.skipped, *(one.key for one in self.failures)}
        remaining = tuple(key for key in self.ops if key not in ended)
        return Outcome(
            done=tuple(self.done),
            failures=tuple(self.failures),
            skipped=tuple(self.skipped),
            remaining=remaining,
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
