"""A plan in the making: operations in any order, with what each needs, sorted at the end.

May import: plan.ops, errors.
"""

import heapq
from collections.abc import Iterable

from composer.errors import PlanError
from composer.plan.ops import Op, Plan


class Draft:
    """Collects operations and notes. Keys are made unique here; nothing is ever taken back."""

    def __init__(self, present: frozenset[str] = frozenset()) -> None:
        """*present* are the containers (by id) that the plan is made for."""
        self._present = present
        self.ops: dict[str, Op] = {}
        self.unchanged: list[str] = []
        self.resting: list[str] = []
        self.met: dict[str, None] = {}
        self.warnings: list[str] = []
        self.questions: list[Op] = []
        self.problems: list[tuple[str, str]] = []
        self._after: dict[str, dict[str, None]] = {}

    def add(self, op: Op, after: Iterable[str] = ()) -> str:
        """Add *op*, which needs the operations *after* (empty keys are left out); return its key.

        A key that is taken gets a number, so that no odd state of the engine can spoil a plan.
        """
        key, count = op.key, 1
        while key in self.ops:
            count += 1
            key = f"{op.key} ({count})"
        self.ops[key] = op if count == 1 else op.replace(key=key)
        self._after[key] = {}
        self.need(key, after)
        return key

    def need(self, key: str, after: Iterable[str]) -> None:
        """Let operation *key* wait for those of *after* too."""
        self._after[key].update((one, None) for one in after if one and one != key)

    def warn(self, text: str) -> None:
        """Tell the user *text*."""
        self.warnings.append(text)

    def ask(self, op: Op) -> None:
        """Note an operation that needs consent, and that the plan does without."""
        self.questions.append(op)

    def refuse(self, message: str, hint: str = "") -> None:
        """Note why there can be no plan; all such reasons are told together."""
        self.problems.append((message, hint))

    def check(self) -> None:
        """Raise PlanError where something was refused."""
        if len(self.problems) == 1:
            message, hint = self.problems[0]
            raise PlanError(message, hint=hint)
        if self.problems:
            lines = [f"{text} ({hint})" if hint else text for text, hint in self.problems]
            raise PlanError("\n".join(lines))

    def plan(self, *, again: bool = False) -> Plan:
        """Return the plan, each operation after those that it needs, else as they were added."""
        self.check()
        order = self._order()
        if len(order) < len(self.ops):
            lost = ", ".join(key for key in self.ops if key not in set(order))
            raise PlanError(f"internal: operations wait for each other: {lost}")
        return Plan(
            operations=tuple(self._finished(key) for key in order),
            unchanged=tuple(self.unchanged),
            resting=tuple(self.resting),
            met=tuple(self.met),
            warnings=tuple(self.warnings),
            again=again,
            questions=tuple(self.questions),
            present=self._present,
        )

    def _finished(self, key: str) -> Op:
        after = self._after[key]
        return self.ops[key].replace(after=tuple(after)) if after else self.ops[key]

    def _order(self) -> list[str]:
        place = {key: index for index, key in enumerate(self.ops)}
        keys = list(place)
        missing = {key: len(after) for key, after in self._after.items()}
        needed_by: dict[str, list[str]] = {key: [] for key in keys}
        for key, after in self._after.items():
            for one in after:
                needed_by[one].append(key)
        ready = [place[key] for key in keys if not missing[key]]
        order = []
        while ready:
            key = keys[heapq.heappop(ready)]
            order.append(key)
            for dependent in needed_by[key]:
                missing[dependent] -= 1
                if not missing[dependent]:
                    heapq.heappush(ready, place[dependent])
        return order
