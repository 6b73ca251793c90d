"""On which line of a file a variable stands, where a text has several lines.

A tree knows where a text begins, but not how its lines were folded, and what their indentation was.
The dollar signs in a text are those of the file, in the same order, so they can be counted.

May import: source.
"""

import re
from collections.abc import Collection, Iterator, Sequence

from composer.source import Position

_HEADER = re.compile(r"(?:[!&]\S*\s+)*[|>]")
_SHOWN = re.compile(r"\$[\w{$]*")


def places_of_dollars(
    rows: Sequence[str], start: Position, text: str, offsets: Collection[int]
) -> dict[int, Position]:
    """Return the places of the dollar signs at *offsets* of *text*, which begins at *start*.

    Left out are those on the first line of the text, and what cannot be found in the file's *rows*
    (an alias stands elsewhere than its text).
    """
    found: dict[int, Position] = {}
    left = set(offsets)
    in_text = (one.start() for one in re.finditer(r"\$", text))
    for offset, place in zip(in_text, _dollars(rows, start), strict=False):
        if not left:
            break
        if offset not in left:
            continue
        left.remove(offset)
        shown = _SHOWN.match(text, offset)
        row = rows[place.line - 1]
        if place.line > start.line and shown and row.startswith(shown[0], place.column - 1):
            found[offset] = place
    return found


def _dollars(rows: Sequence[str], start: Position) -> Iterator[Position]:
    """Yield the places of the dollar signs of a text; none of those of a block text's header."""
    column = start.column - 1
    if _HEADER.match(rows[start.line - 1], column):
        column = len(rows[start.line - 1])
    for number in range(start.line, len(rows) + 1):
        row = rows[number - 1]
        while (column := row.find("$", column)) >= 0:
            column += 1
            yield Position(start.file, number, column)
        column = 0
