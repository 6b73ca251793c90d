"""A bench: an engine that only pretends, and Composer or Docker Compose put before it.

Composer runs in a fork of this process, which has loaded it; Docker Compose as the plugin itself,
without ``docker`` before it. So a run takes a fraction of a second.
"""

import atexit
import contextlib
import functools
import http.client
import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple

from tests.conformance.cases import Case
from tests.conformance.oracle import HOME, unpack

CRASHED = 70
"""The exit code of Composer where an exception came through."""
SLOW = 124
_LIMIT_S = 60
_SHOWN = 600
_MODULES = (
    "api.rounds",
    "cli.up",
    "engine.docker.adapter",
    "load.pipeline",
    "plan.up",
    "run.execute",
)


class Sent(NamedTuple):
    """The exit code of one run, the calls that it made, and what the ids in them stand for."""

    code: int
    calls: list[Any]
    ids: dict[str, str]
    said: str


def preload() -> None:
    """Load Composer, so that forks of this process need not."""
    for module in _MODULES:
        importlib.import_module(f"composer.{module}")


class Bench:
    """A pretending engine of one API version, and both tools before it."""

    def __init__(self, api: str, folder: Path) -> None:
        self.api = api
        self.socket = str(folder / f"{api}.sock")
        command = [sys.executable, "-m", "tests.conformance.served", self.socket, api]
        nothing = subprocess.DEVNULL  # it must not hold the output of this program open
        self._process = subprocess.Popen(command, stdin=nothing, stdout=nothing, stderr=nothing)
        while not Path(self.socket).exists():
            assert self._process.poll() is None, "the engine has ended"
            time.sleep(0.01)

    def close(self) -> None:
        """End the engine."""
        self._process.terminate()
        self._process.wait()

    def ask(self, method: str, where: str, body: Any = None) -> Any:
        """Make a request of the engine; return the answer's JSON."""
        line = http.client.HTTPConnection("localhost", timeout=_LIMIT_S)
        line.sock = socket.socket(socket.AF_UNIX)
        line.sock.settimeout(_LIMIT_S)
        line.sock.connect(self.socket)
        try:
            content = None if body is None else json.dumps(body)
            line.request(method, where, content, {"Content-Type": "application/json"})
            answer = line.getresponse().read()
            return json.loads(answer) if answer else None
        finally:
            line.close()

    def play(self, case: Case, command: Sequence[str], *, peer: bool) -> Sent:
        """Run *command* of a tool on an empty engine."""
        self.ask("POST", "/forget")
        code, said = self.run([*case.args, *command], unpack(case), case.env, peer=peer)
        answer = self.ask("GET", "/recorded")
        return Sent(code, answer["calls"], answer["ids"], said)

    def run(
        self,
        words: list[str],
        folder: Path,
        env: Mapping[str, str],
        *,
        peer: bool,
        answer: str = "",
    ) -> tuple[int, str]:
        """Run a tool in *folder*; return its exit code and the end of what it said.

        *answer* is what it reads from its standard input.
        """
        environment = {
            "PATH": os.environ["PATH"], "HOME": HOME, "DOCKER_CONFIG": "/nonexistent",
            "DOCKER_HOST": f"unix://{self.socket}", **env,
        }  # fmt: skip
        with tempfile.TemporaryFile() as said:
            said.write(answer.encode())
            said.seek(0)
            return (_peer if peer else _ours)(words, folder, environment, said)


def _peer(
    words: list[str], folder: Path, env: dict[str, str], answer: IO[bytes]
) -> tuple[int, str]:
    program = _plugin()
    try:
        done = subprocess.run(
            [program, *words], cwd=folder, env=env, capture_output=True, timeout=_LIMIT_S,
            check=False, stdin=answer,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return SLOW, "no end in time"
    return done.returncode, done.stderr.decode(errors="replace")[-_SHOWN:]


@functools.cache
def _plugin() -> str:
    """Return the program of Docker Compose."""
    command = ["docker", "info", "--format", "{{json .ClientInfo.Plugins}}"]
    done = subprocess.run(command, capture_output=True, check=True)
    found = json.loads(done.stdout)
    return next(str(one["Path"]) for one in found if one["Name"] == "compose")


def _ours(
    words: list[str], folder: Path, env: dict[str, str], answer: IO[bytes]
) -> tuple[int, str]:
    """Run Composer in a fork of this process, which has loaded it."""
    reader, writer = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(reader)
        _become(words, folder, env, answer.fileno(), writer)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        said = stream.read()
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status), said.decode(errors="replace")[-_SHOWN:]


def _become(words: list[str], folder: Path, env: dict[str, str], answer: int, output: int) -> None:
    code = 1
    try:
        atexit._clear()  # what this process left for its end is not the program's to do
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(_LIMIT_S)
        os.dup2(answer, 0)
        os.dup2(output, 1)
        os.dup2(output, 2)
        sys.stdout, sys.stderr = (os.fdopen(one, "w", closefd=False) for one in (1, 2))
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(env)
        sys.argv = ["composer", *words]
        code = int(importlib.import_module("composer.__main__").main() or 0)
    except SystemExit as ended:
        code = int(ended.code or 0)
    except BaseException as wrong:  # noqa: BLE001 - a crash is told to whoever compares
        os.write(2, f"crash: {wrong!r}".encode())
        code = CRASHED
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)
