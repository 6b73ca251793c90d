"""What `validate` found, in the formats that people and CI systems read.

    text     file:line:column: severity: …, with excerpts on a terminal, and a summary
    json     one object: counts, and a list of problems
    github   workflow commands, which GitHub shows beside the lines of a pull request
    gitlab   a Code Quality report
    sarif    SARIF 2.1.0, for code scanning
    junit    JUnit XML: a suite a project, a failure a problem

May import: ui.junit, ui.problems, ui.sarif, lint, source.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, TextIO

from composer.lint.report import Report, summary, words
from composer.source import Diagnostic, Position


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
    return f"::{one.severity} {given}::{_escape(words(one))}\n"


def _escape(text: str, more: str = "") -> str:
    for char in f"%\r\n{more}":
        text = text.replace(char, f"%{ord(char):02X}")
    return text


def _gitlab(report: Report) -> str:
    grave = {"error": "major", "warning": "minor"}
    seen: dict[str, int] = {}
    return _dump(
        [
            {
                "description": words(one),
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
    from composer.ui.sarif import sarif

    return _dump(sarif(report))


def _junit(report: Report) -> str:
    from composer.ui.junit import junit

    return junit(report)


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
