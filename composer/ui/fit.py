"""What fits the terminal: tables whose least cells are wrapped or left out, lines broken at blanks.

May import: ui.tables.
"""

import os
import re
from collections.abc import Sequence
from typing import TextIO

from composer.ui.tables import Row, cells, column_widths, shorten, table

STEPS = (("IMAGE", 24), ("COMMAND", 0), ("CREATED", 0), ("IMAGE", 0))
"""What is done, one after the other, while the table is too wide: a column's new width, 0: none."""
LEAST = 10
"""The least width of a column."""
_LEAST_WRAPPED = 21
"""Room for ``0.0.0.0:8080->80/tcp``."""


def fit(rows: Sequence[Row], header: Row, width: int) -> str:
    """Return the table of *rows* in at most *width* columns.

    The last column's items (ports) go on below each other, then columns are narrowed. Where not
    even the rest has room, each row becomes a block of lines.
    """
    if _wide(rows, header) <= width:
        return table(rows, header)
    names, lines = list(header), [[*row[:-1], _plain_ports(row[-1])] for row in rows]
    wrapped = _wrapped(lines, names, width)
    for name, most in STEPS:
        if _wide(wrapped, names) <= width:
            break
        _narrow(names, lines, names.index(name), most)
        wrapped = _wrapped(lines, names, width)
    if _wide(wrapped, names) > width:
        wrapped = _wrapped(lines, names, width, halve=True)
    if _wide(wrapped, names) > width:
        _narrow(names, lines, names.index("SERVICE"), 0)
        wrapped = _wrapped(lines, names, width, halve=True)
    return table(wrapped, names) if _wide(wrapped, names) <= width else _blocks(lines)


def without(
    rows: Sequence[Row], header: Row, width: int, names: Sequence[str], *, least: int = LEAST
) -> str:
    """Return the table of *rows* below *width* columns, 0 for any.

    Columns that are wider than what is in them (*least*) are narrowed, then those of *names* are
    left out, one after the other.
    """
    text = table(rows, header, least=least)
    titles, lines = list(header), [list(row) for row in rows]
    for name in ("", *names):
        if not width or max(map(cells, text.splitlines())) < width:
            break
        if name:
            _narrow(titles, lines, titles.index(name), 0)
        text = table(lines, titles, least=0)
    return text


def _blocks(rows: Sequence[Row]) -> str:
    """Return the cells of each row below each other, all but the first indented."""
    lines = []
    for first, *others, items in rows:
        cells_below = [one for one in (*others, *items.split(", ")) if one]
        lines += [first, *(f"  {one}" for one in cells_below)]
    return "".join(f"{line}\n" for line in lines)


def columns(stream: TextIO) -> int:
    """Return how wide the terminal of *stream* is, 0 where it is none or does not tell."""
    try:
        return os.get_terminal_size(stream.fileno()).columns if stream.isatty() else 0
    except (OSError, ValueError):
        return 0


_COLOUR = re.compile("\x1b\\[[0-9;]*m")


def broken(line: str, width: int, hang: int = 2) -> str:
    """Return *line* broken at blanks to *width* columns (0: not at all).

    What goes on is indented by *hang* columns more than *line* is. A word that is longer than the
    width stays whole, so that it can be copied.
    """
    if not width or cells(_COLOUR.sub("", line)) < width:
        return line
    text = line.lstrip(" ")
    margin = " " * (len(line) - len(text))
    first, *words = text.split(" ")
    done, current, indent = [], margin + first, margin + " " * hang
    for word in words:
        joined = f"{current} {word}"
        if cells(_COLOUR.sub("", joined)) < width:
            current = joined
        else:
            done.append(current)
            current = indent + word
    return "\n".join([*done, current])


def _narrow(names: list[str], lines: list[list[str]], at: int, most: int) -> None:
    """Shorten the cells of a column to *most*; take it out where that is nothing."""
    if not most:
        names.pop(at)
    for line in lines:
        if most:
            line[at] = shorten(line[at], most)
        else:
            line.pop(at)


def _plain_ports(items: str) -> str:
    """Return *items* without the ports of all IPv6 addresses that are those of all IPv4 ones."""
    ports = items.split(", ")
    twins = {port.replace("0.0.0.0:", "[::]:", 1) for port in ports if port.startswith("0.0.0.0:")}
    return ", ".join(port for port in ports if port not in twins)


def _wide(rows: Sequence[Row], header: Row) -> int:
    *widths, _ = column_widths([header, *rows], LEAST)
    return sum(widths) + max(cells(row[-1]) for row in [header, *rows])


def _wrapped(
    rows: Sequence[Row], header: Row, width: int, *, halve: bool = False
) -> list[list[str]]:
    """Return *rows* with the last column's items on lines of their own where they do not fit."""
    *widths, _ = column_widths([header, *rows], LEAST)
    room = max(width - sum(widths), _LEAST_WRAPPED)
    lines: list[list[str]] = []
    for *others, items in rows:
        ports = items.split(", ")
        first, *more = _filled(_halved(ports, room) if halve else ports, room)
        lines.append([*others, first])
        lines += [[*([""] * len(others)), one] for one in more]
    return lines


def _halved(items: Sequence[str], room: int) -> list[str]:
    """Return *items*, those that are too long in two: what is published, and what it leads to."""
    halves: list[str] = []
    for item in items:
        published, arrow, target = item.partition("->")
        whole = not arrow or cells(item) < room
        halves += [item] if whole else [published, f"{arrow}{target}"]
    return halves


def _filled(items: Sequence[str], room: int) -> list[str]:
    """Return *items* joined to as few lines of *room* columns as possible."""
    lines = [items[0]]
    for item in items[1:]:
        if item.startswith("->"):
            lines.append(f"  {item}")
        elif cells(joined := f"{lines[-1]}, {item}") < room:
            lines[-1] = joined
        else:
            lines[-1] += ","
            lines.append(item)
    return lines
