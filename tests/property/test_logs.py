"""However the engine's stream is cut into blocks, the same lines come out."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from composer.engine.frames import Demux, Frame, join
from composer.logs.lines import Cut, Plain, Timed, TimedTerminal

STAMP = b"2026-11-20T23:26:52.545640269Z"
payloads = st.binary(max_size=60)
frames = st.lists(st.tuples(st.sampled_from([1, 2]), payloads), max_size=12)
text = st.binary(max_size=40).map(lambda data: data.replace(b"\n", b"."))


def encode(found: list[Frame]) -> bytes:
    return b"".join(
        bytes([stream, 0, 0, 0]) + len(payload).to_bytes(4, "big") + payload
        for stream, payload in found
    )


def chunks(data: bytes, cuts: list[int]) -> list[bytes]:
    edges = sorted({cut % (len(data) + 1) for cut in cuts} | {0, len(data)})
    return [data[a:b] for a, b in pairwise(edges)]


def lines_of(cuts: list[Cut], stream: int) -> list[bytes]:
    return [line for cut in cuts if cut.stream == stream for line in cut.lines]


@given(frames, st.lists(st.integers(0, 5000)))
def test_demux_does_not_depend_on_the_blocks(found: list[Frame], edges: list[int]) -> None:
    demux = Demux()
    made = [one for part in chunks(encode(found), edges) for one in demux.feed(part)]
    assert made == found
    assert demux.pending == 0


@given(frames)
def test_plain_lines_are_those_of_each_stream(found: list[Frame]) -> None:
    plain = Plain()
    cuts = plain.feed(found) + plain.finish()
    for stream in (1, 2):
        data = join([one for one in found if one[0] == stream])
        expected = data.split(b"\n")
        if expected[-1] == b"":
            expected.pop()
        assert lines_of(cuts, stream) == expected


@given(frames, st.lists(st.integers(0, 12)))
def test_plain_lines_do_not_depend_on_how_frames_come(found: list[Frame], edges: list[int]) -> None:
    at_once, bit_by_bit = Plain(), Plain()
    expected = at_once.feed(found) + at_once.finish()
    places = sorted({edge % (len(found) + 1) for edge in edges} | {0, len(found)})
    groups = [found[a:b] for a, b in pairwise(places)]
    made = [cut for group in groups for cut in bit_by_bit.feed(group)] + bit_by_bit.finish()
    for stream in (1, 2):
        assert lines_of(made, stream) == lines_of(expected, stream)


@given(st.lists(st.tuples(st.sampled_from([1, 2]), text, st.booleans()), max_size=12))
def test_timed_lines_are_the_plain_ones(pieces: list[tuple[int, bytes, bool]]) -> None:
    """A piece that is not the end of its line is joined with the next of its stream."""
    bare = [(stream, data + b"\n" * end) for stream, data, end in pieces]
    plain, timed = Plain(), Timed()
    expected = plain.feed(bare)
    made = timed.feed([(stream, STAMP + b" " + data) for stream, data in bare])
    for stream in (1, 2):
        assert lines_of(made, stream) == lines_of(expected, stream)
    assert all(len(cut.times) == len(cut.lines) for cut in made)


@given(st.lists(text, max_size=8), st.lists(st.integers(0, 5000)))
def test_a_terminals_lines_do_not_depend_on_the_blocks(
    lines: list[bytes], edges: list[int]
) -> None:
    data = b"".join(STAMP + b" " + line + b"\n" for line in lines)
    terminal = TimedTerminal()
    cuts = [cut for part in chunks(data, edges) for cut in terminal.feed([(1, part)])]
    assert lines_of(cuts, 1) == lines
