"""Problems as JUnit XML: a suite a project, a failed test a problem that makes the run fail.

May import: lint, source.
"""

from collections.abc import Iterator
from html import escape

from composer.lint.inspect import Checked
from composer.lint.report import Report, words
from composer.source import Diagnostic, printable


def junit(report: Report) -> str:
    """Return the report as XML."""
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
        text = _xml(f"{place}: {words(one)}" if place else words(one))
        yield f'    <testcase classname="{name}" name="{case}">'
        if _failing(report, one):
            head = f'type="{one.code}" message="{_xml(one.message)}"'
            yield f"      <failure {head}>{text}</failure>"
        else:
            yield f"      <system-out>{text}</system-out>"
        yield "    </testcase>"
    yield "  </testsuite>"


def _xml(text: str) -> str:
    return escape(printable(text), quote=True)
