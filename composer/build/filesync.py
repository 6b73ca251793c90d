"""Sending files to BuildKit: it is told what there is, and asks for what it does not have yet.

A call of the session's method FileSync/DiffCopy: we send the status of each file in order, an
empty status at the end; meanwhile the other side asks for contents by the numbers of the files.

May import: build.grpc, build.protobuf, build.selection, build.http2, errors.
"""

import os
import stat
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import unquote_plus

from composer.build.grpc import Messages
from composer.build.http2 import Lost
from composer.build.protobuf import data, group, number, number_of
from composer.build.selection import select
from composer.errors import ComposerError

METHOD = "/moby.filesync.v1.FileSync/DiffCopy"
_REQUEST, _DATA, _FINISH = 1, 2, 3
"""Kinds of packets; the status of a file is kind 0."""
_PIECE = 32 << 10
_BATCH = 60 << 10
"""Bytes of small packets that are sent together."""
_MODES = (
    (stat.S_ISDIR, 1 << 31),
    (stat.S_ISLNK, 1 << 27),
    (stat.S_ISFIFO, 1 << 25),
    (stat.S_ISBLK, 1 << 26),
    (stat.S_ISCHR, 1 << 26 | 1 << 21),
)
_BITS = ((stat.S_ISUID, 1 << 23), (stat.S_ISGID, 1 << 22), (stat.S_ISVTX, 1 << 20))
"""Bits of Go's os.FileMode."""

_LISTS = ("include-patterns", "followpaths", "exclude-patterns")

Contents = Path | Mapping[str, bytes]
"""A folder, or the files of one that is only in memory."""
_Entry = tuple[bytes, str | bytes]
"""A packet with the status of a file, and where its content is."""


class FileSync:
    """Answers for folders by their names."""

    def __init__(self, folders: Mapping[str, Contents]) -> None:
        self._folders = folders
        self.error: ComposerError | None = None
        """Why a folder could not be read, where the build failed for that."""

    def __call__(self, messages: Messages) -> None:
        """Answer one call."""
        asked = messages.metadata
        name = (asked.get("dir-name") or [""])[0]
        if name not in self._folders:
            raise ComposerError(f"there is no folder {name!r} to send")
        include, follow, exclude = (_values(asked, one) for one in _LISTS)
        found = _entries(self._folders[name], include, follow, exclude)
        try:
            _Sending(messages, found).run()
        except OSError as unreadable:
            self.error = ComposerError(f"cannot read the build context: {unreadable}")
            raise self.error from unreadable
        except Lost:
            raise
        except ComposerError as wrong:
            what = "excludepatterns" if exclude else "includepatterns"
            self.error = ComposerError(f"invalid {what}: {wrong.message}", hint=wrong.hint)
            raise self.error from wrong


def _values(asked: Mapping[str, list[str]], name: str) -> list[str]:
    """Return a list that came with the call; texts beyond ASCII are encoded as in addresses."""
    found = asked.get(name, [])
    return [unquote_plus(one) for one in found] if asked.get(f"{name}-encoded") else found


def _entries(
    contents: Contents, include: Sequence[str], follow: Sequence[str], exclude: Sequence[str]
) -> Iterator[_Entry]:
    if not isinstance(contents, Path):
        for name, content in sorted(contents.items()):
            made = data(1, name) + number(2, 0o644) + number(5, len(content))
            yield data(2, made), content
        return
    first_names: dict[tuple[int, int], str] = {}
    for name, status, place in select(contents, include, follow, exclude):
        if any(kind(status.st_mode) for kind in (stat.S_ISREG, *(kind for kind, _ in _MODES))):
            link = _link(name, status, place, first_names)
            yield data(2, _status(name, status, link) + _attributes(place)), place


def _link(
    name: str, status: os.stat_result, place: str, first_names: dict[tuple[int, int], str]
) -> str:
    """Return what a symbolic link says, or under which of *first_names* the file came already."""
    if stat.S_ISLNK(status.st_mode):
        return os.readlink(place)
    if status.st_nlink == 1 or not stat.S_ISREG(status.st_mode):
        return ""
    first = first_names.setdefault((status.st_dev, status.st_ino), name)
    return "" if first == name else first


