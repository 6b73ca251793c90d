"""``top``: the processes of containers as one table. Pure.

May import: ui, api.listing, source.
"""

from collections.abc import Sequence

from composer.api.listing import Processes
from composer.source import on_one_line
from composer.ui.tables import cells

GAP, LEAST = 2, 4
LAST = "CMD"


def top(found: Sequence[Processes]) -> str:
    """Return a line a process; nothing where none runs. The command is the last column."""
    titles = ["SERVICE", "#"]
    for one in found:
        titles += [title for title in one.titles if title not in titles]
    if LAST in titles:
        titles = [*(title for title in titles if title != LAST), LAST]
    rows = [_cells(titles, one, row) for one in sorted(found, key=_order) for row in one.rows]
    return _aligned([titles, *rows]) if rows else ""


def _order(one: Processes) -> tuple[bool, str, int]:
    """Return what sorts containers: those of ``run`` come last."""
    return one.container.one_off, one.container.service, one.container.number


def _cells(titles: Sequence[str], one: Processes, row: Sequence[str]) -> list[str]:
    known = dict(zip(one.titles, map(on_one_line, row), strict=False))
    number = "" if one.container.one_off else str(one.container.number or "-")
    service = on_one_line(one.container.service)
    return [service, number, *(known.get(title, "-") for title in titles[2:])]


def _aligned(lines: Sequence[Sequence[str]]) -> str:
    widths = [
        max(LEAST, *(cells(one) + GAP for one in column)) for column in zip(*lines, strict=True)
    ]
    return "".join(
        "".join(
            cell + " " * (width - cells(cell))
            for cell, width in zip(line[:-1], widths, strict=False)
        )
        + f"{line[-1]}\n"
        for line in lines
    )
