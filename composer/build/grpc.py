"""gRPC over HTTP/2: calls to the engine's builder, and answers to the calls that it makes to us.

A message is preceded by five bytes: whether it is compressed (never), and its length.

May import: build.http2, build.protobuf, errors, engine.
"""

import struct
import threading
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import quote, unquote

from composer.build.http2 import Connection, Headers, Lost, Stream
from composer.build.protobuf import Broken, bytes_of, group, text_of
from composer.engine.port import Duplex
from composer.errors import ComposerError, EngineError

_PREFIX = struct.Struct(">BI")
_HEADERS = (("content-type", "application/grpc"), ("te", "trailers"))
_REQUEST = ((":method", "POST"), (":scheme", "http"), (":authority", "localhost"))
OK, UNKNOWN, NOT_FOUND, UNIMPLEMENTED = 0, 2, 5, 12
"""Status codes of gRPC."""


Details = tuple[tuple[str, bytes], ...]
"""What belongs to a failure beside its message: the type and the content of each part."""


class Refused(EngineError):
    """A call that ended with another status than OK."""

    def __init__(self, code: int, message: str, details: Details = ()) -> None:
        super().__init__(message)
        self.code = code
        self.details = details


class Messages:
    """The messages of one stream, both ways."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._rest = b""
        self._position = 0
        self._sending = threading.Lock()

    @property
    def metadata(self) -> Mapping[str, list[str]]:
        """What came with the call, by name."""
        found: dict[str, list[str]] = {}
        for name, value in self._stream.asked:
            found.setdefault(name, []).append(value)
        return found

    def receive(self) -> bytes | None:
        """Return the next message, None at the end. Raises Lost."""
        prefix = self._take(_PREFIX.size)
        if prefix is None:
            return None
        _, length = _PREFIX.unpack(prefix)
        content = self._take(length) if length else b""
        if content is None:
            raise Lost("the engine broke off a message")
        return content

    def _take(self, size: int) -> bytes | None:
        while len(self._rest) - self._position < size:
            data = self._stream.receive()
            if not data:
                return None
            self._rest, self._position = self._rest[self._position :] + data, 0
        found = self._rest[self._position : self._position + size]
        self._position += size
        return found

    @property
    def has_more(self) -> bool:
        """Whether another message is there without waiting for it."""
        return len(self._rest) - self._position > _PREFIX.size or self._stream.ready

    @staticmethod
    def frame(message: bytes) -> bytes:
        """Return a message as it is sent."""
        return _PREFIX.pack(0, len(message)) + message

    def send(self, *messages: bytes, last: bool = False) -> None:
        """Send messages, together where they are several."""
        self.send_framed(b"".join(map(self.frame, messages)), last=last)

    def send_framed(self, framed: bytes, *, last: bool = False) -> None:
        """Send messages that are framed already; from any thread."""
        with self._sending:
            self._stream.send(framed, last=last)

    def cancel(self) -> None:
        """End the waiting for more messages."""
        self._stream.put(b"")

    def __iter__(self) -> Iterator[bytes]:
        """Yield messages until the end."""
        while (message := self.receive()) is not None:
            yield message


class Client:
    """Makes calls."""

    def __init__(self, duplex: Duplex) -> None:
        self._connection = Connection(duplex)

    def call(self, method: str, *sent: bytes, metadata: Headers = ()) -> Iterator[bytes]:
        """Make a call with these messages; yield what it answers. Raises Refused and Lost."""
        stream = self._connection.open([*_REQUEST, (":path", method), *_HEADERS, *metadata])
        messages = Messages(stream)
        messages.send(*sent, last=True)
        yield from messages
        code = int(stream.headers.get("grpc-status", UNKNOWN))
        if code != OK:
            message = unquote(stream.headers.get("grpc-message", ""))
            raise Refused(code, message, _details(stream.headers))

    def close(self) -> None:
        """End the connection."""
        self._connection.close()


def _details(headers: Mapping[str, str]) -> Details:
    """Return the details of a message of the type google.rpc.Status, none where it is broken."""
    packed = headers.get("grpc-status-details-bin", "")
    try:
        status = group(b64decode(packed + "=" * (-len(packed) % 4)))
        parts = [group(one) for one in status.get(3, ()) if isinstance(one, bytes)]
    except (Broken, ValueError):
        return ()
    return tuple((text_of(one, 1), bytes_of(one, 2)) for one in parts)


Handler = Callable[[Messages], None]
"""Answers one call; what it raises is told to the caller."""


class NotFound(ComposerError):
    """What the caller asks for does not exist."""


class Server:
    """Answers calls on a connection: *handlers* by the paths of their methods."""

    def __init__(self, duplex: Duplex, handlers: Mapping[str, Handler]) -> None:
        self._handlers = handlers
        self._connection = Connection(duplex, self._serve)

    def close(self) -> None:
        """End the connection."""
        self._connection.close()

    def _serve(self, stream: Stream) -> None:
        """Answer one call (in a thread of its own)."""
        try:
            self._answer(stream)
        except Lost:
            return  # the caller has gone

    def _answer(self, stream: Stream) -> None:
        handler = self._handlers.get(stream.headers.get(":path", ""))
        stream.respond([(":status", "200"), _HEADERS[0]])
        if handler is None:
            _end(stream, UNIMPLEMENTED, "there is no such method")
            return
        try:
            handler(Messages(stream))
        except Lost:
            raise
        except NotFound as missing:
            _end(stream, NOT_FOUND, missing.message)
        except ComposerError as wrong:
            _end(stream, UNKNOWN, wrong.message)
        except Exception as defect:  # noqa: BLE001 - the builder must not wait for ever
            _end(stream, UNKNOWN, f"{type(defect).__name__}: {defect}")
        else:
            _end(stream, OK)


def _end(stream: Stream, code: int, message: str = "") -> None:
    trailers = [("grpc-status", str(code))]
    if message:
        trailers.append(("grpc-message", quote(message, safe=" ")))
    stream.respond(trailers, last=True)
