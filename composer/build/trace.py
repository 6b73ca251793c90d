"""BuildKit's progress messages: protocol buffers of the type StatusResponse. Pure.

Only what is shown is decoded: steps (vertexes), what they print (logs), how far they are
(statuses), warnings.

May import: build.protobuf, value.
"""

from collections.abc import Callable, Mapping

from composer.build.protobuf import Broken, Fields, bytes_of, group, number_of, read, text_of
from composer.value import Value

__all__ = ["Broken", "Printed", "Status", "Told", "Vertex", "Warned", "decode"]


class Vertex(Value):
    """A step; *error* is empty unless it failed. Times in seconds, 0 for not yet."""

    digest: str
    name: str = ""
    cached: bool = False
    started: float = 0.0
    completed: float = 0.0
    error: str = ""


class Status(Value):
    """How far a part of a step is."""

    id: str
    vertex: str = ""
    current: int = 0
    total: int = 0
    completed: float = 0.0


class Printed(Value):
    """What a step printed, and when."""

    vertex: str
    message: bytes
    time: float = 0.0


class Warned(Value):
    """What the Dockerfile's checks found: one line, and the address that explains it."""

    short: str
    url: str = ""


Told = Vertex | Status | Printed | Warned


def decode(message: bytes) -> list[Told]:
    """Return what a StatusResponse tells. Raises Broken."""
    told: list[Told] = []
    for at, value in read(message):
        if isinstance(value, bytes) and at in _KINDS:
            told.append(_KINDS[at](group(value)))
    return told


def _vertex(fields: Fields) -> Vertex:
    return Vertex(
        text_of(fields, 1),
        text_of(fields, 3),
        bool(number_of(fields, 4)),
        _time(fields, 5),
        _time(fields, 6),
        text_of(fields, 7),
    )


def _status(fields: Fields) -> Status:
    return Status(
        text_of(fields, 1),
        text_of(fields, 2),
        number_of(fields, 4),
        number_of(fields, 5),
        _time(fields, 8),
    )


def _printed(fields: Fields) -> Printed:
    return Printed(text_of(fields, 1), bytes_of(fields, 4), _time(fields, 2))


def _warned(fields: Fields) -> Warned:
    return Warned(text_of(fields, 3), text_of(fields, 5))


_KINDS: Mapping[int, Callable[[Fields], Told]] = {1: _vertex, 2: _status, 3: _printed, 4: _warned}


def _time(fields: Fields, at: int) -> float:
    """Return a Timestamp in seconds."""
    found = bytes_of(fields, at)
    if not found:
        return 0.0
    parts = group(found)
    return number_of(parts, 1) + number_of(parts, 2) / 1e9
