"""``--since`` and ``--until`` as the Engine API wants them: seconds and nanoseconds. Pure.

May import: errors.
"""

import re
from datetime import UTC, datetime

from composer.errors import UsageError

_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}
_STEP = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(h|ms|us|µs|ns|m|s)")
_NUMBER = re.compile(r"\d+(\.\d{1,9})?")
_STAMP = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:T(\d\d)(?::(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?)?(Z|[+-]\d\d:\d\d)?"
)


def instant(text: str, now: float, name: str = "") -> str:
    """Return ``SECONDS.NANOSECONDS`` for a duration before *now*, a date and time, or a number.

    A duration with a minus is one after *now*. A date and time without a zone is local, as Docker
    has it. Raises UsageError, which says what *name* the value has.
    """
    if not text or _NUMBER.fullmatch(text):
        return text
    unsigned = text[1:] if text[0] in "+-" else text
    steps = _STEP.findall(unsigned)
    if steps and "".join(number + unit for number, unit in steps) == unsigned:
        ago = sum(float(number) * _UNITS[unit] for number, unit in steps)
        return f"{now + ago if text.startswith('-') else now - ago:.9f}"
    if match := _STAMP.fullmatch(text):
        return _of_stamp(*match.groups())
    where = f'invalid value for "{name}": ' if name else ""
    raise UsageError(
        f'{where}failed to parse value as time or duration: "{text}"',
        hint="write 2024-05-06T07:08:09Z, or 42m for 42 minutes ago",
    )


def after(stamp: bytes) -> str:
    """Return the instant one nanosecond after a time that the engine gave."""
    match = _STAMP.fullmatch(stamp.decode())
    if not match:
        return ""
    seconds, _, nanos = _of_stamp(*match.groups()).partition(".")
    later = int(seconds) * 10**9 + int(nanos) + 1
    return f"{later // 10**9}.{later % 10**9:09d}"


def _of_stamp(*parts: str | None) -> str:
    day, hour, minute, second, fraction, zone = parts
    text = f"{day}T{hour or '00'}:{minute or '00'}:{second or '00'}"
    try:
        when = datetime.fromisoformat(text + (zone or ""))
    except ValueError as wrong:
        raise UsageError(f"{text!r} is not a time: {wrong}") from None
    if not zone:
        when = when.astimezone()
    seconds = (when - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()
    return f"{int(seconds)}.{(fraction or '').ljust(9, '0')}"
