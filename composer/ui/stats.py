"""``stats``: what containers use, as Docker's tools compute and word it. Pure.

    select(containers, …)  →  containers
    record(container, sample, …)  →  fields        stats(records, form)  →  text

May import: ui, state.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from composer.state import ContainerState
from composer.ui.formats import Record, formatted
from composer.ui.tables import cells

COLUMNS = ("ID", "Name", "CPUPerc", "MemUsage", "MemPerc", "NetIO", "BlockIO", "PIDs")
GIVING_WAY = ("ID", "BlockIO", "PIDs", "MemPerc", "NetIO")
"""The columns that a narrow terminal does without, one after the other."""
TITLES = {
    "ID": "CONTAINER ID",
    "CPUPerc": "CPU %",
    "MemUsage": "MEM USAGE / LIMIT",
    "MemPerc": "MEM %",
    "NetIO": "NET I/O",
    "BlockIO": "BLOCK I/O",
    "PIDs": "PIDS",
}
_ID = 12
_DECIMAL = ("B", "kB", "MB", "GB", "TB", "PB")
_BINARY = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")


def select(
    containers: Iterable[ContainerState], service: str = "", *, everything: bool = False
) -> list[ContainerState]:
    """Return whose figures are shown, as the engine lists them: the newest first.

    That is what runs, or *everything*; of *service* only, if one is named.
    """
    chosen = (one for one in containers if not service or one.service == service)
    shown = (one for one in chosen if everything or one.running)
    return sorted(shown, key=lambda one: one.listed)


def record(one: ContainerState, sample: Mapping[str, Any], *, no_trunc: bool = False) -> Record:
    """Return the fields of a container; *sample* is the engine's, empty where there is none."""
    memory = sample.get("memory_stats") or {}
    used, limit = _used(memory), memory.get("limit") or 0
    networks = (sample.get("networks") or {}).values()
    received, sent = (sum(net[key] for net in networks) for key in ("rx_bytes", "tx_bytes"))
    blocks = (sample.get("blkio_stats") or {}).get("io_service_bytes_recursive") or ()
    read, written = (
        sum(b["value"] for b in blocks if b["op"].lower() == op) for op in ("read", "write")
    )
    return {
        "BlockIO": f"{_size(read)} / {_size(written)}",
        "CPUPerc": f"{_cpu(sample):.2f}%",
        "Container": one.id,
        "ID": one.id if no_trunc else one.id[:_ID],
        "MemPerc": f"{used / limit * 100 if limit else 0:.2f}%",
        "MemUsage": f"{_size(used, _BINARY)} / {_size(limit, _BINARY)}",
        "Name": one.name,
        "NetIO": f"{_size(received)} / {_size(sent)}",
        "PIDs": str((sample.get("pids_stats") or {}).get("current") or 0),
    }


def stats(records: Sequence[Record], form: str, width: int = 0) -> str:
    """Return what ``stats`` prints. Raises ComposerError where the template is wrong.

    The table leaves out columns to stay below the *width* of a terminal, 0 for none.
    """
    if form not in {"", "table"}:
        return formatted(records, form, TITLES)
    columns = list(COLUMNS)
    text = _table(records, columns)
    for name in GIVING_WAY:
        if not width or max(map(cells, text.splitlines())) < width:
            break
        columns.remove(name)
        text = _table(records, columns)
    return text


def _table(records: Sequence[Record], columns: Sequence[str]) -> str:
    return formatted(records, "table " + "\t".join(f"{{{{.{name}}}}}" for name in columns), TITLES)


def _used(memory: Mapping[str, Any]) -> int:
    """Return the memory in use less the cache that the kernel can drop."""
    usage = int(memory.get("usage") or 0)
    details = memory.get("stats") or {}
    for name in ("total_inactive_file", "inactive_file"):
        if 0 < (details.get(name) or 0) < usage:
            return usage - int(details[name])
    return usage


def _cpu(sample: Mapping[str, Any]) -> float:
    now, before = sample.get("cpu_stats") or {}, sample.get("precpu_stats") or {}
    spent = _total(now) - _total(before)
    passed = (now.get("system_cpu_usage") or 0) - (before.get("system_cpu_usage") or 0)
    processors = now.get("online_cpus") or 1
    return spent / passed * processors * 100 if spent > 0 and passed > 0 else 0.0


def _total(cpu: Mapping[str, Any]) -> int:
    return int((cpu.get("cpu_usage") or {}).get("total_usage") or 0)


def _size(number: float, units: Sequence[str] = _DECIMAL) -> str:
    """Return a size with at most 3 (decimal) or 4 (binary) significant digits."""
    base, digits = (1000, 3) if units is _DECIMAL else (1024, 4)
    step = 0
    while number >= base and step < len(units) - 1:
        number, step = number / base, step + 1
    return f"{number:.{digits}g}{units[step]}"
