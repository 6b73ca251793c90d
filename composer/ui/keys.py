"""Keys that a person presses while a command goes on, one by one and without an echo.

Ctrl-C and Ctrl-Z stay signals; the quit key, so near to them, is a key like all others. The
terminal is as it was before, whatever happens.

May import: nothing of the package.
"""

import atexit
import contextlib
import os
import select
import signal
import termios
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

INPUT = 0
_LOCAL, _CHARACTERS = 3, 6
"""Places in what termios tells of a terminal."""


def has_keyboard() -> bool:
    """Tell whether standard input is a terminal that belongs to this process now."""
    try:
        return os.isatty(INPUT) and os.tcgetpgrp(INPUT) == os.getpgrp()
    except OSError:
        return False


_END, _RESUMED = b".", b"+"
"""What the thread that reads keys is told."""


class Keys:
    """Calls *pressed* with each key, in a thread of its own.

    Where the process was stopped, the shell has had the terminal meanwhile: once it goes on there,
    keys come one by one again, and *resumed* is called in the same thread. To be opened and closed
    by the main thread, whose signals are to be heard (`run.signals`).
    """

    def __init__(
        self, pressed: Callable[[str], None], resumed: Callable[[], None] = lambda: None
    ) -> None:
        self._pressed = pressed
        self._resumed = resumed
        self._before: list[Any] | None = None
        self._usual: Any = None
        self._wake, self._waker = os.pipe()

    def open(self) -> None:
        """Begin to listen."""
        self._before = termios.tcgetattr(INPUT)
        atexit.register(self.close)
        termios.tcsetattr(INPUT, termios.TCSADRAIN, _key_by_key(self._before))
        self._usual = signal.signal(signal.SIGCONT, self._note)
        threading.Thread(target=self._read, name="keys", daemon=True).start()

    def close(self) -> None:
        """Give the terminal back as it was; idempotent."""
        before, self._before = self._before, None
        if before is not None:
            signal.signal(signal.SIGCONT, self._usual)
            os.write(self._waker, _END)
            with contextlib.suppress(termios.error, OSError):
                termios.tcsetattr(INPUT, termios.TCSADRAIN, before)
            atexit.unregister(self.close)

    def _note(self, _: int, __: FrameType | None) -> None:
        os.write(self._waker, _RESUMED)

    def _resume(self) -> None:
        """Take the keys again, unless the process goes on in the background."""
        before = self._before
        if before is not None and has_keyboard():
            termios.tcsetattr(INPUT, termios.TCSADRAIN, _key_by_key(before))
            self._resumed()

    def _read(self) -> None:
        with contextlib.suppress(OSError):
            while self._before is not None:
                ready, _, _ = select.select([INPUT, self._wake], [], [])
                if self._wake in ready:
                    if os.read(self._wake, 1) == _END:
                        return
                    self._resume()
                    continue
                typed = os.read(INPUT, 64)
                if not typed:
                    return
                for key in typed.decode(errors="replace"):
                    self._pressed(key)


def _key_by_key(mode: list[Any]) -> list[Any]:
    """Return *mode* with keys that come one by one, without an echo and without the quit key."""
    changed = [*mode]
    changed[_LOCAL] &= ~(termios.ECHO | termios.ICANON)
    changed[_CHARACTERS] = [*mode[_CHARACTERS]]
    changed[_CHARACTERS][termios.VMIN] = 1
    changed[_CHARACTERS][termios.VTIME] = 0
    changed[_CHARACTERS][termios.VQUIT] = os.fpathconf(INPUT, "PC_VDISABLE")
    return changed
