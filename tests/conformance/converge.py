"""What both tools make of the same state and the same changes: who stays, who is replaced.

    python -m tests.conformance.converge [--api 1.41] [--takeover] FIRST LAST

For each number a pair of projects (tests.conformance.pairs): the first is brought up on an engine
that only pretends, something is done by hand, then the command is run with the second. What there
is in the end is compared: identity, state and number of starts of each container, its networks and
mounts, networks and volumes. With --takeover, each tool also goes on where the other began.

What docs/differences.md explains is left out of the comparison (names on a replaced network) or
shows up as it is: guests of a namespace start once more, and what Composer refuses before anything
is done, Docker Compose refuses later.
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tests.conformance.bench import Bench, preload
from tests.conformance.pairs import Pair, pair
from tests.conformance.sent import APIS, differences

ENV = {"DOCKER_CONFIG": "/nonexistent"}
_OWN = "composer.content-hash"
_PEER = ("docker", "docker")


class End(NamedTuple):
    """How a pair ended: the last exit code, what there is, and what was said."""

    code: int
    state: dict[str, Any]
    said: str


def play(bench: Bench, one: Pair, tools: tuple[str, str], folder: Path) -> End:
    """Bring up the first project, meddle, and run the command; *tools* are who does which."""
    bench.ask("POST", "/forget")
    _write(folder, one.before, one.env_files[0])
    bench.run(["up", "-d"], folder, ENV, peer=tools[0] == "docker")
    for method, where in one.by_hand:
        bench.ask(method, where)
    _write(folder, one.after, one.env_files[1])
    code, said = bench.run(list(one.command), folder, ENV, peer=tools[1] == "docker")
    return End(code, _comparable(bench.ask("GET", "/state")), said)


def _write(folder: Path, project: dict[str, Any], variables: str) -> None:
    (folder / "compose.yaml").write_text(json.dumps(project))
    (folder / "f.env").write_text(variables)


def _comparable(state: dict[str, Any]) -> dict[str, Any]:
    """Leave out a label of Composer's own, and names on networks that were replaced."""
    for one in state.values():
        one.get("labels", {}).pop(_OWN, None)
        for name, (network, _) in list(one.get("networks", {}).items()):
            if not network.endswith(" 1"):
                one["networks"][name] = network
    return state


def compare(bench: Bench, number: int, folder: Path, *, takeover: bool) -> Iterator[list[str]]:
    """Yield what differs from Docker Compose's end, for each division of the work."""
    one = pair(number)
    expected = play(bench, one, _PEER, folder)
    ways = [("composer", "composer")]
    ways += [("docker", "composer"), ("composer", "docker")] if takeover else []
    for tools in ways:
        found = play(bench, one, tools, folder)
        lines = list(differences(expected.state, found.state))
        if bool(expected.code) != bool(found.code):
            codes = f"exit codes {expected.code} | {found.code}"
            lines = [codes, expected.said.strip(), found.said.strip()]
        elif expected.code:
            lines = []
        yield [f"{number} [{bench.api}] {' then '.join(tools)}: {' '.join(one.command)}", *lines]


def main() -> int:
    """Compare, print, and return 1 where anything differs."""
    parser = argparse.ArgumentParser(description="compare convergence with docker compose")
    parser.add_argument("first", type=int)
    parser.add_argument("last", type=int)
    parser.add_argument("--api", action="append", help="only this API version")
    parser.add_argument("--takeover", action="store_true", help="each goes on after the other, too")
    flags = parser.parse_args()
    preload()
    counts: Counter[str] = Counter()
    folder = Path(tempfile.mkdtemp(prefix="composer-converge-"))
    benches = [Bench(api, folder) for api in flags.api or APIS]
    try:
        for number in range(flags.first, flags.last + 1):
            for bench in benches:
                for title, *lines in compare(bench, number, folder, takeover=flags.takeover):
                    counts["different" if lines else "equal"] += 1
                    if lines:
                        print("\n    ".join([title, *lines]))
    finally:
        for bench in benches:
            bench.close()
        shutil.rmtree(folder)
    print(f"{counts['equal']} equal, {counts['different']} different")
    return 1 if counts["different"] else 0


if __name__ == "__main__":
    sys.exit(main())
