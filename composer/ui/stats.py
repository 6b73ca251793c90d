"""``stats``: what containers use, as Docker's tools word it. Pure.

    record(usage)  →  fields        stats(records, form)  →  text

May import: ui, state.
"""

from collections.abc import Sequence

from composer.state import Usage
from composer.ui.fit import without
from composer.ui.formats import Record, formatted

TITLES = {
    "ID": "CONTAINER ID",
    "Name": "NAME",
    "CPUPerc": "CPU %",
    "MemUsage": "MEM USAGE / LIMIT",
    "MemPerc": "MEM %",
    "NetIO": "NET I/O",
    "BlockIO": "BLOCK I/O",
    "PIDs": "PIDS",
}
"""The columns of the table, in order."""
GIVING_WAY = ("CONTAINER ID", "BLOCK I/O", "PIDS", "MEM %", "NET I/O")
"""The columns that a narrow terminal does without, one after the other."""
_ID = 12
_DECIMAL = ("B", "kB", "MB", "GB", "TB", "PB")
_BINARY = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")


def record(usage: Usage, *, no_trunc: bool = False) -> Record:
    """Return the fields of a container."""
    one, limit = usage.container, usage.memory_limit
    return {
        "BlockIO": f"{_size(usage.read)} / {_size(usage.written)}",
        "CPUPerc": f"{usage.processor * 100:.2f}%",
        "Container": one.id,
        "ID": one.id if no_trunc else one.id[:_ID],
        "MemPerc": f"{usage.memory / limit * 100 if limit else 0:.2f}%",
        "MemUsage": f"{_size(usage.memory, _BINARY)} / {_size(limit, _BINARY)}",
        "Name": one.name,
        "NetIO": f"{_size(usage.received)} / {_size(usage.sent)}",
        "PIDs": str(usage.processes),
    }


def stats(records: Sequence[Record], form: str, width: int = 0) -> str:
    """Return what ``stats`` prints. Raises ComposerError where the template is wrong.

    The table leaves out columns to stay below the *width* of a terminal, 0 for none.
    """
    if form not in {"", "table"}:
        return formatted(records, form, TITLES)
    rows = [[str(one[name]) for name in TITLES] for one in records]
    return without(rows, tuple(TITLES.values()), width, GIVING_WAY)


def _size(number: float, units: Sequence[str] = _DECIMAL) -> str:
    """Return a size with at most 3 (decimal) or 4 (binary) significant digits."""
    base, digits = (1000, 3) if units is _DECIMAL else (1024, 4)
    step = 0
    while number >= base and step < len(units) - 1:
        number, step = number / base, step + 1
    return f"{number:.{digits}g}{units[step]}"
