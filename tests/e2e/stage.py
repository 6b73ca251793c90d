"""The vocabulary of the end-to-end scenarios: a stage on which one project is played.

A stage has a folder, a project name of its own and an engine. The program under test is run as a
user runs it; what it did is checked at the engine, never through the program. Nothing sleeps:
what takes time is waited for through the engine's events. Whatever a scenario leaves is removed by
its labels; what a failed one did is kept in tests/e2e/artefacts.

COMPOSER names the program under test (default: the one beside this interpreter). With
``COMPOSER='docker compose'`` the same scenarios are played by the peer.
"""

import contextlib
import fcntl
import io
import json
import os
import posixpath
import pty
import select
import shlex
import shutil
import socket
import struct
import subprocess
import sys
import tarfile
import termios
import textwrap
import time
import urllib.request
import uuid
from collections.abc import Callable, Generator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from docker import APIClient
from docker.context import ContextAPI
from docker.errors import APIError

Json = dict[str, Any]

PROGRAM = shlex.split(os.environ.get("COMPOSER") or str(Path(sys.executable).parent / "composer"))
PEER = ["docker", "compose"]
IS_PEER = PROGRAM == PEER
IMAGE = "composer-test/busybox:latest"
ARTEFACTS = Path(__file__).parent / "artefacts"
SAMPLES = Path(__file__).parents[2] / "samples"
PROJECT = "com.docker.compose.project"
SERVICE = "com.docker.compose.service"
NUMBER = "com.docker.compose.container-number"
MARK = "composer.e2e"
"""Label of what a scenario makes beside its project."""
CTRL_C, QUIT = "\x03", "\x1c"
TIMEOUT_S = 60
GRACE_S = 10
"""Seconds for a program that is to end."""
IDLE = f"x-idle: &idle {{image: {IMAGE}, init: true, command: sleep 600, stop_grace_period: 1s}}\n"
"""What `Stage.compose` puts first: a service that does nothing, and ends at once when told.

Not with a grace period of 0: engines lose the files of such a container when they restart it.
"""


def connect() -> APIClient:
    """Return a client of the engine that the environment, or the current context, names."""
    address = os.environ.get("DOCKER_HOST") or ContextAPI.get_current_context().Host
    return APIClient(base_url=address, version="auto", timeout=TIMEOUT_S)


class Result(NamedTuple):
    """What a command that has ended said."""

    command: Sequence[str]
    code: int
    stdout: str
    stderr: str

    def ok(self) -> "Result":
        """Return itself; fail the test unless the command succeeded."""
        return self.ended(0)

    def ended(self, code: int) -> "Result":
        """Return itself; fail the test unless the command ended with *code*."""
        assert self.code == code, f"ended with {self.code}, not {code}:\n{self}"
        return self

    def says(self, *words: str) -> "Result":
        """Return itself; fail the test unless standard error has all *words*, in any case."""
        missing = [word for word in words if word.lower() not in self.stderr.lower()]
        assert not missing, f"does not say {missing}:\n{self}"
        return self

    def __str__(self) -> str:
        return (
            f"$ {shlex.join(self.command)}\n[exit code {self.code}]\n"
            f"--- standard output\n{self.stdout}--- standard error\n{self.stderr}"
        )


class Terminal:
    """A program at a terminal of its own (24 lines of 80)."""

    def __init__(self, command: Sequence[str], folder: Path, env: Mapping[str, str]) -> None:
        self.command = command
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.process = subprocess.Popen(  # setsid: so that Ctrl-C arrives as a signal
            ["setsid", "--ctty", *command], cwd=folder, env={**env, "TERM": "xterm-256color"},
            stdin=slave, stdout=slave, stderr=slave,
        )  # fmt: skip
        os.close(slave)
        self._seen = bytearray()

    @property
    def text(self) -> str:
        """All that was shown so far."""
        return self._seen.decode(errors="replace").replace("\r\n", "\n")

    def type(self, keys: str) -> None:
        """Send keys."""
        os.write(self._master, keys.encode())

    @property
    def settings(self) -> list[Any]:
        """How the terminal treats keys and output (termios)."""
        return termios.tcgetattr(self._master)

    def set(self, settings: list[Any]) -> None:
        """Treat keys and output as *settings* say, as a shell does that has the terminal back."""
        termios.tcsetattr(self._master, termios.TCSANOW, settings)

    def signal(self, number: int) -> None:
        """Send the program a signal."""
        self.process.send_signal(number)

    def until(self, *texts: str, timeout: float = TIMEOUT_S) -> str:
        """Read until all *texts* were shown; return everything."""
        deadline = time.monotonic() + timeout
        while missing := [one for one in texts if one not in self.text]:
            alive = self._read(deadline)
            assert alive or not missing, f"never showed {missing}:\n{self.text}"
        return self.text

    def exit_code(self, timeout: float = TIMEOUT_S) -> int:
        """Read to the end; return the exit code."""
        deadline = time.monotonic() + timeout
        self.read_on(timeout)
        return self.process.wait(max(0.1, deadline - time.monotonic()))

    def read_on(self, seconds: float) -> None:
        """Read to the end, or for so long."""
        deadline = time.monotonic() + seconds
        while self._read(deadline):
            pass

    def _read(self, deadline: float) -> bool:
        """Take in what comes next; False at the end and at the deadline."""
        if not select.select([self._master], [], [], max(0, deadline - time.monotonic()))[0]:
            return False
        try:
            block = os.read(self._master, 1 << 16)
        except OSError:  # the other side is closed
            return False
        self._seen += block
        return bool(block)

    def close(self) -> None:
        """End the program, whatever it does."""
        self.process.kill()
        self.process.wait()
        os.close(self._master)


