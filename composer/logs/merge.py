"""The logs of several containers as one, by time.

Each log is read in a thread of its own, a few blocks ahead, so memory stays bounded; the lines of
one container keep their order. May import: logs.source, run.events.
"""

import heapq
import threading
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from queue import Queue
from typing import NamedTuple

from composer.logs.source import Log
from composer.run.events import Event, Listener, LogBlock

AHEAD = 4
"""Blocks of a container that wait for their turn; whoever brings more waits."""


class _Line(NamedTuple):
    time: bytes
    block: LogBlock
    text: bytes


class Ahead:
    """One container's log, read ahead of whoever iterates over its lines."""

    def __init__(self) -> None:
        self._blocks: Queue[LogBlock | None] = Queue(AHEAD)
        self._ended = False

    def take(self, event: Event) -> None:
        """Receive a block from the log (in its thread); waits for room."""
        if isinstance(event, LogBlock):
            self._blocks.put(event)

    def read(self, log: Log, failed: Callable[[Log, Exception], object]) -> None:
        """Read *log* to its end, in a thread."""

        def work() -> None:
            try:
                log.read()
            except Exception as error:  # noqa: BLE001 - told by whoever merges
                failed(log, error)
            finally:
                self._blocks.put(None)

        threading.Thread(target=work, name=f"log {log.origin.name}", daemon=True).start()

    def lines(self) -> Iterator[_Line]:
        """Yield the lines, each with its time."""
        while not self._ended:
            block = self._blocks.get()
            if block is None:
                self._ended = True
                return
            for time, text in zip(block.times, block.lines, strict=True):
                yield _Line(time, block, text)

    def drain(self) -> None:
        """Let the thread end, whose log was stopped."""
        while not self._ended:
            self._ended = self._blocks.get() is None


def merged(sources: Sequence[Ahead], emit: Listener) -> None:
    """Emit the lines of all *sources* by time; consecutive ones of a container as one block."""
    lines = heapq.merge(*(one.lines() for one in sources), key=lambda line: line.time)
    for block, group in groupby(lines, key=lambda line: line.block):
        taken = list(group)
        emit(block.replace(lines=[one.text for one in taken], times=[one.time for one in taken]))
