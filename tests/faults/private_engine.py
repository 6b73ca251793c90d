"""A Docker engine of the test's own, to be killed, restarted, and filled up.

It shares nothing with others: data, runtime state, socket. It lives in a network namespace of its
own, because engines of some versions remove the bridge docker0, which the usual engine needs. Needs
root, dockerd, nsenter and ip; COMPOSER_TEST_DOCKERD may name another dockerd than that of the PATH.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from docker import APIClient
from docker.errors import DockerException

from tests.e2e.stage import IMAGE, connect

DAEMON = "COMPOSER_TEST_DOCKERD"
"""The variable that names another dockerd than that of the PATH, with its programs beside it."""
START_S = 60
PAUSE_S = 0.1
LISTENING = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
os.execvp(sys.argv[2], sys.argv[2:])
"""
"""Becomes a program that takes over a socket, as systemd hands them out."""


class PrivateEngine:
    """One engine; its containers outlive it (``--live-restore``), unless it is not *live*.

    It also listens at *port* of 127.0.0.1, if one is given.
    """

    def __init__(
        self, folder: Path, options: Sequence[str] = (), *, port: int = 0, live: bool = True
    ) -> None:
        self.folder = folder
        self.socket = folder / "engine.sock"
        self.address = f"unix://{self.socket}"
        self._port = port
        self._options = [*options, *(["--live-restore"] if live else [])]
        self._space = folder.name
        self._daemon: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        _ip("netns", "add", self._space, check=False)  # after a kill it is there
        _ip("-n", self._space, "link", "set", "lo", "up")
        program = _program()
        (self.folder / "engine.pid").unlink(missing_ok=True)  # of one that was killed
        command = [
            _find("nsenter"), f"--net=/run/netns/{self._space}",
            program, "--host", self.address, "--data-root", str(self.folder / "data"),
            "--exec-root", str(self.folder / "exec"), "--pidfile", str(self.folder / "engine.pid"),
            "--iptables=false", "--ip6tables=false", *self._options,
        ]  # fmt: skip
        with (self.folder / "engine.log").open("ab") as log, contextlib.ExitStack() as opened:
            passed: list[socket.socket] = []
            if self._port:
                passed = [opened.enter_context(socket.create_server(("127.0.0.1", self._port)))]
                start = [sys.executable, "-c", LISTENING, str(passed[0].fileno())]
                command = [*start, *command, "--host", "fd://"]
            self._daemon = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                env={**os.environ, "PATH": _beside(program)}, pass_fds=[s.fileno() for s in passed],
            )  # fmt: skip
        self.client().close()

    def client(self) -> APIClient:
        """Return a client, once the engine answers."""
        deadline = time.monotonic() + START_S
        while not self._answers():
            assert time.monotonic() < deadline, self._said()
            assert self._daemon is None or self._daemon.poll() is None, self._said()
            time.sleep(PAUSE_S)  # a socket that nobody listens on yet sends no event
        return APIClient(base_url=self.address, version="auto", timeout=START_S)

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as one:
            one.settimeout(START_S)
            try:
                one.connect(str(self.socket))
                one.sendall(b"GET /_ping HTTP/1.0\r\n\r\n")
                return b" 200 " in one.recv(64)
            except OSError:
                return False

    def kill(self) -> None:
        """Kill it, as a crash would."""
        assert self._daemon
        self._daemon.kill()
        self._daemon.wait()
        self._end_containerd()

    def restart(self) -> None:
        """Kill it, and start it again."""
        self.kill()
        self.start()

    def stop(self) -> None:
        """End it and what it started."""
        with contextlib.suppress(AssertionError, DockerException):
            client = self.client()
            for one in client.containers(all=True):
                client.remove_container(one["Id"], force=True, v=True)
            client.close()
        if self._daemon:
            self._daemon.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._daemon.wait(START_S)
            self._daemon.kill()
            self._daemon.wait()
        self._end_containerd()
        self._end_shims()
        _ip("netns", "delete", self._space, check=False)

    def _end_containerd(self) -> None:
        """End the containerd of a dead dockerd: the next one would mistake it for its own.

        Also as a zombie, where nobody takes care of those.
        """
        record = self.folder / "exec/containerd/containerd.pid"
        with contextlib.suppress(OSError, ValueError):
            number = int(record.read_text())
            record.unlink()
            command = Path(f"/proc/{number}/cmdline")
            while str(self.folder).encode() in command.read_bytes():
                os.kill(number, signal.SIGKILL)
                time.sleep(PAUSE_S)  # it is not ours to wait for

    def _end_shims(self) -> None:
        """End what keeps containers that the engine has lost, and what is left of these."""
        for one in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):  # it has ended
                if str(self.folder).encode() in (one / "cmdline").read_bytes():
                    children = (one / "task" / one.name / "children").read_text().split()
                    for number in (*children, one.name):
                        os.kill(int(number), signal.SIGKILL)

    def _said(self) -> str:
        return (self.folder / "engine.log").read_text(errors="replace")[-3000:]


@contextmanager
def private_engine(
    *, size: str = "", options: Sequence[str] = (), port: int = 0, live: bool = True
) -> Iterator[PrivateEngine]:
    """Give an engine that has the test image.

    *size* bounds its disk (``64m``), *options* are more of dockerd's, *port* is one of 127.0.0.1 at
    which it listens, too.
    """
    if os.geteuid() != 0:
        pytest.skip("an engine of the test's own needs root")
    for name in ("dockerd", "ip", "nsenter"):
        if not (_program() if name == "dockerd" else _find(name)):
            pytest.skip(f"an engine of the test's own needs {name}")
    folder = Path(tempfile.mkdtemp(prefix="private-engine-"))
    with contextlib.ExitStack() as opened:
        opened.callback(shutil.rmtree, folder, ignore_errors=True)
        opened.callback(_unmount, folder / "data")
        if size:
            (folder / "data").mkdir()
            mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder / "data")]
            subprocess.run(mount, check=True)
        engine = PrivateEngine(folder, options, port=port, live=live)
        opened.callback(engine.stop)
        engine.start()
        _provide(engine)
        yield engine


def _unmount(folder: Path) -> None:
    """End what is mounted there: an engine that was killed leaves its data mounted on itself."""
    command = ["umount", "-l", str(folder)]
    while subprocess.run(command, capture_output=True, check=False).returncode == 0:
        pass


def _program() -> str:
    return os.environ.get(DAEMON) or _find("dockerd")


def _beside(program: str) -> str:
    """Return a PATH that begins with the programs that came with *program*."""
    folder = Path(program).parent
    return f"{folder}:{folder.parent / 'bin'}:{os.environ['PATH']}"


def _find(program: str) -> str:
    """Return where a program is, also where the PATH leaves out the administrator's folders."""
    return shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin") or ""


def _ip(*arguments: str, check: bool = True) -> None:
    subprocess.run([_find("ip"), *arguments], capture_output=True, check=check)


def _provide(engine: PrivateEngine) -> None:
    """Give it the test image of the usual engine."""
    usual, client = connect(), engine.client()
    with contextlib.closing(usual), contextlib.closing(client):
        client.load_image(b"".join(usual.get_image(IMAGE)))  # type: ignore[no-untyped-call]
