"""Whatever a diagnostic says, each format of `validate` stays what its reader expects."""

import io
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree as ET

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from composer.lint.codes import CODES
from composer.lint.inspect import Checked
from composer.lint.report import Report, words
from composer.source import Diagnostic, Position
from composer.ui.reports import write

_texts = st.text(st.characters(codec="utf-8"), max_size=30)
_files = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20)
_places = st.builds(Position, _files, st.integers(1, 9999), st.integers(1, 999))
_problems = st.builds(
    lambda severity, code, message, place, path, hint, notes: Diagnostic(
        severity, code, message, place, path, hint, tuple(notes)
    ),
    st.sampled_from(["error", "warning"]), st.sampled_from(sorted(CODES)), _texts.filter(bool),
    st.none() | _places, _texts, _texts, st.lists(st.tuples(_places, _texts), max_size=2),
)  # fmt: skip
_reports = st.builds(
    lambda problems: Report(checked=(Checked(files=("compose.yaml",), problems=tuple(problems)),)),
    st.lists(_problems, max_size=4),
)


RELAXED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _written(report: Report, form: str) -> str:
    stream = io.StringIO()
    write(report, form, stream)
    return stream.getvalue()


def _command(line: str) -> tuple[str, Mapping[str, str], str]:
    """Read a workflow command as the runner does: split at `,` and `::`, then unescape."""
    level, _, rest = line.removeprefix("::").partition(" ")
    properties, _, message = rest.partition("::")
    pairs = (one.partition("=") for one in properties.split(","))
    return level, {name: unquote(value) for name, _, value in pairs}, unquote(message)


@RELAXED
@given(_reports)
def test_a_workflow_command_reads_back_as_what_was_found(report: Report) -> None:
    lines = _written(report, "github").split("\n")[:-1]
    problems = list(report.problems())
    assert len(lines) == len(problems)
    for line, one in zip(lines, problems, strict=True):
        level, properties, message = _command(line)
        assert (level, properties["title"], message) == (one.severity, one.code, words(one))
        if one.position:
            file, row, column = one.position
            assert properties["file"] == file
            assert (properties["line"], properties["col"]) == (str(row), str(column))


@RELAXED
@given(_reports)
def test_sarif_has_what_a_code_scanning_service_requires(report: Report) -> None:
    log = json.loads(_written(report, "sarif"))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len({one["id"] for one in rules}) == len(rules)
    for result, one in zip(run["results"], report.problems(), strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == one.code
        assert result["level"] in {"error", "warning"}
        assert result["message"]["text"]
        for place in [*result["locations"], *result.get("relatedLocations", [])]:
            _is_location(place)
        if one.position:
            artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
            assert unquote(artifact["uri"]) == one.position.file


def _is_location(place: Mapping[str, Any]) -> None:
    physical = place["physicalLocation"]
    assert re.fullmatch(
        r"(?:[\w.~/-]|%[0-9A-F]{2})+", physical["artifactLocation"]["uri"], re.ASCII
    )
    assert physical["region"]["startLine"] >= 1
    assert physical["region"]["startColumn"] >= 1


@RELAXED
@given(_reports)
def test_code_quality_entries_have_what_gitlab_requires(report: Report) -> None:
    entries = json.loads(_written(report, "gitlab"))
    assert len({one["fingerprint"] for one in entries}) == len(entries)
    for entry, one in zip(entries, report.problems(), strict=True):
        assert entry["description"]
        assert entry["check_name"] == one.code
        assert entry["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert entry["location"]["path"] == (one.position.file if one.position else ".")
        assert entry["location"]["lines"]["begin"] >= 1


@RELAXED
@given(_reports)
def test_junit_is_xml_whose_counts_are_right(report: Report) -> None:
    suites = ET.fromstring(_written(report, "junit"))  # noqa: S314 - our own output
    (suite,) = suites.findall("testsuite")
    cases = suite.findall("testcase")
    for counted in (suites, suite):
        assert int(counted.attrib["tests"]) == len(cases) > 0
        assert int(counted.attrib["failures"]) == len(suite.findall("testcase/failure"))
    assert all(one.attrib["classname"] and one.attrib["name"] for one in cases)
    assert all(one.attrib["type"] for one in suite.findall("testcase/failure"))
