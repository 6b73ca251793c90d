"""An engine of the bench's own that is killed and started again at random moments of commands.

What must hold: the command ends, with 0 only where all is as wanted; no defect shows; a failure
names the cause; no process, temporary file or lock is left; then `up` reaches exactly the wanted
state, with what the volumes hold.
"""

import random
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tests.e2e.stage import Result, Stage
from tests.faults.moments import WATCHED, report
from tests.faults.private_engine import PrivateEngine, private_engine
from tests.faults.scenarios import LIGHT, LIMIT_S, SCENARIOS
from tests.faults.trial import MARK, check_left, check_words

COMMANDS = (
    ("up", "-d"), ("up",), ("up", "-d", "--force-recreate"), ("scale", "web=3"), ("down",),
    ("restart",), ("stop",), ("run", "--rm", "-T", "web", "sleep", "1"), ("logs", "-f"),
    ("exec", "-T", "web", "sleep", "1"), ("events",), ("wait", "web"), ("ps",), ("create",),
    ("cp", "src", "web:/copied"), ("watch",),
)  # fmt: skip
ENDLESS = frozenset({"up", "logs", "events", "wait", "watch"})
"""Commands that a signal ends, where nothing else does."""
LONGEST_S = 1.5
"""After which a command has begun everything that it begins."""


def deaths(runs: int, seed: int, tell: Callable[[str], object]) -> tuple[str, int]:
    """Play *runs* runs, the same ones for each *seed*; return how they ended, how many failed."""
    chance = random.Random(seed)  # noqa: S311 - the same ones each time
    counts: Counter[str] = Counter()
    for live in (True, False):
        with _played(live=live) as (stage, engine):
            for _ in range(runs // 2):
                command, moment = chance.choice(COMMANDS), chance.uniform(0, LONGEST_S)
                what = f"{' '.join(command)}: engine killed after {moment:.3f} s, live={live}"
                play = partial(_once, stage, engine, command, moment)
                counts[report(play, what, tell)] += 1
    told = ", ".join(f"{many} {how}" for how, many in counts.most_common())
    return told, counts["failed"]


@contextmanager
def _played(*, live: bool) -> Iterator[tuple[Stage, PrivateEngine]]:
    with private_engine(live=live) as engine, tempfile.TemporaryDirectory() as folder:
        stage = Stage(Path(folder), engine.client())
        (Path(folder) / "tmp").mkdir()
        stage.env |= {"DOCKER_HOST": engine.address, "TMPDIR": f"{folder}/tmp"}
        stage.write("src/file", "before\n")
        yield stage, engine
        stage.engine.close()


def _once(stage: Stage, engine: PrivateEngine, command: tuple[str, ...], moment: float) -> str:
    stage.engine.close()
    stage.engine = engine.client()
    SCENARIOS["recreate"].prepare(stage)
    stage.write("compose.yaml", LIGHT.replace("    depends_on", f"{WATCHED}    depends_on"))
    stage.env[MARK] = uuid.uuid4().hex
    process = stage.begin(*command)
    time.sleep(moment)  # the moment is what is tried
    engine.restart()
    if command[0] in ENDLESS and "-d" not in command:
        time.sleep(1)
        process.terminate()
    stdout, stderr = process.communicate(timeout=LIMIT_S)
    result = Result(command, process.returncode, stdout, stderr)
    if result.code == 143:
        result = result._replace(code=0)
    stage.engine.close()
    stage.engine = engine.client()
    check_words(result)
    check_left(stage.env[MARK], stage.folder.parent / "tmp")
    again = stage.run("up", "-d", timeout=LIMIT_S)
    assert again.code == 0, f"{result}\n{again}"
    _whole(stage, command, result)
    stage.run("down", timeout=LIMIT_S).ok()
    assert (stage.names(), stage.networks()) == ([], {}), result
    stage.run("down", "-v", timeout=LIMIT_S).ok()
    assert not stage.volumes(), result
    return "unnoticed" if result.code == 0 else "told and repaired"


def _whole(stage: Stage, command: tuple[str, ...], result: Result) -> None:
    """Fail where a container is missing, doubled or not running, or a volume has lost something.

    Those without a name go with their containers when these are taken down.
    """
    names = stage.names()
    wanted = {"db-1", "web-1"} | ({"web-2", "web-3"} & set(names) if "scale" in command else set())
    assert sorted(wanted) == names, f"{names}\n{result}"
    assert set(stage.states().values()) == {"running"}, f"{stage.states()}\n{result}"
    for place in ("/data", *(() if command[0] == "down" else ("/anonymous",))):
        kept = stage.read(stage.container("db")["Id"], f"{place}/mark")
        assert kept == "kept\n", f"{place} was lost: {kept}\n{result}"
