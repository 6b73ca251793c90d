"""The fault bench as a program: every fault at the calls of the commands, as a table.

    python -m tests.faults                         a lost answer at every call of each command,
                                                   the other faults at what CHOSEN says
    python -m tests.faults --every                 each fault at every single call
    python -m tests.faults --few 2                 the other faults at two calls of each command
    python -m tests.faults -c up -k 'answer lost'  commands and kinds, each repeatable
    python -m tests.faults --meddle                what somebody else does, in place of the faults
    python -m tests.faults --signals 300           signals at random moments of 300 commands
    python -m tests.faults --signals 300 --seed 7  others
    python -m tests.faults --deaths 50             an engine killed at random moments of 50 commands

Prints for each command and kind how many strikes went unnoticed (the command succeeded all the
same), how many were told clearly and repaired by the next command, and what failed. In a few trials
the struck call does not come: other threads were faster. Ends with 1 where something failed.
"""

import argparse
import json
import re
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import NamedTuple, TextIO

from tests.faults.deaths import deaths
from tests.faults.meddler import DEEDS, MEDDLED, Meddling
from tests.faults.moments import moments
from tests.faults.place import played
from tests.faults.proxy import EVENTFUL, KINDS, Fault
from tests.faults.scenarios import SCENARIOS
from tests.faults.trial import Trial

LOST = "answer lost"
"""The worst fault: the engine did it, and nobody heard."""
CHOSEN = re.compile(r"(POST|PUT|DELETE) |GET /events|GET .*/(logs|archive|stats)")
"""What changes something, and streams."""
BATCH = 8
"""Strikes on one stage, where the command leaves it as it was."""
UNDISTURBED = "undisturbed"
"""The run that counts the calls: where it fails, that is the command's only line."""
UNHEARD = {("events", "deaf")}
"""What no command can notice: nothing tells it that something would have come."""
_LOCK = threading.Lock()

Call = tuple[str, int]


class Case(NamedTuple):
    """A strike."""

    command: str
    kind: str
    call: Call


