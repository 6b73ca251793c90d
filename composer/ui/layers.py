"""Where the parts of a layered drawing stand: the order within each row, and the middles. Pure.

A part is a box, or the place at which a line passes a row. Lines join neighbouring rows only. Parts
of one row never overlap.

May import: nothing of the package.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

Part = TypeVar("Part", bound=Hashable)
Row = list[Part]
Lines = Iterable[tuple[Part, Part]]

_ROUNDS = 8


def arranged(rows: Sequence[Row[Part]], lines: Lines[Part]) -> list[Row[Part]]:
    """Return *rows*, each sorted so that *lines* cross little: by the mean place of neighbours."""
    made, near = [list(row) for row in rows], _neighbours(lines)
    for number in range(_ROUNDS):
        for row in made if number % 2 else reversed(made):
            at = {part: (index + 0.5) / len(one) for one in made for index, part in enumerate(one)}
            means = {part: _mean(at, near.get(part, ()), at[part]) for part in row}
            row.sort(key=means.__getitem__)
    return made


def middles(
    rows: Sequence[Row[Part]], lines: Lines[Part], widths: Mapping[Part, float], gap: float
) -> dict[Part, float]:
    """Return the horizontal middle of each part, from 0 on: near to its neighbours."""
    near = _neighbours(lines)
    at: dict[Part, float] = {}
    for row in rows:
        at |= _apart(row, dict.fromkeys(row, 0.0), widths, gap)
    for number in range(_ROUNDS):
        for row in rows if number % 2 else reversed(rows):
            wished = {part: _mean(at, near.get(part, ()), at[part]) for part in row}
            at |= _apart(row, wished, widths, gap)
    left = min((at[part] - widths[part] / 2 for row in rows for part in row), default=0)
    return {part: x - left for part, x in at.items()}


def _apart(
    row: Row[Part], wished: Mapping[Part, float], widths: Mapping[Part, float], gap: float
) -> dict[Part, float]:
    """Return middles as near to what is *wished* as the order and the widths allow.

    Pushing everything to the right where it is too near, and everything to the left, both keep
    the distances; so does the mean of the two.
    """
    right, left = _pushed(row, wished, widths, gap, 1), _pushed(row[::-1], wished, widths, gap, -1)
    return {part: (right[part] + left[part]) / 2 for part in row}


def _pushed(
    row: Row[Part],
    wished: Mapping[Part, float],
    widths: Mapping[Part, float],
    gap: float,
    sign: int,
) -> dict[Part, float]:
    at: dict[Part, float] = {}
    edge = float("-inf")
    for part in row:
        x = max(sign * wished[part], edge + widths[part] / 2)
        at[part] = sign * x
        edge = x + widths[part] / 2 + gap
    return at


def _neighbours(lines: Lines[Part]) -> dict[Part, list[Part]]:
    near: dict[Part, list[Part]] = {}
    for one, other in lines:
        near.setdefault(one, []).append(other)
        near.setdefault(other, []).append(one)
    return near


def _mean(at: Mapping[Part, float], near: Sequence[Part], otherwise: float) -> float:
    return sum(at[one] for one in near) / len(near) if near else otherwise
