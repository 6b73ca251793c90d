"""``volumes``: the volumes of a project as a table, JSON, or through a template. Pure.

May import: ui.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from composer.ui.formats import Record, formatted
from composer.ui.template_functions import Function

TABLE = "table {{.Driver}}\t{{.Name}}"
RAW = "name: {{.Name}}\ndriver: {{.Driver}}\n"
TITLES = {"Name": "VOLUME NAME"}
_UNKNOWN = "N/A"


def volumes(found: Sequence[Mapping[str, Any]], *, form: str = "table", quiet: bool = False) -> str:
    """Return what ``volumes`` prints of entries of ``GET /volumes``."""
    if quiet:
        return "".join(f"{one['Name']}\n" for one in found)
    template = {"table": TABLE, "raw": RAW}.get(form, form)
    return formatted([_record(one) for one in found], template, TITLES)


def _record(one: Mapping[str, Any]) -> Record:
    """Return the fields that ``--format`` knows; a list leaves many of them unknown."""
    labels = one.get("Labels") or {}
    return {
        "Availability": _UNKNOWN,
        "Driver": one.get("Driver", ""),
        "Group": _UNKNOWN,
        "Label": Function("Label", lambda name: labels.get(name, ""), str),
        "Labels": ",".join(f"{name}={value}" for name, value in sorted(labels.items())),
        "Links": _UNKNOWN,
        "Mountpoint": one.get("Mountpoint", ""),
        "Name": one["Name"],
        "Scope": one.get("Scope", ""),
        "Size": _UNKNOWN,
        "Status": _UNKNOWN,
    }