def main() -> int:
    """Run the matrix; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("-c", "--command", action="append", choices=list(SCENARIOS))
    parser.add_argument("-k", "--kind", action="append", choices=[*KINDS, *DEEDS])
    parser.add_argument("-w", "--workers", type=int, default=6)
    parser.add_argument("--every", action="store_true")
    parser.add_argument("--few", type=int, metavar="CALLS")
    parser.add_argument("--meddle", action="store_true")
    parser.add_argument("-o", "--output", type=argparse.FileType("a"), help="a line a strike")
    parser.add_argument("-s", "--signals", type=int, metavar="RUNS")
    parser.add_argument("--deaths", type=int, metavar="RUNS")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    if runs := asked.signals or asked.deaths:
        play = moments if asked.signals else deaths
        told, failed = play(runs, asked.seed, partial(print, flush=True))
        print(f"{runs} commands: {told}")
        return 1 if failed else 0
    commands = asked.command or list(MEDDLED if asked.meddle else SCENARIOS)
    kinds = asked.kind or list(DEEDS if asked.meddle else KINDS)
    with ThreadPoolExecutor(asked.workers) as crew:
        counted = dict(zip(commands, crew.map(_count, commands), strict=True))
        broken = [command for command in commands if not counted[command]]
        cases = [
            Case(command, kind, call)
            for command in commands
            for kind in kinds
            if (command, kind) not in UNHEARD
            for call in _struck(counted[command], kind, asked)
        ]
        print(f"{len(cases)} strikes at {sum(map(len, counted.values()))} calls", flush=True)
        results = [(Case(command, UNDISTURBED, ("", 0)), "failed") for command in broken]
        for batch in crew.map(partial(_try, asked.output), _batches(cases)):
            results += batch
    print(table(commands, kinds, results))
    return 1 if any(result == "failed" for _, result in results) else 0


def _count(command: str) -> list[Call]:
    """Return the calls of an undisturbed run; none where that fails, which is printed."""
    try:
        with played() as (stage, proxy):
            return Trial(SCENARIOS[command], stage, proxy).calls()
    except Exception as failure:  # noqa: BLE001 - as below: a line of the report
        _report(f"{command}: {UNDISTURBED}", failure)
        return []


def _report(what: str, failure: Exception) -> None:
    with _LOCK:
        print(f"\nFAILED {what}\n  {failure}", flush=True)


def _struck(calls: Sequence[Call], kind: str, asked: argparse.Namespace) -> list[Call]:
    """Return the calls to strike: all, or the first of each name that changes or is a stream.

    What else only asks goes one way, so the first such call stands for it. Of a few, each kind of
    fault gets others.
    """
    if kind in EVENTFUL:
        return [call for call in calls if call[0] == "GET /events"]
    asking = [call for call in calls if not CHOSEN.match(call[0])]
    some = [call for call in calls if call[1] == 1 and CHOSEN.match(call[0])]
    chosen = [*asking[:1], *some]
    if asked.few and kind != LOST:
        first = list({**KINDS, **DEEDS}).index(kind) * asked.few
        return [chosen[(first + n) % len(chosen)] for n in range(min(asked.few, len(chosen)))]
    return list(calls) if asked.every or kind == LOST else chosen


def _batches(cases: Sequence[Case]) -> Iterator[list[Case]]:
    """Yield the strikes that can follow each other on one stage."""
    batch: list[Case] = []
    for case in cases:
        again = SCENARIOS[case.command].reset and case.kind in KINDS
        full = len(batch) >= (BATCH if again else 1)
        if batch and (full or batch[0].command != case.command):
            yield batch
            batch = []
        batch.append(case)
    if batch:
        yield batch


def _try(output: TextIO | None, cases: Sequence[Case]) -> list[tuple[Case, str]]:
    """Return how each strike went; after a failure, the others have a new stage."""
    done: list[tuple[Case, str]] = []
    scenario = SCENARIOS[cases[0].command]
    while len(done) < len(cases):
        try:
            with played() as (stage, proxy):
                if cases[0].kind in DEEDS:
                    meddling = Meddling(scenario, stage, proxy)
                    done.append((cases[0], meddling.meddled(cases[0].kind, cases[0].call)))
                    continue
                trial = Trial(scenario, stage, proxy)
                for number, case in enumerate(cases[len(done) :]):
                    if number and scenario.reset:
                        scenario.reset(stage)
                    done.append((case, trial.under(Fault(case.kind, *case.call))))
        except Exception as failure:  # noqa: BLE001 - whatever it is, it is a line of the report
            case = cases[min(len(done), len(cases) - 1)]  # after the last, clearing up has failed
            name, nth = case.call
            _report(f"{case.command}: {case.kind} at {name} #{nth}", failure)
            done.append((case, "failed"))
    if output:
        with _LOCK:
            output.writelines(f"{json.dumps(one)}\n" for one in done)
            output.flush()
    return done


def table(
    commands: Sequence[str], kinds: Sequence[str], results: Sequence[tuple[Case, str]]
) -> str:
    """Return the table, a row a command: unnoticed + repaired of all strikes."""
    counts = Counter((case.command, case.kind, result) for case, result in results)
    lines = [f"| | {' | '.join(kinds)} |", f"|---|{'---|' * len(kinds)}"]
    for command in commands:
        cells = []
        for kind in kinds:
            well, mended, missed, failed = (
                counts[command, kind, one]
                for one in ("unnoticed", "repaired", "not reached", "failed")
            )
            every = well + mended + missed + failed
            text = f"{well} + {mended} of {every}" if every else "-"
            cells.append(text + (f", {failed} FAILED" if failed else ""))
        if counts[command, UNDISTURBED, "failed"]:
            cells = [f"{UNDISTURBED} FAILED"] * len(kinds)
        lines.append(f"| {command} | {' | '.join(cells)} |")
    total = Counter(result for _, result in results)
    lines.append(
        f"\n{len(results)} strikes: {total['unnoticed']} went unnoticed, {total['repaired']} were"
        f" told and repaired by the next command, {total['not reached']} found no such call,"
        f" {total['failed']} failed"
    )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
