"""Signals at random moments of commands, many times.

Each run starts a command, at a terminal or with pipes, and sends it one to three signals somewhere
within the time that it takes. What must hold: it ends, with a code that says so; no defect shows;
no process, temporary file or lock is left; the terminal is as it was. Every few runs `up` and
`down` work, and nothing is left on the engine.
"""

import contextlib
import random
import signal
import subprocess
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from tests.e2e.registry import serving
from tests.e2e.stage import IMAGE, Result, Stage
from tests.faults.place import played
from tests.faults.scenarios import LIGHT, LIMIT_S
from tests.faults.trial import DEFECTS, MARK, check_left

COMMANDS = (
    ("up", "-d"), ("up",), ("up", "-d", "--force-recreate"), ("up", "-d", "--wait"),
    ("up", "--no-deps", "web"), ("scale", "web=3"), ("scale", "web=1"), ("create",), ("down",),
    ("down", "-v", "-t", "1"), ("stop",), ("start",), ("restart",), ("kill",), ("rm", "-fs"),
    ("run", "--rm", "web", "sleep", "1"), ("run", "web", "true"),
    ("run", "-d", "web", "sleep", "9"), ("exec", "web", "sleep", "1"), ("logs", "-f"), ("logs",),
    ("events",), ("watch",), ("wait", "web"), ("stats",), ("build", "--no-cache", "made"),
    ("pull", "pulled"), ("cp", "src", "web:/copied"), ("cp", "web:/etc", "./out"),
    ("attach", "web"), ("ps",), ("top",), ("images",), ("ls",), ("config",), ("plan",),
    ("pause",), ("unpause",),
)  # fmt: skip
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
LONGEST_S = 1.5
"""After which a command has begun everything that it begins."""
GAPS_S = (0, 0.001, 0.05, 0.3)
EVERY = 10
"""Runs after which `up` and `down` are tried."""
OWN = ("run", "exec", "attach", "wait")
"""Commands that end with the code of a container."""
MORE = """
  made:
    profiles: [more]
    build: {{dockerfile_inline: "FROM {image}\\nRUN echo made > /made"}}
  pulled: {{profiles: [more], image: "{pulled}"}}
"""
WATCHED = "    develop: {watch: [{action: sync, path: ./src, target: /app}]}\n"


class Run(NamedTuple):
    """A command, whether it has a terminal, and the signals that it gets: when, and which."""

    command: tuple[str, ...]
    terminal: bool
    moment: float
    signals: Sequence[signal.Signals]
    gaps: Sequence[float]

    def __str__(self) -> str:
        numbers = " ".join(one.name for one in self.signals)
        where = "at a terminal" if self.terminal else "with pipes"
        return f"{' '.join(self.command)} {where}: {numbers} after {self.moment:.3f} s {self.gaps}"


def chosen(chance: random.Random) -> Run:
    """Return a run made up."""
    signals = [chance.choice(SIGNALS) for _ in range(chance.choice((1, 2, 2, 3)))]
    return Run(
        chance.choice(COMMANDS),
        chance.random() < 1 / 3,
        chance.uniform(0, LONGEST_S),
        signals,
        [chance.choice(GAPS_S) for _ in signals[1:]],
    )


def moments(runs: int, seed: int, tell: Callable[[str], object]) -> tuple[str, int]:
    """Play *runs* runs, the same ones for each *seed*; return how they ended, how many failed.

    What failed is told at once.
    """
    chance = random.Random(seed)  # noqa: S311 - the same ones each time
    counts: Counter[str] = Counter()
    with _stage() as stage:
        for number in range(1, runs + 1):
            one = chosen(chance)
            how = report(partial(_once, stage, one), str(one), tell)
            if number % EVERY == 0 or number == runs:
                how = report(partial(_cleared, stage, how), f"{one}, and those before", tell)
            counts[how] += 1
    told = ", ".join(f"{many} {how}" for how, many in counts.most_common())
    return told, counts["failed"]


