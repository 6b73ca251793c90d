"""Problems as SARIF 2.1.0, which code scanning services read.

May import: lint, source.
"""

from typing import Any
from urllib.parse import quote

from composer.lint.codes import known
from composer.lint.report import Report, words
from composer.source import Diagnostic, Position

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_NOWHERE = Position(".", 1, 1)
"""Of a problem that no file has: services refuse a result without a location."""


def sarif(report: Report) -> dict[str, Any]:
    """Return the log as plain values: one run, a rule a code, a result a problem."""
    found = list(report.problems())
    codes = list(dict.fromkeys(one.code for one in found))
    run = {
        "tool": {"driver": {"name": "composer", "rules": [_rule(code) for code in codes]}},
        "columnKind": "unicodeCodePoints",
        "results": [
            {
                "ruleId": one.code,
                "ruleIndex": codes.index(one.code),
                "level": one.severity,
                "message": {"text": words(one.replace(notes=()))},
                **_locations(one),
            }
            for one in found
        ],
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(code: str) -> dict[str, Any]:
    entry = known(code)
    made: dict[str, Any] = {"id": code, "defaultConfiguration": {"level": entry.severity}}
    if entry.summary:
        made["shortDescription"] = {"text": entry.summary}
    return made


def _locations(one: Diagnostic) -> dict[str, Any]:
    made: dict[str, Any] = {"locations": [_location(one.position or _NOWHERE)]}
    if one.notes:
        made["relatedLocations"] = [
            {**_location(place), "message": {"text": text}} for place, text in one.notes
        ]
    return made


def _location(place: Position) -> dict[str, Any]:
    region = {"startLine": place.line, "startColumn": place.column}
    artifact = {"uri": quote(place.file)}
    return {"physicalLocation": {"artifactLocation": artifact, "region": region}}
