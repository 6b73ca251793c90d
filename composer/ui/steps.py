"""The steps of a build below its line: those that are done, and what the others print. Pure.

       CACHED  [base 1/2] FROM docker.io/library/busybox:latest
         2.3s  [base 2/2] RUN make
         0.8s  [web 1/1] RUN ./test
               12 of 80

May import: ui.board, ui.tables, ui.words, source, spec.units.
"""

from collections.abc import Sequence

from composer.source import printable
from composer.spec.units import shown_size
from composer.ui.board import Part
from composer.ui.tables import crop
from composer.ui.words import elapsed

_TIME = 11
"""Columns of a time, and what is left of it."""
_INTERNAL = "[internal]"
"""What the names of steps begin with that nobody wrote: they are shown while they work."""


def steps(parts: Sequence[Part], room: int, width: int, now: float) -> list[tuple[str, str]]:
    """Return at most *room* lines and their styles; the last, where there are more."""
    lines: list[tuple[str, str]] = []
    for part in parts:
        if part.ended and part.name.startswith(_INTERNAL):
            continue
        time = part.ended.removeprefix("DONE ") or elapsed(now - part.began)
        lines.append((f"{time:>{_TIME}}  {_name(part)}", "dim" if part.ended else ""))
        if not part.ended:
            lines += [(f"{'':{_TIME}}  {line}", "dim") for line in part.printed]
    shown = lines[-room:] if room > 0 else []
    return [(crop(printable(text.expandtabs()), max(width - 1, 1)), style) for text, style in shown]


def summary(parts: Sequence[Part], *, working: bool) -> str:
    """Return how many of the steps that somebody wrote have ended, or what came of all."""
    own = [part for part in parts if not part.name.startswith(_INTERNAL)]
    if working:
        return f"{sum(bool(part.ended) for part in own)}/{len(own)} steps"
    cached = sum(part.ended == "CACHED" for part in own)
    return f"{len(own)} steps, {cached} cached" if cached else f"{len(own)} steps"


def _name(part: Part) -> str:
    if part.ended or not part.current:
        return part.name
    total = f"/{shown_size(part.total)}" if part.total else ""
    return f"{part.name}  {shown_size(part.current)}{total}"
