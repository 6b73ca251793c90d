"""One trial of the fault bench: a command, a fault at one of its calls, and what must hold after.

    trial = Trial(SCENARIOS["up"], stage, proxy)
    calls = trial.calls()                              # of an undisturbed run
    trial.under(Fault("answer lost", *call))           # raises, or says how it went

Whatever the fault: no traceback; exit code 0 only where all is as wanted; else a message that names
what it happened to and the cause; the same command again (or the one that the scenario names)
reaches exactly the wanted state; nothing is left over, on the engine or on this machine; no volume
and none of its content is lost.
"""

import contextlib
import fcntl
import os
import signal
import uuid
from collections.abc import Mapping
from pathlib import Path

from docker.errors import APIError

from composer.spec.shapes import EMPTY
from tests.e2e.stage import Result, Stage
from tests.faults.proxy import WORDS, Fault, Proxy, occurrences
from tests.faults.scenarios import Scenario

DEFECTS = ("traceback", "internal error", "exception ignored", "threadexception")
CAUSES = (
    WORDS, "broke off", "did not answer", "not whole json", "no engine answers",
    "cannot connect to the docker daemon", "is not http", "left its answer", "code = unavailable",
    "connection is closing", "lost with the connection", "not what its api promises",
    "without an id", "names no version",
    "with status ",  # all that an answer to HEAD can tell
)  # fmt: skip
"""What a message must say one of: in lower case."""
OTHERS = ("daemon", "/containers/", "the command", "the engine's answer to ", "its exit code")
"""What it may have happened to beside the project's resources and the engine's address."""
HURRY = {"COMPOSE_HTTP_TIMEOUT": "2"}
"""Seconds after which silence counts as such."""
KILLED = "killed"
MARK = "COMPOSER_TRIAL"
"""The variable by which a process of a trial is known."""


class Trial:
    """A scenario on a stage; several faults one after the other where it leaves all as it was."""

    def __init__(self, scenario: Scenario, stage: Stage, proxy: Proxy) -> None:
        self._scenario = scenario
        self._stage = stage
        self._proxy = proxy
        self._id = uuid.uuid4().hex
        self._temporary = stage.folder.parent / f"tmp-{self._id}"
        self._temporary.mkdir()
        scenario.prepare(stage)

    def calls(self) -> list[tuple[str, int]]:
        """Return the calls of an undisturbed run."""
        self._proxy.harm(None)
        result = self.run(self._scenario.command)
        assert result.code == 0, result
        self._scenario.reached(self._stage, result)
        return list(occurrences(self._proxy.calls))

    def under(self, fault: Fault) -> str:
        """Play with *fault*; return ``unnoticed``, ``repaired`` or ``not reached``."""
        scenario = self._scenario
        if fault.kind == KILLED:
            fault = fault._replace(act=self._kill)
        self._proxy.harm(fault)
        result = self.run(scenario.command, HURRY if fault.kind == "silence" else EMPTY)
        struck = self._proxy.struck.is_set()
        self._proxy.harm(None)
        if result.code == -signal.SIGKILL:
            self._sweep()
        else:
            check_words(result, (self._stage.name, self._proxy.address, *OTHERS))
        if result.code == 0:
            scenario.reached(self._stage, result)
        else:
            self._proxy.wait_until_back()
            scenario.after(self._stage)
            again = self.run(scenario.again or scenario.command)
            done = again.code == 0 or (scenario.already and scenario.already in again.stderr)
            assert done, f"not repaired after:\n{result}\nby:\n{again}"
            scenario.reached(self._stage, again)
        if not struck:
            return "not reached"
        return "repaired" if result.code else "unnoticed"

    def _kill(self) -> None:
        for number, _ in _processes(self._id):
            os.kill(number, signal.SIGKILL)

    def _sweep(self) -> None:
        """Remove what one that was killed could not, and nobody else may: of its own run."""
        self._proxy.wait_until_answered()
        for one in self._stage.containers():
            if "-run-" in one["Name"]:
                with contextlib.suppress(APIError):  # it has ended, and is just going
                    self._stage.engine.remove_container(one["Id"], force=True, v=True)
        self._stage.wait_until(lambda: not any("-run-" in one for one in self._stage.names()))
        for path in self._temporary.rglob("*"):
            if path.is_file() and path.suffix != ".lock":
                path.unlink()

    def run(self, words: tuple[str, ...], more: Mapping[str, str] = EMPTY) -> Result:
        """Run a command through the proxy; fail where something of it is left on this machine."""
        ours = {
            "DOCKER_HOST": self._proxy.address, "TMPDIR": str(self._temporary), MARK: self._id
        }  # fmt: skip
        env = {**ours, **self._scenario.env, **more}
        result = self._scenario.play(self._stage, self._proxy, words, env)
        if result.code != -signal.SIGKILL:
            check_left(self._id, self._temporary)
        return result


def check_words(result: Result, names: tuple[str, ...] = ("",)) -> None:
    """Fail where a defect shows, or a failure does not say what it happened to, and why."""
    said = (result.stdout + result.stderr).lower()
    shown = [one for one in DEFECTS if one in said]
    assert not shown, f"shows {shown}:\n{result}"
    assert result.code in {0, 1}, result
    if result.code:
        assert any(one in result.stderr.lower() for one in CAUSES), f"names no cause:\n{result}"
        assert any(one in result.stderr for one in names), f"names no resource:\n{result}"


def check_left(mark: str, temporary: Path) -> None:
    """Fail where a process, a temporary file or a lock has outlived the command."""
    left = [words for _, words in _processes(mark)]
    assert not left, f"processes are left: {left}"
    for path in temporary.rglob("*"):
        assert path.is_dir() or path.suffix == ".lock", f"{path} is left"
        if path.suffix == ".lock":
            with path.open() as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _processes(mark: str) -> list[tuple[int, str]]:
    """Return the numbers and command lines of processes with that mark in their environment."""
    found = []
    for one in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (one / "environ").read_bytes() and int(one.name) != os.getpid():
                words = (one / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                found.append((int(one.name), words))
        except OSError:  # it has ended, or is somebody else's
            continue
    return found
