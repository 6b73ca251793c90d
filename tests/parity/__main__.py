"""Plays every scenario with Docker Compose and with Composer, and says where they differ.

    python -m tests.parity [--jobs N] [--only PATTERN] [--fresh] [AREA…]     (make parity)

For each scenario: equal, known (it differs as it says and why), or different, with the lines. In
the end the share of equal or known steps in each area. Ends with 1 where something differs.
"""

import argparse
import shutil
import sys
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatchcase
from typing import NamedTuple

from tests.e2e.stage import PROGRAM
from tests.parity.judge import Difference, differences, mended
from tests.parity.memory import played_by_the_peer
from tests.parity.play import play
from tests.parity.scenario import Scenario, read_all

_SHOWN = 16
"""How many lines of a difference are shown."""
_WIDTH = 240


class Report(NamedTuple):
    """How a scenario went."""

    scenario: Scenario
    found: tuple[Difference, ...]

    @property
    def steps(self) -> int:
        """How many steps are compared."""
        return sum(step.compared for step in self.scenario.steps)

    def differing(self, *, known: bool) -> int:
        """Return how many steps differ without a reason, or only with one."""
        open_ = {id(one.step) for one in self.found if not one.why}
        return len({id(one.step) for one in self.found} - open_ if known else open_)

    @property
    def verdict(self) -> str:
        """One word for it."""
        if self.differing(known=False):
            return "different"
        return "known" if self.found else "equal"

    def text(self) -> str:
        """Return what is printed of it."""
        lines = [f"{self.verdict:9}  {self.scenario.title}"]
        for one in self.found:
            if not one.why:
                lines += [f"  $ {one.step.command}", f"    {one.aspect}"]
                lines += [f"      {line[:_WIDTH]}" for line in one.lines[:_SHOWN]]
        for step, aspect in mended(self.scenario, self.found):
            lines.append(f"  $ {step.command}\n    {aspect}: called different, but is not")
        return "\n".join(lines)


def side_by_side(scenario: Scenario, *, fresh: bool = False) -> Report:
    """Play a scenario with both programs and compare."""
    theirs = played_by_the_peer(scenario, fresh=fresh)
    return Report(scenario, tuple(differences(scenario, theirs, play(scenario, PROGRAM))))


def table(reports: Iterable[Report]) -> str:
    """Return the share of steps that are equal or known, for each area and in all."""
    counts: dict[str, Counter[str]] = {}
    for one in reports:
        for area in (one.scenario.area, "all"):
            of = counts.setdefault(area, Counter())
            of["scenarios"] += 1
            of["steps"] += one.steps
            of["known"] += one.differing(known=True)
            of["different"] += one.differing(known=False)
    rows = ["area         scenarios  steps  known  different  share"]
    for area, of in sorted(counts.items(), key=lambda item: (item[0] == "all", item[0])):
        share = 100 * (1 - of["different"] / max(1, of["steps"]))
        rows.append(
            f"{area:12} {of['scenarios']:9} {of['steps']:6} {of['known']:6} "
            f"{of['different']:10} {share:5.1f} %"
        )
    return "\n".join(rows)


def main(arguments: list[str]) -> int:
    """Play, print, and return the exit code."""
    parser = argparse.ArgumentParser(description="Composer and docker compose side by side")
    parser.add_argument("areas", nargs="*")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", default="*", help="a pattern of names of scenarios")
    parser.add_argument("--fresh", action="store_true", help="ask the peer again")
    asked = parser.parse_args(arguments)
    if shutil.which("docker") is None:
        print("docker compose is not installed")
        return 1
    chosen = [
        one for one in read_all()
        if fnmatchcase(one.name, asked.only) and one.area in (asked.areas or [one.area])
    ]  # fmt: skip
    reports: list[Report] = []
    with ThreadPoolExecutor(asked.jobs) as pool:
        for report in pool.map(lambda one: side_by_side(one, fresh=asked.fresh), chosen):
            print(report.text(), flush=True)
            reports.append(report)
    print(table(reports))
    return int(any(one.verdict == "different" for one in reports))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
