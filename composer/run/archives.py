"""Files as tar archives, in and out: packing local ones, unpacking a container's.

An archive from a container is not trusted: an entry whose name leaves the destination, or that
would be written through a link of the archive, is refused.

May import: disk, errors, engine.port.
"""

import os
import stat
import tarfile
from collections.abc import Iterator
from contextlib import suppress
from copy import copy
from typing import IO, BinaryIO

from composer.disk import unwritable
from composer.engine.port import ByteStream
from composer.errors import ComposerError

_LONGEST = 50
"""Characters of a name that are a part of another one; with four bytes each, it is still a name."""


class StreamFile:
    """A ByteStream as far as tarfile needs a file."""

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream

    def read(self, size: int) -> bytes:
        """Return exactly *size* bytes, fewer at the end only."""
        parts, left = [], size
        while left and (block := self._stream.read(left)):
            parts.append(block)
            left -= len(block)
        return b"".join(parts)


def pack(source: str, name: str, into: BinaryIO, *, follow: bool) -> None:
    """Write *source*, a file or a folder, as *name*; *follow* the link that it may be."""
    real = os.path.realpath(source) if follow else source
    try:
        with tarfile.open(fileobj=into, mode="w", format=tarfile.PAX_FORMAT) as archive:
            archive.add(real, arcname=name)
    except OSError as failure:
        why = (failure.strerror or str(failure)).lower()
        raise ComposerError(f"open {failure.filename or real}: {why}") from failure


def unpack(stream: ByteStream, folder: str, name: str, *, owners: bool) -> None:
    """Unpack an archive with one thing at its top as *name* into *folder*.

    *name* is empty where the contents of the top are wanted. *owners* are set for root only.
    """
    root = os.path.realpath(folder)
    source: IO[bytes] = StreamFile(stream)  # type: ignore[assignment]
    folders: list[tarfile.TarInfo] = []
    try:
        with tarfile.open(fileobj=source, mode="r|") as archive:
            archive.extraction_filter = lambda member, _: member
            for entry in _renamed(archive, name):
                _refuse_escape(entry, root)
                if not owners:
                    entry.uid, entry.gid = os.geteuid(), os.getegid()
                if entry.isdir():
                    folders.append(entry)
                _extract(archive, entry, root)
            for entry in reversed(folders):
                _settle(archive, entry, os.path.join(root, entry.name))
    except tarfile.TarError as wrong:
        message = f"the archive from the container is broken: {wrong}"
        raise ComposerError(message) from wrong
    except OSError as failure:
        where = failure.filename or os.path.join(folder, name)
        raise unwritable(failure, where) from failure


def _extract(archive: tarfile.TarFile, entry: tarfile.TarInfo, root: str) -> None:
    """Extract an entry; a file takes its place when it is whole."""
    target = os.path.join(root, entry.name)
    there = os.path.lexists(target) and not os.path.isdir(target)
    if there and not (entry.isfile() and os.path.isfile(target)):
        os.unlink(target)
    if not entry.isfile():
        archive.extract(entry, root, set_attrs=not entry.isdir(), numeric_owner=True)
        return
    part = copy(entry)
    folder, base = os.path.split(entry.name)
    part.name = os.path.join(folder, f".{base[:_LONGEST]}.part")
    _refuse_escape(part, root)
    begun = os.path.join(root, part.name)
    try:
        archive.extract(part, root, numeric_owner=True)
        os.replace(begun, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(begun)
        raise


def _renamed(archive: tarfile.TarFile, name: str) -> Iterator[tarfile.TarInfo]:
    """Yield the entries with *name* in place of what the first one, their top, is called."""
    top: str | None = None
    for entry in archive:
        top = entry.name.rstrip("/") if top is None else top
        entry.name = _rebased(entry.name, top, name)
        if entry.islnk():
            entry.linkname = _rebased(entry.linkname, top, name)
        if entry.name:
            yield entry


def _rebased(path: str, top: str, name: str) -> str:
    rest = path.rstrip("/").removeprefix(top)
    parts = rest.split("/")
    if "\0" in path:
        raise ComposerError(f"refused: {path!r} in the archive is no name of a file")
    if "/" in top or (rest and rest[:1] != "/") or ".." in (top, *parts):
        raise ComposerError(f"refused: {path!r} in the archive leads out of the destination")
    return "/".join(part for part in (name, *parts) if part not in {"", "."})


def _refuse_escape(entry: tarfile.TarInfo, root: str) -> None:
    """Refuse what a link among the entries before leads out of *root*."""
    target = os.path.join(root, entry.name)
    places = [os.path.dirname(target)]
    if entry.islnk():
        places.append(os.path.join(root, entry.linkname))
    for place in places:
        if os.path.commonpath([root, os.path.realpath(place)]) != root:
            message = f"refused: {entry.name!r} in the archive leads out of the destination"
            raise ComposerError(message)
    if os.path.islink(target):
        os.unlink(target)
    elif os.path.isdir(target) and not entry.isdir():
        raise ComposerError(f"cannot overwrite folder {target!r} with a file")
    elif os.path.isfile(target) and entry.isdir():
        raise ComposerError(f"cannot overwrite file {target!r} with a folder")


def _settle(archive: tarfile.TarFile, entry: tarfile.TarInfo, target: str) -> None:
    """Give a folder its owner, mode and time, once all is in it."""
    if not os.path.islink(target):
        archive.chown(entry, target, numeric_owner=True)
        archive.chmod(entry, target)
        archive.utime(entry, target)


def is_folder(path: str, *, follow: bool) -> bool:
    """Tell whether *path* is a folder, or with *follow* a link to one; raise where it is not."""
    try:
        found = os.stat(path) if follow else os.lstat(path)
    except OSError as wrong:
        why = (wrong.strerror or "not found").lower()
        if follow and os.path.islink(link := path.rstrip("/")):
            hint = f"the link {link} leads there"
            raise ComposerError(f"lstat {os.path.realpath(link)}: {why}", hint=hint) from None
        raise ComposerError(f"lstat {path}: {why}") from None
    return stat.S_ISDIR(found.st_mode)
