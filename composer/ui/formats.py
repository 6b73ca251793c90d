"""``--format``: a list of rows as a table, as JSON, or through a template.

May import: ui.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from composer.ui.jsonl import to_json
from composer.ui.tables import table
from composer.ui.template import template
from composer.ui.template_functions import HEADER_FUNCTIONS, fields

Record = Mapping[str, Any]
"""A row: fields by name; functions are methods, which only templates see."""


class Titles(dict[str, Any]):
    """The titles of fields; a field without one is its name in capitals."""

    def __init__(self, titles: Mapping[str, str]) -> None:
        super().__init__(titles, Label=_label_title)

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> str:
        return name.upper()


def _label_title(name: str) -> str:
    """Return the title of a label: the last part of its name."""
    return name.rpartition(".")[2].replace("-", " ").replace("_", " ")


def formatted(
    records: Sequence[Record], form: str, titles: Mapping[str, str], *, least: int = 10
) -> str:
    """Return *records* in *form*: ``json``, ``table TEMPLATE`` or ``TEMPLATE``.

    *titles* are the headings of fields, *least* is the least width of a column. Raises
    ComposerError where the template is wrong.
    """
    if form == "json":
        return json_lines(records)
    aligned = form == "table" or form.startswith(("table ", "table\\t", "table\t"))
    text = form.removeprefix("table").strip() if aligned else form
    render = template(text.replace("\\t", "\t").replace("\\n", "\n"))
    lines = [render(record) for record in records]
    if not aligned:
        return "".join(f"{line}\n" for line in lines)
    header = render(Titles(titles), HEADER_FUNCTIONS)
    return table([line.split("\t") for line in lines], header.split("\t"), least=least)


def json_lines(records: Sequence[Record]) -> str:
    """Return one JSON object a line, its keys sorted."""
    return "".join(f"{to_json(fields(record))}\n" for record in records)
