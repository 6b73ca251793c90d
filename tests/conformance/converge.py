"""What both tools make of the same state and the same changes: who stays, who is replaced.

    python -m tests.conformance.converge [--api 1.41] [--takeover] [--steps 3] [--calls] FIRST LAST

For each number a story (tests.conformance.pairs): its project is brought up on an engine that only
pretends; in each step something is done by hand, and the command is run with the changed project.
What there is after each step is compared: identity, state and number of starts of each container,
its networks and mounts, networks and volumes. With --takeover, each tool also goes on where the
other began, and they take turns. With --calls, what is sent in each step is compared instead, as
far as both tools stand before the same state.

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
from itertools import cycle
from pathlib import Path
from typing import Any, NamedTuple

from tests.conformance.bench import Bench, Sent, preload
from tests.conformance.changes import Project
from tests.conformance.endings import FAILS, REFUSES, Turn, call_heading, explained, fails_heading
from tests.conformance.pairs import WORLD, Step, Story, story
from tests.conformance.sent import APIS, differences, keyed

ENV = {"DOCKER_CONFIG": "/nonexistent", "TOKEN": "t1"}
Calls = dict[str, Any]
"""What was sent, by method, path and query, as `sent.keyed` puts it down."""
_OWN = "composer.content-hash"
_SLUG, _HASH = "com.docker.compose.slug", "com.docker.compose.config-hash"
PEER, OURS = "docker", "composer"
_ALONE = (OURS,), (OURS,)
_ANY, _CONNECT = {"POST /rename", "POST /stop"}, "/connect"
_MIXED = ((PEER,), (OURS,)), ((OURS,), (PEER,)), ((OURS,), (PEER, OURS)), ((PEER,), (OURS, PEER))


class End(NamedTuple):
    """How a step ended: the exit code, what there was and is, what was sent, what was said."""

    code: int
    before: dict[str, Any]
    state: dict[str, Any]
    sent: dict[str, Any]
    said: str


def play(
    bench: Bench, one: Story, tools: tuple[tuple[str, ...], tuple[str, ...]], folder: Path
) -> Iterator[End]:
    """Play a story; yield the end of each step. *tools*: who begins, who takes turns then."""
    bench.ask("POST", "/forget")
    for request in WORLD:
        bench.ask(*request)
    (first,), turns = tools
    _write(folder, one.project, one.env_file)
    bench.run(["up", "-d"], folder, ENV, peer=first == PEER)
    for step, tool in zip(one.steps, cycle(turns), strict=False):
        for method, where, body in step.by_hand:
            bench.ask(method, where, body)
        _write(folder, step.project, step.env_file)
        bench.ask("POST", "/next")
        calls = len(bench.ask("GET", "/recorded")["calls"])
        before = bench.ask("GET", "/state")
        env = {**ENV, "TOKEN": step.token}
        code, said = bench.run(
            list(step.command), folder, env, peer=tool == PEER, answer=step.answer
        )
        told = bench.ask("GET", "/recorded")
        sent = keyed(Sent(code, told["calls"][calls:], told["ids"], said))
        yield End(code, before, _comparable(bench.ask("GET", "/state")), sent, said)


def _write(folder: Path, project: Project, variables: str) -> None:
    (folder / "compose.yaml").write_text(json.dumps(project))
    (folder / "f.env").write_text(variables)


def _comparable(state: dict[str, Any]) -> dict[str, Any]:
    """Leave out a label of Composer's own, and names on networks that were replaced."""
    for one in state.values():
        one.get("labels", {}).pop(_OWN, None)
        for name, (network, *_) in list(one.get("networks", {}).items()):
            if not network.endswith(" 1"):
                one["networks"][name] = network
    return state


class Verdict(NamedTuple):
    """What differs in a story, or the headings that explain it."""

    title: str
    lines: list[str]
    known: set[str]


def compare(
    bench: Bench, number: int, folder: Path, *, steps: int, takeover: bool, calls: bool
) -> Iterator[Verdict]:
    """Yield what differs from Docker Compose's end, for each division of the work."""
    one = story(number, steps)
    expected = list(play(bench, one, ((PEER,), (PEER,)), folder))
    for tools in (_ALONE, *(_MIXED if takeover else ())):
        found = list(play(bench, one, tools, folder))
        at, lines, known = _first_difference(one.steps, expected, found, calls=calls)
        commands = "; ".join(" ".join(step.command) for step in one.steps[: at + 1])
        who = " then ".join("+".join(some) for some in tools)
        yield Verdict(f"{number} [{bench.api}] {who}: {commands}", lines, known)


