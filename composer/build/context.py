"""The build context: the files that a Dockerfile may copy, as a compressed tar stream.

Only what is not ignored is read, and nothing is held in memory: a thread writes into a pipe.

May import: disk, errors, patterns.
"""

import gzip
import io
import os
import stat
import tarfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from composer.disk import read_file
from composer.errors import ComposerError
from composer.patterns import Ignore, Matched

IGNORE = ".dockerignore"
_LEVEL = 1
"""Of compression: the engine wants some, and it is usually on the same machine."""


def read_ignore(folder: Path, dockerfile: Path) -> Ignore:
    """Return the patterns beside the Dockerfile, which come first, or those of the context.

    Raises ComposerError where they cannot be read, or are none: more would be sent than is wanted.
    """
    for candidate in (Path(f"{dockerfile}.dockerignore"), folder / IGNORE):
        try:
            text = read_file(candidate).decode("utf-8-sig", errors="surrogateescape")
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as wrong:
            message = f"cannot read {candidate}: {(wrong.strerror or str(wrong)).lower()}"
            raise ComposerError(message) from wrong
        return Ignore(_patterns(text, candidate))
    return Ignore(())


def _patterns(text: str, path: Path) -> Iterator[str]:
    """Yield the lines that are no comments. Raises ComposerError for one that is no pattern."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("#"):
            continue
        try:
            Ignore((line,))
        except ComposerError as wrong:
            raise ComposerError(f"{path}:{number}: {wrong.message}", hint=wrong.hint) from wrong
        yield line


def hiding(folder: Path, name: str) -> bytes:
    """Return an ignore file for the engine that also hides *name*, which only we put there.

    It is that of *folder*; where there is none, it hides itself, too.
    """
    try:
        text = read_file(folder / IGNORE)
    except OSError:
        text = IGNORE.encode()
    return text + f"\n{name}\n".encode()


def entries(folder: Path, ignored: Ignore, keep: frozenset[str]) -> Iterator[tuple[str, Path]]:
    """Yield the relative path and the place of each file and folder, parents first.

    An ignored folder is not entered, unless an exception may take back something of it. *keep*
    are paths that are needed in any case.
    """
    yield from _below(folder, "", ignored, keep, ())


def _below(
    folder: Path, above: str, ignored: Ignore, keep: frozenset[str], matched: Matched
) -> Iterator[tuple[str, Path]]:
    with os.scandir(folder) as found:
        children = sorted(found, key=lambda entry: entry.name)
    for child in children:
        name = f"{above}{child.name}"
        is_ignored, matching = ignored.within(name, matched)
        left_out = is_ignored and name not in keep
        is_folder = child.is_dir(follow_symlinks=False)
        if not left_out:
            yield name, Path(child.path)
        if is_folder and (
            not left_out
            or ignored.has_exceptions
            or any(one.startswith(f"{name}/") for one in keep)
        ):
            yield from _below(Path(child.path), f"{name}/", ignored, keep, matching)


def write_tar(
    target: BinaryIO,
    folder: Path | None,
    ignored: Ignore,
    keep: frozenset[str] = frozenset(),
    extra: Mapping[str, bytes] | None = None,
) -> None:
    """Write the context in *folder* as a compressed tar, and *extra* files by name above it."""
    with (
        gzip.GzipFile(fileobj=target, mode="wb", compresslevel=_LEVEL, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as tar,
    ):
        for name, content in (extra or {}).items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o644
            tar.addfile(entry, io.BytesIO(content))
        if folder is not None:
            for name, place in entries(folder, ignored, keep):
                if name not in (extra or ()):
                    _add(tar, name, place)


def _add(tar: tarfile.TarFile, name: str, place: Path) -> None:
    """Add a file with its mode; owners are not sent, as with other clients."""
    status = place.lstat()
    if (
        stat.S_ISSOCK(status.st_mode)
        or stat.S_ISCHR(status.st_mode)
        or stat.S_ISBLK(status.st_mode)
    ):
        return
    entry = tar.gettarinfo(str(place), arcname=name)
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    if entry.islnk():  # a second name of a file: send the content again
        entry.type, entry.linkname, entry.size = tarfile.REGTYPE, "", status.st_size
    if not entry.isreg():
        tar.addfile(entry)
        return
    with place.open("rb") as content:
        tar.addfile(entry, content)


class Upload(io.RawIOBase):
    """The reading end of a context that is being written; *error* is why the writing failed.

    Reading fails then too: half a context must not look like a whole one. *count* is how many bytes
    have been read.
    """

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor = descriptor
        self.error: OSError | None = None
        self.count = 0

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read as many bytes as there are."""
        count = os.readv(self._descriptor, [buffer])
        if not count and self.error:
            raise self.error
        self.count += count
        return count

    def close(self) -> None:
        """Close; the writer then ends."""
        if not self.closed:
            os.close(self._descriptor)
        super().close()


@contextmanager
def streamed(
    folder: Path | None, ignored: Ignore, keep: frozenset[str], extra: Mapping[str, bytes]
) -> Iterator[Upload]:
    """Give the context as a stream that is written while it is read."""
    receiver, sender = os.pipe()
    upload = Upload(receiver)

    def write() -> None:
        with suppress(BrokenPipeError), os.fdopen(sender, "wb") as target:  # the reader had enough
            try:
                write_tar(target, folder, ignored, keep, extra)
            except BrokenPipeError:
                raise
            except OSError as error:
                upload.error = error

    writer = threading.Thread(target=write, name="context", daemon=True)
    writer.start()
    try:
        yield upload
    finally:
        upload.close()
        writer.join()
