"""A conversation between a process in a container and whoever is at the console.

Bytes go both ways unchanged: what is typed or piped in to the process, to the end; its two output
streams to the two of the console. What a terminal is, and how signals come, only the Console
knows; this module is told of sizes and signal numbers.

May import: run.remainder, engine.frames, engine.port, errors.
"""

import contextlib
import signal
import threading
from collections.abc import Callable
from typing import Protocol

from composer.engine.frames import STDERR, STDOUT, Demux
from composer.engine.port import ByteStream, Duplex
from composer.errors import ComposerError, EngineAway, EngineError
from composer.run.remainder import Remainder, Shown, UnsureLog

BLOCK = 1 << 16
RESIZE = 0
"""What Console.noted returns where the terminal's size changed; other numbers are signals."""
ENDING = {signal.SIGINT, signal.SIGTERM, signal.SIGQUIT, signal.SIGHUP}
"""Signals that ask for an end; others only tell a process something."""
ENOUGH = 2
"""Of those, after which a process that does not heed them is left alone."""
LEAST_GRACE_S = 1.0
"""In which an engine can pass a signal on, and tell of the end."""


class Console(Protocol):
    """Where the user, or a pipe, is."""

    def read(self, size: int) -> bytes:
        """Return some input, b"" at its end and after stop."""

    def stop(self) -> None:
        """End a read that waits, and the waiting for notes."""

    def write(self, data: bytes, *, error: bool = False) -> None:
        """Print all of *data*."""

    def size(self) -> tuple[int, int] | None:
        """Return rows and columns, None where there is no terminal."""

    def noted(self) -> int | None:
        """Wait for a change of size or a signal; None after stop."""


