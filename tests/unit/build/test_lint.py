"""The places in what the checks of a Dockerfile found."""

import json
from base64 import b64encode
from typing import Any

import pytest

from composer.build.lint import findings

RULE = "-" * 20
TEXT = f"""
WARNING: Casing - https://example.org/Dockerfile:1
Dockerfile:1 is odd
Dockerfile:1
{RULE}
   1 | >>> from x
{RULE}
"""


def answer(text: str = "", code: str = "1", **found: Any) -> dict[str, str]:
    data = b64encode(b"from x\n").decode()
    found = {"sources": [{"filename": "Dockerfile", "data": data}], **found}
    return {"result.txt": text, "result.json": json.dumps(found), "result.statuscode": code}


@pytest.mark.parametrize("place", ["inline", "/w/sub/Dockerfile", r"/w/\1/Dockerfile"])
def test_a_warning_names_the_place_that_can_be_opened(place: str) -> None:
    text, passed = findings(answer(TEXT), place)
    assert text == TEXT.replace(f"Dockerfile:1\n{RULE}", f"{place}:1\n{RULE}")
    assert not passed


def test_what_the_engine_fetches_keeps_its_name() -> None:
    assert findings(answer(TEXT), "") == (TEXT, False)


def test_what_could_not_be_checked_is_shown_with_its_lines() -> None:
    location = {"ranges": [{"start": {"line": 1}, "end": {"line": 1}}]}
    wrong = answer(buildError={"message": "unknown instruction", "location": location})
    text, passed = findings(wrong, "inline")
    assert text.split("\n")[:4] == [
        "error: unknown instruction", "inline:1", RULE, "   1 | >>> from x",
    ]  # fmt: skip
    assert not passed


def test_warnings_that_count_as_an_error_are_told_before_it() -> None:
    found = findings(answer(TEXT, buildError={"message": "violation", "location": {}}), "")
    assert found == (f"{TEXT}\nerror: violation", False)


@pytest.mark.parametrize("more", [{}, {"location": {"sourceIndex": 7}}, {"location": {}}])
def test_an_error_without_a_place_is_told_all_the_same(more: dict[str, Any]) -> None:
    assert findings(answer(buildError={"message": "no", **more}), "p") == ("error: no", False)


@pytest.mark.parametrize("told", ["", "no json", "[]", '{"sources": [7]}', '{"sources": null}'])
def test_an_answer_of_another_form_is_passed_on(told: str) -> None:
    assert findings({"result.txt": TEXT, "result.json": told}, "p") == (TEXT, True)
