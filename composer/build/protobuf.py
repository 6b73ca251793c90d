"""Protocol buffers as bytes: the fields of a message, read and written by their numbers. Pure.

Only what BuildKit's messages need: numbers, texts, bytes, messages within messages, and maps of
texts. Fields that are not known are passed over, so newer engines do no harm.

May import: nothing of the package.
"""

from collections.abc import Iterator, Mapping

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_MORE = 0x80
_WORD = (1 << 64) - 1

Fields = dict[int, list[int | bytes]]


class Broken(ValueError):
    """The bytes are no such message."""


def number(at: int, value: int) -> bytes:
    """Return a field that is a number; nothing for 0, which is what is left out."""
    return varint(at << 3 | _VARINT) + varint(value & _WORD) if value else b""


def data(at: int, value: bytes | str) -> bytes:
    """Return a field that is a text, bytes or a message; also where it is empty."""
    content = value.encode(errors="surrogateescape") if isinstance(value, str) else value
    return varint(at << 3 | _BYTES) + varint(len(content)) + content


def texts(at: int, values: Mapping[str, str]) -> bytes:
    """Return a field that is a map of texts."""
    return b"".join(data(at, data(1, key) + data(2, value)) for key, value in values.items())


def varint(value: int) -> bytes:
    """Return a number of variable length."""
    made = bytearray()
    while value >= _MORE:
        made.append(value & 0x7F | _MORE)
        value >>= 7
    made.append(value)
    return bytes(made)


def group(message: bytes) -> Fields:
    """Return the values of each field of a message. Raises Broken."""
    fields: Fields = {}
    for at, value in read(message):
        fields.setdefault(at, []).append(value)
    return fields


def read(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield the number and value of each field. Raises Broken."""
    position = 0
    while position < len(message):
        key, position = _varint(message, position)
        kind = key & 7
        if kind == _VARINT:
            value, position = _varint(message, position)
            yield key >> 3, value
            continue
        if kind == _BYTES:
            length, position = _varint(message, position)
        elif kind in {_FIXED32, _FIXED64}:
            length = 4 if kind == _FIXED32 else 8
        else:
            raise Broken(f"unknown kind of field {kind}")
        if position + length > len(message):
            raise Broken("cut off")
        yield key >> 3, message[position : position + length]
        position += length


def _varint(message: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while position < len(message):
        byte = message[position]
        position += 1
        value |= (byte & ~_MORE) << shift
        if not byte & _MORE:
            return value, position
        shift += 7
    raise Broken("cut off")


def bytes_of(fields: Fields, at: int) -> bytes:
    """Return the last value of a field that is bytes, none where there is none."""
    value = fields.get(at, [b""])[-1]
    return value if isinstance(value, bytes) else b""


def text_of(fields: Fields, at: int) -> str:
    """Return the last value of a field that is a text."""
    return bytes_of(fields, at).decode(errors="replace")


def number_of(fields: Fields, at: int) -> int:
    """Return the last value of a field that is a number, 0 where there is none."""
    value = fields.get(at, [0])[-1]
    return value if isinstance(value, int) else 0


def texts_of(fields: Fields, at: int) -> dict[str, str]:
    """Return a field that is a map of texts."""
    pairs = [group(one) for one in fields.get(at, ()) if isinstance(one, bytes)]
    return {text_of(pair, 1): text_of(pair, 2) for pair in pairs}
