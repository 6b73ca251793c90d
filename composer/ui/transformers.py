"""``bridge transformations list``: images of transformers, as a table or JSON. Pure.

May import: errors, spec.units, ui.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from composer.errors import ComposerError
from composer.spec.units import shown_size
from composer.ui.jsonl import to_json
from composer.ui.tables import table
from composer.ui.words import quoted

HEADER = ("IMAGE ID", "REPO", "TAGS", "SIZE")
_NONE = "<none>"
_ID = 12

Image = Mapping[str, Any]


def transformers(found: Sequence[Image], *, form: str = "table", quiet: bool = False) -> str:
    """Return what is printed of entries of ``GET /images/json``: the first name of each."""
    if quiet:
        return "".join(f"{_name(one) or one['Id']}\n" for one in found)
    if form == "json":
        return f"{to_json(found, html=False)}\n"
    if form not in {"", "table"}:
        message = f"format value {quoted(form)} could not be parsed: parsing failed"
        raise ComposerError(message, hint="table or json")
    return table([_row(one) for one in found], HEADER, least=20)


def _row(image: Image) -> tuple[str, ...]:
    repository, _, tag = _name(image).rpartition(":")
    digest = str(image["Id"]).rpartition(":")[2]
    return digest[:_ID], repository or _NONE, tag or _NONE, shown_size(image.get("Size", 0))


def _name(image: Image) -> str:
    return next(iter(image.get("RepoTags") or ()), "")
