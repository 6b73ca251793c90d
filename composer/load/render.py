"""Printing a project as Compose prints it: JSON, or YAML in the same order and style.

Every ``$`` is doubled on output, so that loading the text again gives the same project.
May import: load.emit, spec, errors.
"""

from collections.abc import Mapping
from typing import Any

from composer.errors import ComposerError
from composer.load.emit import lines
from composer.spec.jsontext import dumps
from composer.spec.order import arranged, in_order
from composer.spec.project import SECTIONS, Project
from composer.spec.record import render_record
from composer.spec.shapes import Form

_JSON_HIDDEN = frozenset({"models"})


def model(project: Project, form: Form) -> dict[str, Any]:
    """Return the project as plain values, in the order of *form*."""
    made: dict[str, Any] = {"name": project.name}
    for kind in SECTIONS:
        resources = getattr(project, kind)
        if (not resources and kind != "services") or (form == "json" and kind in _JSON_HIDDEN):
            continue
        made[kind] = {key: render_record(resources[key], form) for key in in_order(resources, form)}
    made |= arranged(project.extensions, form)
    return dict(sorted(made.items())) if form == "json" else made


def to_json(value: Any, dollar: str = "$$") -> str:
    """Return *value* as Compose writes JSON, indented by two, with ``$`` written as *dollar*.

    Raises ComposerError where a number is endless.
    """
    try:
        text = dumps(value, indent=2)
    except ValueError:
        message = "JSON cannot hold .inf and .nan, which the project has"
        raise ComposerError(message, hint="print it as YAML") from None
    return text.replace("$", dollar)


def to_yaml(value: Mapping[str, Any], dollar: str = "$$", *, step: int = 2) -> str:
    """Return *value* as YAML in block style, indented by *step*, with ``$`` written as *dollar*."""
    return ("\n".join(lines(value, step=step)).replace("$", dollar) or "{}") + "\n"
