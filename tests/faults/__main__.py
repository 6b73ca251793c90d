"""The fault bench as a program: every fault at every call of the main commands, as a table.

    python -m tests.faults                         the whole matrix (about an hour)
    python -m tests.faults -c up -k 'answer lost'  commands and kinds, each repeatable

Prints for each command and kind how many calls were struck, how many strikes went unnoticed (the
command succeeded all the same), how many were told clearly and repaired by the next command, and
what failed. Ends with 1 where something failed.
"""

import argparse
import sys
import threading
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from tests.faults.place import played
from tests.faults.proxy import KINDS, Fault
from tests.faults.trial import SCENARIOS

Case = tuple[str, str, str, int]
_LOCK = threading.Lock()


def main() -> int:
    """Run the matrix; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("-c", "--command", action="append", choices=list(SCENARIOS))
    parser.add_argument("-k", "--kind", action="append", choices=list(KINDS))
    parser.add_argument("-w", "--workers", type=int, default=4)
    asked = parser.parse_args()
    commands = asked.command or list(SCENARIOS)
    kinds = asked.kind or list(KINDS)
    with ThreadPoolExecutor(asked.workers) as crew:
        counted = dict(zip(commands, crew.map(_count, commands), strict=True))
        cases = [
            (command, kind, name, nth)
            for command in commands
            for kind in kinds
            for name, nth in counted[command]
        ]
        print(f"{len(cases)} strikes at {sum(map(len, counted.values()))} calls", flush=True)
        results = list(crew.map(_try, cases))
    return _report(commands, kinds, cases, results)


def _count(command: str) -> list[tuple[str, int]]:
    with played() as (stage, proxy):
        return SCENARIOS[command].calls(stage, proxy)


def _try(case: Case) -> str:
    command, kind, name, nth = case
    try:
        with played() as (stage, proxy):
            return SCENARIOS[command].under(stage, proxy, Fault(kind, name, nth))
    except Exception as failure:  # noqa: BLE001 - whatever it is, it is a line of the report
        with _LOCK:
            print(f"\nFAILED {command}: {kind} at {name} #{nth}\n  {failure}", flush=True)
        return "failed"


def _report(
    commands: Sequence[str], kinds: Sequence[str], cases: Sequence[Case], results: Sequence[str]
) -> int:
    counts: Counter[tuple[str, str, str]] = Counter()
    for (command, kind, _, _), result in zip(cases, results, strict=True):
        counts[kind, command, result] += 1
    head = " | ".join(commands)
    print(f"\n| fault | {head} |\n|---|{'---|' * len(commands)}")
    for kind in kinds:
        cells = []
        for command in commands:
            well, mended, failed, missed = (
                counts[kind, command, one]
                for one in ("unnoticed", "repaired", "failed", "not reached")
            )
            text = f"{well} + {mended} of {well + mended + failed + missed}"
            cells.append(text + (f", {failed} FAILED" if failed else ""))
        print(f"| {kind} | {' | '.join(cells)} |")
    total = Counter(results)
    print(
        f"\n{len(results)} strikes: {total['unnoticed']} went unnoticed, {total['repaired']} were"
        f" told and repaired by the next command, {total['not reached']} found no such call,"
        f" {total['failed']} failed"
    )
    return 1 if total["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
