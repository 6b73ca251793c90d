"""One frame of the live view: what stands in which line, in which style. Pure.

     [+] Running 2/3  1.4s
     ✔ Network shop_default   Created    0.1s
     ✔ Container shop-db-1    Healthy    1.1s
     ⠹ Container shop-web-1   Starting   0.3s

May import: ui.board, ui.steps, ui.tables, ui.words, ui.view, source, spec.units.
"""

from collections.abc import Sequence

from composer.source import printable
from composer.spec.units import shown_size
from composer.ui.board import Row
from composer.ui.steps import steps, summary
from composer.ui.tables import cells, crop, shorten
from composer.ui.view import DRY_RUN
from composer.ui.words import elapsed, ellipsis

Piece = tuple[str, str]
"""A text and its style."""
Line = list[Piece]

SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_MARKS = {"done": "✔", "failed": "✘", "skipped": "-", "warning": "!"}
_STYLES = {
    "working": "yellow", "done": "green", "failed": "bold red", "skipped": "dim",
    "warning": "yellow",
}  # fmt: skip
_URGENCY = {"failed": 0, "working": 1, "warning": 2, "skipped": 3, "done": 3}
_TIME, _BAR = 6, 24
_LEAST_NAME, _LEAST_STATUS, _LEAST_DETAIL, _LEAST_BAR = 12, 9, 8, 6
TAIL = 8
"""Lines shown below a row that works: the steps of a build, or the last of its output."""


