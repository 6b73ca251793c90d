"""What is known of every resource that a command works on, gathered from events.

May import: run.events.
"""

from collections import deque
from collections.abc import Callable
from typing import Literal

from composer.run.events import Ended, Event, Output, Progress, Started

State = Literal["working", "done", "failed", "skipped", "warning"]

KEPT = 500
"""Lines of an operation's output that are kept for the case that it fails."""
_DOWNLOADED = ("Download complete", "Verifying", "Extracting", "Pull complete", "Already exists")
_STEP_ENDS = ("CACHED", "DONE ")
STEP = "#"
"""What the numbers of a build's steps begin with."""
PRINTED = 2
"""Lines that are kept of what a step prints."""
_COMPLETE = ("Pull complete", "Already exists")


class Part:
    """A layer of a pull, a step of a build."""

    def __init__(self, now: float) -> None:
        self.name = ""
        """What was told first: of a step, what it is."""
        self.text = ""
        self.ended = ""
        """How a step ended: ``CACHED``, or ``DONE 0.4s``."""
        self.current = 0
        self.total = 0
        self.began = now
        self.printed: deque[str] = deque(maxlen=PRINTED)

    def take(self, event: Progress) -> None:
        """Move on; what is downloaded counts whole, whatever is done with it then."""
        self.name = self.name or event.text
        self.text = event.text
        if event.text.startswith(_STEP_ENDS):
            self.ended = event.text
        if event.text.startswith(_DOWNLOADED):
            self.current = self.total
        elif event.total > 0 or event.part.startswith(STEP):
            self.current, self.total = event.current, event.total


class Row:
    """One resource: what it is doing, or did last."""

    def __init__(self, resource: str, now: float) -> None:
        self.resource = resource
        self.kind, space, name = resource.partition(" ")
        self.short = name if space else resource
        self.verb = ""
        self.detail = ""
        self.state: State = "working"
        self.began = self.changed = now
        self.open: set[str] = set()
        self.parts: dict[str, Part] = {}
        self.latest = ""
        self.output: deque[str] = deque(maxlen=KEPT)

    def seconds(self, now: float) -> float:
        """Return for how long it has been worked on, up to *now* or its end."""
        return (now if self.state == "working" else self.changed) - self.began

    def start(self, event: Started, now: float) -> None:
        """Begin an operation."""
        self.open.add(event.key)
        self.state, self.verb, self.detail, self.changed = "working", event.verb, "", now

    def end(self, event: Ended, now: float) -> None:
        """End an operation; the row goes on working while others of it are open."""
        self.open.discard(event.key)
        if not self.verb:
            self.began = now - event.seconds
        if self.state == "failed" or (self.open and event.outcome != "failed"):
            return
        self.state, self.changed = event.outcome, now
        self.verb = "Warning" if event.outcome == "warning" else words(event)[0]
        answered = event.detail and event.key.startswith(TRANSFERS)
        self.detail = words(event)[-1] if answered else event.detail

    def interrupt(self, now: float) -> None:
        """Note that it comes to no end, if it is worked on."""
        if self.state == "working":
            self.state, self.verb, self.changed = "skipped", "Interrupted", now

    def move(self, event: Progress, now: float) -> None:
        """Note the progress of a part."""
        self.parts.setdefault(event.part, Part(now)).take(event)
        self.latest = f"{event.part} {event.text}".strip()

    def print(self, text: str) -> None:
        """Note what it printed; lines of a build's step have its number and a time before them."""
        lines = text.splitlines()
        self.output.extend(lines)
        for line in lines:
            number, _, rest = line.partition(" ")
            if part := self.parts.get(number):
                part.printed.append(rest.partition(" ")[2])

    @property
    def steps(self) -> list[Part]:
        """The steps of a build, as they came up."""
        return [part for number, part in self.parts.items() if number.startswith(STEP)]

    def bytes(self) -> tuple[int, int]:
        """Return how many bytes of how many were downloaded."""
        parts = self.parts.values()
        return sum(part.current for part in parts), sum(part.total for part in parts)

    def layers(self) -> tuple[int, int]:
        """Return how many parts of how many are complete."""
        parts = [part for part in self.parts.values() if part.total]
        return sum(part.text.startswith(_COMPLETE) for part in parts), len(parts)


TRANSFERS = ("pull ", "push ")
"""What the keys of operations with a registry begin with."""
_ENGINES = "Error response from daemon: "
_WHOLE = ("Error ", 'service "')
"""Reasons that stand alone: the engine's own words, and that a job failed."""


def words(event: Ended) -> tuple[str, ...]:
    """Return what is said of an end: what was reached; or ``Error`` and the reason.

    A warning is its reason, where it has one; that of a pull begins with a word for it. What was
    skipped is ``Not started``, and why.
    """
    if event.outcome == "done":
        return (event.verb,)
    detail = event.detail
    if event.key.startswith(TRANSFERS):  # whose line is the registry's answer
        detail = detail.replace(_ENGINES, "", 1)
    if event.outcome == "warning":
        told = detail or event.verb
        return tuple(told.split(" ", 1)) if event.key.startswith("pull ") else (told,)
    if detail.startswith(_WHOLE):
        return (detail,)
    said = "Error" if event.outcome == "failed" else f"Not {event.verb.lower()}"
    return (said, detail) if detail else (said,)


class Board:
    """All rows, grouped by kind of resource, in the order in which they came up."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self._rows: dict[str, Row] = {}
        self._kinds: dict[str, int] = {}
        self._resources: dict[str, str] = {}

    def take(self, event: Event) -> Row | None:
        """Note *event*; return the row that it concerns."""
        match event:
            case Started(key=key, resource=resource):
                row = self._row(key, resource)
                row.start(event, self.clock())
            case Ended(key=key, resource=resource):
                row = self._row(key, resource)
                row.end(event, self.clock())
            case Progress(key=key, resource=resource):
                row = self._row(key, resource)
                row.move(event, self.clock())
            case Output(key=key, text=text):
                row = self._row(key, self._resources.get(key, key))
                row.print(text)
            case _:
                return None
        return row

    def _row(self, key: str, resource: str) -> Row:
        self._resources[key] = resource
        if resource not in self._rows:
            self._rows[resource] = row = Row(resource, self.clock())
            self._kinds.setdefault(row.kind, len(self._kinds))
        return self._rows[resource]

    def rows(self) -> list[Row]:
        """Return the rows, those of one kind together."""
        return sorted(self._rows.values(), key=lambda row: self._kinds[row.kind])

    @property
    def began(self) -> float:
        """When the first thing began, whenever the board was made."""
        return min((row.began for row in self._rows.values()), default=self.clock())

    def interrupt(self) -> None:
        """Note that what is still worked on will come to no end."""
        for row in self._rows.values():
            row.interrupt(self.clock())

    def idle(self, seconds: float = 0.0) -> bool:
        """Return whether nothing has been worked on for *seconds*."""
        now = self.clock()
        return all(
            row.state != "working" and now - row.changed >= seconds for row in self._rows.values()
        )
