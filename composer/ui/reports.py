"""What `validate` found, in the formats that people and CI systems read.

    text     file:line:column: severity: …, with excerpts on a terminal, and a summary
    json     one object: counts, and a list of problems
    github   workflow commands, which GitHub shows beside the lines of a pull request
    gitlab   a Code Quality report
    sarif    SARIF 2.1.0, for code scanning
    junit    JUnit XML: a suite a project, a failure a problem

May import: ui.problems, lint, source, value.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TextIO

from composer.lint.codes import known
from composer.lint.inspect import Checked
from composer.source import Diagnostic, Position, printable
from composer.value import Value

_SARIF = "https://json.schemastore.org/sarif-2.1.0.json"


class Report(Value):
    """The projects that were checked.

    With *strict*, warnings make it fail; *quiet* hides what does not make it fail.
    """

    checked: tuple[Checked, ...]
    strict: bool = False
    quiet: bool = False

    @property
    def errors(self) -> int:
        """How many problems are errors."""
        return sum(one.severity == "error" for one in self.problems())

    @property
    def warnings(self) -> int:
        """How many of the problems to report are warnings."""
        return sum(one.severity == "warning" for one in self.problems())

    @property
    def failed(self) -> bool:
        """Whether something is not valid."""
        return bool(self.errors or (self.strict and self.warnings))

    def shown(self, checked: Checked) -> list[Diagnostic]:
        """Return the problems of a project that are to be reported."""
        if not self.quiet or self.strict:
            return list(checked.problems)
        return [one for one in checked.problems if one.severity == "error"]

    def problems(self) -> Iterator[Diagnostic]:
        """Yield all problems to report; what several projects share is reported once."""
        seen = set()
        for one in (one for checked in self.checked for one in self.shown(checked)):
            key = (one.position, one.code, one.path, one.message)
            if key not in seen:
                seen.add(key)
                yield one


def write(
    report: Report,
    form: str,
    stream: TextIO,
    *,
    ansi: str = "auto",
    environ: Mapping[str, str] | None = None,
) -> None:
    """Write *report* to *stream* in one of FORMATS; *ansi* and *environ* are the text's."""
    if form == "text":
        _write_text(report, stream, ansi, environ)
        return
    stream.write(FORMATS[form](report))


def _write_text(
    report: Report, stream: TextIO, ansi: str, environ: Mapping[str, str] | None
) -> None:
    from composer.ui.problems import show_diagnostics

    texts: dict[str, str] = {}
    for checked in report.checked:
        texts.update(checked.texts)
    show_diagnostics(report.problems(), ansi=ansi, stream=stream, texts=texts.get, environ=environ)
    if not report.quiet:
        stream.write(f"{summary(report)}\n")


def summary(report: Report) -> str:
    """Return the counts as one sentence."""
    counts = [(report.errors, "error"), (report.warnings, "warning")]
    said = [_count(number, word) for number, word in counts if number]
    return f"{_count(len(report.checked), 'project')} checked: {', '.join(said) or 'no problems'}"


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _json(report: Report) -> str:
    problems = list(report.problems())
    return _dump(
        {
            "valid": not report.failed,
            "projects": [list(one.files) for one in report.checked],
            "errors": report.errors,
            "warnings": report.warnings,
            "problems": [_problem(one) for one in problems],
        }
    )


def _problem(one: Diagnostic) -> dict[str, Any]:
    made: dict[str, Any] = {
        "severity": one.severity, "code": one.code, "message": one.message,
        **_place(one.position), "path": one.path, "hint": one.hint,
        "notes": [{"message": text, **_place(place)} for place, text in one.notes],
    }  # fmt: skip
    return made


def _place(place: Position | None) -> dict[str, Any]:
    if place is None:
        return {"file": None, "line": None, "column": None}
    return {"file": place.file, "line": place.line, "column": place.column}


def _github(report: Report) -> str:
    return "".join(_command(one) for one in report.problems())


def _command(one: Diagnostic) -> str:
    """Return one workflow command; the place goes into properties, the rest into the message."""
    place = one.position
    properties = {"title": one.code}
    if place:
        properties = {
            "file": place.file, "line": str(place.line), "col": str(place.column), **properties,
        }  # fmt: skip
    given = ",".join(f"{key}={_escape(text, ':,')}" for key, text in properties.items())
    return f"::{one.severity} {given}::{_escape(_words(one))}\n"


