"""Logs of several containers as one."""

from typing import TYPE_CHECKING, cast

import pytest

from composer.logs.merge import AHEAD, Ahead, merged
from composer.logs.source import Log, Origin
from composer.run.events import Event, LogBlock

if TYPE_CHECKING:
    from collections.abc import Callable


class Written:
    """Stands for a log: hands on the blocks that are given."""

    def __init__(self, name: str, *blocks: LogBlock) -> None:
        self.origin = Origin(name, name, name)
        self.blocks = blocks
        self.take: Callable[[Event], None] = lambda _: None

    def read(self) -> None:
        for block in self.blocks:
            self.take(block)


def block(name: str, times: str, stream: str = "stdout") -> LogBlock:
    """Return a block with a line for each letter of *times*."""
    lines = [f"{name}{time}".encode() for time in times]
    fields = {"container": name, "service": name, "stream": stream}
    return LogBlock.trusted({**fields, "lines": lines, "times": [one.encode() for one in times]})


def start(*logs: Written) -> list[Ahead]:
    """Read each log ahead."""
    sources = []
    for log in logs:
        source = Ahead()
        log.take = source.take
        source.read(cast("Log", log), lambda *_: None)
        sources.append(source)
    return sources


def lines(*logs: Written) -> list[str]:
    """Return the merged lines."""
    found: list[Event] = []
    merged(start(*logs), found.append)
    return [line.decode() for one in found if isinstance(one, LogBlock) for line in one.lines]


def test_lines_come_by_time() -> None:
    """Whichever container they are of."""
    first = Written("a", block("a", "14"), block("a", "5"))
    assert lines(first, Written("b", block("b", "236"))) == ["a1", "b2", "b3", "a4", "a5", "b6"]


def test_lines_of_one_container_keep_their_order() -> None:
    """Times of its two streams may be slightly out of order."""
    first = Written("a", block("a", "13"), block("a", "2", "stderr"))
    assert lines(first, Written("b", block("b", "4"))) == ["a1", "a3", "a2", "b4"]


def test_consecutive_lines_stay_one_block() -> None:
    """So that a long quiet stretch is not printed line by line."""
    found: list[Event] = []
    merged(start(Written("a", block("a", "123")), Written("b", block("b", "456"))), found.append)
    assert len(found) == 2


def test_a_reader_that_fails_leaves_no_thread_waiting() -> None:
    """What was read ahead is thrown away."""
    (source,) = start(Written("a", *[block("a", "1")] * (AHEAD * 3)))

    def closed(_: Event) -> None:
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        merged([source], closed)
    source.drain()
