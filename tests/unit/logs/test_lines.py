"""Lines: whole, in order, with their times, byte for byte."""

import pytest

from composer.engine.frames import STDERR, STDOUT
from composer.logs.lines import (
    LONGEST,
    Cut,
    Plain,
    Timed,
    TimedTerminal,
    block,
    cutter,
    format_lines,
)
from composer.run.events import LogLine

T1, T2 = b"2026-11-20T23:26:52.545640269Z", b"2026-11-20T23:26:53.000000001Z"


def test_lines_go_on_over_frames() -> None:
    plain = Plain()
    assert plain.feed([(STDOUT, b"one\ntw")]) == [Cut(STDOUT, [b"one"], [])]
    assert plain.feed([(STDOUT, b"o\n")]) == [Cut(STDOUT, [b"two"], [])]
    assert plain.finish() == []


def test_streams_do_not_mix() -> None:
    cuts = Plain().feed([(STDOUT, b"out "), (STDERR, b"err\n"), (STDOUT, b"end\n")])
    assert cuts == [Cut(STDERR, [b"err"], []), Cut(STDOUT, [b"out end"], [])]


def test_the_last_line_needs_no_end() -> None:
    plain = Plain()
    plain.feed([(STDOUT, b"one\nlast")])
    assert plain.finish() == [Cut(STDOUT, [b"last"], [])]
    assert plain.finish() == []


def test_carriage_returns_and_invalid_bytes_stay() -> None:
    cuts = Plain().feed([(STDOUT, b"two\r\nthree\rfour\n\xff\xfe\n\n")])
    assert cuts[0].lines == [b"two\r", b"three\rfour", b"\xff\xfe", b""]


def test_a_line_without_end_is_cut_somewhere() -> None:
    plain, piece = Plain(), b"x" * (LONGEST // 2)
    cuts = [cut for _ in range(3) for cut in plain.feed([(STDOUT, piece)])]
    assert [len(line) for cut in cuts for line in cut.lines] == [3 * LONGEST // 2]


def test_times_are_split_off() -> None:
    cuts = Timed().feed([(STDOUT, T1 + b" one\n"), (STDOUT, T2 + b" \n")])
    assert cuts == [Cut(STDOUT, [b"one", b""], [T1, T2])]


def test_the_times_of_a_lines_pieces_vanish() -> None:
    timed = Timed()
    assert timed.feed([(STDOUT, T1 + b" " + b"x" * 16384)]) == []
    assert timed.feed([(STDERR, T1 + b" e\n")]) == [Cut(STDERR, [b"e"], [T1])]
    cuts = timed.feed([(STDOUT, T2 + b" y\n")])
    assert cuts == [Cut(STDOUT, [b"x" * 16384 + b"y"], [T1])]
    timed.feed([(STDOUT, T2 + b" last")])
    assert timed.finish() == [Cut(STDOUT, [b"last"], [T2])]


def test_a_terminals_long_line_is_mended() -> None:
    piece = b"x" * 16384
    data = T1 + b" " + piece + T1 + b" " + piece + T1 + b" y\r\n" + T2 + b" short\r\n"
    cuts = TimedTerminal().feed([(STDOUT, data)])
    assert cuts == [Cut(STDOUT, [piece + piece + b"y\r", b"short\r"], [T1, T2])]


@pytest.mark.parametrize(
    ("terminal", "timed", "kind"),
    [
        (False, False, Plain),
        (True, False, Plain),
        (False, True, Timed),
        (True, True, TimedTerminal),
    ],
)
def test_who_cuts_what(terminal: bool, timed: bool, kind: type) -> None:  # noqa: FBT001 - a table
    assert type(cutter(terminal=terminal, timed=timed)) is kind


def test_a_block_is_formatted_and_taken_apart() -> None:
    found = block(Cut(STDERR, [b"a", b"b"], [T1, T2]), "web-1", "web")
    assert format_lines(found, b"web-1 | ") == b"web-1 | a\nweb-1 | b\n"
    assert format_lines(found, b"", times=True) == T1 + b" a\n" + T2 + b" b\n"
    assert list(found.each()) == [
        LogLine("web-1", "web", "stderr", b"a", T1.decode()),
        LogLine("web-1", "web", "stderr", b"b", T2.decode()),
    ]