class Conversation:
    """One conversation; *keys* are those that detach, where there is a terminal.

    Without *finish*, the end of the input is not passed on: a process whose standard input stays
    open for others would not hear of it, but the engine would close its output.
    """

    def __init__(
        self,
        stream: Duplex,
        console: Console,
        *,
        framed: bool,
        keys: bytes = b"",
        finish: bool = True,
    ) -> None:
        self._stream, self._console = stream, console
        self._finish = finish
        self._demux = Demux() if framed else None
        self._keys = keys
        self._ended = False
        self._shown = {STDOUT: Shown(), STDERR: Shown()}
        self._fed = False
        self._patience: list[threading.Timer] = []
        self.detached = False
        """Whether the user typed the keys that detach."""
        self.signal = 0
        """The signal that broke the conversation off, 0 where none did."""
        self.lost: EngineError | None = None
        """How the connection was lost before the output had ended."""

    def hold(
        self,
        *,
        stdin: bool,
        resize: Callable[[int, int], None] | None = None,
        forward: Callable[[int], None] | None = None,
        grace: Callable[[], float] | None = None,
    ) -> None:
        """Talk until the process ends its output, or the conversation is broken off.

        *resize* tells the engine a size, *forward* passes a signal on; without *forward*, a signal
        breaks off. *grace* tells the seconds that a process may take to heed a signal; without it,
        only a second signal breaks off.
        """
        heed = threading.Thread(target=self._heed, args=(resize, forward, grace), daemon=True)
        threads = [heed]
        if stdin:
            threads.append(threading.Thread(target=self._send, daemon=True))
        for one in threads:
            one.start()
        try:
            self._receive()
        finally:
            self._ended = True
            self._console.stop()
            self._stream.close()
            for timer in self._patience:
                timer.cancel()
            for one in threads:
                one.join(1)

    def break_off(self, number: int) -> None:
        """End the conversation because of a signal."""
        if not self._ended:
            self.signal = number
            self._stream.close()

    def end_after(self, seconds: float) -> None:
        """End in so many seconds at most: the engine does not tell that the output has ended."""
        self._break_off_after(seconds, 0)

    def _break_off_after(self, seconds: float, number: int) -> None:
        timer = threading.Timer(seconds, self.break_off, (number,))
        timer.daemon = True
        self._patience.append(timer)
        timer.start()

    def whole(self) -> None:
        """Raise EngineError where the connection was lost before the output had ended."""
        if self.lost:
            raise self.lost

    def resume(self, log: ByteStream) -> None:
        """Go on with *log*, which is the whole output from its beginning, to its end.

        What the process was given to read may have been lost with the connection: what was fed to
        it must not be taken for whole. Raises EngineError then, and where the log does not tell for
        sure what follows.
        """
        if self._fed:
            self.whole()
        rest = {stream: Remainder(shown) for stream, shown in self._shown.items()}
        demux = Demux() if self._demux else None
        try:
            while block := log.read(BLOCK):
                for stream, payload in demux.feed(block) if demux else ((STDOUT, block),):
                    self._show(stream, rest[stream].feed(payload))
            for stream, one in rest.items():
                self._show(stream, one.end())
        except UnsureLog as broken_off:
            self.lost = broken_off
            raise
        self.lost = None

    def _receive(self) -> None:
        try:
            while block := self._stream.read(BLOCK):
                if self.detached:  # engines write into the output that they have read the keys
                    continue
                for stream, payload in (
                    self._demux.feed(block) if self._demux else ((STDOUT, block),)
                ):
                    self._show(stream, payload)
        except EngineAway as lost:
            if not self.signal:
                self.lost = lost
        if self._demux and self._demux.pending and not self.signal:
            self.lost = EngineError("the engine broke off the output of the command")

    def _show(self, stream: int, payload: bytes) -> None:
        if payload:
            self._console.write(payload, error=stream == STDERR)
            self._shown[stream].add(payload)

    def _send(self) -> None:
        """Pass the input on; whatever happens to it, the output is read on."""
        typed = b""
        try:
            while data := self._console.read(BLOCK):
                self._fed = True
                if self._keys:
                    typed = (typed + data)[-len(self._keys) - BLOCK :]
                    self.detached = self.detached or self._keys in typed
                    typed = typed[-len(self._keys) + 1 :] if len(self._keys) > 1 else b""
                self._stream.write(data)
            if self._finish and not self._ended:
                self._stream.finish()
        except (ComposerError, OSError):
            return  # nobody reads the input any more

    def _heed(
        self,
        resize: Callable[[int, int], None] | None,
        forward: Callable[[int], None] | None,
        grace: Callable[[], float] | None,
    ) -> None:
        """Deal with sizes and signals, one after the other; too many signals break off."""
        signals = 0
        while (number := self._console.noted()) is not None:
            signals += number in ENDING
            try:
                if number == RESIZE:
                    size = self._console.size()
                    if resize and size:
                        resize(*size)
                elif forward and (signals < ENOUGH or number not in ENDING):
                    # in a thread: an engine that hangs must not hold up the next
                    threading.Thread(target=_quietly, args=(forward, number), daemon=True).start()
                    if grace and number in ENDING:
                        self._break_off_after(max(grace(), LEAST_GRACE_S), number)
                else:
                    self.break_off(number)
            except ComposerError:
                continue  # it has ended meanwhile


def _quietly(forward: Callable[[int], None], number: int) -> None:
    with contextlib.suppress(ComposerError):  # it has ended meanwhile
        forward(number)


def detach_keys(text: str) -> bytes:
    """Return the bytes of keys as in ``ctrl-a,b``, those of ``ctrl-p,ctrl-q`` where none are named.

    Raises ComposerError where a key is unknown.
    """
    made = b""
    for key in (text or "ctrl-p,ctrl-q").split(","):
        name = key.removeprefix("ctrl-")
        if len(key) == 1 and key.isascii():
            made += key.encode()
        elif name != key and len(name) == 1 and ("a" <= name <= "z" or name in "@[\\]^_"):
            made += bytes([ord(name.upper()) & 0x1F])
        else:
            raise ComposerError(
                f"{text!r} is not a sequence of keys", hint="for example ctrl-p,ctrl-q"
            )
    return made
