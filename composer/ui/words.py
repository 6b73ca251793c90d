"""Times, sizes and quotes in the words that Docker's tools use.

May import: ui.tables.
"""

from composer.ui.tables import cells, crop

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_ESCAPES = {
    '"': '\\"', "\\": "\\\\", "\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r",
    "\t": "\\t", "\v": "\\v",
}  # fmt: skip


def duration(seconds: float) -> str:
    """Return a span of time as ``docker ps`` tells it: ``4 minutes``, ``About an hour``."""
    whole = int(seconds)
    hours = int(seconds / _HOUR + 0.5)
    if whole < 1:
        return "Less than a second"
    if whole < _MINUTE:
        return "1 second" if whole == 1 else f"{whole} seconds"
    if whole < _HOUR:
        minutes = whole // _MINUTE
        return "About a minute" if minutes == 1 else f"{minutes} minutes"
    if hours < 48:  # noqa: PLR2004 - two days
        return "About an hour" if hours == 1 else f"{hours} hours"
    for days, name, limit in ((1, "days", 14), (7, "weeks", 60), (30, "months", 730)):
        if hours < 24 * limit:
            return f"{hours // 24 // days} {name}"
    return f"{whole // _HOUR // 24 // 365} years"


def elapsed(seconds: float) -> str:
    """Return a short span of time: ``0.4s``, ``12.3s``, ``2m05s``, ``1h02m``."""
    if seconds < _MINUTE - 0.05:
        return f"{max(seconds, 0):.1f}s"
    whole = round(seconds)
    if whole < _HOUR:
        return f"{whole // _MINUTE}m{whole % _MINUTE:02}s"
    return f"{whole // _HOUR}h{whole % _HOUR // _MINUTE:02}m"


def ellipsis(text: str, width: int) -> str:
    """Return *text*, cut to *width* columns with an ellipsis at the end."""
    return text if cells(text) <= width else crop(text, width - 1) + "…"


def quoted(text: str) -> str:
    """Return *text* in double quotes with escapes, as Go's ``%q`` writes it."""
    if text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char.isprintable():
        return char
    point = ord(char)
    if point < 0x80:  # noqa: PLR2004 - ASCII
        return f"\\x{point:02x}"
    return f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"  # noqa: PLR2004 - 16 bits
