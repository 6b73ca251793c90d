"""What a YAML scalar means: null, boolean, number, date or text.

Compose reads YAML 1.1 with the rules of Go's yaml.v3, which differ from Python's in ways that
users meet every day: ``22:22`` and ``yes`` are text, ``017`` and ``0o17`` are fifteen.

May import: tree.
"""

import base64
import binascii
import math
import re

from composer.tree import Scalar

_CORE = "tag:yaml.org,2002:"
_FIRST = frozenset("0123456789+-.~nNtTfF")
"""A plain scalar that starts with none of these is text; most are, so this is asked first."""

_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
}
_INTEGER = re.compile(
    r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))", re.ASCII
)
_SIGN_INSIDE = re.compile(r"0(?:b([-+][01]+)|o([-+][0-7]+))")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_DOTTED = re.compile(r"\.[0-9](?:_?[0-9])*(?:[eE][-+]?[0-9](?:_?[0-9])*)?")
_DATE = re.compile(
    r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"
    r"(?:(?:[Tt](?=.*(?:Z|[-+][0-9]{2}:[0-9]{2})\Z)|[ ](?=[0-9:.]*\Z))"
    r"([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:\.([0-9]+))?(Z|[-+][0-9]{2}:[0-9]{2})?)?"
)
_LONGEST_INTEGER = 70
"""Digits beyond any 64-bit number in base 2; Python's own conversion has a limit too."""


class Timestamp(str):
    """An unquoted date, as RFC 3339 text; where text is expected Compose refuses it."""

    __slots__ = ()


_KINDS: dict[str, tuple[str, type]] = {
    "int": ("an integer", int),
    "float": ("a number", float),
    "bool": ("a boolean", bool),
    "null": ("null", type(None)),
    "timestamp": ("a date", Timestamp),
}


class ScalarError(Exception):
    """An explicit tag, such as ``!!int``, does not fit the text."""


def resolve(text: str, tag: str | None, *, plain: bool) -> Scalar:
    """Return the value of *text*; *plain* tells that it was written without quotes.

    The tags of YAML itself convert; any other tag makes the scalar text, and nothing is ever
    constructed from it.
    """
    if not tag or tag == "!":
        return _plain(text) if plain else text
    name = tag.removeprefix(_CORE) if tag.startswith(_CORE) else ""
    if name == "binary":
        return _binary(text)
    if name not in _KINDS:
        return text
    value = _plain(text)
    if name == "float" and type(value) is int:
        return float(value)
    wanted, kind = _KINDS[name]
    if type(value) is not kind:
        message = f'"{text}" cannot be read as {wanted} (!!{name})'
        raise ScalarError(message)
    return value


def _plain(text: str) -> Scalar:
    if text and text[0] not in _FIRST:
        return text
    if text in _WORDS:
        return _WORDS[text]
    first = text[0]
    if first == ".":
        return _float(text.replace("_", ""), text) if _DOTTED.fullmatch(text) else text
    if first.isalpha() or first == "~":
        return text
    return _number(text)


def _number(text: str) -> Scalar:
    if text[4:5] == "-" and (date := _date(text)) is not None:
        return date
    digits = text.replace("_", "")
    integer = _integer(digits) if len(digits) <= _LONGEST_INTEGER else None
    if integer is not None:
        return integer
    if _FLOAT.fullmatch(digits):
        return _float(digits, text)
    if odd := _SIGN_INSIDE.fullmatch(digits):
        return int(odd[1], 2) if odd[1] else int(odd[2], 8)
    return text


def _integer(digits: str) -> int | None:
    match = _INTEGER.fullmatch(digits)
    if not match:
        return None
    sign, hexadecimal, binary, octal, decimal = match.groups()
    if decimal:
        size = int(decimal)
    elif hexadecimal:
        size = int(hexadecimal, 16)
    else:
        size = int(octal, 8) if octal else int(binary, 2)
    limit = 1 << 63 if sign else 1 << 64
    if size < limit:
        return -size if sign == "-" else size
    return -size if sign == "-" and size == limit else None


def _float(digits: str, text: str) -> Scalar:
    value = float(digits)
    return text if math.isinf(value) else value


def _binary(text: str) -> str:
    try:
        data = base64.b64decode(text.replace("\n", "").replace("\r", ""), validate=True)
    except (binascii.Error, ValueError):
        message = "this is not base64 (!!binary)"
        raise ScalarError(message) from None
    return data.decode("utf-8", "surrogateescape")


def _date(text: str) -> Timestamp | None:
    match = _DATE.fullmatch(text)
    if not match:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    days = (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    if not (1 <= month <= len(days) and 1 <= day <= days[month - 1]):
        return None
    if hour > 23 or minute > 59 or second > 59:  # noqa: PLR2004 - a clock's own numbers
        return None
    fraction = (match[7] or "")[:9].rstrip("0")
    zone = "Z" if match[8] in {None, "+00:00", "-00:00"} else match[8]
    clock = f"{hour:02}:{minute:02}:{second:02}" + (f".{fraction}" if fraction else "")
    return Timestamp(f"{year:04}-{month:02}-{day:02}T{clock}{zone}")
