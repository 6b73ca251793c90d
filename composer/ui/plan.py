"""What ``up`` would do, as a tree for people or as JSON for programs.

May import: ui, plan.changes, source.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from composer.plan.changes import Change, Difference, Preview
from composer.source import printable
from composer.ui.ansi import paint

SIGNS = {"create": "+", "recreate": "~", "remove": "-", "unchanged": "=", "change": ">"}
_COLOURS = {"+": "green", "~": "yellow", "-": "red", "=": "dim", ">": "cyan"}
_COUNTS = {
    "create": "to create",
    "recreate": "to recreate",
    "remove": "to remove",
    "change": "to start or stop",
    "unchanged": "unchanged",
}
_KINDS = {"image": "Images", "network": "Networks", "volume": "Volumes"}
_WIDEST = 40


def plan_text(preview: Preview, *, coloured: bool = False) -> str:
    """Return the tree: kinds, below them resources with sign and cause, below them attributes."""
    lines: list[str] = []
    for kind, title in _KINDS.items():
        found = [one for one in preview.changes if one.kind == kind]
        lines += _section(title, found, coloured=coloured)
    services: dict[str, list[Change]] = {}
    for one in preview.changes:
        if one.kind == "container":
            services.setdefault(one.service, []).append(one)
    for service, found in sorted(services.items()):
        ordered = sorted(found, key=lambda one: one.name)
        lines += _section(f"Service {service}", ordered, coloured=coloured)
    for one in preview.drift:
        lines += ["", f"Changed outside: container {printable(one.name)}", *_drifted(one)]
    lines += ["", *_remarks(preview), _summary(preview)]
    return "\n".join(lines).lstrip("\n") + "\n"


def _section(title: str, found: list[Change], *, coloured: bool) -> list[str]:
    if not found:
        return []
    width = min(max(len(one.name) for one in found), _WIDEST)
    lines = ["", printable(title)]
    for one in found:
        lines += [_line(one, width, coloured=coloured), *_details(one)]
    return lines


def _line(change: Change, width: int, *, coloured: bool) -> str:
    sign = SIGNS[change.action]
    text = f"{sign} {printable(change.name):{width}}  {printable(_why(change))}".rstrip()
    return "  " + (paint(text, _COLOURS[sign]) if coloured else text)


def _why(change: Change) -> str:
    """Return the cause, with the steps where the sign does not say what is done."""
    if change.action != "change":
        return change.cause
    return f"{', '.join(change.steps)}: {change.cause}" if change.cause else ", ".join(change.steps)


def _details(change: Change) -> Iterator[str]:
    for one in change.differences:
        if not one.of_image:
            yield f"      {printable(one.attribute)}: {_value(one.old)} → {_value(one.new)}"
    if given := [printable(one.attribute) for one in change.differences if one.of_image]:
        yield f"      given by the image: {', '.join(given)}"


def _drifted(change: Change) -> Iterator[str]:
    for one in change.differences:
        yield f"      {printable(one.attribute)}: {_value(one.old)}, wanted {_value(one.new)}"


def _value(value: Any) -> str:
    if value is None:
        return "(unset)"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, str):
        return printable(value) if value else '""'
    return json.dumps(value, ensure_ascii=False)


def _remarks(preview: Preview) -> Iterator[str]:
    for name, found in (
        ("warning", preview.warnings), ("note", preview.notes), ("question", preview.questions)
    ):  # fmt: skip
        yield from (f"{name}: {printable(text)}" for text in found)


def _summary(preview: Preview) -> str:
    counts = preview.count()
    parts = [f"{counts[one]} {words}" for one, words in _COUNTS.items() if counts.get(one)]
    if preview.drift:
        parts.append(f"{len(preview.drift)} changed outside (--force-recreate undoes that)")
    return f"Project {preview.project}: {', '.join(parts) or 'nothing to do'}"


def plan_json(preview: Preview) -> str:
    """Return one JSON object."""
    made = {
        "project": preview.project,
        "empty": preview.empty,
        "summary": preview.count(),
        "changes": list(map(_change, preview.changes)),
        "drift": list(map(_change, preview.drift)),
        "warnings": list(preview.warnings),
        "notes": list(preview.notes),
        "questions": list(preview.questions),
    }
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"


def _change(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "name": change.name,
        "service": change.service or None,
        "action": change.action,
        "cause": change.cause,
        "reasons": [{"code": one.code, "about": one.about or None} for one in change.reasons],
        "steps": list(change.steps),
        "differences": _differences(change.differences),
    }


def _differences(found: Iterable[Difference]) -> list[dict[str, Any]]:
    return [
        {
            "attribute": one.attribute,
            "old": one.old,
            "new": one.new,
            "of_image": one.of_image,
        }
        for one in found
    ]
