"""The result as a table for people, and as JSON for programs."""

import json
import os
import platform
from collections.abc import Sequence

from measure import Measured
from programs import Tool, version


def machine() -> str:
    """Return in a line what the numbers depend on."""
    cpus, load = _machine()
    busy = "; it is busy, so the numbers are noisy" if load > cpus / 2 else ""
    return f"{cpus} CPUs, load {load:.1f}, Python {platform.python_version()}{busy}"


def _machine() -> tuple[int, float]:
    return os.cpu_count() or 1, os.getloadavg()[0]


def as_table(measured: Sequence[Measured], tools: Sequence[Tool]) -> str:
    """Return medians in seconds, the range of the runs, and the ratio of the medians."""
    head = ["", *(f"{tool.name} (s)" for tool in tools), "ratio", "aim"]
    rows = [
        [one.name, *(_cell(one, tool) for tool in tools), *_ratio(one, tools)] for one in measured
    ]
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    lines = []
    for row in [head, *rows]:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def _cell(one: Measured, tool: Tool) -> str:
    seconds = one.seconds[tool.name]
    return f"{one.median(tool.name):.3f} ({min(seconds):.3f}-{max(seconds):.3f})"


def _ratio(one: Measured, tools: Sequence[Tool]) -> list[str]:
    ratio = one.ratio(tools[0].name, tools[-1].name) if len(tools) > 1 else None
    return ["" if ratio is None else f"{ratio:.2f}", "" if one.aim is None else f"{one.aim:.2f}"]


def as_json(measured: Sequence[Measured], tools: Sequence[Tool]) -> str:
    """Return everything that is known, each run included."""
    cpus, load = _machine()
    peer = tools[-1].name if len(tools) > 1 else ""
    result = {
        "machine": {"cpus": cpus, "load": load, "python": platform.python_version()},
        "tools": {tool.name: version(tool) for tool in tools},
        "results": [
            {
                "name": one.name,
                "seconds": one.seconds,
                "medians": {tool.name: one.median(tool.name) for tool in tools},
                "ratio": one.ratio(tools[0].name, peer),
                "aim": one.aim,
            }
            for one in measured
        ],
    }
    return json.dumps(result, indent=2)
