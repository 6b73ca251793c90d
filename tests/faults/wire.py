"""HTTP/1.1 as bytes: enough to tell one message from the next. No engine, no faults.

A head is everything up to the empty line; a body is read piece by piece, framing included, so that
what is passed on is what came.
"""

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

BLOCK = 1 << 16
CONTINUE, SWITCHING, NO_CONTENT, NOT_MODIFIED = 100, 101, 204, 304


class Head(NamedTuple):
    """The first line of a message in words, its headers in lower case, and the bytes of it all."""

    words: list[str]
    headers: dict[str, str]
    raw: bytes

    @property
    def status(self) -> int:
        """The status of a response."""
        return int(self.words[1])

    @property
    def chunked(self) -> bool:
        """Whether the body comes in chunks: on this engine, whether it is a stream."""
        return "chunked" in self.headers.get("transfer-encoding", "")


def read_head(file: BinaryIO) -> Head | None:
    """Return the next head, None where the connection ended instead."""
    lines = []
    while (line := file.readline()) not in {b"\r\n", b""}:
        lines.append(line)
    if not line or not lines:
        return None
    pairs = (text.decode("latin-1").partition(":") for text in lines[1:])
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    return Head(lines[0].decode("latin-1").split(), headers, b"".join([*lines, b"\r\n"]))


def request_body(head: Head, file: BinaryIO) -> Iterator[bytes]:
    """Yield the body of a request."""
    if head.chunked:
        yield from _chunks(file)
    else:
        yield from _counted(file, int(head.headers.get("content-length", "0")))


def response_body(head: Head, file: BinaryIO, method: str) -> Iterator[bytes]:
    """Yield the body of a response; of one without a length until the connection ends."""
    if method == "HEAD" or head.status in {NO_CONTENT, NOT_MODIFIED}:
        return
    if head.chunked:
        yield from _chunks(file)
    elif "content-length" in head.headers:
        yield from _counted(file, int(head.headers["content-length"]))
    else:
        while block := _some(file):
            yield block


def plain(head: Head, blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the content of a body, less its framing."""
    for block in blocks:
        yield block.partition(b"\r\n")[2][:-2] if head.chunked else block


def chunk(content: bytes) -> bytes:
    """Return *content* as a chunk."""
    return b"%x\r\n%b\r\n" % (len(content), content)


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    size = -1
    while size:
        line = file.readline()
        size = int(line.partition(b";")[0] or b"-1", 16)
        rest = file.read(size + 2)
        if size < 0 or len(rest) < size + 2:
            raise ConnectionError("the body broke off")
        yield line + rest


def _counted(file: BinaryIO, size: int) -> Iterator[bytes]:
    while size:
        block = file.read(min(size, BLOCK))
        if not block:
            raise ConnectionError("the body broke off")
        size -= len(block)
        yield block


def _some(file: BinaryIO) -> bytes:
    return bytes(file.read1(BLOCK))  # type: ignore[attr-defined]