def _escape(text: str, more: str = "") -> str:
    for char in f"%\r\n{more}":
        text = text.replace(char, f"%{ord(char):02X}")
    return text


def _words(one: Diagnostic) -> str:
    """Return path, message, hint and notes as text."""
    head = f"{one.path}: {one.message}" if one.path else one.message
    notes = [f"{place}: {text}" for place, text in one.notes]
    return printable("\n".join([head, *notes, *([f"hint: {one.hint}"] if one.hint else [])]))


def _gitlab(report: Report) -> str:
    grave = {"error": "major", "warning": "minor"}
    seen: dict[str, int] = {}
    return _dump(
        [
            {
                "description": _words(one),
                "check_name": one.code,
                "fingerprint": _fingerprint(one, seen),
                "severity": grave[one.severity],
                "location": {
                    "path": one.position.file if one.position else ".",
                    "lines": {"begin": one.position.line if one.position else 1},
                },
            }
            for one in report.problems()
        ]
    )


def _fingerprint(one: Diagnostic, seen: dict[str, int]) -> str:
    """Return what identifies a problem though its line moves: no line takes part."""
    from hashlib import sha256

    file = one.position.file if one.position else ""
    text = f"{file}\0{one.code}\0{one.path}\0{one.message}"
    seen[text] = seen.get(text, 0) + 1
    return sha256(f"{text}\0{seen[text]}".encode()).hexdigest()


def _sarif(report: Report) -> str:
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
                "message": {"text": _words(one.replace(notes=()))},
                **_locations(one),
            }
            for one in found
        ],
    }
    return _dump({"$schema": _SARIF, "version": "2.1.0", "runs": [run]})


def _rule(code: str) -> dict[str, Any]:
    entry = known(code)
    made: dict[str, Any] = {"id": code, "defaultConfiguration": {"level": entry.severity}}
    if entry.summary:
        made["shortDescription"] = {"text": entry.summary}
    return made


def _locations(one: Diagnostic) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if one.position:
        made["locations"] = [_location(one.position)]
    if one.notes:
        made["relatedLocations"] = [
            {**_location(place), "message": {"text": text}} for place, text in one.notes
        ]
    return made


def _location(place: Position) -> dict[str, Any]:
    from urllib.parse import quote

    region = {"startLine": place.line, "startColumn": place.column}
    artifact = {"uri": quote(place.file)}
    return {"physicalLocation": {"artifactLocation": artifact, "region": region}}


def _junit(report: Report) -> str:
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    tests = sum(max(1, len(report.shown(one))) for one in report.checked)
    failures = sum(_failing(report, one) for each in report.checked for one in report.shown(each))
    lines.append(f'<testsuites name="composer validate" tests="{tests}" failures="{failures}">')
    for checked in report.checked:
        lines += _suite(report, checked)
    return "\n".join([*lines, "</testsuites>", ""])


def _failing(report: Report, one: Diagnostic) -> bool:
    return report.strict or one.severity == "error"


def _suite(report: Report, checked: Checked) -> Iterator[str]:
    """Yield a project's lines: a passed test where all is well, else a test a problem."""
    shown = report.shown(checked)
    name = _xml(", ".join(checked.files) or ".")
    failures = sum(_failing(report, one) for one in shown)
    tests = max(1, len(shown))
    yield f'  <testsuite name="{name}" tests="{tests}" failures="{failures}">'
    if not shown:
        yield f'    <testcase classname="{name}" name="valid"/>'
    for one in shown:
        place = str(one.position) if one.position else ""
        case = _xml(f"{one.code} {place}".strip())
        text = _xml(f"{place}: {_words(one)}" if place else _words(one))
        yield f'    <testcase classname="{name}" name="{case}">'
        if _failing(report, one):
            head = f'type="{one.code}" message="{_xml(one.message)}"'
            yield f"      <failure {head}>{text}</failure>"
        else:
            yield f"      <system-out>{text}</system-out>"
        yield "    </testcase>"
    yield "  </testsuite>"


def _xml(text: str) -> str:
    from html import escape

    return escape(printable(text), quote=True)


def _dump(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


FORMATS: dict[str, Callable[[Report], str]] = {
    "text": summary,
    "json": _json,
    "github": _github,
    "gitlab": _gitlab,
    "sarif": _sarif,
    "junit": _junit,
}
