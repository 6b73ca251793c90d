"""What Composer and Docker Compose send to the engine for the same project, side by side.

    python -m tests.conformance.sent [--api 1.41] [--command create] [--only TEXT] [FOLDER…]

Both bring up each project of the corpus on an engine that only pretends (tests.conformance.bench),
of an old and of a new API version. Prints each case on which they differ, then how many calls with
how many cases were compared. What docs/differences.md explains counts as known. What Docker Compose
sent is remembered, beside the oracle's answers.
"""

import argparse
import contextlib
import hashlib
import json
import multiprocessing
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tests.conformance import obliging, served
from tests.conformance.bench import CRASHED, SLOW, Bench, Sent, preload
from tests.conformance.cases import Case, read_corpus
from tests.conformance.compare import HERE
from tests.conformance.known import sent_heading
from tests.conformance.oracle import cache_folder, version

APIS = ("1.41", "1.51")
_TELLING = {
    "Entrypoint", "Cmd", "Healthcheck", "Init", "PidsLimit", "StopTimeout", "MemorySwappiness",
    "EnableIPv4", "EnableIPv6", "IPAMConfig",
}  # fmt: skip
"""Fields whose empty values are another thing than their absence."""
_TABLES = {
    "Annotations", "DriverOpts", "ExposedPorts", "Labels", "Options", "PortBindings", "StorageOpt",
    "Sysctls", "Tmpfs", "Volumes",
}  # fmt: skip
"""Fields whose keys tell something, whatever stands under them."""
_UNORDERED = {"Binds", "Mounts", "Env", "ExtraHosts", "Links", "Ulimits"}
_OWN = {"composer.content-hash"}
_SHOWN = 300
MERGED = (" merged", " extended")
"""How names of cases end that combine forms: the model is what is combined."""


class Result(NamedTuple):
    """How one case went at one API version; *lines* say what differs."""

    case: Case
    api: str
    calls: int
    lines: tuple[str, ...]


def keyed(sent: Sent) -> dict[str, Any]:
    """Return the bodies by calls; the order of what happens to each container is one, too."""
    made: dict[str, list[Any]] = {}
    steps: dict[str, list[str]] = {}
    for call in sent.calls:
        method, path, query, body, _ = json.loads(_plain(json.dumps(call), sent.ids))
        name = _concerned(path, query, body)
        if found := re.match(r"/containers/([^/]+)(.*)", path):
            holder = f"container {name} 1" if found[1] == "create" else found[1]
            steps.setdefault(holder, []).append(f"{method} {found[2] or found[1]}")
        elif path.endswith("/connect"):
            steps.setdefault(name, []).append(path)
        words = " ".join(f"{key}={_flag(one)}" for key, one in sorted(query.items()))
        made.setdefault(f"{method} {path} {name} {words}".strip(), []).append(body)
    bodies = {key: one[0] if len(one) == 1 else _sorted(one) for key, one in made.items()}
    return bodies | {f"steps of {name}": one for name, one in steps.items()}


def _sorted(bodies: list[Any]) -> list[Any]:
    """Sort what was sent to one place, in whichever order, and what each has in any order."""
    return sorted(map(_settled, bodies), key=lambda one: json.dumps(one, sort_keys=True))


def _settled(value: Any, field: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _settled(one, key) for key, one in value.items()}
    return _ordered(value, field)


def _concerned(path: str, query: dict[str, list[str]], body: Any) -> str:
    """Return what a call is about where its path does not tell."""
    if path == "/containers/create":
        return query.pop("name", [""])[0]
    if path in {"/networks/create", "/volumes/create"}:
        return str(body.get("Name"))
    return str(body["Container"]) if path.endswith("/connect") else ""


def _flag(values: list[str]) -> str:
    return ",".join({"true": "1", "True": "1", "false": "0"}.get(one, one) for one in values)


def _plain(text: str, ids: dict[str, str]) -> str:
    for ident, meant in ids.items():
        if ident in text:
            text = text.replace(f"sha256:{ident}", meant).replace(ident, meant)
        text = text.replace(ident[:12] + "_", "(short)_")
    return text


def differences(theirs: Any, ours: Any) -> Iterator[str]:
    """Yield a line for each field that differs."""
    yield from _differing(_telling(theirs), _telling(ours), "", "")


def _differing(theirs: Any, ours: Any, path: str, field: str) -> Iterator[str]:
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for key in sorted({*theirs, *ours}):
            if key not in theirs or key not in ours:
                side = "only Docker Compose" if key in theirs else "only Composer"
                yield f"{path} {key}: {side}: {_short(theirs.get(key, ours.get(key)))}"
            else:
                yield from _differing(theirs[key], ours[key], f"{path} {key}", key)
        return
    theirs, ours = _ordered(theirs, field), _ordered(ours, field)
    if theirs != ours:
        yield f"{path}: Docker Compose {_short(theirs)}, Composer {_short(ours)}"


