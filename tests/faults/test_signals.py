"""Signals at known moments of commands: the first ends well, the second at once.

A proxy sends them just before the call that the test names is passed on, or while one is never
answered. What must hold: the exit code of the signal, no traceback, no process left, and `up` and
`down` work from the state that is left.
"""

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.stage import IMAGE, Result, Stage
from tests.faults.place import played
from tests.faults.proxy import Fault, Proxy
from tests.faults.scenarios import SCENARIOS, STACK
from tests.faults.trial import DEFECTS

pytestmark = pytest.mark.engine

LIMIT_S = 120
"""Seconds after which a command hangs, also on a busy machine."""
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
UNANSWERED = [
    *(
        (command, call, number)
        for command, call in (
            ("up", "GET /containers/json"), ("up", "POST /networks/create"),
            ("up", "POST /containers/create"), ("up", "POST /containers/*/start"),
            ("down", "POST /containers/*/stop"),
        )
        for number in SIGNALS
    ),
    ("recreate", "DELETE /containers/*", signal.SIGINT),
    ("run", "POST /containers/create", signal.SIGINT),
    ("build", "POST /grpc", signal.SIGINT),
    ("ps", "GET /version", signal.SIGINT),
]  # fmt: skip
"""Commands, calls and signals; all commands take the same way, so for some one signal shows it."""


@pytest.fixture
def place() -> Iterator[tuple[Stage, Proxy]]:
    with played() as (stage, proxy):
        stage.env["DOCKER_HOST"] = proxy.address
        yield stage, proxy


def begin(stage: Stage, proxy: Proxy, fault: Fault, *command: str) -> "subprocess.Popen[str]":
    """Start a command with *fault* at one of its calls; return it once the fault has struck."""
    proxy.harm(fault)
    process = stage.begin(*command)
    assert proxy.struck.wait(LIMIT_S), (stage.finish(process), proxy.calls)
    proxy.harm(None)
    return process


def ended(stage: Stage, process: "subprocess.Popen[str]", number: int) -> Result:
    """Return what the process said, once it has ended by *number*, in time and without a defect."""
    stdout, stderr = process.communicate(timeout=LIMIT_S)
    result = Result((), process.returncode, stdout, stderr)
    stage.steps.append(str(result))
    said = (stdout + stderr).lower()
    assert not [one for one in DEFECTS if one in said], result
    return result.ended(128 + number)


@pytest.mark.parametrize(("command", "call", "number"), UNANSWERED)
def test_a_call_that_is_never_answered_does_not_hold_up_the_end(
    place: tuple[Stage, Proxy], command: str, call: str, number: signal.Signals
) -> None:
    """Two signals, and the command is gone; the next one repairs what it left."""
    stage, proxy = place
    scenario = SCENARIOS[command]
    scenario.prepare(stage)
    stage.env |= scenario.env
    process = begin(stage, proxy, Fault("silence", call), *scenario.command)
    process.send_signal(number)
    if process.poll() is None:
        _again(process, number)
    ended(stage, process, number)
    again = stage.run(*(scenario.again or scenario.command)).ok()
    scenario.reached(stage, again)


def _again(process: "subprocess.Popen[str]", number: int) -> None:
    """Send the signal once more, if the first one has not been enough in a second."""
    try:
        process.wait(1)
    except subprocess.TimeoutExpired:
        process.send_signal(number)


@pytest.mark.parametrize("call", ["POST /containers/create", "POST /containers/*/start"])
def test_the_first_signal_lets_calls_end(place: tuple[Stage, Proxy], call: str) -> None:
    """What is under way is finished, nothing new begins, and what is left is told."""
    stage, proxy = place
    stage.write("compose.yaml", STACK)
    holder: list[subprocess.Popen[str]] = []
    proxy.harm(Fault("late", call, act=lambda: holder[0].send_signal(signal.SIGINT)))
    holder.append(stage.begin("up", "-d"))
    result = ended(stage, holder[0], signal.SIGINT)
    assert "not begun" in result.stderr
    stage.run("up", "-d").ok()
    assert stage.states() == {"db-1": "running", "web-1": "running"}
    stage.run("down", "-v").ok()
    assert (stage.names(), stage.networks(), stage.volumes()) == ([], {}, {})


def test_a_run_that_is_interrupted_leaves_no_container(place: tuple[Stage, Proxy]) -> None:
    """With --rm, whatever the moment."""
    stage, proxy = place
    stage.write("compose.yaml", STACK)
    call = "POST /containers/*/attach"
    process = begin(stage, proxy, Fault("silence", call), "run", "--rm", "-T", "web", "true")
    process.terminate()
    _again(process, signal.SIGTERM)
    process.communicate(timeout=LIMIT_S)
    assert process.returncode == 143
    assert stage.names() == ["db-1"]


@pytest.mark.parametrize(
    "command", [("logs", "-f"), ("events",), ("up",), ("wait", "db"), ("stats",)]
)
def test_what_listens_ends_at_once(place: tuple[Stage, Proxy], command: tuple[str, ...]) -> None:
    """Nobody has to wait for the next line."""
    stage, proxy = place
    stage.write("compose.yaml", STACK)
    stage.run("up", "-d").ok()
    proxy.harm(None)
    process = stage.begin(*command)
    proxy.wait_for("GET /containers/*/stats" if command == ("stats",) else "GET /events")
    process.send_signal(signal.SIGINT)
    ended(stage, process, signal.SIGINT)


def test_nohup_is_heeded(place: tuple[Stage, Proxy]) -> None:
    """A terminal that is closed does not end what was told not to mind."""
    stage, proxy = place
    stage.write("compose.yaml", STACK)
    holder: list[subprocess.Popen[str]] = []
    proxy.harm(Fault("late", "POST /containers/create", act=lambda: _hang_up(holder[0])))
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does, for the child
    try:
        holder.append(stage.begin("up", "-d"))
    finally:
        signal.signal(signal.SIGHUP, before)
    stage.finish(holder[0]).ok()


def _hang_up(process: "subprocess.Popen[str]") -> None:
    process.send_signal(signal.SIGHUP)


@pytest.mark.parametrize("command", [("logs",), ("ps",), ("config",), ("logs", "-f"), ("images",)])
def test_a_closed_pipe_ends_quietly(stage: Stage, command: tuple[str, ...]) -> None:
    """As in `composer logs | head`."""
    stage.write(
        "compose.yaml",
        f"""
        services:
          a:
            image: {IMAGE}
            command: [sh, -c, "seq 1 200000; sleep 100"]
            init: true
            stop_grace_period: 0s
            environment: {{TEXT: "{"x" * 100_000}"}}
    """,
    )
    stage.up()
    process = stage.begin(*command)
    assert process.stdout
    process.stdout.read(1)
    process.stdout.close()
    assert process.stderr
    said = process.stderr.read()
    assert process.wait(LIMIT_S) == 0, said
    assert said == ""


def test_a_folder(tmp_path: Path) -> None:
    """Nothing is left in the folder for temporary files."""
    with played() as (stage, proxy):
        stage.env |= {"DOCKER_HOST": proxy.address, "TMPDIR": str(tmp_path)}
        SCENARIOS["build"].prepare(stage)
        process = begin(stage, proxy, Fault("silence", "POST /grpc"), "build")
        process.terminate()
        _again(process, signal.SIGTERM)
        process.communicate(timeout=LIMIT_S)
    assert [one.name for one in tmp_path.iterdir() if not one.name.startswith("composer-")] == []
