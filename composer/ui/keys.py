"""Keys that a person presses while a command goes on, one by one and without an echo.

Ctrl-C stays a signal; the quit key, so near to it, is a key like all others. The terminal is as it
was before, whatever happens.

May import: nothing of the package.
"""

import atexit
import contextlib
import os
import select
import termios
import threading
from collections.abc import Callable
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


class Keys:
    """Calls *pressed* with each key, in a thread of its own."""

    def __init__(self, pressed: Callable[[str], None]) -> None:
        self._pressed = pressed
        self._before: list[Any] | None = None
        self._wake, self._waker = os.pipe()

    def open(self) -> None:
        """Begin to listen."""
        self._before = termios.tcgetattr(INPUT)
        atexit.register(self.close)
        termios.tcsetattr(INPUT, termios.TCSADRAIN, _key_by_key(self._before))
        threading.Thread(target=self._read, name="keys", daemon=True).start()

    def close(self) -> None:
        """Give the terminal back as it was; idempotent."""
        before, self._before = self._before, None
        if before is not None:
            os.write(self._waker, b".")
            with contextlib.suppress(termios.error, OSError):
                termios.tcsetattr(INPUT, termios.TCSADRAIN, before)
            atexit.unregister(self.close)

    def _read(self) -> None:
        with contextlib.suppress(OSError):
            while self._before is not None:
                ready, _, _ = select.select([INPUT, self._wake], [], [])
                if self._wake in ready:
                    return
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
