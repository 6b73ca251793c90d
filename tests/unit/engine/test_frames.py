"""Frames: header, length, and nothing taken for one that is not."""

import pytest

from composer.engine.frames import STDERR, STDOUT, Demux, join
from composer.errors import EngineError


def frame(stream: int, payload: bytes) -> bytes:
    return bytes([stream, 0, 0, 0]) + len(payload).to_bytes(4, "big") + payload


def test_frames_keep_their_stream_and_order() -> None:
    data = frame(1, b"out\n") + frame(2, b"err\n") + frame(1, b"") + frame(0, b"in\n")
    frames = Demux().feed(data)
    assert frames == [(STDOUT, b"out\n"), (STDERR, b"err\n"), (STDOUT, b""), (STDOUT, b"in\n")]
    assert join(frames) == b"out\nerr\nin\n"


def test_a_frame_in_pieces() -> None:
    demux = Demux()
    data = frame(1, b"x" * 100)
    assert demux.feed(data[:5]) == []
    assert demux.feed(data[5:50]) == []
    assert demux.pending == 50
    assert demux.feed(data[50:]) == [(STDOUT, b"x" * 100)]
    assert demux.pending == 0


@pytest.mark.parametrize("data", [b"plain text of a terminal", b"\x01\x00\x00\x00\xff\xff\xff\xff"])
def test_what_is_no_frame_is_an_error(data: bytes) -> None:
    with pytest.raises(EngineError, match="log stream is broken"):
        Demux().feed(data)


def test_the_engines_own_error() -> None:
    with pytest.raises(EngineError, match="no space"):
        Demux().feed(frame(1, b"a\n") + frame(3, b"no space left\n") + b"\x01")
