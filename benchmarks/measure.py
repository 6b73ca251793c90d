"""Taking turns: one round of each tool, then the next, after a warm-up that does not count."""

import tempfile
import time
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benches import Bench, Step
from programs import Failed, Tool, remove_project, run


class Measured(NamedTuple):
    """One measurement: the seconds of every run, by the tool's name."""

    name: str
    aim: float | None
    seconds: dict[str, list[float]]

    def median(self, tool: str) -> float:
        """Return the median of a tool's runs."""
        return median(self.seconds[tool])

    def ratio(self, ours: str, peer: str) -> float | None:
        """Return how long *ours* takes where *peer* takes 1; None where *peer* was not measured."""
        return self.median(ours) / self.median(peer) if peer in self.seconds else None


def measure(
    bench: Bench, tools: Sequence[Tool], runs: int, say: Callable[[str], None]
) -> list[Measured]:
    """Run *bench* with each of *tools* in turn; return what each named step took."""
    made = {
        step.name: Measured(step.name, step.aim, {tool.name: [] for tool in tools})
        for step in bench.steps
        if step.name
    }
    with tempfile.TemporaryDirectory(prefix="composer-bench-") as folder:
        file = Path(folder) / "compose.yaml"
        file.write_text(bench.file(), encoding="utf-8")
        for turn in range(runs + 1):
            shown = [f"run {turn}" if turn else "warm-up"]
            for tool in tools:
                seconds = _round(bench, tool, file)
                shown.append(f"{tool.name} {' '.join(f'{one:.3f}' for one in seconds.values())}")
                for name, one in seconds.items() if turn else ():
                    made[name].seconds[tool.name].append(one)
            say("  " + "  ".join(shown))
    return list(made.values())


def _round(bench: Bench, tool: Tool, file: Path) -> dict[str, float]:
    """Run all steps in a project of their own; return the seconds of those with a name."""
    for path, content in bench.beside():
        beside = file.parent / path
        beside.parent.mkdir(exist_ok=True)
        beside.write_bytes(content)
    project = f"bench-{uuid.uuid4().hex[:10]}"
    start = [*tool.command, "-f", str(file), "-p", project]
    try:
        taken = [(step.name, _timed(step, start)) for step in bench.steps]
    finally:
        if bench.engine:
            remove_project(project)
    return {name: seconds for name, seconds in taken if name}


def _timed(step: Step, start: Sequence[str]) -> float:
    command = [*start, *step.command]
    began = time.perf_counter()
    ended = run(command)
    seconds = time.perf_counter() - began
    lines = len(ended.stdout.splitlines())
    if ended.returncode or (step.lines is not None and lines != step.lines):
        said = (ended.stderr or ended.stdout)[-2000:]
        message = f"{' '.join(command)}: exit code {ended.returncode}, {lines} lines\n{said}"
        raise Failed(message)
    return seconds
