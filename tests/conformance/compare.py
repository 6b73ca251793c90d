"""Composer and Docker Compose side by side on a corpus.

    python -m tests.conformance.compare [--form FORM] [--only TEXT] [--mutate N] [FOLDER…]

Prints each case on which they differ, then how many are equal, different, accepted by Composer
alone (false accept) and refused by it alone (false reject); those of docs/differences.md count as
known. The corpus is the one beside this file
where no folder is named; with --mutate, N random changes of each of its files are looked at
instead.
"""

import argparse
import difflib
import json
import os
import sys
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import chdir
from pathlib import Path
from typing import Any, Literal, NamedTuple

from composer import identity
from composer.disk import Disk
from composer.errors import ComposerError
from composer.load.discover import discover
from composer.load.pipeline import load, load_tree
from composer.load.render import model, to_json, to_yaml
from composer.load.select import only, with_named, without_unused
from composer.load.uninterpolated import uninterpolated
from tests.conformance.cases import Case, read_corpus
from tests.conformance.known import heading
from tests.conformance.mutate import mutated
from tests.conformance.oracle import HOME, Answer, Oracle, unpack

HERE = Path(__file__).parent
Verdict = Literal["equal", "different", "false accept", "false reject", "crash"]


class Result(NamedTuple):
    """How a case went; *details* are the differing paths or the other tool's reason."""

    case: Case
    verdict: Verdict
    details: tuple[str, ...] = ()


def arguments() -> argparse.ArgumentParser:
    """Return the parser of the flags that a case may use."""
    parser = argparse.ArgumentParser()
    parser.add_argument("-f", "--file", action="append", default=[])
    parser.add_argument("-p", "--project-name", default="")
    parser.add_argument("--project-directory", default="")
    parser.add_argument("--profile", action="append", default=[])
    parser.add_argument("--env-file", action="append", default=[])
    parser.add_argument("--no-consistency", action="store_true")
    parser.add_argument("--no-env-resolution", action="store_true")
    parser.add_argument("--no-interpolate", action="store_true")
    parser.add_argument("--no-normalize", action="store_true")
    parser.add_argument("--no-path-resolution", action="store_true")
    parser.add_argument("command", nargs="?")
    parser.add_argument("services", nargs="*")
    return parser


def composer(case: Case, form: str = "json") -> Answer:
    """Return what Composer makes of *case*; any error but its own is a crash and passes through."""
    try:
        with chdir(unpack(case)):
            return Answer(_printed(case, form))
    except ComposerError as wrong:
        return Answer(None, str(wrong))


def _printed(case: Case, form: str) -> str:
    flags = arguments().parse_args(case.args)
    folder = os.getcwd()
    disk = Disk()
    environ = {"HOME": HOME, "PATH": "/usr/bin:/bin", **case.env}
    request = discover(
        disk, folder, environ,
        files=flags.file, project_directory=flags.project_directory,
        env_files=flags.env_file, project_name=flags.project_name, profiles=flags.profile,
    ).replace(
        consistency=not flags.no_consistency, normalize=not flags.no_normalize,
        interpolate=not flags.no_interpolate,
        resolve_paths=not flags.no_path_resolution,
        resolve_environment=not flags.no_env_resolution and form != "hash",
        unique_names=form != "hash",
    )  # fmt: skip
    style: Literal["json", "yaml"] = "json" if form == "json" else "yaml"
    if flags.no_interpolate:
        found = load_tree(request, disk)
        raw = uninterpolated(found.tree, found.project.name, style, normalize=request.normalize)
        return to_json(raw, "$") if form == "json" else to_yaml(raw, "$")
    project = load(request, disk).project
    if flags.services and form != "hash":
        project = only(with_named(project, flags.services), flags.services)
    project = without_unused(project)
    if form == "hash":
        services = sorted(project.services.items())
        return "".join(f"{name} {identity.config_hash(one)}\n" for name, one in services)
    return to_json(model(project, style)) if form == "json" else to_yaml(model(project, style))


def compare(cases: Iterable[Case], form: str = "json") -> Iterator[Result]:
    """Yield the result of each case; the parts of a bundle where the whole is not simply equal."""
    again: list[Case] = []
    for case, answer in Oracle(form).answers(cases):
        result = judge(case, answer, form)
        if case.parts and (result.verdict != "equal" or not answer.accepted):
            again += case.parts
        else:
            yield result
    if again:
        yield from compare(again, form)


