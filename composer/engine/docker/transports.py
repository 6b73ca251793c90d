"""HTTP over sockets, TCP and TLS, and through ``ssh HOST docker system dial-stdio``.

The SDK's ssh transport needs paramiko or leaves its pipes without timeouts; here the ssh program
talks through a socket pair, as with Docker's own client, so that a connection is a socket like any
other.

May import: nothing of the package.
"""

import socket
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from http.client import HTTPResponse
from shlex import quote
from typing import Any
from urllib.parse import unquote, urlsplit

from docker.transport.unixconn import (
    UnixHTTPAdapter,
    UnixHTTPConnection,
    UnixHTTPConnectionPool,
)
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

_PROBE = 15
"""Seconds of silence after which, and between which, a connection over a network is probed: a
stream whose other end died without a word (of a machine, of a route) is told of by nobody else."""
_PROBES = 3
"""Probes without an answer that make a connection a broken one."""


class SshRefused(OSError):
    """The ssh program ended before the engine answered; the text is the last line that it said."""


class _Lines:
    """A file whose last line is known."""

    def __init__(self, file: Any) -> None:
        self.file = file
        self.last = b""

    def readline(self, limit: int = -1) -> bytes:
        """Return the next line, empty at the end."""
        self.last = self.file.readline(limit)
        return self.last

    def close(self) -> None:
        """Close the file."""
        self.file.close()


class _Whole(HTTPResponse):
    """An answer whose headers came to their end: the library takes cut ones for whole."""

    def begin(self) -> None:
        """Read the headers. Raises ConnectionError where they are cut."""
        file = self.fp
        seen: Any = _Lines(file)
        self.fp = seen
        try:
            super().begin()
        finally:
            if self.fp is seen:  # it is not closed: there may be a body to come
                self.fp = file
        if not seen.last:
            raise ConnectionResetError("the connection ended in the midst of the headers")


def _command(address: str) -> list[str]:
    """Return the command line for ``ssh://[user@]host[:port][/socket]``.

    Where there is a socket, docker is to speak with the engine behind that. It is quoted for the
    other machine's shell.
    """
    parts = urlsplit(address)
    engine = [quote(f"--host=unix://{unquote(parts.path)}")] if parts.path.strip("/") else []
    words = ["ssh", "-T", "-o", "ConnectTimeout=30", "-o", f"ServerAliveInterval={_PROBE}",
             "-o", f"ServerAliveCountMax={_PROBES}"]  # fmt: skip
    if parts.username:
        words += ["-l", parts.username]
    if parts.port:
        words += ["-p", str(parts.port)]
    return [*words, "--", parts.hostname or "", "docker", *engine, "system", "dial-stdio"]


class _Ssh(HTTPConnection):
    """A connection whose other end is an ssh process."""

    response_class = _Whole

    def __init__(self, address: str, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._address = address
        self._process: subprocess.Popen[bytes] | None = None
        self._reason = ""

    def connect(self) -> None:
        """Start ssh; a session of its own keeps Ctrl-C away from it."""
        with ExitStack() as opened:
            ours, theirs = map(opened.enter_context, socket.socketpair())
            said = opened.enter_context(tempfile.TemporaryFile())
            self._process = subprocess.Popen(
                _command(self._address), stdin=theirs.fileno(), stdout=theirs.fileno(),
                stderr=said, start_new_session=True,
            )  # fmt: skip
            opened.pop_all()  # they live as long as the process
        theirs.close()
        self.sock, self._said = ours, said

    def getresponse(self) -> Any:
        """Return the response, or say why ssh ended."""
        try:
            return super().getresponse()
        except ConnectionError as broken:  # the connection is closed by now
            if not self._reason:
                raise
            raise SshRefused(self._reason) from broken

    def close(self) -> None:
        """End the connection and the process; keep what it said."""
        super().close()
        if not self._process:
            return
        self._process.terminate()
        self._process.wait()
        self._process = None
        with self._said:
            self._said.seek(0)
            said = self._said.read().decode(errors="replace").split("\n")
            self._reason = next((one.strip() for one in reversed(said) if one.strip()), "")


class _Local(UnixHTTPConnection):
    """The SDK's connection to a socket; it leaves the descriptor open where nobody listens."""

    response_class = _Whole

    def connect(self) -> None:
        """Connect."""
        made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        made.settimeout(self.timeout)
        try:
            made.connect(self.unix_socket)
        except OSError:
            made.close()
            raise
        self.sock = made


class _Pool(UnixHTTPConnectionPool):
    def __init__(self, make: Callable[[], HTTPConnection], timeout: int, size: int) -> None:
        super().__init__("http://localhost", "", timeout, size)
        self._make = make

    def _new_conn(self) -> Any:
        return self._make()


class _Tcp(HTTPConnection):
    response_class = _Whole


class _Tls(HTTPSConnection):
    response_class = _Whole

    def connect(self) -> None:
        """Connect; the library would warn, each time, of a certificate that is not to be checked.

        Who wants it so has said it: by DOCKER_TLS without DOCKER_TLS_VERIFY, or by a context.
        """
        super().connect()
        self.is_verified = True


class _TcpPool(HTTPConnectionPool):
    ConnectionCls = _Tcp


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _Tls


class NetAdapter(HTTPAdapter):
    """The library's adapter for TCP and TLS, with connections of ours."""

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        """Make the pools of connections."""
        super().init_poolmanager(*arguments, **options, socket_options=_options())
        self.poolmanager.pool_classes_by_scheme = {"http": _TcpPool, "https": _TlsPool}


def _options() -> list[tuple[int, int, int]]:
    """Return what is set on a socket; not each system has the times of probes."""
    times = {"TCP_KEEPIDLE": _PROBE, "TCP_KEEPINTVL": _PROBE, "TCP_KEEPCNT": _PROBES}
    return [
        *HTTPConnection.default_socket_options,
        (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
        *((socket.IPPROTO_TCP, getattr(socket, name), value)
          for name, value in times.items() if hasattr(socket, name)),
    ]  # fmt: skip


class Adapter(UnixHTTPAdapter):
    """The SDK's adapter for sockets, with connections of ours."""

    def __init__(self, address: str, timeout: int, size: int) -> None:
        super().__init__("http+unix:///", timeout, max_pool_size=size)
        self._pool: Any = _Pool(lambda: _connection(address, timeout), timeout, size)

    def get_connection(self, url: str | bytes, proxies: Any = None) -> Any:  # noqa: ARG002
        """Return the one pool that there is."""
        return self._pool

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()
        super().close()


def _connection(address: str, timeout: int) -> HTTPConnection:
    if address.startswith("ssh://"):
        return _Ssh(address, timeout)
    return _Local("http://localhost", "/" + address.partition("://")[2].lstrip("/"), timeout)
