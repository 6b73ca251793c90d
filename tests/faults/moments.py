"""Signals at random moments of commands, many times.

Each run starts a command and sends it one or two signals somewhere within the time that it takes.
What must hold: it ends, with a code that says so; no defect shows; no process, temporary file or
lock is left. In the end `up` and `down` work.
"""

import random
import signal
import subprocess
import time
import uuid
from collections import Counter
from pathlib import Path

from tests.e2e.stage import Result, Stage
from tests.faults.place import played
from tests.faults.scenarios import LIGHT, LIMIT_S
from tests.faults.trial import DEFECTS, MARK, check_left

COMMANDS = (
    ("up", "-d"), ("up",), ("up", "-d", "--force-recreate"), ("restart",), ("logs", "-f"), ("ps",),
    ("events",), ("watch",), ("run", "--rm", "-T", "web", "sleep", "1"), ("down",), ("config",),
    ("exec", "-T", "web", "sleep", "1"), ("plan",), ("wait", "web"), ("stats",),
)  # fmt: skip
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LONGEST_S = 1.5
"""After which a command has begun everything that it begins."""


def moments(runs: int) -> str:
    """Play *runs* runs; return how many ended in which way."""
    chosen = random.Random(runs)  # noqa: S311 - the same ones each time
    counts: Counter[str] = Counter()
    with played() as (stage, _):
        stage.write("compose.yaml", LIGHT)
        temporary = stage.folder.parent / "tmp"
        temporary.mkdir()
        for _ in range(runs):
            command = chosen.choice(COMMANDS)
            counts[_once(stage, temporary, command, chosen)] += 1
        stage.run("up", "-d", timeout=LIMIT_S).ok()
        stage.run("down", "-v", timeout=LIMIT_S).ok()
        left = (stage.names(), [*stage.networks()], [*stage.volumes()])
        assert left == ([], [], []), left
    return ", ".join(f"{many} {how}" for how, many in counts.most_common())


def _once(stage: Stage, temporary: Path, command: tuple[str, ...], chosen: random.Random) -> str:
    mark = uuid.uuid4().hex
    process = stage.begin(*command, env={"TMPDIR": str(temporary), MARK: mark})
    first, second = chosen.choice(SIGNALS), chosen.choice((None, *SIGNALS))
    moment = chosen.uniform(0, LONGEST_S)
    try:
        _await_ours(process)
        process.wait(moment)
    except subprocess.TimeoutExpired:
        process.send_signal(first)
    if second:
        time.sleep(chosen.choice((0, 0.001, 0.05, 0.3)))  # the moment is what is tried
        process.send_signal(second)
    stdout, stderr = process.communicate(timeout=LIMIT_S)
    result = Result(command, process.returncode, stdout, stderr)
    said = (stdout + stderr).lower()
    assert not [one for one in DEFECTS if one in said], f"{first} {second} {moment}\n{result}"
    ends = {0, 1, *(128 + one for one in SIGNALS), *(-one for one in SIGNALS)}
    assert result.code in ends, f"{first} {second} {moment}\n{result}"
    check_left(mark, temporary)
    return "ended by a signal" if result.code not in {0, 1} else f"ended with {result.code}"


def _await_ours(process: "subprocess.Popen[str]") -> None:
    """Return once the program takes signals in its own way; before, the interpreter starts."""
    status = Path(f"/proc/{process.pid}/status")
    wanted = 1 << (signal.SIGTERM - 1)
    while process.poll() is None:
        caught = status.read_text().partition("SigCgt:")[2].split(maxsplit=1)[:1]
        if caught and int(caught[0], 16) & wanted:
            return
        time.sleep(0.001)
