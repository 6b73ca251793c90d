"""The line of a file that a message is about, with a caret below the place.

May import: ui.ansi, ui.tables, source.
"""

from composer.source import Position, printable
from composer.ui.ansi import paint
from composer.ui.tables import cells

WIDTH = 100
"""Characters of a line that are shown at most, around the place."""
_LEAST = 10
"""Characters that are shown however narrow the terminal is."""
_ROUND = len("  ") + len(" | ") + len("……") + 1
"""Columns around a line and its number; the last one of a terminal stays free."""


def excerpt(position: Position, text: str, colour: str = "", width: int = 0) -> list[str]:
    """Return the line at *position* and a caret line; nothing where *text* has no such line.

    *colour* is the caret's (a key of STYLES), empty for no colours at all. *width* are the columns
    that there are, 0 for any number.
    """
    lines = text.split("\n", position.line)
    if not 0 < position.line <= len(lines):
        return []
    line = lines[position.line - 1].rstrip("\r")
    column = min(max(position.column - 1, 0), len(line))
    number = str(position.line)
    room = min(WIDTH, max(width - len(number) - _ROUND, _LEAST)) if width else WIDTH
    start = max(0, column - room * 3 // 5)
    before = ("…" if start else "") + _shown(line[start:column])
    after = _shown(line[column : start + room]) + ("…" if len(line) > start + room else "")
    bar = paint("|", "dim" if colour else "")
    caret = paint("^", *(("bold", colour) if colour else ()))
    return [
        f"  {paint(number, 'dim' if colour else '')} {bar} {before}{after}",
        f"  {' ' * len(number)} {bar} {' ' * cells(before)}{caret}",
    ]


def _shown(text: str) -> str:
    return printable(text.replace("\t", " "))
