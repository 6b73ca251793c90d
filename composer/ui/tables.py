"""Tables of text, as Docker's tools align them.

May import: source.
"""

import unicodedata
from collections.abc import Sequence
from itertools import groupby

from composer.source import on_one_line

Row = Sequence[str]

GAP = 3


def cells(text: str) -> int:
    """Return how many columns of a terminal *text* takes."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return len(text) + wide - sum(unicodedata.combining(char) > 0 for char in text)


def shorten(text: str, width: int) -> str:
    """Return *text* in at most *width* columns, with an ellipsis where its middle was."""
    if cells(text) <= width:
        return text
    if width < 2:  # noqa: PLR2004 - room for a character and the ellipsis
        return "…"[:width]
    head, tail = (width - 1) // 2, width // 2
    return f"{crop(text, head)}…{crop(text[::-1], tail)[::-1]}"


def crop(text: str, width: int) -> str:
    """Return the beginning of *text* that fits *width* columns."""
    if cells(text) <= width:
        return text
    kept = text[:width]
    while cells(kept) > width:
        kept = kept[:-1]
    return kept


def table(rows: Sequence[Row], header: Row | None = None, *, least: int = 10) -> str:
    """Return *rows* below *header* with aligned columns, a line each.

    What could drive a terminal, or break a line, is escaped. A column is as wide as its widest
    cell and a gap, at least *least* (10 for ``ps``, 20 for ``ls`` and ``images``). The last column
    is not padded, so an empty one leaves the gap's blanks before it, as Docker's tools do.
    """
    lines = [[on_one_line(cell) for cell in row] for row in ([header] if header else []) + [*rows]]
    return "".join(map(_line, lines, _widths(lines, least)))


def column_widths(lines: Sequence[Row], least: int) -> list[int]:
    """Return the width of each column of *lines* of the same length, gap included."""
    columns = zip(*lines, strict=True)
    return [max(least, *(cells(cell) + GAP for cell in column)) for column in columns]


def _widths(lines: Sequence[Row], least: int) -> list[list[int]]:
    """Return the widths of each line's cells but the last.

    A line that ends before a column parts it: what is above and what is below are aligned apart.
    """
    widths: list[list[int]] = [[] for _ in lines]
    for column in range(max(map(len, lines), default=1) - 1):
        reach = [len(line) > column + 1 for line in lines]
        blocks = groupby(range(len(lines)), reach.__getitem__)
        for numbers in (list(block) for reaches, block in blocks if reaches):
            width = max(least, *(cells(lines[number][column]) + GAP for number in numbers))
            for number in numbers:
                widths[number].append(width)
    return widths


def _line(line: Row, widths: Sequence[int]) -> str:
    padded = [
        cell + " " * (width - cells(cell)) for cell, width in zip(line[:-1], widths, strict=True)
    ]
    return "".join([*padded, *line[-1:]]) + "\n"
