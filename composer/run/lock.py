"""One change of a project at a time, on this machine and for this user.

Two commands that change the same project wait for each other instead of colliding on names. The
lock is advisory and dies with its process; where no lock file can be made, the command goes on
without one, and a collision is met by planning again.

May import: run.cancel.
"""

import fcntl
import hashlib
import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from composer.run.cancel import Cancel


@contextmanager
def project_lock(
    engine: str, project: str, cancel: Cancel, waiting: Callable[[], None]
) -> Iterator[bool]:
    """Hold the lock of *project* on *engine* (its address); give whether it was obtained.

    *waiting* is called once when another command holds it. A cancellation ends the waiting.
    """
    descriptor = _open(engine, project)
    if descriptor is None:
        yield True
        return
    try:
        yield _locked(descriptor, cancel, waiting)
    finally:
        os.close(descriptor)


@contextmanager
def watch_lock(engine: str, project: str) -> Iterator[int | None]:
    """Be the only one that watches files for *project*; give None, or the process that does.

    The number is 0 where that process did not tell.
    """
    descriptor = _open(engine, f"{project}\0watch")
    if descriptor is None:
        yield None
        return
    try:
        yield _taken(descriptor)
    finally:
        os.close(descriptor)


def _taken(descriptor: int) -> int | None:
    """Take the lock and leave the number of this process; return the holder's where it is taken."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        told = os.pread(descriptor, 32, 0)
        return int(told) if told.isdigit() else 0
    except OSError:
        return None
    with suppress(OSError):  # a full disk
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
    return None


def _open(engine: str, project: str) -> int | None:
    key = hashlib.sha256(f"{engine}\0{project}".encode()).hexdigest()[:32]
    try:
        folder = os.path.join(tempfile.gettempdir(), f"composer-{os.getuid()}")
        os.makedirs(folder, mode=0o700, exist_ok=True)
        if os.stat(folder).st_uid != os.getuid():
            return None
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        return os.open(os.path.join(folder, f"{key}.lock"), flags, 0o600)
    except OSError:
        return None


def _locked(descriptor: int, cancel: Cancel, waiting: Callable[[], None]) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        waiting()
        return _wait(descriptor, cancel)
    except OSError:
        return True
    return True


def _wait(descriptor: int, cancel: Cancel) -> bool:
    """Wait in a thread of its own: a signal does not end a blocking lock call."""
    ended = threading.Event()
    obtained: list[bool] = []
    mine = os.dup(descriptor)

    def lock() -> None:
        with suppress(OSError):  # no lock to be had: go on without, as in `_locked`
            fcntl.flock(mine, fcntl.LOCK_EX)
        obtained.append(True)
        os.close(mine)
        ended.set()

    threading.Thread(target=lock, daemon=True, name="lock").start()
    forget = cancel.subscribe(ended.set)
    if cancel.requested:  # before anybody listened
        ended.set()
    try:
        with cancel.heeding():
            while not ended.wait(timeout=3600):
                pass
    finally:
        forget()
    return bool(obtained)
