"""The loader's Reader on the real file system and standard input.

May import: load.reader.
"""

import os
import stat
import sys

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
                self._stdin = sys.stdin.buffer.read(LIMIT)
            return self._stdin
        with open(path, "rb") as file:
            content = file.read(LIMIT + 1)
        if len(content) > LIMIT:
            raise OSError(27, "File too large", path)
        return content

    def is_file(self, path: str) -> bool:
        """Tell a regular file; a device or a pipe with nobody at its other end would never end."""
        try:
            mode = os.stat(path).st_mode
        except (OSError, ValueError):
            return False
        return (
            path in {"-", os.devnull}
            or stat.S_ISREG(mode)
            or path.startswith(("/dev/fd/", "/proc/self/fd/"))
        )

    def is_dir(self, path: str) -> bool:
        """Tell a folder."""
        return os.path.isdir(path)

    def exists(self, path: str) -> bool:
        """Tell whether there is anything at *path* (a socket or device too)."""
        return os.path.exists(path)

    def is_public(self, path: str) -> bool:
        """Tell whether the permissions of *path* let every user of the machine read it."""
        try:
            return bool(os.stat(path).st_mode & stat.S_IROTH)
        except (OSError, ValueError):
            return False


_: type[Reader] = Disk
