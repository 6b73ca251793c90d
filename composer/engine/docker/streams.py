"""Streams from the engine: raw bytes, JSON messages, events.

Bytes are read in large blocks from below the HTTP libraries, which would take several calls for
each line of a log; the framing of HTTP is undone here. Closing from another thread shuts the
socket down, so that a read that waits for bytes ends.

May import: errors, engine.docker, engine.port.
"""

import contextlib
import json
import os
import socket
import threading
from collections.abc import Iterator
from typing import Any

from requests import Response

from composer.engine.docker.answers import EVENT
from composer.engine.docker.failures import FOREIGN, broken, half, of_exception, shaped
from composer.engine.port import EngineEvent, Json
from composer.errors import EngineError

BLOCK = 1 << 16
HTTP_1_1 = 11
UNFRAMED = frozenset(
    {"application/vnd.docker.raw-stream", "application/vnd.docker.multiplexed-stream"}
)
"""What the output of a command comes as: it ends with its connection."""


class Chunks:
    """Undoes HTTP's chunked transfer coding; the engine makes each line of a log a chunk."""

    def __init__(self) -> None:
        self._left = 0
        self._rest = b""
        self.ended = False

    def feed(self, data: bytes) -> bytes:
        """Return the content that *data* brings."""
        if self._rest:
            data = self._rest + data
        out: list[bytes] = []
        position, end = 0, len(data)
        if self._left:
            position = min(self._left, end)
            out.append(data[:position])
            self._left -= position
        while position < end and not self.ended:
            line = data.find(b"\r\n", position)
            if line < 0:
                break
            if line == position:  # the end of the chunk before
                position += 2
                continue
            size = int(data[position:line].partition(b";")[0], 16)
            start, position = line + 2, line + 2 + size
            out.append(data[start:position])
            self.ended = size == 0
            if position > end:
                self._left, position = position - end, end
        self._rest = data[position:]
        return b"".join(out)


class RawStream:
    """The content of a response, as it comes. Implements the port's ByteStream."""

    def __init__(self, response: Response, address: str, call: str) -> None:
        self._response = response
        self._address, self._call = address, call
        http: Any = response.raw._original_response  # noqa: SLF001 - there is no public way
        self._file = http.fp
        self._chunks = Chunks() if http.chunked else None
        self._length: int | None = http.length
        framed = http.chunked or http.length is not None or http.version != HTTP_1_1
        self._unframed = not framed and response.headers.get("Content-Type", "") not in UNFRAMED
        """Whether nothing tells where it ends, though it should: its headers were cut."""
        self._ready = b""
        self._over = self._file is None  # an answer without content
        if self._file is not None:  # the time limit was for the beginning of the answer
            self._file.raw._sock.settimeout(None)  # noqa: SLF001
        self._closed = False
        self.cancelled = False
        """Whether close was called before the end."""
        self._lock = threading.Lock()

    def read(self, size: int) -> bytes:
        """Return at most *size* bytes as soon as some are there, b"" at the end."""
        while not self._ready and not self._over:
            self._ready = self._next()
        found, self._ready = self._ready[:size], self._ready[size:]
        if not found:
            self.close()
        return found

    def _next(self) -> bytes:
        """Return content; may be none though it is not the end."""
        try:
            data: bytes = self._file.read1(BLOCK)
        except FOREIGN as failure:
            if self._closed:
                data = b""
            else:
                raise of_exception(failure, self._address, self._call) from failure
        if not data:
            self._over = True
            if not self._closed and (self._chunks or self._length or self._unframed):
                raise broken(self._address, self._call)
            return b""
        return self._content(data)

    def _content(self, data: bytes) -> bytes:
        if self._chunks:
            try:
                data = self._chunks.feed(data)
            except ValueError as failure:
                message = f"the engine's answer to {self._call} is not HTTP"
                raise EngineError(message) from failure
            self._over = self._chunks.ended
        elif self._length is not None:
            self._length -= len(data)
            self._over = self._length <= 0
        return data

    def close(self) -> None:
        """End the stream; idempotent."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self.cancelled = not self._over
        with contextlib.suppress(OSError, ValueError, AttributeError):
            _shutdown(self._file.fileno())
        self._response.close()


def _shutdown(descriptor: int) -> None:
    """End the connection; the libraries do not hand out their socket, a duplicate will do."""
    with socket.socket(fileno=os.dup(descriptor)) as same:
        same.shutdown(socket.SHUT_RDWR)


def messages(stream: RawStream, call: str) -> Iterator[Json]:
    """Yield the JSON objects of a stream, one a line; close it at the end."""
    rest = b""
    try:
        while block := stream.read(BLOCK):
            lines = (rest + block).split(b"\n")
            rest = lines.pop()
            for line in lines:
                if line.strip():
                    yield _object(line, call)
        if rest.strip() and not stream.cancelled:
            yield _object(rest, call)
    finally:
        stream.close()


def _object(line: bytes, call: str) -> Json:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as failure:
        raise half(call) from failure
    return dict(shaped(found, {}, call))


class Events:
    """Events as they happen. Implements the port's EventStream."""

    def __init__(self, stream: RawStream) -> None:
        self._stream = stream
        self._events = self._read()

    def __iter__(self) -> Iterator[EngineEvent]:
        """Yield events until closed; raise EngineError when the connection is lost.

        Iterating again goes on where it was left.
        """
        return self._events

    def _read(self) -> Iterator[EngineEvent]:
        for found in messages(self._stream, "GET /events"):
            message = shaped(found, EVENT, "GET /events")
            actor = message.get("Actor") or {}
            yield EngineEvent(
                message.get("Type", ""),
                message.get("Action", ""),
                actor.get("ID", ""),
                actor.get("Attributes") or {},
                message.get("timeNano", 0),
            )

    def close(self) -> None:
        """End the stream; idempotent."""
        self._stream.close()
