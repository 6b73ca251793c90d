"""``ls``: the projects of an engine. Pure.

May import: ui, api.listing, errors.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence

from composer.api.listing import Stack
from composer.errors import ComposerError
from composer.ui.fit import without
from composer.ui.words import quoted

HEADER = ("NAME", "STATUS", "CONFIG FILES")


def listed(
    stacks: Sequence[Stack], *, form: str = "table", quiet: bool = False, width: int = 0
) -> str:
    """Return what ``ls`` prints of *stacks*; *width* is the terminal's, 0 where it is none."""
    if quiet:
        return "".join(f"{one.name}\n" for one in stacks)
    rows = [(one.name, status(one.states), ",".join(one.files) or "N/A") for one in stacks]
    if form == "json":
        keys = ("Name", "Status", "ConfigFiles")
        made = [dict(zip(keys, row, strict=True)) for row in rows]
        return json.dumps(made, separators=(",", ":"), ensure_ascii=False) + "\n"
    if form not in {"table", ""}:
        message = f"format value {quoted(form)} could not be parsed: parsing failed"
        raise ComposerError(message, hint="table or json")
    return without(rows, HEADER, width, (), least=20)


def status(states: Iterable[str]) -> str:
    """Return ``exited(1), running(2)``."""
    return ", ".join(f"{state}({number})" for state, number in sorted(Counter(states).items()))