@contextlib.contextmanager
def _stage() -> Iterator[Stage]:
    with played() as (stage, _), serving(stage.folder.parent / "registry") as registry:
        name = f"{registry.address}/{stage.name}:1"
        client = stage.engine
        client.tag(IMAGE, name)
        try:
            client.push(name)
            more = MORE.format(image=IMAGE, pulled=name)
            text = LIGHT.replace("configs: {greeting", f"{WATCHED}{more}configs: {{greeting")
            stage.write("compose.yaml", text)
            stage.write("src/file", "before\n")
            (stage.folder.parent / "tmp").mkdir()
            yield stage
        finally:
            client.remove_image(name, force=True)


def report(play: Callable[[], str], what: str, tell: Callable[[str], object]) -> str:
    """Return what *play* returns; tell where it fails, and go on."""
    try:
        return play()
    except (AssertionError, OSError, subprocess.SubprocessError) as failure:
        tell(f"\nFAILED {what}\n  {failure}")
        return "failed"


def _once(stage: Stage, one: Run) -> str:
    temporary = stage.folder.parent / "tmp"
    mark, began = uuid.uuid4().hex, time.time()
    stage.env |= {"TMPDIR": str(temporary), MARK: mark}
    result = (_at_terminal if one.terminal else _with_pipes)(stage, one)
    said = (result.stdout + result.stderr).lower()
    assert not [word for word in DEFECTS if word in said], result
    ends = {0, 1, *(128 + number for number in one.signals), *(-number for number in one.signals)}
    if one.command[0] in OWN:
        ends |= _codes(stage, began)
    assert result.code in ends, result
    assert result.code != 1 or "error" in said, result
    check_left(mark, temporary)
    return "ended by a signal" if result.code not in {0, 1} else f"ended with {result.code}"


def _with_pipes(stage: Stage, one: Run) -> Result:
    process = stage.begin(*one.command)
    _await_ours(process)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(one.moment)
    _strike(process, one)
    stdout, stderr = process.communicate(timeout=LIMIT_S)
    return Result(one.command, process.returncode, stdout, stderr)


def _at_terminal(stage: Stage, one: Run) -> Result:
    at = stage.terminal(*one.command, menu=True)
    before = at.settings
    _await_ours(at.process)
    at.read_on(one.moment)
    _strike(at.process, one)
    code = at.exit_code(LIMIT_S)
    assert at.settings == before, f"the terminal is not as it was:\n{at.text}"
    return Result(one.command, code, at.text, "")


def _strike(process: "subprocess.Popen[str] | subprocess.Popen[bytes]", one: Run) -> None:
    for number, gap in zip(one.signals, (0, *one.gaps), strict=True):
        time.sleep(gap)  # the moment is what is tried
        process.send_signal(number)


def _codes(stage: Stage, began: float) -> set[int]:
    """Return the codes with which containers and what ran in them ended since then."""
    ended = [one for one in stage.events(since=began) if one["Action"] in {"die", "exec_die"}]
    return {int(one["Actor"]["Attributes"]["exitCode"]) for one in ended}


def _cleared(stage: Stage, how: str) -> str:
    """Fail where `up` or `down` does not work, or something is left; else return *how*."""
    stage.run("unpause", timeout=LIMIT_S)
    stage.run("up", "-d", timeout=LIMIT_S).ok()
    down = stage.run("down", "-v", "--remove-orphans", timeout=LIMIT_S).ok()
    left = (stage.names(), [*stage.networks()], [*stage.volumes()])
    assert left == ([], [], []), f"{left}\n{down}"
    return how


def _await_ours(process: "subprocess.Popen[str] | subprocess.Popen[bytes]") -> None:
    """Return once the program takes signals in its own way; before, the interpreter starts."""
    status = Path(f"/proc/{process.pid}/status")
    wanted = 1 << (signal.SIGTERM - 1)
    while process.poll() is None:
        caught = status.read_text().partition("SigCgt:")[2].split(maxsplit=1)[:1]
        if caught and int(caught[0], 16) & wanted:
            return
        time.sleep(0.001)
