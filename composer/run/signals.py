"""Signals: that the main thread hears of them, and breaks off where nothing is broken by that.

The system hands a signal to any thread, and Python runs its handler in the main one, which may be
waiting for something else at that time and know nothing of it. `waking` sees to that.

Python runs a signal's handler between any two instructions of the main thread. An exception that
the handler raises inside the start of a thread or a process, an import or a lock leaves those
half-done; one raised in a destructor is printed and lost. So whoever has to break off does it with
`break_off`, which raises at once or, a few milliseconds later, where that does no harm.

May import: errors.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

PAUSE_S = 0.005
"""Until it is tried again: what must not be broken off takes less."""
_PATIENCE = 20
"""Tries after which whoever is still inside a lock waits for it: breaking that off does no harm."""
_FILES = frozenset({"threading.py", "queue.py", "weakref.py", "tempfile.py"})
"""Modules of the standard library that must not be broken off in their own code."""
_CALLS = frozenset({("threading.py", "start"), ("subprocess.py", "__init__")})
"""Their functions that must not be broken off, in what they call either."""
TWIN_S = 0.03
"""Seconds in which a signal that comes again is the same: `timeout` sends it to the process and to
its group. After breaking off, too: the way out is short."""
_POKE = signal.SIGURG
"""What wakes the main thread: everybody else ignores it."""
_tries = 0
_broken_off = float("-inf")
_heard = threading.Event()


def note() -> None:
    """Take note, in a signal's handler, that the program is to end."""
    _heard.set()


def end_in(seconds: float) -> None:
    """Send this process SIGTERM after so many seconds, unless it hears of a signal until then."""
    if not _heard.wait(seconds):
        os.kill(os.getpid(), signal.SIGTERM)


def break_off(number: int, frame: FrameType | None) -> None:
    """Raise Interrupted for signal *number* in the main thread, now or soon.

    To be called by a signal's handler, with the *frame* that it was given.
    """
    global _tries, _broken_off  # noqa: PLW0603 - there is one main thread
    note()
    if time.monotonic() - _broken_off < TWIN_S:
        return
    if _harmful(frame, patient=_tries < _PATIENCE):
        _tries += 1
        _later(number)
        return
    _tries, _broken_off = 0, time.monotonic()
    sys.unraisablehook = _unraisable
    from composer.errors import Interrupted

    raise Interrupted(number)


def _later(number: int) -> None:
    """Break off in a moment; the timer's signal also ends a call of the system that waits."""
    signal.signal(signal.SIGALRM, lambda _, frame: break_off(number, frame))
    signal.setitimer(signal.ITIMER_REAL, PAUSE_S)


def forget() -> None:
    """Do not break off any more what has ended meanwhile, by the same signal."""
    global _tries  # noqa: PLW0603 - as above
    _tries = 0
    signal.setitimer(signal.ITIMER_REAL, 0)


def _harmful(frame: FrameType | None, *, patient: bool) -> bool:
    """Return whether an exception must not be raised in *frame*."""
    if patient and frame and _name(frame) in _FILES:
        return True
    while frame:
        code = frame.f_code
        if code.co_name == "__del__" or code.co_filename.startswith("<frozen importlib"):
            return True
        if (_name(frame), code.co_name) in _CALLS:
            return True
        frame = frame.f_back
    return False


def _name(frame: FrameType) -> str:
    return os.path.basename(frame.f_code.co_filename)


def _unraisable(told: "sys.UnraisableHookArgs") -> Any:
    """Break off once more where a destructor swallowed the exception; complain of all others."""
    global _broken_off  # noqa: PLW0603 - as above
    from composer.errors import Interrupted

    if isinstance(told.exc_value, Interrupted):
        _broken_off = float("-inf")
        _later(told.exc_value.exit_code - 128)
    else:
        sys.__unraisablehook__(told)


@contextmanager
def waking(handled: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Let the main thread run the handlers of signals at once, whatever it waits for.

    *handled* is called after that, in a thread: unlike a handler, it may wait for locks.
    """
    waker = _Waker(handled)
    usual = signal.signal(_POKE, waker.awake)
    before = signal.set_wakeup_fd(waker.speaking, warn_on_full_buffer=False)
    threading.Thread(target=waker.run, name="signals", daemon=True).start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        waker.close()
        signal.signal(_POKE, usual)


class _Waker:
    """Pokes the main thread until it has run its handlers, whenever a signal came."""

    def __init__(self, handled: Callable[[], None]) -> None:
        self._handled = handled
        self._listening, self.speaking = os.pipe()
        os.set_blocking(self.speaking, False)
        self._awake = self._closed = False

    def awake(self, _: int, __: FrameType | None) -> None:
        """Take note (in the main thread, which runs the handlers of all signals that came)."""
        self._awake = True

    def run(self) -> None:
        """Wait for signals, until closed."""
        main = threading.main_thread().ident or 0
        while came := os.read(self._listening, 64):
            if not came.strip(bytes([_POKE])):
                continue
            self._awake = False
            while not (self._awake or self._closed):
                signal.pthread_kill(main, _POKE)
                time.sleep(PAUSE_S)
            self._handled()
        os.close(self._listening)

    def close(self) -> None:
        """End."""
        self._closed = True
        os.close(self.speaking)
