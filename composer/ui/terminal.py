"""The console of interactive commands: raw mode, size, signals, bytes in and out.

The terminal is as it was before, whatever happens: on return, on an error, and when the
interpreter ends in any other way.

May import: run.interactive, run.signals.
"""

import atexit
import contextlib
import os
import queue
import select
import signal
import sys
import termios
import tty
from types import FrameType, TracebackType
from typing import Any, Self

from composer.run.interactive import RESIZE
from composer.run.signals import break_off, note, waking

_SIGNALS = tuple(
    getattr(signal, name)
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2")
    if hasattr(signal, name)
)

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
"""Those of them that end a program."""


def is_terminal(*, reads: bool = True) -> bool:
    """Tell whether a person is at both ends: output is a terminal, and input, where it is read."""
    return _isatty(1) and (_isatty(0) or not reads)


def reads_terminal() -> bool:
    """Tell whether input comes from a terminal, wherever output goes."""
    return _isatty(0)


def _isatty(descriptor: int) -> bool:
    try:
        return os.isatty(descriptor)
    except OSError:  # closed
        return False


class TerminalConsole:
    """Standard input, output and error. Implements run.interactive's Console.

    With *raw*, every key is the process's own while the console is open. While somebody waits for
    notes, signals are taken note of; before and after they raise Interrupted.
    """

    def __init__(self, *, raw: bool = False, signals: bool = True) -> None:
        self._raw = raw and _isatty(0)
        self._heeds = signals
        self._before: list[Any] | None = None
        self._handlers: dict[int, Any] = {}
        self._notes: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        self._heeded = False
        self._wake, self._waker = os.pipe()
        self._waking = waking()

    def __enter__(self) -> Self:
        sys.stdout.flush()
        sys.stderr.flush()
        for one in _SIGNALS if self._heeds else ():
            self._handlers[one] = signal.signal(one, self._note)
        if _isatty(1):
            self._handlers[signal.SIGWINCH] = signal.signal(signal.SIGWINCH, self._note)
        if self._raw:
            self._before = termios.tcgetattr(0)
            atexit.register(self.restore)
            tty.setraw(0, termios.TCSADRAIN)  # what was typed ahead stays
        self._waking.__enter__()
        if _isatty(1):
            self._notes.put(RESIZE)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        raised: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        self.restore()
        self._waking.__exit__(None, None, None)
        for one, handler in self._handlers.items():
            signal.signal(one, handler)
        os.close(self._wake)
        os.close(self._waker)

    def restore(self) -> None:
        """Give the terminal back as it was."""
        before, self._before = self._before, None
        if before is not None:
            with contextlib.suppress(termios.error, OSError):
                termios.tcsetattr(0, termios.TCSADRAIN, before)
            atexit.unregister(self.restore)

    def read(self, size: int) -> bytes:
        """Return some input, b"" at its end and after stop."""
        try:
            ready, _, _ = select.select([0, self._wake], [], [])
            return os.read(0, size) if self._wake not in ready else b""
        except OSError:  # closed, or the terminal has gone
            return b""

    def stop(self) -> None:
        """End a read that waits, and the waiting for notes."""
        self._notes.put(None)
        os.write(self._waker, b".")

    def write(self, data: bytes, *, error: bool = False) -> None:
        """Print all of *data*."""
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[os.write(2 if error else 1, rest) :]
            except BlockingIOError:  # somebody has made it so
                select.select([], [2 if error else 1], [])

    def size(self) -> tuple[int, int] | None:
        """Return rows and columns, None where there is no terminal."""
        try:
            found = os.get_terminal_size(1)
        except OSError:
            return None
        return (found.lines, found.columns) if found.lines and found.columns else None

    def noted(self) -> int | None:
        """Wait for a change of size or a signal; None after stop."""
        self._heeded = True
        found = self._notes.get()
        if found is None:
            self._heeded = False
        return found

    def _note(self, number: int, frame: FrameType | None) -> None:
        """Only take note: a handler must not call the engine, the main thread may be doing so."""
        if not self._heeded and number != signal.SIGWINCH:
            break_off(number, frame)
            return
        if number in _ENDING:
            note()
        self._notes.put(RESIZE if number == signal.SIGWINCH else number)