class Look:
    """How wide the columns are, on a screen of *width* columns."""

    def __init__(self, rows: Sequence[Row], width: int, now: float, *, dry_run: bool) -> None:
        self.now, self.width = now, width
        self.mode = DRY_RUN if dry_run else ""
        room = max(width - 1 - len(self.mode), 1)
        self.status = max((cells(row.verb) for row in rows), default=0)
        name = min(max((cells(printable(row.short)) for row in rows), default=0), room // 2)
        self.status = max(min(self.status, room - 5 - name), _LEAST_STATUS)
        self.timed = room >= 3 + _LEAST_NAME + 2 + self.status + 2 + _TIME
        fixed = 3 + 2 + self.status + (2 + _TIME if self.timed else 0)
        self.name = max(room - fixed, 1)
        self.kinds = max((cells(row.resource) for row in rows), default=0) <= self.name
        self.name = min(self.name, max((cells(self.title(row)) for row in rows), default=0))
        self.detail = max(room - fixed - self.name - 2, 0)

    def title(self, row: Row) -> str:
        """Return what a row is called: without its kind where that leaves no room."""
        return printable(row.resource if self.kinds else row.short)


def frame(  # noqa: PLR0913 - what is to be seen, and where
    rows: Sequence[Row],
    *,
    width: int,
    height: int | None,
    now: float,
    began: float,
    dry_run: bool = False,
    title: str = "Running",
) -> list[Line]:
    """Return the lines of a frame of at most *width* and *height*; None has room for all rows.

    *title* says what is going on.
    """
    shown, hidden = (list(rows), []) if height is None else _chosen(rows, height - 2)
    look = Look(shown, width, now, dry_run=dry_run)
    spare = 0 if height is None else height - 2 - len(shown) - bool(hidden)
    working = any(row.state == "working" for row in rows)
    end = now if working else max((row.changed for row in rows), default=now)
    lines = [_header(title, rows, end - began)]
    for row in shown:
        tail = _tail(row, min(spare, TAIL), look) if row.state == "working" else []
        spare -= len(tail)
        lines += [_row(row, look, above=bool(tail)), *tail]
    if hidden:
        lines.append(_summary(hidden))
    return [_cropped(line, width) for line in lines]


def _chosen(rows: Sequence[Row], room: int) -> tuple[list[Row], list[Row]]:
    """Return the rows that are shown, and those for which there is no room."""
    if len(rows) <= room:
        return list(rows), []
    by_urgency = sorted(
        range(len(rows)), key=lambda index: (_URGENCY[rows[index].state], -rows[index].changed)
    )
    kept = set(by_urgency[: max(room - 1, 0)])
    shown = [row for index, row in enumerate(rows) if index in kept]
    return shown, [row for index, row in enumerate(rows) if index not in kept]


def _header(title: str, rows: Sequence[Row], seconds: float) -> Line:
    done = sum(row.state in {"done", "warning"} for row in rows)
    failed = sum(row.state == "failed" for row in rows)
    header = [(f"[+] {title} {done}/{len(rows)}", "bold"), (f"  {elapsed(seconds)}", "dim")]
    return [*header, (f"  {failed} failed", "bold red")] if failed else header


def _row(row: Row, look: Look, *, above: bool) -> Line:
    style = _STYLES[row.state]
    mark = _MARKS.get(row.state) or SPINNER[int(look.now * 10) % len(SPINNER)]
    name = shorten(look.title(row), look.name)
    verb = ellipsis(printable(row.verb), look.status)
    line: Line = [
        (f" {mark} ", style),
        (look.mode, "cyan"),
        (name + " " * (look.name - cells(name) + 2), ""),
        (verb, style if row.state != "working" else ""),
    ]
    if look.timed:
        gap = " " * (look.status - cells(verb) + 2)
        spent = "" if row.state == "skipped" else elapsed(row.seconds(look.now))
        line.append((f"{gap}{spent:>{_TIME}}", "dim"))
    if look.detail >= _LEAST_DETAIL:
        line += _detail(row, look.detail, above=above)
    return line


def _detail(row: Row, width: int, *, above: bool) -> Line:
    """Return what stands behind the time; *above*: lines below the row tell more."""
    if row.state != "working":
        told = row.detail.partition("\n")[0]
        if not told and row.state == "done" and row.steps:
            told = summary(row.steps, working=False)
        first = ellipsis(printable(told), width)
        return [(f"  {first}", "red" if row.state == "failed" else "dim")] if first else []
    if row.steps:
        told = summary(row.steps, working=True) if above else printable(row.latest)
        return [(f"  {ellipsis(told, width)}", "dim")]
    now, total = row.bytes()
    if total <= 0:
        return [("  " + ellipsis(printable(row.latest), width), "dim")] if row.latest else []
    done, layers = row.layers()
    if now >= total:
        return [("  " + crop(f"extracting {done}/{layers}", width), "dim")]
    return _bar(now / total, f"{shown_size(now)}/{shown_size(total)}", width)


def _bar(share: float, text: str, width: int) -> Line:
    length = min(_BAR, width - cells(text) - 1)
    if length < _LEAST_BAR:
        return [(f"  {share:.0%}", "dim")]
    full = int(share * length)
    return [("  " + "━" * full, "cyan"), ("─" * (length - full), "dim"), (f" {text}", "dim")]


def _tail(row: Row, room: int, look: Look) -> list[Line]:
    if row.steps:
        return [[line] for line in steps(row.steps, room, look.width, look.now)]
    if room <= 0:
        return []
    last = [printable(text.expandtabs()) for text in list(row.output)[-room:]]
    return [[(f"     {crop(text, max(look.width - 6, 1))}", "dim")] for text in last]


def _summary(rows: Sequence[Row]) -> Line:
    counts = [
        f"{sum(row.state == state for row in rows)} {state}"
        for state in ("working", "warning", "skipped", "done", "failed")
        if any(row.state == state for row in rows)
    ]
    return [(f"   … {len(rows)} more: {', '.join(counts)}", "dim")]


def _cropped(line: Line, width: int) -> Line:
    """Return *line* in less than *width* columns, so that no terminal wraps it."""
    room, kept = width - 1, []
    for text, style in line:
        fitting = crop(text, room)
        room -= cells(fitting)
        kept.append((fitting, style))
    return kept
