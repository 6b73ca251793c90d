"""Durations, byte sizes and numbers as Compose reads and writes them.

Durations are integers of nanoseconds, sizes integers of bytes, as the Engine API wants them.
Forms: Go's ``time.ParseDuration`` and ``docker/go-units`` ``RAMInBytes`` (Compose Specification,
"Specifying durations" and "Specifying byte values").

May import: nothing of the package.
"""

import math
import re
import struct

_UNIT_NS = {
    "ns": 1, "us": 10**3, "µs": 10**3, "μs": 10**3, "ms": 10**6,
    "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9,
    "d": 24 * 3600 * 10**9, "w": 7 * 24 * 3600 * 10**9,
}  # fmt: skip
_DURATION_PART = re.compile(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)([^0-9.]*)")
_DURATION_HINT = "write a number with a unit, as in 1m30s"
_SIZE = re.compile(r"(\S*[0-9.]) ?(b?|[kmgtp](?:i?b)?)", re.IGNORECASE)
_INTEGER = re.compile(r"[+-]?[0-9]+")
_DIGITS, _HEX_DIGITS = r"[0-9]+(?:_[0-9]+)*", r"[0-9a-f]+(?:_[0-9a-f]+)*"
_NUMBER = re.compile(
    rf"[+-]?(?:inf(?:inity)?|(?:{_DIGITS}(?:\.(?:{_DIGITS})?)?|\.{_DIGITS})(?:e[+-]?{_DIGITS})?)|nan",
    re.IGNORECASE | re.ASCII,
)
_HEX_NUMBER = re.compile(
    rf"[+-]?0x(?:_?{_HEX_DIGITS}(?:\.(?:{_HEX_DIGITS})?)?|\.{_HEX_DIGITS})p[+-]?{_DIGITS}",
    re.IGNORECASE | re.ASCII,
)
_SHORT_FROM, _SHORT_BELOW = 1e-4, 1e6
"""Smaller and larger fractions are written with an exponent."""
_WHOLE_BELOW = 1e21
"""The same for whole numbers in JSON."""
_MOST = 2**63 - 1
"""Nanoseconds and bytes are kept in 64 bits."""
_SHOWN = ("B", "kB", "MB", "GB", "TB", "PB")
_THOUSAND = 1000
_SIZE_FACTOR = {"": 1, "b": 1, "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40, "p": 2**50}


def parse_integer(text: str) -> int:
    """Return the value of ASCII digits, maybe with a sign; raise ValueError else."""
    if not _INTEGER.fullmatch(text):
        raise ValueError(f"{text!r} is not a whole number")
    return int(text)


def parse_number(text: str) -> float:
    """Return the value of ``1.5``, ``1e3``, ``0x1p-2``, ``inf``; raise ValueError else.

    The forms are those of Go's ``strconv.ParseFloat``: ``_`` may stand between digits.
    """
    if _HEX_NUMBER.fullmatch(text):
        try:
            return float.fromhex(text.replace("_", ""))
        except OverflowError:
            raise ValueError(f"{text!r} does not fit in 64 bits") from None
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"{text!r} is not a number")
    value = float(text)
    if math.isinf(value) and "i" not in text.lower():
        raise ValueError(f"{text!r} does not fit in 64 bits")
    return value


def parse_duration(text: str) -> int:
    """Return the nanoseconds of ``1m30s``, ``1.5h``, ``500ms``, ``1d``; raise ValueError else."""
    rest = text
    sign = -1 if rest.startswith("-") else 1
    rest = rest.removeprefix("-").removeprefix("+")
    if rest == "0":
        return 0
    from decimal import Decimal

    total, end = Decimal(0), 0
    while match := _DURATION_PART.match(rest, end):
        number, unit = match.groups()
        if unit not in _UNIT_NS:
            trouble = f'unknown unit "{unit}"' if unit else "missing unit"
            raise ValueError(f'{trouble} in duration "{text}"; {_DURATION_HINT}')
        total += Decimal(number) * _UNIT_NS[unit]
        end = match.end()
    if not rest or end != len(rest):
        raise ValueError(f'invalid duration "{text}"; {_DURATION_HINT}')
    if total > _MOST:
        raise ValueError(f'invalid duration "{text}"; it can be 292 years at most')
    return sign * int(total)


def format_duration(nanoseconds: int) -> str:
    """Return Go's form: ``1m30s``, ``1.5s``, ``500ms``, ``0s``."""
    if nanoseconds < 0:
        return "-" + format_duration(-nanoseconds)
    if nanoseconds < _UNIT_NS["s"]:
        for unit in ("ms", "µs"):
            if nanoseconds >= _UNIT_NS[unit]:
                return _decimal(nanoseconds, _UNIT_NS[unit]) + unit
        return f"{nanoseconds}ns" if nanoseconds else "0s"
    minutes, below = divmod(nanoseconds, _UNIT_NS["m"])
    hours, minutes = divmod(minutes, 60)
    seconds = _decimal(below, _UNIT_NS["s"]) + "s"
    if hours:
        return f"{hours}h{minutes}m{seconds}"
    return f"{minutes}m{seconds}" if minutes else seconds


def _decimal(value: int, unit: int) -> str:
    from decimal import Decimal

    text = format(Decimal(value) / Decimal(unit), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def parse_size(text: str) -> int:
    """Return the bytes of ``64m``, ``1.5gb``, ``1e3 KiB``; raise ValueError else."""
    match = _SIZE.fullmatch(text)
    try:
        size = parse_number(match[1]) if match else -1.0
        size *= _SIZE_FACTOR[match[2][:1].lower()] if match else 1
        if 0 <= size <= _MOST:
            return int(size)
    except ValueError:
        pass
    message = f"invalid size: '{text}'; write a number with b, k, m, g, t or p, as in 64m"
    raise ValueError(message)


def float32(value: float) -> float:
    """Return *value* in 32 bits, as Compose keeps it, with as few digits as that allows."""
    try:
        single: float = struct.unpack("f", struct.pack("f", value))[0]
    except OverflowError:
        return math.copysign(math.inf, value)
    for digits in range(6, 10):
        short = float(f"{single:.{digits}g}")
        if struct.unpack("f", struct.pack("f", short))[0] == single:
            return short
    return single


def format_number(value: float) -> str:
    """Return a number in as few digits as it needs: 1.50 → 1.5, 1e3 → 1000, 1e6 → 1e+06."""
    if isinstance(value, int):
        return str(value).lower()
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "+Inf" if value > 0 else "-Inf"
    if value == 0 or _SHORT_FROM <= abs(value) < _SHORT_BELOW:
        return repr(value).removesuffix(".0")
    from decimal import Decimal

    mantissa, _, exponent = format(Decimal(repr(value)).normalize(), "e").partition("e")
    return f"{mantissa}e{exponent[0]}{exponent[1:].zfill(2)}"


def json_number(value: float) -> float:
    """Return a number as JSON has it: a whole one without a fraction."""
    return int(value) if abs(value) < _WHOLE_BELOW and value == int(value) else value


def shown_size(amount: float, digits: int = 3) -> str:
    """Return a number of bytes as Docker's tools show it: ``0B``, ``12.1MB``."""
    unit = 0
    while amount >= _THOUSAND and unit < len(_SHOWN) - 1:
        amount, unit = amount / _THOUSAND, unit + 1
    return f"{amount:.{digits}g}{_SHOWN[unit]}"
