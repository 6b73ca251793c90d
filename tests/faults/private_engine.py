"""A Docker engine of the test's own, to be killed, restarted, and filled up.

It shares nothing with others: data, runtime state, socket, bridge, address pool; it touches no
firewall rules. It has a bridge of its own because an engine without one (``--bridge none``) removes
docker0, which the usual engine needs. Needs root, dockerd and ip; COMPOSER_TEST_DOCKERD may name
another dockerd than that of the PATH. One of version 28 removes docker0 in any case: afterwards the
usual engine's own bridge network works again once that engine is restarted.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
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
POOL = "base=10.{net}.0.0/17,size=24"
FIRST_NET, LAST_NET = 210, 250
"""The second numbers of the address pools: one for each engine of a machine."""


class PrivateEngine:
    """One engine; its containers outlive it (``--live-restore``), unless it is not *live*."""

    def __init__(
        self, folder: Path, net: int, options: Sequence[str] = (), *, live: bool = True
    ) -> None:
        self.folder = folder
        self.socket = folder / "engine.sock"
        self.address = f"unix://{self.socket}"
        self._net = net
        self._options = [*options, *(["--live-restore"] if live else [])]
        self._bridge = f"private{net}"
        self._daemon: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        _ip("link", "add", self._bridge, "type", "bridge", check=False)  # after a kill it is there
        _ip("addr", "replace", f"10.{self._net}.255.1/24", "dev", self._bridge)
        _ip("link", "set", self._bridge, "up")
        program = _program()
        (self.folder / "engine.pid").unlink(missing_ok=True)  # of one that was killed
        command = [
            program, "--host", self.address, "--data-root", str(self.folder / "data"),
            "--exec-root", str(self.folder / "exec"), "--pidfile", str(self.folder / "engine.pid"),
            "--bridge", self._bridge, "--iptables=false", "--ip6tables=false",
            "--default-address-pool", POOL.format(net=self._net), *self._options,
        ]  # fmt: skip
        with (self.folder / "engine.log").open("ab") as log:
            self._daemon = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                env={**os.environ, "PATH": _beside(program)},
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
        _ip("link", "delete", self._bridge, check=False)

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
    *, size: str = "", options: Sequence[str] = (), live: bool = True
) -> Iterator[PrivateEngine]:
    """Give an engine that has the test image.

    *size* bounds its disk (``64m``), *options* are more of dockerd's.
    """
    if os.geteuid() != 0:
        pytest.skip("an engine of the test's own needs root")
    for name, program in (("dockerd", _program()), ("ip", _find("ip"))):
        if not program:
            pytest.skip(f"an engine of the test's own needs {name}")
    folder = Path(tempfile.mkdtemp(prefix="private-engine-"))
    with contextlib.ExitStack() as opened:
        opened.callback(shutil.rmtree, folder, ignore_errors=True)
        opened.callback(_unmount, folder / "data")
        if size:
            (folder / "data").mkdir()
            mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder / "data")]
            subprocess.run(mount, check=True)
        engine = PrivateEngine(folder, _net(), options, live=live)
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


def _net() -> int:
    """Return a number that no bridge of another such engine has."""
    for net in range(FIRST_NET, LAST_NET):
        if not Path(f"/sys/class/net/private{net}").exists():
            return net
    pytest.skip("too many engines of this kind run, or were left behind: see `ip link`")


def _provide(engine: PrivateEngine) -> None:
    """Give it the test image of the usual engine."""
    usual, client = connect(), engine.client()
    with contextlib.closing(usual), contextlib.closing(client):
        client.load_image(b"".join(usual.get_image(IMAGE)))  # type: ignore[no-untyped-call]