def _status(name: str, status: os.stat_result, link: str) -> bytes:
    """Return a message of the type Stat; owners are not sent, as with other clients.

    BuildKit compares it with what it got before: what seems to differ is written once more, and a
    link that is written over itself leaves another name behind.
    """
    mode = status.st_mode
    bits = stat.S_IMODE(mode) & 0o777
    for kind, bit in _MODES:
        bits |= bit if kind(mode) else 0
    for have, bit in _BITS:
        bits |= bit if mode & have else 0
    return (
        data(1, name)
        + number(2, bits)
        + (b"" if stat.S_ISDIR(mode) else number(5, status.st_size))
        + number(6, status.st_mtime_ns)
        + (data(7, link) if link else b"")
        + (_device(status.st_rdev) if stat.S_ISBLK(mode) or stat.S_ISCHR(mode) else b"")
    )


def _device(number_of_device: int) -> bytes:
    return number(8, os.major(number_of_device)) + number(9, os.minor(number_of_device))


def _attributes(place: str) -> bytes:
    """Return the extended attributes of a file as a map.

    Nothing where its file system has none, or Python cannot ask for them, as on macOS.
    """
    try:
        names = os.listxattr(place, follow_symlinks=False)
        found = {name: os.getxattr(place, name, follow_symlinks=False) for name in sorted(names)}
    except (OSError, AttributeError):
        return b""
    return b"".join(data(10, data(1, name) + data(2, value)) for name, value in found.items())


class _Sending:
    """One call: a thread tells what there is, the call's own thread answers requests."""

    def __init__(self, messages: Messages, entries: Iterator[_Entry]) -> None:
        self._messages = messages
        self._entries = entries
        self._places: list[str | bytes] = []
        self._failure: Exception | None = None

    def run(self) -> None:
        """Send all that is asked for.

        Raises OSError for what cannot be read, ComposerError for what is no pattern, Lost.
        """
        telling = threading.Thread(target=self._tell, name="statuses", daemon=True)
        telling.start()
        waiting = bytearray()
        finished = False
        for request in self._messages:
            packet = group(request)
            kind = number_of(packet, 1)
            if kind == _REQUEST:
                self._answer(number_of(packet, 3), waiting)
            if self._failure:
                raise self._failure
            finished = kind == _FINISH
            if finished or not self._messages.has_more:
                self._flush(waiting)
            if finished:
                break
        telling.join()
        if self._failure:
            raise self._failure
        if finished:
            self._messages.send(number(1, _FINISH))

    def _tell(self) -> None:
        """Send the statuses (in a thread of its own)."""
        batch: list[bytes] = []
        size = 0
        try:
            for packet, place in self._entries:
                self._places.append(place)
                batch.append(packet)
                size += len(packet)
                if size > _BATCH:
                    self._messages.send(*batch)
                    batch, size = [], 0
            self._messages.send(*batch, b"")
        except Lost:
            return
        except Exception as failed:  # noqa: BLE001 - the builder must not wait for ever
            self._failure = failed
            self._messages.cancel()

    def _answer(self, at: int, waiting: bytearray) -> None:
        """Add the content of a file to what is waiting to be sent, an empty packet at its end."""
        head = number(1, _DATA) + number(3, at)
        place = self._places[at]
        for piece in [place] if isinstance(place, bytes) else _pieces(place):
            waiting += self._messages.frame(head + data(4, piece))
            if len(waiting) > _BATCH:
                self._flush(waiting)
        waiting += self._messages.frame(head)

    def _flush(self, waiting: bytearray) -> None:
        if waiting:
            self._messages.send_framed(bytes(waiting))
            waiting.clear()


def _pieces(place: str) -> Iterator[bytes]:
    descriptor = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        while piece := os.read(descriptor, _PIECE):
            yield piece
    finally:
        os.close(descriptor)
