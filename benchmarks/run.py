"""Compare Composer's speed with Docker Compose's, side by side in one run.

    python benchmarks/run.py                    everything
    python benchmarks/run.py config chain       the benchmarks whose names contain a word
    python benchmarks/run.py --runs 9 --json    more runs, and the result as JSON

Both tools take turns (A B A B …) after a warm-up, so that a busy machine disturbs both alike. The
table has medians and their ratio: below 1, Composer is faster. Nothing is asserted. What needs an
engine is skipped where none answers; without `docker compose`, only Composer is measured.
"""

import argparse
import os
import shlex
import signal
import sys
from collections.abc import MutableMapping, Sequence

from benches import BENCHES, Bench
from measure import measure
from programs import IMAGE, Failed, Tool, composer, docker_compose, engine_problem
from report import as_json, as_table, machine


def main(arguments: Sequence[str]) -> int:
    """Run the benchmarks that were asked for."""
    options = _options(arguments)
    chosen = _chosen(options.names)
    if options.list:
        print("\n".join(f"{one.name:<14} {one.what}" for one in chosen))
        return 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    tools = _tools(options)
    say(machine())
    measured = []
    try:
        for bench in _possible(chosen):
            say(f"{bench.name}: {bench.what}")
            measured += measure(bench, tools, options.runs or bench.runs, say)
    except Failed as wrong:
        print(wrong, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    print(as_json(measured, tools) if options.json else as_table(measured, tools))
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="benchmarks/run.py", description="Compare Composer's speed with Docker Compose's."
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="part of a benchmark's name")
    parser.add_argument("--list", action="store_true", help="list the benchmarks")
    parser.add_argument("--runs", type=int, default=0, metavar="N", help="measured runs of each")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--composer", default="", metavar="COMMAND", help="another Composer")
    parser.add_argument("--peer", default="", metavar="COMMAND", help="instead of docker compose")
    return parser.parse_args(arguments)


def _chosen(names: Sequence[str]) -> list[Bench]:
    unknown = [name for name in names if not any(name in one.name for one in BENCHES)]
    if unknown:
        known = ", ".join(one.name for one in BENCHES)
        sys.exit(f"no benchmark is called {', '.join(unknown)}; there are {known}")
    return [one for one in BENCHES if not names or any(name in one.name for name in names)]


def _tools(options: argparse.Namespace) -> list[Tool]:
    ours = composer(shlex.split(options.composer))
    peer = docker_compose(shlex.split(options.peer))
    if peer is None:
        say("`docker compose` is not here: only Composer is measured, without ratios")
    return [ours, peer] if peer else [ours]


def _possible(chosen: Sequence[Bench]) -> list[Bench]:
    """Return the benchmarks that can run here; tell which cannot."""
    wanting = [one.name for one in chosen if one.engine]
    problem = engine_problem() if wanting else ""
    if not problem:
        return list(chosen)
    hint = f" (make images provides {IMAGE})" if IMAGE in problem else ""
    say(f"skipped: {', '.join(wanting)}: {problem}{hint}")
    return [one for one in chosen if not one.engine]


def say(text: str) -> None:
    """Tell what goes on, apart from the result."""
    print(text, file=sys.stderr, flush=True)


def neutral(environ: MutableMapping[str, str]) -> None:
    """Take out what would change a measurement.

    An installed program has its bytecode; a checkout must be allowed to keep it, too.
    """
    for name in tuple(environ):
        if name.startswith(("COMPOSE_", "PYTHON")):
            del environ[name]


if __name__ == "__main__":
    neutral(os.environ)
    sys.exit(main(sys.argv[1:]))