def _ordered(value: Any, field: str) -> Any:
    """Sort what is sent in any order."""
    if field.endswith("depends_on") and isinstance(value, str):
        return sorted(value.split(","))
    return sorted(value, key=repr) if field in _UNORDERED and isinstance(value, list) else value


def _telling(value: Any, *, table: bool = False) -> Any:
    """Return what tells something: Go sends all fields, also empty ones."""
    if isinstance(value, list):
        return [_telling(one) for one in value]
    if not isinstance(value, dict):
        return value
    told = {
        key: _telling(one, table=key in _TABLES) for key, one in value.items() if key not in _OWN
    }
    return {
        key: one
        for key, one in told.items()
        if one is not None
        and (table or key in _TELLING or (one not in ("", 0, False, {}, []) and one != [0, 0]))
    }


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def judge(bench: Bench, case: Case, command: str, kept: Path) -> Iterator[Result]:
    """Yield how a case went; its parts where the whole does not succeed with both."""
    theirs = _remembered(bench, case, command, kept)
    ours = None if case.parts and theirs.code else bench.play(case, command.split(), peer=False)
    if ours is None or (case.parts and ours.code):
        for part in case.parts:
            yield from judge(bench, part, command, kept)
        return
    lines: list[str] = []
    if bool(theirs.code) != bool(ours.code) or ours.code in {CRASHED, SLOW}:
        lines = [f"exit codes {theirs.code} | {ours.code}", theirs.said, ours.said]
    elif not theirs.code:  # where both refuse, it does not matter how far each one came
        lines = list(differences(keyed(theirs), keyed(ours)))
    yield Result(case, bench.api, len(theirs.calls), tuple(lines))


def _remembered(bench: Bench, case: Case, command: str, kept: Path) -> Sent:
    key = hashlib.sha256(f"{bench.api} {command} {case.digest()}".encode()).hexdigest()[:32]
    file = kept / key
    if file.exists():
        return Sent(*json.loads(file.read_text()))
    found = bench.play(case, command.split(), peer=True)
    file.write_text(json.dumps(found))
    return found


def memory() -> Path:
    """Return the folder of what Docker Compose was seen to send to this very engine."""
    sources = [Path(str(module.__file__)).read_bytes() for module in (served, obliging)]
    name = hashlib.sha256(b"".join(sources)).hexdigest()[:12]
    folder = cache_folder() / f"sent-{version()}-{name}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def compare(
    cases: Sequence[Case], apis: Sequence[str] = APIS, command: str = "up -d", workers: int = 2
) -> Iterator[Result]:
    """Yield how each case went, in any order."""
    preload()
    context = multiprocessing.get_context("fork")
    answers: Any = context.SimpleQueue()  # its puts need no thread, so the workers can fork
    crew = [
        context.Process(target=_work, args=(cases[at::workers], apis, command, answers))
        for at in range(workers)
    ]
    for one in crew:
        one.start()
    working = workers
    while working:
        answer = answers.get()
        if answer is None:
            working -= 1
        else:
            yield answer
    for one in crew:
        one.join()


def _work(cases: Sequence[Case], apis: Sequence[str], command: str, answers: Any) -> None:
    with contextlib.ExitStack() as opened:
        opened.callback(answers.put, None)  # whatever happens, or the other side waits for it
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="composer-sent-")))
        kept = memory()
        benches = [opened.enter_context(contextlib.closing(Bench(api, folder))) for api in apis]
        for case in cases:
            for bench in benches:
                for one in judge(bench, case, command, kept):
                    answers.put(one)


def report(results: Iterator[Result]) -> Counter[str]:
    """Print what differs and return the counts."""
    counts: Counter[str] = Counter()
    for one in results:
        known = sent_heading(one.case.name, one.lines) if one.lines else ""
        counts["known" if known else "different" if one.lines else "equal"] += 1
        counts[f"calls at {one.api}"] += one.calls
        if one.lines:
            print(f"{one.case.name} [{one.api}]" + (f" (known: {known})" if known else ""))
            for line in one.lines:
                print("    " + line.strip().replace("\n", "\n    "))
    return counts


def main() -> int:
    """Compare, print, and return 1 where anything differs."""
    parser = argparse.ArgumentParser(description="compare what is sent with docker compose")
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--api", action="append", help="only this API version")
    parser.add_argument("--command", default="up -d")
    parser.add_argument("--only", default="", help="cases whose name contains this")
    parser.add_argument("--quick", action="store_true", help="leave out merged and extended forms")
    flags = parser.parse_args()
    cases = [
        one
        for one in read_corpus(flags.folders or [HERE / "corpus"])
        if flags.only in one.name and not (flags.quick and one.name.endswith(MERGED))
    ]
    counts = report(compare(cases, flags.api or APIS, flags.command))
    print(", ".join(f"{count} {what}" for what, count in counts.items()))
    return 1 if counts["different"] else 0


if __name__ == "__main__":
    sys.exit(main())
