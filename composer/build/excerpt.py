"""The lines of a Dockerfile that a failure is about, as Docker shows them. Pure.

BuildKit sends the Dockerfile that it read, and the ranges of lines, with the failure.

May import: build.grpc.
"""

import json
from base64 import b64decode
from collections.abc import Sequence
from typing import Any

from composer.build.grpc import Details

_SOURCE = "errdefs.Source"
_AROUND = 4
"""Lines that are shown beside a single one, above and below it together."""
_AROUND_SEVERAL = 2
_RULE = "-" * 20


def excerpt(details: Details) -> list[str]:
    """Return the excerpt that belongs to a failure with *details*, nothing where none tells."""
    for kind, content in details:
        if _SOURCE in kind:
            try:
                return lines_of(json.loads(content))
            except (ValueError, AttributeError, TypeError):
                continue
    return []


def lines_of(source: Any) -> list[str]:
    """Return the excerpt of a ``Source``: the file with its content, and the ranges of lines."""
    info = source.get("info") or {}
    lines = b64decode(info.get("data", "")).decode(errors="replace").split("\n")
    ranges = [_range(one) for one in source.get("ranges") or ()]
    if not ranges or not 1 <= ranges[0][0] <= len(lines):
        return []
    first = min(start for start, _ in ranges)
    last = min(max(end for _, end in ranges), len(lines))
    shown = [
        f" {number:3} | {_mark(number, ranges)} {lines[number - 1]}"
        for number in _around(first, last, len(lines))
    ]
    return [f"{info.get('filename', '')}:{first}", _RULE, *shown, _RULE]


def _range(one: Any) -> tuple[int, int]:
    """Return the first and the last line."""
    start = int((one.get("start") or {}).get("line", 0))
    return start, max(start, int((one.get("end") or {}).get("line", 0)))


def _mark(number: int, ranges: Sequence[tuple[int, int]]) -> str:
    return ">>>" if any(start <= number <= end for start, end in ranges) else "   "


def _around(first: int, last: int, count: int) -> range:
    """Return the lines *first* to *last* with some around them; *count* are there."""
    left = _AROUND if first == last else _AROUND_SEVERAL
    while left > 0 and (first > 1 or last < count):
        if first > 1:
            first, left = first - 1, left - 1
        if last < count:
            last, left = last + 1, left - 1
    return range(first, last + 1)
