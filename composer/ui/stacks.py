"""``ls``: the projects of an engine. Pure.

May import: ui, api.listing.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence

from composer.api.listing import Stack
from composer.ui.fit import without
from composer.ui.formats import JSON, TABLE, list_form

HEADER = ("NAME", "STATUS", "CONFIG FILES")


def listed(
    stacks: Sequence[Stack], *, form: str = "table", quiet: bool = False, width: int = 0
) -> str:
    """Return what ``ls`` prints of *stacks*; *width* is the terminal's, 0 where it is none."""
    if quiet:
        return "".join(f"{one.name}\n" for one in stacks)
    rows = [(one.name, status(one.states), ",".join(one.files) or "N/A") for one in stacks]
    form = list_form(form)
    if form == TABLE:
        return without(rows, HEADER, width, (), least=20)
    made = [dict(zip(("Name", "Status", "ConfigFiles"), row, strict=True)) for row in rows]
    return "".join(map(_json, [made] if form == JSON else made))


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False) + "\n"


def status(states: Iterable[str]) -> str:
    """Return ``exited(1), running(2)``."""
    return ", ".join(f"{state}({number})" for state, number in sorted(Counter(states).items()))
