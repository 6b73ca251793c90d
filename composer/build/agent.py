"""ssh keys for a build: the user's agent, or one of our own that holds given key files.

May import: build.grpc, build.protobuf, build.http2, disk, errors.
"""

import contextlib
import os
import socket
import stat
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from composer.build.grpc import Messages
from composer.build.http2 import Lost
from composer.build.protobuf import bytes_of, data, group
from composer.disk import read_file
from composer.errors import ComposerError

_BLOCK = 32 << 10


@contextmanager
def agents(wanted: Mapping[str, str], environ: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Give the socket of an agent for each id of *wanted*.

    A value is the path of an agent's socket, paths of key files (with commas between), or empty
    for the user's agent. Raises ComposerError for what does not exist.
    """
    with contextlib.ExitStack() as stack:
        yield {name: _agent(name, path, environ, stack) for name, path in wanted.items()}


def _agent(name: str, path: str, environ: Mapping[str, str], stack: contextlib.ExitStack) -> str:
    if not path:
        path = environ.get("SSH_AUTH_SOCK", "")
        if not path:
            raise ComposerError(
                f"the build asks for the ssh agent ({name}), and none is running",
                hint="start ssh-agent (it sets SSH_AUTH_SOCK), or name a key: --ssh default=PATH",
            )
    paths = path.split(",")
    for one in paths:
        if not os.path.exists(one):
            raise ComposerError(f"there is no ssh key or agent {one} (ssh id {name})")
    if stat.S_ISSOCK(os.stat(paths[0]).st_mode):
        return paths[0]
    return stack.enter_context(_own(paths, environ))


@contextmanager
def _own(keys: list[str], environ: Mapping[str, str]) -> Iterator[str]:
    """Give the socket of an agent of our own that holds *keys* and ends with the build."""
    with tempfile.TemporaryDirectory(prefix="composer-ssh-") as folder:  # only ours: mode 0700
        address = f"{folder}/agent"
        try:
            process = subprocess.Popen(
                ["ssh-agent", "-D", "-a", address],
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        except FileNotFoundError:
            message = "ssh keys are given to a build by the program ssh-agent, which is missing"
            raise ComposerError(message, hint="install the OpenSSH client") from None
        try:
            process.stdout.readline()  # type: ignore[union-attr]  # it says when it listens
            for key in keys:
                _add(key, address, environ)
            yield address
        finally:
            process.terminate()
            process.communicate()


def _add(key: str, address: str, environ: Mapping[str, str]) -> None:
    """Give the agent a key as text: it takes a file only where nobody else may read it."""
    try:
        content = read_file(Path(key))
    except OSError as unreadable:
        raise ComposerError(f"cannot read the ssh key {key}: {unreadable.strerror}") from unreadable
    done = subprocess.run(
        ["ssh-add", "-q", "-"], env={**environ, "SSH_AUTH_SOCK": address, "SSH_ASKPASS": ""},
        input=content, capture_output=True, check=False, start_new_session=True,
    )  # fmt: skip
    if done.returncode:
        said = " ".join(done.stderr.decode(errors="replace").split()) or "it needs a passphrase"
        hint = "add it to your agent with ssh-add, and use the agent: --ssh default"
        raise ComposerError(f"cannot use the ssh key {key}: {said}", hint=hint)


def relay(address: str, messages: Messages) -> None:
    """Move bytes between a call and the agent that listens at *address*, until either ends."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.connect(address)
        threading.Thread(target=_answer, args=(connection, messages), daemon=True).start()
        for message in messages:
            connection.sendall(bytes_of(group(message), 1))
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)


def _answer(connection: socket.socket, messages: Messages) -> None:
    """Pass on what the agent says (in a thread of its own)."""
    with contextlib.suppress(OSError, Lost):
        while block := connection.recv(_BLOCK):
            messages.send(data(1, block))
