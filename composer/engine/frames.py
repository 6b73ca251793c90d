"""The frames in which the engine sends a container's two output streams through one connection.

A header of 8 bytes (stream, three zero bytes, big-endian length) stands before each frame. Blocks
of any size go in, whole frames come out; one is usually one line of a log. Containers with a
terminal have no frames: their bytes are raw.

May import: errors.
"""

import struct

from composer.errors import EngineError

STDOUT = 1
STDERR = 2
Frame = tuple[int, bytes]

_HEADER = struct.Struct(">II")
_STREAMS = {0: STDOUT, 1 << 24: STDOUT, 2 << 24: STDERR, 3 << 24: 3}
_LONGEST = 64 << 20
"""No engine sends a longer frame: such a length means that this is not the start of one."""


class Demux:
    """Cuts blocks into frames; what is left of the last one waits for the next block."""

    def __init__(self) -> None:
        self._blocks: list[bytes] = []
        self._have = 0
        self._need = 8

    def feed(self, block: bytes) -> list[Frame]:
        """Return the frames that *block* completes."""
        self._blocks.append(block)
        self._have += len(block)
        if self._have < self._need:
            return []
        data = b"".join(self._blocks) if len(self._blocks) > 1 else block
        frames, used, self._need = _cut(data)
        self._blocks = [data[used:]]
        self._have = len(data) - used
        return frames

    @property
    def pending(self) -> int:
        """How many bytes of an incomplete frame were read; not 0 at the end: it was cut off."""
        return self._have


def _cut(data: bytes) -> tuple[list[Frame], int, int]:
    """Return the whole frames of *data*, how many bytes they are, and how many the next needs."""
    frames: list[Frame] = []
    add, header, streams = frames.append, _HEADER.unpack_from, _STREAMS
    position, need, end = 0, 8, len(data)
    while end - position >= need:
        word, length = header(data, position)
        if word not in streams or length > _LONGEST:
            raise EngineError("the engine's log stream is broken: no frame where one should start")
        need = 8 + length
        if end - position < need:
            break
        add((streams[word], data[position + 8 : position + need]))
        position, need = position + need, 8
    _refuse_errors(frames)
    return frames, position, need


def _refuse_errors(frames: list[Frame]) -> None:
    """Raise what the engine itself has to say (stream 3)."""
    for stream, payload in frames:
        if stream == 3:  # noqa: PLR2004 - explained above
            raise EngineError(payload.decode(errors="replace").strip())


def join(frames: list[Frame]) -> bytes:
    """Return the bytes of both streams in the order in which they came."""
    return b"".join(payload for _, payload in frames)
