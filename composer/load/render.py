"""Printing a project as Compose prints it: JSON, or YAML in the same order and style.

Every ``$`` is doubled on output, so that loading the text again gives the same project.
May import: load.scalar, spec, tree.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from composer.load.scalar import resolve
from composer.spec.project import Project
from composer.spec.record import render_record
from composer.spec.shapes import Form

_RESOURCES = ("services", "networks", "volumes", "secrets", "configs", "models")
_JSON_HIDDEN = frozenset({"models"})
_YAML_1_1_WORDS = frozenset({"y", "n", "yes", "no", "on", "off"})


def model(project: Project, form: Form) -> dict[str, Any]:
    """Return the project as plain values, in the order of *form*."""
    made: dict[str, Any] = {"name": project.name}
    for kind in _RESOURCES:
        resources = getattr(project, kind)
        if (not resources and kind != "services") or (form == "json" and kind in _JSON_HIDDEN):
            continue
        made[kind] = {key: render_record(resources[key], form) for key in sorted(resources)}
    made.update((key, project.extensions[key]) for key in sorted(project.extensions))
    return dict(sorted(made.items())) if form == "json" else made


def to_json(value: Any, dollar: str = "$$") -> str:
    """Return *value* as Compose writes JSON, indented by two, with ``$`` written as *dollar*."""
    return json.dumps(value, indent=2, ensure_ascii=False).replace("$", dollar)


def to_yaml(value: Mapping[str, Any], dollar: str = "$$") -> str:
    """Return *value* as YAML in block style, with ``$`` written as *dollar*."""
    return "\n".join(_lines(value, 0)).replace("$", dollar) + "\n"


def _lines(value: Any, depth: int) -> Iterator[str]:
    """Yield the lines of a mapping or list that is not empty."""
    margin = "  " * depth
    if isinstance(value, Mapping):
        for key, entry in value.items():
            yield from _entry(f"{margin}{_scalar(str(key), depth)}:", entry, depth)
        return
    for item in value:
        if isinstance(item, (Mapping, list, tuple)) and item:
            first, *rest = _lines(item, depth + 1)
            yield f"{margin}- {first.lstrip(' ')}"
            yield from rest
        else:
            yield f"{margin}- {_scalar(item, depth + 1)}"


def _entry(head: str, entry: Any, depth: int) -> Iterator[str]:
    if isinstance(entry, (Mapping, list, tuple)) and entry:
        yield head
        yield from _lines(entry, depth + 1)
    else:
        yield f"{head} {_scalar(entry, depth + 1)}"


def _scalar(value: Any, depth: int) -> str:
    """Return a scalar, or an empty collection, so that it is read back as it is."""
    if isinstance(value, Mapping):
        return "{}"
    if isinstance(value, (list, tuple)):
        return "[]"
    if isinstance(value, str):
        return _text(value, depth)
    if isinstance(value, float):
        return repr(int(value)) if value == int(value) else repr(value)
    return json.dumps(value)


def _text(text: str, depth: int) -> str:
    if "\n" in text and _fits_block(text):
        return _block(text, depth)
    if not text or resolve(text, None, plain=True) != text or text.lower() in _YAML_1_1_WORDS:
        return json.dumps(text, ensure_ascii=False)
    if _is_plain(text):
        return text
    if text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    return json.dumps(text, ensure_ascii=False)


def _is_plain(text: str) -> bool:
    """Tell a text that needs no quotes: nothing in it means something to YAML."""
    if not text.isprintable() or text != text.strip() or text[0] in "-?:,[]{}#&*!|>'\"%@`":
        return bool(re.fullmatch(r"-[^\s\-:#][^:#]*", text)) and text.isprintable()
    return ": " not in text and " #" not in text and not text.endswith(":")


def _fits_block(text: str) -> bool:
    """Tell a text that a literal block holds as it is."""
    lines = text.split("\n")
    return all(line.isprintable() or not line for line in lines) and not text.startswith(
        (" ", "\n")
    )


def _block(text: str, depth: int) -> str:
    body = text.rstrip("\n")
    ends = len(text) - len(body)
    chomp = "-" if ends == 0 else "" if ends == 1 else "+"
    margin = "  " * depth
    lines = [f"{margin}{line}" if line else "" for line in body.split("\n")]
    return "\n".join([f"|{chomp}", *lines, *[""] * (ends - 1)])
