"""An engine that is killed and started again while a command runs, and one whose disk is full.

The engine is the tests' own. A proxy stands before it, so that it dies at a known call.
"""

import contextlib
import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.e2e.stage import IMAGE, Result, Stage
from tests.faults.private_engine import PrivateEngine, private_engine
from tests.faults.proxy import Fault, Proxy
from tests.faults.scenarios import STACK
from tests.faults.trial import check_words

if TYPE_CHECKING:
    import subprocess

pytestmark = pytest.mark.engine

SPEAKER = f"""
services:
  speaker:
    image: {IMAGE}
    init: true
    stop_grace_period: 0s
    network_mode: none
    command: ["sh", "-c", "for i in $$(seq 1 200); do echo line $$i; sleep 0.05; done"]
"""
IN_START_S = 0.15
"""After the call for a start, usually before the process begins; either way must end well."""
LINES = [f"line {number}" for number in range(1, 201)]


@pytest.fixture(scope="module")
def engine() -> Iterator[PrivateEngine]:
    with private_engine() as made:
        yield made


@pytest.fixture
def place(engine: PrivateEngine, tmp_path: Path) -> Iterator[tuple[Stage, Proxy]]:
    """Give a stage on the engine, seen through a proxy."""
    stage = Stage(tmp_path, engine.client())
    with Proxy(tmp_path, str(engine.socket)) as proxy:
        stage.env["DOCKER_HOST"] = proxy.address
        try:
            yield stage, proxy
        finally:
            stage.engine.close()
            stage.engine = engine.client()
            stage.clear()
            stage.engine.close()


def lines_of(result: Result) -> list[str]:
    """Return the lines of the speaker that a command printed."""
    return [line for line in result.stdout.splitlines() if line.startswith("line ")]


def rest(process: "subprocess.Popen[str]", first: str) -> Result:
    """Return the end of a command of whose output the *first* part was read."""
    assert process.stdout
    assert process.stderr
    stdout, stderr = first + process.stdout.read(), process.stderr.read()
    return Result((), process.wait(), stdout, stderr)


@pytest.mark.parametrize(
    "call",
    ["GET /containers/json", "POST /containers/create", "POST /containers/*/start", "GET /events"],
)
def test_up_goes_on_when_the_engine_is_back(
    place: tuple[Stage, Proxy], engine: PrivateEngine, call: str
) -> None:
    """It is waited for; then what is there is looked at, and the rest done."""
    stage, proxy = place
    stage.write("compose.yaml", STACK)
    proxy.harm(Fault("", call, act=engine.restart))
    result = stage.run("up", "-d")
    assert proxy.struck.is_set()
    check_words(result)
    if result.code:
        stage.run("up", "-d").ok()
    assert stage.states() == {"db-1": "running", "web-1": "running"}


def test_an_engine_that_is_killed_in_the_midst_of_a_start(
    place: tuple[Stage, Proxy], engine: PrivateEngine
) -> None:
    """Some never start that container again: it is made anew, and keeps what it holds."""
    stage, proxy = place
    stage.write("compose.yaml", STACK)
    stage.run("create").ok()
    killing = threading.Timer(IN_START_S, engine.restart)
    proxy.harm(Fault("", "POST /containers/*/start", act=killing.start))
    result = stage.run("up", "-d")
    killing.join()
    check_words(result)
    if result.code:
        stage.run("up", "-d").ok()
    assert stage.states() == {"db-1": "running", "web-1": "running"}


def test_logs_lose_no_line_and_double_none(
    place: tuple[Stage, Proxy], engine: PrivateEngine
) -> None:
    """The container lives on while the engine is away; its lines are all there."""
    stage, _ = place
    stage.write("compose.yaml", SPEAKER)
    stage.up()
    following = stage.begin("logs", "-f", "--no-log-prefix")
    assert following.stdout
    first = following.stdout.readline()
    engine.restart()
    result = rest(following, first)
    assert lines_of(result) == LINES, result
    assert "trying again" in result.stderr


def test_an_attached_up_follows_on(place: tuple[Stage, Proxy], engine: PrivateEngine) -> None:
    """As with logs; and it ends with the container."""
    stage, _ = place
    stage.write("compose.yaml", SPEAKER)
    following = stage.begin("up", "--no-log-prefix")
    assert following.stdout
    first = ""
    while not first.startswith("line "):
        first = following.stdout.readline()
        assert first, stage.finish(following)
    engine.restart()
    result = rest(following, first).ok()
    assert lines_of(result) == LINES, result


