"""The formats of `validate`, each against a file in golden/."""

import io
import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from composer.lint.inspect import Checked
from composer.lint.report import Report
from composer.source import Diagnostic, Position
from composer.ui.reports import FORMATS, write

GOLDEN = Path(__file__).parent / "golden"
WRONG = Diagnostic(
    "error", "unknown-attribute", "unknown attribute", Position("shop/api, v2.yaml", 4, 5),
    path="services.api.helthcheck", hint="did you mean 'healthcheck'?",
    notes=((Position("shop/compose.yaml", 2, 5), "included from here"),),
)  # fmt: skip
DOUBT = Diagnostic(
    "warning", "unused-volume", "100% <unused>\x1b[31m", Position("shop/compose.yaml", 9, 3)
)
NOWHERE = Diagnostic("error", "project-name", "the project has no name")
REPORT = Report(
    checked=(
        Checked(files=("shop/compose.yaml", "shop/compose.override.yaml"), problems=(WRONG, DOUBT)),
        Checked(files=("shop/part/compose.yaml",), problems=(WRONG.replace(notes=()), NOWHERE)),
        Checked(files=("fine/compose.yaml",)),
    )
)


def written(report: Report, form: str) -> str:
    stream = io.StringIO()
    write(report, form, stream)
    return stream.getvalue()


@pytest.mark.parametrize("form", FORMATS)
def test_golden(form: str) -> None:
    assert written(REPORT, form) == (GOLDEN / f"report.{form}").read_text()


@pytest.mark.parametrize("form", ["json", "gitlab", "sarif"])
def test_json_is_json(form: str) -> None:
    assert json.loads(written(REPORT, form))


def test_junit_is_xml_and_counts_right() -> None:
    suites = ET.fromstring(written(REPORT, "junit"))  # noqa: S314 - our own output
    assert len(suites.findall("testsuite/testcase")) == int(suites.attrib["tests"]) == 5
    assert len(suites.findall("testsuite/testcase/failure")) == int(suites.attrib["failures"]) == 3


def test_what_two_projects_share_is_reported_once() -> None:
    assert REPORT.errors == 2


def test_warnings_fail_when_strict_only() -> None:
    doubtful = Report(checked=(Checked(files=("a",), problems=(DOUBT,)),))
    assert not doubtful.failed
    assert doubtful.replace(strict=True).failed


def test_quiet_hides_what_does_not_make_it_fail() -> None:
    doubtful = Report(checked=(Checked(files=("a",), problems=(DOUBT,)),), quiet=True)
    assert written(doubtful, "text") == ""
    assert "unused-volume" in written(doubtful.replace(strict=True), "text")
    assert "unused" not in written(REPORT.replace(quiet=True), "github")


def test_fingerprints_survive_moving_lines() -> None:
    moved = WRONG.replace(position=Position("shop/api, v2.yaml", 40, 5))
    one, other = (
        json.loads(written(Report(checked=(Checked(files=("a",), problems=(each,)),)), "gitlab"))
        for each in (WRONG, moved)
    )
    assert one[0]["fingerprint"] == other[0]["fingerprint"]


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_drives_the_terminal(form: str) -> None:
    assert "\x1b" not in written(REPORT, form)
