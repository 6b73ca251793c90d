"""Scenarios as text: files, and what is typed into a shell beside them.

    === a restart keeps the container
    --- compose.yaml
    services: {web: {<<: *idle}}
    $ compose up -d
    $ compose restart web | cat
    > # a line that goes on
    ! docker kill "$PROJECT-web-1"
    $ compose --ansi bogus ps
    ~ exit, stderr: why the two programs differ here

``$`` is a step whose exit code, output and effect are compared, ``!`` one that only prepares.
``~`` belongs to the step above it: what differs on purpose, and why. Lines that begin with ``#``
before the first file or step of a scenario explain it. In files, ``*idle`` is a service that does
nothing, ``@image`` an image of the scenario's own, and ``@project`` its project. The words for the
shell are in ``prelude.sh``.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal, NamedTuple, get_args

FOLDER = Path(__file__).with_name("scenarios")
Aspect = Literal["exit", "stdout", "stderr", "state"]
ASPECTS: tuple[Aspect, ...] = get_args(Aspect)


class BadScenario(Exception):
    """A line that is none of those above."""


class Step(NamedTuple):
    """One thing that is typed; *known* has the reason for each aspect that may differ."""

    command: str
    compared: bool = True
    known: Mapping[Aspect, str] = {}


class Scenario(NamedTuple):
    """Files of a project, and the steps that are played in its folder."""

    area: str
    name: str
    files: Mapping[str, str]
    steps: tuple[Step, ...]

    @property
    def title(self) -> str:
        """The name that it has in reports."""
        return f"{self.area}/{self.name}"


def read(area: str, text: str) -> Iterator[Scenario]:
    """Yield the scenarios of one file.

    Raises:
        BadScenario: a line does not belong anywhere, or a scenario has no step.
    """
    _, *parts = re.split(r"^=== ", text, flags=re.MULTILINE)
    for part in parts:
        name, _, body = part.partition("\n")
        yield _scenario(area, name.strip(), body.splitlines())


def read_all(folder: Path = FOLDER) -> Iterator[Scenario]:
    """Yield the scenarios of a folder, which has a file for each area."""
    for path in sorted(folder.glob("*.txt")):
        yield from read(path.stem, path.read_text())


def _scenario(area: str, name: str, lines: list[str]) -> Scenario:
    files: dict[str, list[str]] = {}
    steps: list[Step] = []
    at: list[str] | None = None
    for line in lines:
        sign, rest = line[:2], line[2:]
        if line.startswith("--- ") and not steps:
            at = files.setdefault(line[4:].strip(), [])
        elif sign in {"$ ", "! "}:
            steps.append(Step(rest, compared=sign == "$ "))
        elif steps and sign in {"> ", "~ "}:
            steps[-1] = _continued(steps[-1], line)
        elif at is not None and not steps:
            at.append(line)
        elif line.strip() and not line.startswith("#"):
            raise BadScenario(f"{area}/{name}: {line}")
    if not steps:
        raise BadScenario(f"{area}/{name}: it has no step")
    return Scenario(
        area, name, {one: "\n".join([*at, ""]) for one, at in files.items()}, tuple(steps)
    )


def _continued(step: Step, line: str) -> Step:
    if line.startswith("> "):
        return step._replace(command=f"{step.command}\n{line[2:]}")
    named, _, why = line[2:].partition(": ")
    aspects = [one for one in ASPECTS if one in named.split(", ")]
    if not why or len(aspects) != len(named.split(", ")):
        raise BadScenario(f"{line} (write: ~ {', '.join(ASPECTS)}: why)")
    return step._replace(known={**step.known, **dict.fromkeys(aspects, why)})