ANONYMOUS = 64
"""How long the name of an anonymous volume is."""


class Stage:
    """One project: its folder, its program, what the engine holds of it."""

    def __init__(self, folder: Path, engine: APIClient, name: str = "") -> None:
        self.name = name or f"e2e-{uuid.uuid4().hex[:10]}"
        self.folder = folder / self.name  # which names the project
        self.folder.mkdir()
        self.engine = engine
        self.began = time.time()
        self.steps: list[str] = []
        self._terminals: list[Terminal] = []
        self._processes: list[subprocess.Popen[str]] = []
        self._anonymous: set[str] = set()
        self.opened = contextlib.ExitStack()
        """What is closed in the end: what a scenario needs all the time."""
        self.env = {key: value for key, value in os.environ.items() if key[:8] != "COMPOSE_"}

    # -- what is given -------------------------------------------------------------------------

    def write(self, name: str, text: str) -> Path:
        """Write a file, less its indent, into the folder."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip("\n"))
        return path

    def compose(self, text: str) -> Path:
        """Write compose.yaml; its services may say ``<<: *idle``."""
        return self.write("compose.yaml", IDLE + textwrap.dedent(text))

    def sample(self, name: str) -> None:
        """Copy a sample into the folder; it keeps this stage's project name."""
        shutil.copytree(SAMPLES / name, self.folder, dirs_exist_ok=True)
        self.env["COMPOSE_PROJECT_NAME"] = self.name

    def foreign(self, name: str = "", image: str = IMAGE, **host: Any) -> str:
        """Start a container that is none of the project's; return its id. *host*: HostConfig."""
        made = self.engine.create_container(
            image, ["sleep", "600"], name=name or f"{self.name}-foreign",
            labels={MARK: self.name}, ports=list(host.get("port_bindings", ())),
            host_config=self.engine.create_host_config(init=True, **host),
        )  # fmt: skip
        self.engine.start(made["Id"])
        return str(made["Id"])

    # -- what is done --------------------------------------------------------------------------

    def run(
        self,
        *arguments: str,
        program: Sequence[str] = PROGRAM,
        env: Mapping[str, str] | None = None,
        folder: Path | None = None,
        stdin: str = "",
        timeout: float = TIMEOUT_S,
    ) -> Result:
        """Run the program under test with *arguments* in the folder, to its end."""
        self.note_volumes()
        command = [*program, *arguments]
        done = subprocess.run(
            command, cwd=folder or self.folder, env={**self.env, **(env or {})},
            input=stdin, capture_output=True, text=True, timeout=timeout, check=False,
        )  # fmt: skip
        result = Result(command, done.returncode, done.stdout, done.stderr)
        self.steps.append(str(result))
        return result

    def up(self, *arguments: str, **more: Any) -> Result:
        """Bring the project up in the background; fail the test unless that succeeds."""
        return self.run("up", "-d", *arguments, **more).ok()

    def peer(self, *arguments: str) -> Result:
        """Run Docker Compose on the same project; fail the test unless that succeeds."""
        if shutil.which("docker") is None:
            pytest.skip("docker compose is not installed")
        return self.run(*arguments, program=PEER).ok()

    def begin(
        self,
        *arguments: str,
        program: Sequence[str] = PROGRAM,
        env: Mapping[str, str] | None = None,
    ) -> "subprocess.Popen[str]":
        """Start the program under test with its output in pipes; do not wait for it."""
        self.note_volumes()
        process = subprocess.Popen(
            [*program, *arguments], cwd=self.folder, env={**self.env, **(env or {})}, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        self._processes.append(process)
        return process

    def finish(self, process: "subprocess.Popen[str]") -> Result:
        """Wait for a program that was begun."""
        stdout, stderr = process.communicate(timeout=TIMEOUT_S)
        result = Result(list(map(str, process.args)), process.returncode, stdout, stderr)  # type: ignore[arg-type]
        self.steps.append(str(result))
        return result

    def terminal(self, *arguments: str, menu: bool = False) -> Terminal:
        """Start the program under test at a terminal, with or without shortcuts for keys."""
        self.note_volumes()
        env = self.env if menu else {**self.env, "COMPOSE_MENU": "false"}
        terminal = Terminal([*PROGRAM, *arguments], self.folder, env)
        self._terminals.append(terminal)
        return terminal

    # -- what is found -------------------------------------------------------------------------

    def containers(self, service: str = "") -> list[Json]:
        """Return what the engine tells of the project's containers, sorted by name."""
        labels = [f"{PROJECT}={self.name}", *([f"{SERVICE}={service}"] if service else [])]
        listed = self.engine.containers(all=True, filters={"label": labels})
        found = []
        for one in listed:
            with contextlib.suppress(APIError):  # gone meanwhile
                found.append(dict(self.engine.inspect_container(one["Id"])))
        return sorted(found, key=lambda one: str(one["Name"]))

    def container(self, service: str) -> Json:
        """Return the only container of a service."""
        (found,) = self.containers(service)
        return found

    def names(self, service: str = "") -> list[str]:
        """Return the names of containers, less the project's."""
        return [one["Name"].removeprefix(f"/{self.name}-") for one in self.containers(service)]

    def states(self) -> dict[str, str]:
        """Return the state of each container, by name less the project's."""
        found = self.containers()
        return {one["Name"].removeprefix(f"/{self.name}-"): one["State"]["Status"] for one in found}

    def starts(self) -> dict[str, tuple[str, str]]:
        """Return which container each name is, and since when it runs: equal if untouched."""
        return {one["Name"]: (one["Id"], one["State"]["StartedAt"]) for one in self.containers()}

    def networks(self) -> dict[str, Json]:
        """Return the project's networks by name."""
        found = self.engine.networks(filters={"label": f"{PROJECT}={self.name}"})
        return {one["Name"]: one for one in found}

    def volumes(self) -> dict[str, Json]:
        """Return the project's named volumes by name."""
        found = self.engine.volumes(filters={"label": f"{PROJECT}={self.name}"})
        return {one["Name"]: one for one in found["Volumes"] or ()}

    @property
    def api(self) -> tuple[int, int]:
        """The version of the engine's API."""
        major, minor = self.engine.api_version.split(".")
        return int(major), int(minor)

    @property
    def keeps_indexes(self) -> bool:
        """Whether images may be of several platforms, with attestations: in containerd's store."""
        return ["driver-type", "io.containerd.snapshotter.v1"] in self.engine.info()["DriverStatus"]

    def images(self) -> list[str]:
        """Return the tags of images whose name begins with the project's."""
        found = self.engine.images(filters={"reference": f"{self.name}*"})
        return sorted(tag for one in found for tag in one["RepoTags"] or ())

    def inside(self, service: str, *command: str) -> str:
        """Return what a command prints in a service's only container.

        Read as a plain response: the client's own way takes over the socket, and loses what came
        together with the headers.
        """
        client: Any = self.engine
        made = client.exec_create(self.container(service)["Id"], list(command))
        where = client._url("/exec/{0}/start", made["Id"])
        answer = client._post(where, json={"Detach": False, "Tty": False})
        return b"".join(client._multiplexed_buffer_helper(answer)).decode()

    def read(self, container: str, path: str) -> str:
        """Return what a file (or what a link leads to) of a container says, '' where there is none.

        It need not run, nor be able to execute anything: where a container is killed by a restart,
        an engine at times takes its root from under `exec`.
        """
        try:
            stream, _ = self.engine.get_archive(container, path)
        except APIError:  # not there, or a file in the place of a folder
            return ""
        with tarfile.open(fileobj=io.BytesIO(b"".join(stream))) as archive:
            entry = archive.next()
            if entry is None:  # vanished while it was being packed
                return ""
            if entry.issym():
                return self.read(container, f"{posixpath.dirname(path)}/{entry.linkname}")
            content = archive.extractfile(entry)
            return content.read().decode() if content else ""

    def events(self, timeout: float = 0, since: float = 0) -> Generator[Json]:
        """Yield the project's container events since it began, up to *timeout* from now."""
        filters = {"type": "container", "label": f"{PROJECT}={self.name}"}
        stream = self.engine.events(
            since=f"{since or self.began:.6f}", until=f"{time.time() + timeout:.6f}",
            filters=filters, decode=True,
        )  # type: ignore[call-overload]  # fmt: skip
        with contextlib.closing(stream):
            yield from stream

    def happened(self, action: str) -> list[str]:
        """Return the services to whose containers *action* happened so far, in order."""
        past = [one for one in self.events() if one["Action"] == action]
        return [one["Actor"]["Attributes"].get(SERVICE, "") for one in past]

    def wait_until(self, condition: Callable[[], Any], timeout: float = TIMEOUT_S) -> None:
        """Return once *condition* holds; it is looked at when something happened at the engine."""
        asked = time.time()
        with contextlib.closing(self.events(timeout, since=asked)) as coming:
            while not condition():
                assert next(coming, None), f"did not come true in {timeout} s: {self.states()}"

    def wait_until_event(self, action: str, timeout: float = TIMEOUT_S) -> Json:
        """Return the first event of that name since the scenario began."""
        with contextlib.closing(self.events(timeout)) as coming:
            for one in coming:
                if one["Action"] == action:
                    return one
        raise AssertionError(f"no {action} in {timeout} s: {self.states()}")

    # -- the end -------------------------------------------------------------------------------

    def keep(self, folder: Path) -> None:
        """Write what helps to understand a failure into *folder*."""
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.folder, folder / "project", symlinks=True)
        (folder / "commands.txt").write_text("\n".join(self.steps))
        for number, terminal in enumerate(self._terminals, 1):
            (folder / f"terminal-{number}.txt").write_text(terminal.text)
        found = {
            "containers": self.containers(),
            "networks": self.networks(),
            "volumes": self.volumes(),
        }
        (folder / "engine.json").write_text(json.dumps(found, indent=2))

    def clear(self) -> None:
        """End what still runs, and remove all that bears the project's label or name."""
        for terminal in self._terminals:
            terminal.close()
        for process in self._processes:
            _end(process)
        self.opened.close()
        labels = [{"label": f"{label}={self.name}"} for label in (PROJECT, MARK)]
        self._clear_containers(labels)
        for ours in labels:
            for one in self.engine.networks(filters=ours):
                _quietly(self.engine.remove_network, one["Id"])
            for one in self.engine.volumes(filters=ours)["Volumes"] or ():
                _quietly(self.engine.remove_volume, one["Name"], force=True)
        for tag in self.images():
            _quietly(self.engine.remove_image, tag, force=True)
        for one in self.engine.images(filters={"label": f"{PROJECT}={self.name}"}):  # nameless
            tags = one["RepoTags"] or ()
            assert IMAGE not in tags, f"{self.name} was built over the image that all tests share"
            _quietly(self.engine.remove_image, one["Id"], force=True)

    def _clear_containers(self, labels: Sequence[dict[str, str]]) -> None:
        """Remove the containers, before the networks that both kinds of them may be on."""
        self.note_volumes()
        for ours in labels:
            for one in self.engine.containers(all=True, filters=ours):
                _quietly(self.engine.remove_container, one["Id"], v=True, force=True)
        for name in self._anonymous:
            _quietly(self.engine.remove_volume, name)

    def note_volumes(self) -> None:
        """Note which anonymous volumes there are: some commands rightly leave them, unlabelled."""
        with contextlib.suppress(APIError, OSError):  # the engine may be away
            for one in self.engine.containers(
                all=True, filters={"label": f"{PROJECT}={self.name}"}
            ):
                names = (mount.get("Name", "") for mount in one["Mounts"])
                self._anonymous |= {name for name in names if len(name) == ANONYMOUS}


def _end(process: "subprocess.Popen[str]") -> None:
    """Let a program end its calls, or it would still make something after the cleaning up."""
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired, ValueError):  # closed by the test
        process.communicate(timeout=GRACE_S)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(GRACE_S)
    process.kill()
    process.wait()
    for one in (process.stdout, process.stderr):  # a program that it left may hold them open
        if one:
            one.close()


def _quietly(remove: Callable[..., Any], *arguments: Any, **options: Any) -> None:
    with contextlib.suppress(APIError):
        remove(*arguments, **options)


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def http_get(port: int, path: str = "/") -> str:
    """Return the body that a server on this machine answers with."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return str(answer.read().decode())
