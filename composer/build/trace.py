"""BuildKit's progress messages: protocol buffers of the type StatusResponse. Pure.

Only what is shown is decoded: steps (vertexes), what they print (logs), how far they are
(statuses). Fields that are not known are passed over, so newer engines do no harm.

May import: value.
"""

from collections.abc import Iterator

from composer.value import Value

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_MORE = 0x80


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


Told = Vertex | Status | Printed
_Fields = dict[int, list[int | bytes]]


class Broken(ValueError):
    """The bytes are no such message."""


def decode(data: bytes) -> list[Told]:
    """Return what a StatusResponse tells. Raises Broken."""
    told: list[Told] = []
    for number, value in _fields(data):
        if not isinstance(value, bytes):
            continue
        if number == 1:
            told.append(_vertex(_group(value)))
        elif number == 2:  # noqa: PLR2004 - numbers of fields
            told.append(_status(_group(value)))
        elif number == 3:  # noqa: PLR2004
            told.append(_printed(_group(value)))
    return told


def _vertex(fields: _Fields) -> Vertex:
    return Vertex(
        _text(fields, 1),
        _text(fields, 3),
        bool(_number(fields, 4)),
        _time(fields, 5),
        _time(fields, 6),
        _text(fields, 7),
    )


def _status(fields: _Fields) -> Status:
    return Status(
        _text(fields, 1),
        _text(fields, 2),
        _number(fields, 4),
        _number(fields, 5),
        _time(fields, 8),
    )


def _printed(fields: _Fields) -> Printed:
    return Printed(_text(fields, 1), _bytes(fields, 4), _time(fields, 2))


def _group(data: bytes) -> _Fields:
    fields: _Fields = {}
    for number, value in _fields(data):
        fields.setdefault(number, []).append(value)
    return fields


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield the number and value of each field."""
    position = 0
    while position < len(data):
        key, position = _varint(data, position)
        kind = key & 7
        if kind == _VARINT:
            value, position = _varint(data, position)
            yield key >> 3, value
            continue
        if kind == _BYTES:
            length, position = _varint(data, position)
        elif kind in {_FIXED32, _FIXED64}:
            length = 4 if kind == _FIXED32 else 8
        else:
            raise Broken(f"unknown kind of field {kind}")
        if position + length > len(data):
            raise Broken("cut off")
        yield key >> 3, data[position : position + length]
        position += length


def _varint(data: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while position < len(data):
        byte = data[position]
        position += 1
        value |= (byte & ~_MORE) << shift
        if not byte & _MORE:
            return value, position
        shift += 7
    raise Broken("cut off")


def _bytes(fields: _Fields, number: int) -> bytes:
    value = fields.get(number, [b""])[-1]
    return value if isinstance(value, bytes) else b""


def _text(fields: _Fields, number: int) -> str:
    return _bytes(fields, number).decode(errors="replace")


def _number(fields: _Fields, number: int) -> int:
    value = fields.get(number, [0])[-1]
    return value if isinstance(value, int) else 0


def _time(fields: _Fields, number: int) -> float:
    """Return a Timestamp in seconds."""
    data = _bytes(fields, number)
    if not data:
        return 0.0
    parts = _group(data)
    return _number(parts, 1) + _number(parts, 2) / 1e9
