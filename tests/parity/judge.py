"""Compares what two programs came to in the same scenario.

Standard output must have the same lines; their order may differ, as it does between two runs of
one program wherever several containers are at work. Standard error must say each line that the
peer says; it may say more. What was done is seen in the state.
"""

import difflib
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from tests.parity import normal
from tests.parity.known import reason, spared
from tests.parity.play import Outcome
from tests.parity.scenario import Aspect, Scenario, Step


class Difference(NamedTuple):
    """How one aspect of a step differs: lines of the peer with ``-``, of the other with ``+``."""

    step: Step
    aspect: Aspect
    lines: tuple[str, ...]

    @property
    def why(self) -> str:
        """The reason that the scenario gives, empty where it expects none."""
        return self.step.known.get(self.aspect, "") or reason(self.step.command, self.aspect)


def differences(
    scenario: Scenario, theirs: Iterable[Outcome], ours: Iterable[Outcome]
) -> Iterator[Difference]:
    """Yield the differences of all steps; one of the state that lasts is told once."""
    told: set[str] = set()
    for step, their, our in zip(scenario.steps, theirs, ours, strict=True):
        if not step.compared:
            continue
        found: dict[Aspect, list[str]] = {
            "exit": [f"-{their.code}", f"+{our.code}"] if their.code != our.code else [],
            "stdout": _changed(normal.lines(their.stdout), normal.lines(our.stdout)),
            "stderr": list(_unsaid(their.stderr, our.stderr)),
            "state": [],
        }
        state = _changed(*_together(sorted(their.state), sorted(our.state)))
        found["state"] = [line for line in state if line not in told]
        told = set(state)
        for aspect, lines in found.items():
            if lines:
                yield Difference(step, aspect, tuple(lines))


def mended(scenario: Scenario, found: Iterable[Difference]) -> Iterator[tuple[Step, Aspect]]:
    """Yield what the scenario calls different and is not."""
    there = [(one.step, one.aspect) for one in found if one.why]
    for step in scenario.steps:
        yield from ((step, aspect) for aspect in step.known if (step, aspect) not in there)


def _changed(theirs: Sequence[str], ours: Sequence[str]) -> list[str]:
    lines = difflib.unified_diff(theirs, ours, lineterm="", n=0)
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


def _unsaid(theirs: str, ours: str) -> Iterator[str]:
    peer = {normal.sentence(line): line for line in normal.lines(theirs)}
    mine = {normal.sentence(line): line for line in normal.lines(ours)}
    everything = "\n".join(mine)
    missing = [
        f"-{line}" for said, line in peer.items() if said not in everything and not spared(said)
    ]
    known = "\n".join(peer)
    if missing:
        yield from missing
        yield from (f"+{line}" for said, line in mine.items() if said not in known)


def _together(theirs: Sequence[str], ours: Sequence[str]) -> tuple[list[str], list[str]]:
    """Say in one line of each object that only one side has that it is there."""
    shared = {_object(line) for line in theirs} & {_object(line) for line in ours}
    return _briefly(theirs, shared), _briefly(ours, shared)


def _briefly(lines: Sequence[str], shared: set[str]) -> list[str]:
    whole = {f"{one} (all of it)" for one in map(_object, lines) if one not in shared}
    return [*(line for line in lines if _object(line) in shared), *sorted(whole)]


def _object(line: str) -> str:
    return " ".join(line.split(" ")[:2])
