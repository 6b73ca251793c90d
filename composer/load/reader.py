"""How the loader reaches files: a Protocol, so that the stages stay pure and tests need no disk.

May import: errors, source.
"""

from collections.abc import Mapping
from typing import Protocol


class Reader(Protocol):
    """Read access to files. Paths are absolute; ``-`` is standard input."""

    def read(self, path: str) -> bytes:
        """Return a file's content; raise OSError where it cannot be had."""

    def is_file(self, path: str) -> bool:
        """Tell whether *path* is something that can be read (a file or a pipe)."""

    def is_dir(self, path: str) -> bool:
        """Tell whether *path* is a folder."""

    def exists(self, path: str) -> bool:
        """Tell whether there is anything at *path* (a socket or device too)."""

    def is_link(self, path: str) -> bool:
        """Tell whether *path* itself is a symbolic link."""

    def is_public(self, path: str) -> bool:
        """Tell whether every user of the machine can read what is at *path*."""


def unreadable(reader: Reader, path: str, missing: str = "does not exist") -> str:
    """Say why *path*, where a file is expected, cannot be read; *missing* if it is not there.

    A way to it that leads through a file, or nowhere, or is barred, is something else.
    """
    if reader.is_dir(path):
        return "is a directory"
    if reader.exists(path):
        return "is a device, pipe or socket"
    try:
        reader.read(path)
    except (FileNotFoundError, ValueError):
        return missing
    except OSError as wrong:
        return f"cannot be read: {(wrong.strerror or str(wrong)).lower()}"
    return missing


def not_found(what: str, shown: str, path: str) -> str:
    """Say that *what* (``env file``), which the user knows as *shown*, is not at *path*."""
    return f"{what} {shown} not found: stat {path}: no such file or directory"


_CREATE = "create it, or write required: false"
_EXAMPLES = ("example", "sample", "template", "dist", "default")


def supplied(reader: Reader, path: str) -> str:
    """Return what to do about the environment file that is missing at *path*.

    Repositories often have an example beside it (``.env.example``, ``example.env``).
    """
    folder, _, name = path.rpartition("/")
    bare = name.removeprefix(".")
    names = (
        one for word in _EXAMPLES for one in (f"{name}.{word}", f"{word}.{bare}", f"{bare}.{word}")
    )
    found = next((one for one in names if reader.is_file(f"{folder}/{one}")), "")
    return f"copy {found}, or write required: false" if found else _CREATE


class MemoryReader:
    """Files held in a mapping from absolute path to content."""

    def __init__(self, files: Mapping[str, str | bytes]) -> None:
        self._files = {
            path: text.encode() if isinstance(text, str) else text for path, text in files.items()
        }

    def read(self, path: str) -> bytes:
        """Return the content; raise OSError where there is none."""
        if any(path.startswith(f"{name}/") for name in self._files):
            raise NotADirectoryError(20, "Not a directory", path)
        if path not in self._files:
            raise FileNotFoundError(2, "No such file or directory", path)
        return self._files[path]

    def is_file(self, path: str) -> bool:
        """Tell whether the mapping has *path*."""
        return path in self._files

    def is_dir(self, path: str) -> bool:
        """Tell whether a file lies below *path*."""
        return any(name.startswith(path.rstrip("/") + "/") for name in self._files)

    def exists(self, path: str) -> bool:
        """Tell whether the mapping has *path*, or a file below it."""
        return self.is_file(path) or self.is_dir(path)

    def is_link(self, path: str) -> bool:  # noqa: ARG002 - part of the interface
        """Tell that there are none."""
        return False

    def is_public(self, path: str) -> bool:  # noqa: ARG002 - part of the interface
        """Tell that nobody else reads this memory."""
        return False
