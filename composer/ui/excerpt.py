"""The line of a file that a message is about, with a caret below the place.

May import: ui.ansi, ui.tables, source.
"""

from composer.source import Position, printable
from composer.ui.ansi import paint
from composer.ui.tables import cells

WIDTH = 100
"""Characters of a line that are shown, around the place."""
_BEFORE = 60


def excerpt(position: Position, text: str, colour: str = "") -> list[str]:
    """Return the line at *position* and a caret line; nothing where *text* has no such line.

    *colour* is the caret's (a key of STYLES), empty for no colours at all.
    """
    lines = text.split("\n", position.line)
    if not 0 < position.line <= len(lines):
        return []
    line = lines[position.line - 1].rstrip("\r")
    column = min(max(position.column - 1, 0), len(line))
    start = max(0, column - _BEFORE)
    before = ("…" if start else "") + _shown(line[start:column])
    after = _shown(line[column : start + WIDTH]) + ("…" if len(line) > start + WIDTH else "")
    number = str(position.line)
    bar = paint("|", "dim" if colour else "")
    caret = paint("^", *(("bold", colour) if colour else ()))
    return [
        f"  {paint(number, 'dim' if colour else '')} {bar} {before}{after}",
        f"  {' ' * len(number)} {bar} {' ' * cells(before)}{caret}",
    ]


def _shown(text: str) -> str:
    return printable(text.replace("\t", " "))
