"""Files that a command writes: whole, or not touched.

May import: disk.
"""

import contextlib
import os
import stat
import tempfile
from collections.abc import Iterator
from typing import BinaryIO, cast

from composer.disk import unwritable


@contextlib.contextmanager
def written(path: str, mode: int | None = None) -> Iterator[BinaryIO]:
    """Give a file to write to, which takes the place of *path* in the end, unless that fails.

    It gets *mode*, else that of the file that is there, or what a new one has. A device or a pipe
    is written to as it is. Raises ComposerError where there is no such folder, and where the disk
    is full.
    """
    try:
        with _beside(path, mode) if _is_plain(path) else open(path, "wb") as file:
            yield file
    except BrokenPipeError:
        raise
    except OSError as failure:
        raise unwritable(failure, path) from failure


def _is_plain(path: str) -> bool:
    return not os.path.exists(path) or os.path.isfile(path)


@contextlib.contextmanager
def _beside(path: str, mode: int | None) -> Iterator[BinaryIO]:
    target = os.path.realpath(path)  # what a link leads to
    folder, name = os.path.split(target)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=f".{name[:100]}-", delete=False) as file:
        try:
            yield cast("BinaryIO", file)
            file.flush()
            os.fchmod(file.fileno(), _mode(target) if mode is None else mode)
            os.fsync(file.fileno())
            os.replace(file.name, target)
        except BaseException:
            os.unlink(file.name)
            raise


def _mode(path: str) -> int:
    """Return the mode of the file that is there, or what a new one has."""
    with contextlib.suppress(FileNotFoundError):
        return stat.S_IMODE(os.stat(path).st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