def test_events_go_on(place: tuple[Stage, Proxy], engine: PrivateEngine) -> None:
    """What happens after the restart is told; that something may be missing is said."""
    stage, proxy = place
    stage.write("compose.yaml", SPEAKER)
    stage.up()
    proxy.harm(None)
    listening = stage.begin("events", "--json")
    assert listening.stdout
    proxy.wait_for("GET /_ping")
    engine.restart()
    proxy.wait_for("GET /_ping", 2)
    stage.run("kill").ok()
    told = json.loads(listening.stdout.readline())
    listening.terminate()
    result = stage.finish(listening)
    assert told["service"] == "speaker"
    assert result.code == 143
    assert "trying again" in result.stderr


def test_watching_goes_on(place: tuple[Stage, Proxy], engine: PrivateEngine) -> None:
    """What is edited while the engine is away reaches the container when it is back."""
    stage, _ = place
    stage.write("src/file", "before\n")
    stage.write(
        "compose.yaml",
        f"""
        services:
          web:
            image: {IMAGE}
            init: true
            stop_grace_period: 0s
            network_mode: none
            command: sleep 600
            develop:
              watch: [{{action: sync, path: ./src, target: /app}}]
        """,
    )
    stage.up()
    watching = stage.begin("watch", "--no-up")
    assert watching.stdout
    assert watching.stderr
    while "Watch enabled" not in (line := watching.stdout.readline()):
        assert line, stage.finish(watching)
    engine.kill()
    stage.write("src/file", "after\n")
    while "trying again" not in (line := watching.stderr.readline()):
        assert line, stage.finish(watching)
    engine.start()
    stage.engine.close()
    stage.engine = engine.client()
    stage.wait_until(lambda: stage.inside("web", "cat", "/app/file") == "after\n")
    watching.terminate()
    assert stage.finish(watching).code == 143


def test_an_engine_that_does_not_return(tmp_path: Path) -> None:
    """It is waited for, but not for ever; then it is named."""
    with private_engine() as engine:
        stage = Stage(tmp_path, engine.client())
        stage.env["DOCKER_HOST"] = engine.address
        stage.write("compose.yaml", SPEAKER)
        stage.up()
        following = stage.begin("logs", "-f")
        assert following.stdout
        assert following.stdout.readline()
        engine.kill()
        result = stage.finish(following)
        check_words(result)
        assert result.code == 1
        engine.start()
        stage.run("down", "-t", "0").ok()
        stage.engine.close()


def test_a_disk_that_is_full(tmp_path: Path) -> None:
    """What failed says so; once there is room, the same command succeeds."""
    with private_engine(size="96m") as engine:
        stage = Stage(tmp_path, engine.client())
        stage.env["DOCKER_HOST"] = engine.address
        stage.write(
            "compose.yaml",
            """
            services:
              web:
                build:
                  dockerfile_inline: |
                    FROM composer-test/busybox
                    COPY large /
        """,
        )
        large = stage.folder / "large"
        ballast = engine.folder / "data" / "ballast"
        ballast.write_bytes(bytes(8 << 20))
        large.write_bytes(os.urandom(80 << 20))  # the context is sent compressed
        failed = stage.run("build").ended(1).says("no space left on device")
        assert "internal" not in failed.stderr
        large.write_bytes(b"small")
        ballast.unlink()  # the engine needs some room to make room
        stage.engine.prune_builds()
        stage.run("build").ok()
        stage.clear()
        stage.engine.close()


def test_an_up_onto_a_disk_that_is_full(tmp_path: Path) -> None:
    """What failed is named, and why; with room, the same command does the rest."""
    with private_engine(size="96m") as engine:
        stage = Stage(tmp_path, engine.client())
        stage.env["DOCKER_HOST"] = engine.address
        stage.write("compose.yaml", STACK)
        ballast = engine.folder / "data" / "ballast"
        _fill(ballast)
        failed = stage.run("up", "-d").ended(1).says("no space left on device")
        assert stage.name in failed.stderr
        assert "internal" not in failed.stderr
        ballast.unlink()
        stage.run("up", "-d").ok()
        assert stage.states() == {"db-1": "running", "web-1": "running"}
        stage.run("down", "-v").ok()
        assert (stage.names(), stage.networks(), stage.volumes()) == ([], {}, {})
        stage.engine.close()


def _fill(path: Path) -> None:
    """Write until there is no room for a single byte more."""
    with path.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(bytes(1 << 16)):
            pass