def _first_difference(
    steps: tuple[Step, ...], expected: list[End], found: list[End], *, calls: bool
) -> tuple[int, list[str], set[str]]:
    """Return the first step that ends differently, and in what; a failed step ends the story.

    There are no lines where it is known why, but the headings.
    """
    for at, (step, theirs, ours) in enumerate(zip(steps, expected, found, strict=True)):
        command = " ".join(step.command)
        if bool(theirs.code) != bool(ours.code):
            codes = f"exit codes {theirs.code} | {ours.code}"
            failed, cases = (ours, REFUSES) if ours.code else (theirs, FAILS)
            known = fails_heading(command, failed.said, cases)
            lines = [] if known else [codes, theirs.said.strip(), ours.said.strip()]
            return at, lines, {known} if known else set()
        if theirs.code:
            break
        if told := _by_thing(theirs.state, ours.state):
            commands = [" ".join(one.command) for one in steps[: at + 1]]
            turn = Turn(commands, step.project, ours.before, theirs.state, ours.state, theirs.sent)
            return at, *explained(turn, told)  # what is there differs from now on
        if calls and (lines := list(differences(*_comparable_calls(theirs.sent, ours.sent)))):
            unknown = [line for line in lines if not call_heading(command, line)]
            return at, unknown, {call_heading(command, line) for line in lines} - {""}
    return len(expected), [], set()


def _by_thing(theirs: dict[str, Any], ours: dict[str, Any]) -> dict[str, list[str]]:
    """Return what differs, by what it is of."""
    told = {
        key: list(differences(_seen(theirs, key), _seen(ours, key)))
        for key in sorted({*theirs, *ours})
    }
    return {key: lines for key, lines in told.items() if lines}


def _seen(state: dict[str, Any], key: str) -> dict[str, Any]:
    """Return one thing alone; what only one tool notes is not compared."""
    one = state.get(key)
    return {} if one is None else {key: {field: one[field] for field in one if field != "content"}}


def _comparable_calls(theirs: Calls, ours: Calls) -> tuple[Calls, Calls]:
    """Leave out what differs from run to run, or is explained elsewhere.

    That is: names on networks that were replaced, connections of what goes then, stops of what has
    ended, which Docker Compose asks for again, renames, which one tool makes by name, and the
    random part of one-off labels.
    """
    left_out = {
        key
        for key, body in theirs.items()
        if ("/connect " in key and not any(one.get("EndpointConfig") for one in _bodies(body)))
        or ("/stop" in key and len(_bodies(body)) != len(_bodies(ours.get(key, ()))))
    }
    return _plain_calls(theirs, left_out), _plain_calls(ours, left_out)


def _bodies(body: Any) -> list[Any]:
    return list(body) if isinstance(body, list | tuple) else [body]


def _plain_calls(sent: Calls, left_out: set[str]) -> Calls:
    made: Calls = {}
    for key, body in sent.items():
        if key.startswith("steps of "):
            leaves = any(one.startswith("DELETE ") for one in body)
            steps = [one for one in body if one not in _ANY and not (leaves and _CONNECT in one)]
            made |= {key: steps} if steps else {}
        elif key not in left_out:
            made[key] = _without_slug(body)
    return made


def _without_slug(body: Any) -> Any:
    """Leave out the slug of a one-off container, and the hash, which covers it."""
    labels = body.get("Labels", {}) if isinstance(body, dict) else {}
    if _SLUG not in labels:
        return body
    kept = {key: one for key, one in labels.items() if key not in {_SLUG, _HASH}}
    return {**body, "Labels": kept}


def main() -> int:
    """Compare, print, and return 1 where anything differs."""
    parser = argparse.ArgumentParser(description="compare convergence with docker compose")
    parser.add_argument("first", type=int)
    parser.add_argument("last", type=int)
    parser.add_argument("--api", action="append", help="only this API version")
    parser.add_argument("--steps", type=int, default=1)
    parser.add_argument("--calls", action="store_true", help="compare what is sent, too")
    parser.add_argument("--takeover", action="store_true", help="each goes on after the other, too")
    flags = parser.parse_args()
    preload()
    counts, reasons = Counter[str](), Counter[str]()
    folder = Path(tempfile.mkdtemp(prefix="composer-converge-"))
    benches = [Bench(api, folder) for api in flags.api or APIS]
    try:
        for number in range(flags.first, flags.last + 1):
            for bench in benches:
                for title, lines, known in compare(
                    bench, number, folder,
                    steps=flags.steps, takeover=flags.takeover, calls=flags.calls,
                ):  # fmt: skip
                    counts["different" if lines else "known" if known else "equal"] += 1
                    reasons.update(known if not lines else ())
                    if lines:
                        print("\n    ".join([title, *lines]), flush=True)
    finally:
        for bench in benches:
            bench.close()
        shutil.rmtree(folder)
    for title, count in reasons.most_common():
        print(f"known: {count} {title}")
    print(f"{counts['equal']} equal, {counts['known']} known, {counts['different']} different")
    return 1 if counts["different"] else 0


if __name__ == "__main__":
    sys.exit(main())
