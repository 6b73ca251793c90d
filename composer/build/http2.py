"""HTTP/2 over a connection that the engine has handed over: several streams at once.

The engine speaks HTTP/2 in both roles: it answers calls (the builder), and it makes calls to us
(the session). One thread reads; any thread may send, and waits while the other side's window is
closed.

May import: engine.port, errors (home of h2).
"""

import queue
import threading
from collections.abc import Callable, Sequence

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import (
    DataReceived,
    Event,
    RequestReceived,
    ResponseReceived,
    StreamEnded,
    StreamReset,
    TrailersReceived,
)
from h2.exceptions import ProtocolError
from h2.settings import SettingCodes

from composer.engine.port import Duplex
from composer.errors import EngineError, EngineUnreachable

Headers = Sequence[tuple[str, str]]
BLOCK = 1 << 16
WINDOW = 1 << 22
"""Bytes that the other side may send before it hears that they have arrived.

That is told at once, whether or not they were taken: it lets much be under way, and bounds nothing.
"""


MOST_HEADERS = 1 << 23
"""Bytes of headers that the other side may send: a failed build's bear its whole Dockerfile."""

_BROKEN = "the engine broke off the connection of the build"


class Lost(EngineUnreachable):
    """The connection, or the stream, ended before its time."""


class Stream:
    """One exchange of headers, data and trailers."""

    def __init__(self, connection: "Connection", number: int, headers: Headers = ()) -> None:
        self._connection = connection
        self.number = number
        self.headers = dict(headers)
        """What the other side sent first; trailers are added to them."""
        self.asked = list(headers)
        """The same in order: a name may be there several times."""
        self.reset = False
        self.halves = 2
        """Directions that are still open."""
        self._data: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def receive(self) -> bytes:
        """Return the next piece of data, b"" at the end. Raises Lost."""
        data = self._data.get()
        if not data:
            self._data.put(data)
            if self.reset:
                raise Lost(_BROKEN)
        return data

    @property
    def ready(self) -> bool:
        """Whether data is there without waiting for it."""
        return not self._data.empty()

    def put(self, data: bytes) -> None:
        """Take in what the other side sent (in the reading thread)."""
        self._data.put(data)

    def respond(self, headers: Headers, *, last: bool = False) -> None:
        """Send headers, or trailers."""
        self._connection.headers(self.number, headers, last=last)

    def send(self, data: bytes, *, last: bool = False) -> None:
        """Send data; waits while the window is closed. Raises Lost."""
        self._connection.data(self, data, last=last)


class Connection:
    """Both directions of a connection; *serve* is called with each stream that the engine opens."""

    def __init__(self, duplex: Duplex, serve: Callable[[Stream], None] | None = None) -> None:
        self._duplex = duplex
        self._serve = serve
        configuration = H2Configuration(client_side=serve is None, header_encoding="utf-8")
        self._protocol = H2Connection(configuration)
        self._streams: dict[int, Stream] = {}
        self._changed = threading.Condition()
        self._over = False
        with self._changed:
            self._protocol.initiate_connection()
            self._protocol.update_settings(
                {
                    SettingCodes.INITIAL_WINDOW_SIZE: WINDOW,
                    SettingCodes.MAX_HEADER_LIST_SIZE: MOST_HEADERS,
                }
            )
            self._protocol.increment_flow_control_window(WINDOW)
            self._flush()
        self._reader = threading.Thread(target=self._read, name="http2", daemon=True)
        self._reader.start()

    def open(self, headers: Headers) -> Stream:
        """Begin a stream of ours."""
        with self._changed:
            stream = Stream(self, self._protocol.get_next_available_stream_id())
            self._streams[stream.number] = stream
            self._send_headers(stream.number, headers, last=False)
        return stream

    def headers(self, number: int, headers: Headers, *, last: bool) -> None:
        """Send headers on a stream."""
        with self._changed:
            self._send_headers(number, headers, last=last)

    def _send_headers(self, number: int, headers: Headers, *, last: bool) -> None:
        if self._over:
            raise Lost(_BROKEN)
        try:
            self._protocol.send_headers(number, list(headers), end_stream=last)
        except ProtocolError as closed:
            raise Lost(_BROKEN) from closed
        self._flush()
        if last:
            self._half_closed(number)

    def data(self, stream: Stream, data: bytes, *, last: bool) -> None:
        """Send data on a stream, in as many frames as it takes."""
        position = 0
        while True:
            with self._changed:
                room = self._room(stream)
                while not room and position < len(data):
                    self._changed.wait()
                    room = self._room(stream)
                piece = data[position : position + room]
                position += len(piece)
                ended = position >= len(data)
                self._protocol.send_data(stream.number, piece, end_stream=last and ended)
                self._flush()
            if ended:
                break
        if last:
            with self._changed:
                self._half_closed(stream.number)

    def _room(self, stream: Stream) -> int:
        if self._over or stream.reset:
            raise Lost(_BROKEN)
        try:
            window = self._protocol.local_flow_control_window(stream.number)
        except ProtocolError as closed:
            raise Lost(_BROKEN) from closed
        return min(window, self._protocol.max_outbound_frame_size)

    def close(self) -> None:
        """End everything; idempotent."""
        self._duplex.close()
        self._end()

    def _end(self) -> None:
        with self._changed:
            self._over = True
            for stream in self._streams.values():
                stream.reset = True
                stream.put(b"")
            self._streams.clear()
            self._changed.notify_all()

    def _flush(self) -> None:
        if data := self._protocol.data_to_send():
            try:
                self._duplex.write(data)
            except EngineError as broken:
                raise Lost(_BROKEN) from broken

    def _read(self) -> None:
        """Take in what comes until the connection ends (in a thread of its own)."""
        try:
            while block := self._duplex.read(BLOCK):
                with self._changed:
                    for event in self._protocol.receive_data(block):
                        self._receive(event)
                    self._flush()
                    self._changed.notify_all()
        except (EngineError, ProtocolError):
            pass  # whoever waits for a stream is told that it is over
        finally:
            self._end()

    def _receive(self, event: Event) -> None:
        match event:
            case RequestReceived():
                self._accept(event)
            case ResponseReceived() | TrailersReceived():
                if stream := self._streams.get(event.stream_id):
                    stream.headers.update(_texts(event.headers))
            case DataReceived():
                size = event.flow_controlled_length
                self._protocol.acknowledge_received_data(size, event.stream_id)
                if event.data and (stream := self._streams.get(event.stream_id)):
                    stream.put(bytes(event.data))
            case StreamEnded():
                if stream := self._streams.get(event.stream_id):
                    stream.put(b"")
                    self._half_closed(stream.number)
            case StreamReset():
                if stream := self._streams.pop(event.stream_id, None):
                    stream.reset = True
                    stream.put(b"")
            case _:
                pass

    def _half_closed(self, number: int) -> None:
        """Forget a stream once both sides have ended it."""
        if stream := self._streams.get(number):
            stream.halves -= 1
            if not stream.halves:
                del self._streams[number]

    def _accept(self, event: RequestReceived) -> None:
        serve = self._serve
        if serve is None:
            return
        stream = Stream(self, event.stream_id, list(_texts(event.headers)))
        self._streams[stream.number] = stream
        name = f"call {stream.headers.get(':path', '')}"
        threading.Thread(target=serve, args=(stream,), name=name, daemon=True).start()


def _texts(headers: object) -> Headers:
    """Return headers as texts."""
    pairs: list[tuple[str, str]] = []
    for name, value in headers or ():  # type: ignore[attr-defined]
        pairs.append((str(name), str(value)))
    return pairs
