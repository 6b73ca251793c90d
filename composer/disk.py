"""The loader's Reader on the real file system and standard input; files that others name.

May import: errors, load.reader.
"""

import errno
import os
import shutil
import stat
import sys

from composer.errors import ComposerError
from composer.load.reader import Reader

LIMIT = 64 * 2**20
"""Bytes; no honest Compose or environment file is larger, an endless device is."""


class Disk:
    """Reads files; standard input once, however often it is asked for."""

    def __init__(self) -> None:
        self._stdin: bytes | None = None

    def read(self, path: str) -> bytes:
        """Return the content; raise OSError also for what is endless or too large."""
        if path == "-":
            if self._stdin is None:
                self._stdin = sys.stdin.buffer.read(LIMIT + 1)
                if len(self._stdin) > LIMIT:
                    raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), "standard input")
            return self._stdin
        return read_file(path)

    def is_file(self, path: str) -> bool:
        """Tell a regular file; a device or a pipe with nobody at its other end would never end."""
        try:
            mode = os.stat(path).st_mode
        except (OSError, ValueError):
            return False
        return path == "-" or _ends(path, mode)

    def is_dir(self, path: str) -> bool:
        """Tell a folder."""
        return os.path.isdir(path)

    def exists(self, path: str) -> bool:
        """Tell whether there is anything at *path* (a socket or device too)."""
        return os.path.exists(path)

    def is_link(self, path: str) -> bool:
        """Tell whether *path* itself is a symbolic link."""
        return os.path.islink(path)

    def is_public(self, path: str) -> bool:
        """Tell whether the permissions of *path* let every user of the machine read it."""
        try:
            return bool(os.stat(path).st_mode & stat.S_IROTH)
        except (OSError, ValueError):
            return False


def read_file(path: str | os.PathLike[str], limit: int = LIMIT) -> bytes:
    """Return the content of a file that somebody may have chosen to do harm.

    Raises OSError also for what may never end (a device, a pipe, a socket), without waiting for
    it, and for what has more than *limit* bytes.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    with open(descriptor, "rb") as file:  # which closes it
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
        if not _ends(os.fspath(path), mode):
            raise OSError(errno.EINVAL, "Is a device, pipe or socket", path)
        if not stat.S_ISREG(mode):
            os.set_blocking(descriptor, True)
        content = file.read(limit + 1)
    if content is None:  # it looks like a file, as /proc/kmsg does, and waits for more to come
        raise OSError(errno.EAGAIN, "Is not ready to be read", path)
    if len(content) > limit:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), path)
    return content


def _ends(path: str, mode: int) -> bool:
    """Tell whether reading ends: of a plain file, and of what the caller's shell put there."""
    passed = path.startswith(("/dev/fd/", "/proc/self/fd/"))
    return stat.S_ISREG(mode) or path in {os.devnull, "/dev/stdin"} or passed


def unwritable(failure: OSError, path: str) -> ComposerError:
    """Return what to tell of *failure*, which the disk gave for *path*."""
    why = (failure.strerror or str(failure)).lower()
    return ComposerError(f"cannot write {path}: {why}")


def make_folder(path: str, mode: int, *, emptied: bool = False) -> None:
    """Make a folder, where there is none yet; an *emptied* one replaces whatever is there."""
    if emptied and os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    elif emptied and os.path.lexists(path):
        os.unlink(path)
    os.makedirs(path, mode, exist_ok=True)


def write_file(path: str, content: bytes, mode: int) -> None:
    """Write a new file."""
    with open(path, "xb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
        file.write(content)


_: type[Reader] = Disk
