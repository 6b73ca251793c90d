"""``--format``: a list of rows as a table, as JSON, or through a template.

May import: ui, errors, source.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from composer.errors import ComposerError
from composer.source import on_one_line
from composer.ui.jsonl import to_json
from composer.ui.tables import table
from composer.ui.template_functions import Function, fields
from composer.ui.words import quoted

Record = Mapping[str, Any]
"""A row: fields by name; functions are methods, which only templates see."""


TABLE, JSON, LINES = "table", "json", "lines"
"""The forms of a list without templates; the last one is a JSON object a line."""
_FORMS = {"": TABLE, "table": TABLE, "pretty": TABLE, "json": JSON, "{{json.}}": LINES}


def list_form(given: str) -> str:
    """Return the form that ``--format`` of ``ls`` and the like asks for, in any letters.

    Raises ComposerError for what is none.
    """
    if found := _FORMS.get(given.lower()):
        return found
    message = f"format value {quoted(given)} could not be parsed: parsing failed"
    raise ComposerError(message, hint="table or json")


class Titles(dict[str, Any]):
    """The titles of fields; a field without one is its name in capitals."""

    def __init__(self, titles: Mapping[str, str]) -> None:
        super().__init__(titles, Label=Function("Label", _label_title, str))

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
    from composer.ui.template import template  # few ask for one

    aligned = form.startswith("table")
    text = (form.removeprefix("table") if aligned else form).strip(" ")
    render = template(text.replace("\\t", "\t").replace("\\n", "\n"))
    if not aligned:
        return "".join(f"{render(record)}\n" for record in records)
    lines = [render(Titles(titles), header=True), *map(render, map(_harmless, records))]
    return table([row.split("\t") for line in lines for row in line.split("\n")], least=least)


def _harmless(record: Record) -> Record:
    """Return *record* with texts that break no line of a table: only the template does."""
    return {
        name: on_one_line(value) if isinstance(value, str) else value
        for name, value in record.items()
    }


def json_lines(records: Sequence[Record]) -> str:
    """Return one JSON object a line, its keys sorted."""
    return "".join(f"{to_json(fields(record))}\n" for record in records)