def judge(case: Case, theirs: Answer, form: str = "json") -> Result:
    """Return how Composer's answer compares."""
    try:
        ours = composer(case, form)
    except Exception:  # noqa: BLE001 - whatever it is, it is what this looks for
        last = traceback.format_exc().strip().splitlines()
        return Result(case, "crash", tuple(last[-5:]))
    if ours.accepted and not theirs.accepted:
        return Result(case, "false accept", _reason(theirs.why))
    if theirs.accepted and not ours.accepted:
        return Result(case, "false reject", (ours.why,))
    if not ours.accepted:
        return Result(case, "equal")
    if form == "json":
        found = tuple(differences(ours.model(), theirs.model()))
    else:
        mine, other = (_sorted(one.text or "", form) for one in (ours, theirs))
        found = tuple(difflib.unified_diff(mine, other, "composer", "docker", n=0, lineterm=""))[2:]
    return Result(case, "different" if found else "equal", found)


def _reason(text: str) -> tuple[str, ...]:
    """Return the lines of a refusal without the stack of a panic."""
    lines = [line for line in text.partition("\ngoroutine ")[0].splitlines() if line]
    return tuple(lines)


def _sorted(text: str, form: str) -> list[str]:
    lines = text.splitlines()
    return sorted(lines) if form == "hash" else lines


def differences(ours: Any, theirs: Any, path: str = "") -> Iterator[str]:
    """Yield one line for each path at which two models differ."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in sorted({*ours, *theirs}):
            at = f"{path}.{key}" if path else key
            if key not in theirs:
                yield f"{at}: only in Composer: {_short(ours[key])}"
            elif key not in ours:
                yield f"{at}: only in Docker Compose: {_short(theirs[key])}"
            else:
                yield from differences(ours[key], theirs[key], at)
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for index, (one, other) in enumerate(zip(ours, theirs, strict=True)):
            yield from differences(one, other, f"{path}[{index}]")
    elif ours != theirs or type(ours) is not type(theirs):
        yield f"{path}: {_short(ours)} | Docker Compose: {_short(theirs)}"


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 200 else f"{text[:200]}…"


def report(results: Iterable[Result], *, verbose: bool = False) -> Counter[str]:
    """Print what differs and return the counts."""
    counts: Counter[str] = Counter()
    for result in results:
        known = heading(result.case.name) if result.verdict != "equal" else ""
        counts["known" if known else result.verdict] += result.case.size
        if result.verdict != "equal":
            note = f" (known: {known})" if known else ""
            print(f"{result.verdict}: {result.case.name}{note}")
            for line in result.details:
                print("    " + line.replace("\n", "\n    "))
            if verbose:
                for name, content in result.case.files.items():
                    print(f"  {name}:\n{content.decode(errors='replace')}")
    return counts


def main() -> int:
    """Compare, print, and return 1 where anything differs."""
    parser = argparse.ArgumentParser(description="compare Composer with docker compose")
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--form", choices=("json", "yaml", "hash"), default="json")
    parser.add_argument("--only", default="", help="cases whose name contains this")
    parser.add_argument("--mutate", type=int, default=0, help="changes of each file")
    parser.add_argument("-v", "--verbose", action="store_true", help="show the files too")
    flags = parser.parse_args()
    cases = read_corpus(flags.folders or [HERE / "corpus"])
    chosen = [case for case in cases if flags.only in case.name]
    if flags.form == "hash":  # what is not interpolated has none
        chosen = [case for case in chosen if "--no-interpolate" not in case.args]
    if flags.mutate:
        chosen = list(mutated(chosen, flags.mutate))
    counts = report(compare(chosen, flags.form), verbose=flags.verbose)
    total = sum(counts.values())
    kinds = ("equal", "known", "different", "false accept", "false reject", "crash")
    print(f"{total} cases: " + ", ".join(f"{counts[kind]} {kind}" for kind in kinds))
    return 0 if counts["equal"] + counts["known"] == total else 1


if __name__ == "__main__":
    sys.exit(main())
