"""From what the engine sends to lines: whole ones, each with its stream and its time. Pure.

A line longer than 16 KiB comes in several frames, each with a time of its own where times are
asked for; they are put together again. Bytes stay as they are: carriage returns, invalid UTF-8.

May import: engine.frames, run.events.
"""

import re
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from composer.engine.frames import STDOUT, Frame
from composer.run.events import LogBlock

LONGEST = 4 << 20
"""A longer line is cut, so that a program that never ends its line cannot fill the memory."""
_PART = 16 << 10
"""The engine's own limit for one piece of a line."""
_TIME = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d) ")


class Cut(NamedTuple):
    """Consecutive lines of one stream; *times* is empty where there are none."""

    stream: int
    lines: list[bytes]
    times: list[bytes]


class Plain:
    """Cuts frames without times."""

    def __init__(self) -> None:
        self._rest: dict[int, bytes] = {}

    def feed(self, frames: Iterable[Frame]) -> list[Cut]:
        """Return the lines that *frames* complete."""
        cuts = []
        for stream, group in groupby(frames, itemgetter(0)):
            data = b"".join([payload for _, payload in group])
            lines = (self._rest.get(stream, b"") + data).split(b"\n")
            if len(lines[-1]) > LONGEST:
                lines.append(b"")
            self._rest[stream] = lines.pop()
            if lines:
                cuts.append(Cut(stream, lines, []))
        return cuts

    def finish(self) -> list[Cut]:
        """Return the lines that had no end."""
        left = [Cut(stream, [rest], []) for stream, rest in self._rest.items() if rest]
        self._rest.clear()
        return left


class Timed:
    """Cuts frames that each begin with a time."""

    def __init__(self) -> None:
        self._begun: dict[int, tuple[bytes, bytes]] = {}

    def feed(self, frames: Iterable[Frame]) -> list[Cut]:
        """Return the lines that *frames* complete."""
        cuts = []
        for stream, group in groupby(frames, itemgetter(0)):
            cut = Cut(stream, [], [])
            for _, payload in group:
                self._take(cut, payload)
            if cut.lines:
                cuts.append(cut)
        return cuts

    def _take(self, cut: Cut, payload: bytes) -> None:
        time, _, text = payload.partition(b" ")
        if cut.stream in self._begun:
            time, begun = self._begun.pop(cut.stream)
            text = begun + text
        if text[-1:] == b"\n":
            text = text[:-1]
            if b"\n" in text:
                lines = text.split(b"\n")
                cut.lines.extend(lines)
                cut.times.extend([time] * len(lines))
                return
        elif len(text) <= LONGEST:
            self._begun[cut.stream] = (time, text)
            return
        cut.lines.append(text)
        cut.times.append(time)

    def finish(self) -> list[Cut]:
        """Return the lines that had no end."""
        left = [Cut(stream, [text], [time]) for stream, (time, text) in self._begun.items()]
        self._begun.clear()
        return left


class TimedTerminal:
    """Cuts the raw bytes of a terminal, where only lines begin with a time, and pieces of them."""

    def __init__(self) -> None:
        self._plain = Plain()

    def feed(self, frames: Iterable[Frame]) -> list[Cut]:
        """Return the lines that *frames* complete."""
        return [self._split(cut) for cut in self._plain.feed(frames)]

    def finish(self) -> list[Cut]:
        """Return the line that had no end."""
        return [self._split(cut) for cut in self._plain.finish()]

    def _split(self, cut: Cut) -> Cut:
        lines, times = [], []
        for whole in cut.lines:
            time, _, text = whole.partition(b" ")
            lines.append(text if len(text) <= _PART else _mend(text))
            times.append(time)
        return Cut(cut.stream, lines, times)


def _mend(text: bytes) -> bytes:
    """Take out the times that stand between the pieces of a long line."""
    pieces = []
    while len(text) > _PART and (found := _TIME.match(text, _PART)):
        pieces.append(text[:_PART])
        text = text[found.end() :]
    return b"".join([*pieces, text])


Cutter = Plain | Timed | TimedTerminal


def cutter(*, terminal: bool, timed: bool) -> Cutter:
    """Return what cuts the log of a container with or without a terminal."""
    if not timed:
        return Plain()
    return TimedTerminal() if terminal else Timed()


def block(cut: Cut, container: str, service: str) -> LogBlock:
    """Return *cut* as an event."""
    stream = "stdout" if cut.stream == STDOUT else "stderr"
    fields = {
        "container": container,
        "service": service,
        "stream": stream,
        "lines": cut.lines,
        "times": cut.times,
    }
    return LogBlock.trusted(fields)


def format_lines(found: LogBlock, prefix: bytes, *, times: bool = False) -> bytes:
    """Return the lines of a block as they are printed, each behind *prefix*."""
    if times and found.times:
        pairs = zip(found.times, found.lines, strict=True)
        lines: Iterable[bytes] = [b"%b %b" % pair for pair in pairs]
    else:
        lines = found.lines
    return prefix + (b"\n" + prefix).join(lines) + b"\n"
