"""What the executor, the log follower and the builder tell the world: plain values.

May import: value, source, spec.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal

from composer.spec.shapes import EMPTY
from composer.value import Value

HOOK = " ->"
"""What ends the name of a container before the lines that its hooks print."""
Outcome = Literal["done", "failed", "skipped", "warning"]


class Event(Value):
    """Base of all events."""


class Started(Event):
    """An operation began. *verb* is its present participle (``Creating``)."""

    key: str
    resource: str
    verb: str
    cause: str = ""


class Ended(Event):
    """An operation ended. *verb* is its past form (``Created``); *detail* tells a failure."""

    key: str
    resource: str
    verb: str
    outcome: Outcome = "done"
    detail: str = ""
    seconds: float = 0.0


class Progress(Event):
    """A part of an operation moved: a layer of a pull, a step of a build; sizes in bytes.

    *done*: what *text* names is over (the transfer of a context, the export of an image).
    """

    key: str
    resource: str
    part: str = ""
    text: str = ""
    current: int = 0
    total: int = 0
    done: bool = False


class Output(Event):
    """Text that an operation printed (a build step)."""

    key: str
    text: str


class Notice(Event):
    """A message for the user that belongs to no operation."""

    level: Literal["info", "warning", "error"]
    text: str


class Rehearsed(Event):
    """A dry run came to a command that a container's hooks would run."""

    text: str


class WatchNote(Event):
    """What watching files tells: that it began, that a service is filled, built, restarted."""

    text: str


class LogLine(Event):
    """One line of a container's output, without its line end.

    *container* is the name without the project (``web-1``; ``web-1 ->`` for what a hook of it
    prints). *time* is the engine's RFC 3339 stamp where it was asked for. *partial* marks a piece
    whose line goes on in the next event.
    """

    container: str
    service: str
    stream: Literal["stdout", "stderr"]
    text: bytes
    time: str = ""
    partial: bool = False


class LogBlock(Event):
    """Consecutive lines of one stream of a container, without their line ends.

    One event for many lines, because an event for each would cost more than reading them. *times*
    are the engine's RFC 3339 stamps, as many as lines, or none where they were not asked for.
    """

    container: str
    service: str
    stream: Literal["stdout", "stderr"]
    lines: Sequence[bytes]
    times: Sequence[bytes] = ()

    def each(self) -> Iterator[LogLine]:
        """Yield the lines one by one."""
        times = self.times or [b""] * len(self.lines)
        for line, time in zip(self.lines, times, strict=True):
            yield LogLine(self.container, self.service, self.stream, line, time.decode())


class LogsFound(Event):
    """Containers whose output is about to come, so that all names can be shown equally wide."""

    containers: tuple[str, ...]


class ContainerEvent(Event):
    """A container of the project started, ended or vanished while its logs were followed.

    *then* is what follows an end: ``restarting`` where the engine starts it again, ``recreated``
    where another container takes its place, else nothing.
    """

    container: str
    service: str
    action: str
    exit_code: int | None = None
    attributes: Mapping[str, str] = EMPTY
    then: str = ""
    one_off: bool = False


Listener = Callable[[Event], None]
"""Receives events, one at a time, from any thread."""
