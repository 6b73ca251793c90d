"""Connections that stop being HTTP: after the answer, both sides send bytes as they like.

The engine does so for attach and exec, and for BuildKit. The client asks with ``Upgrade: tcp``, the
engine answers 101, and the connection belongs to the process at the other end.

May import: errors, engine.docker.
"""

import contextlib
import os
import select
import socket
import ssl
import threading
from typing import Any

from requests import Response

from composer.engine.docker.failures import FOREIGN, of_exception
from composer.engine.docker.streams import BLOCK, RawStream

UPGRADE = {"Connection": "Upgrade", "Upgrade": "tcp"}
UPGRADE_H2C = [("Connection", "Upgrade"), ("Upgrade", "h2c")]
"""For HTTP/2, which both sides then speak as if the connection were new."""


class Hijacked(RawStream):
    """Both directions of such a connection. Implements the port's Duplex."""

    def __init__(self, response: Response, address: str, call: str) -> None:
        super().__init__(response, address, call)
        self._chunks = None
        self._length = None
        self._unframed = False
        self._over = self._file is None
        self._socket: Any = self._file.raw._sock  # noqa: SLF001 - there is no public way
        if isinstance(self._socket, ssl.SSLSocket):
            self._file, self._socket = _plain(self._file, self._socket)

    def write(self, data: bytes) -> None:
        """Send all of *data*."""
        try:
            self._socket.sendall(data)
        except FOREIGN as failure:
            raise of_exception(failure, self._address, self._call) from failure

    def finish(self) -> None:
        """End the input; the output can still be read."""
        with contextlib.suppress(OSError):  # the other side has gone already
            self._socket.shutdown(socket.SHUT_WR)


def _plain(file: Any, secure: ssl.SSLSocket) -> tuple[Any, socket.socket]:
    """Return a plain connection in place of a TLS one.

    OpenSSL must not be used by two threads at once, and ends both directions together where
    Python asks it to. One thread of ours moves the bytes between it and a socket pair.
    """
    ours, theirs = socket.socketpair()
    secure.settimeout(0)
    with contextlib.suppress(OSError):  # nothing came together with the headers
        theirs.sendall(file.read1(BLOCK) or b"")
    secure.settimeout(None)
    threading.Thread(target=_move, args=(secure, theirs), daemon=True).start()
    return ours.makefile("rb"), ours


def _move(secure: ssl.SSLSocket, plain: socket.socket) -> None:
    """Move bytes both ways until the engine ends; the end of ours becomes TLS's own."""
    sides: list[socket.socket] = [secure, plain]
    with plain, contextlib.suppress(OSError, ValueError):  # closed from another thread
        while True:
            ready = [secure] if secure.pending() else select.select(sides, [], [])[0]
            if plain in ready:
                if data := plain.recv(BLOCK):
                    secure.sendall(data)
                else:
                    sides.remove(plain)
                    _say_goodbye(secure, plain)
            if secure in ready:
                if not (data := secure.recv(BLOCK)):
                    return
                plain.sendall(data)


def _say_goodbye(secure: ssl.SSLSocket, plain: socket.socket) -> None:
    """Send TLS's close notice; what comes in after it can still be read.

    Python lets OpenSSL look for the other side's notice at once, which throws away the output that
    it finds instead. So OpenSSL speaks into a socket pair meanwhile, where nothing comes in.
    """
    while secure.pending():
        plain.sendall(secure.recv(BLOCK))
    number = secure.fileno()
    wire = socket.socket(fileno=os.dup(number))
    ours, theirs = socket.socketpair()
    with wire, ours, theirs:
        ours.settimeout(0)
        theirs.settimeout(0)
        secure.settimeout(0)
        os.dup2(ours.fileno(), number, inheritable=False)
        try:
            with contextlib.suppress(ssl.SSLError, OSError):
                secure._sslobj.shutdown()  # type: ignore[attr-defined]  # noqa: SLF001 - unwrap() detaches
        finally:
            os.dup2(wire.fileno(), number, inheritable=False)
            secure.settimeout(None)
        with contextlib.suppress(OSError):
            wire.settimeout(None)
            wire.sendall(theirs.recv(BLOCK))
