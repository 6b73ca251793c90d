"""Printing, and reading what was printed."""

from typing import Any

import pytest
import yaml

from composer.load.emit import lines
from composer.load.render import model, to_json, to_yaml
from tests.loading import load_text


def written(value: Any) -> str:
    return "\n".join(lines({"k": value}))


@pytest.mark.parametrize(
    ("text", "style"),
    [
        ("plain", "plain"), ("a b", "a b"), ("--verbose", "--verbose"), (":/path", ":/path"),
        ("::1", "::1"), ("-", "'-'"), ("- a", "'- a'"), ("a: b", "'a: b'"), ("a #b", "'a #b'"),
        ("a:", "'a:'"), ("it's", "it's"), ("'x'", "'''x'''"), ("@a", "'@a'"), (" a", "' a'"),
        ("", '""'), ("true", '"true"'), ("yes", '"yes"'), ("Y", '"Y"'), ("null", '"null"'),
        ("1", '"1"'), ("1.5", '"1.5"'), ("0x1f", '"0x1f"'), ("22:22", '"22:22"'),
        ("2001-01-01", '"2001-01-01"'), ("a\tb", '"a\\tb"'), ("😀", '"\\U0001F600"'),
        ("\x1b[0m", '"\\e[0m"'), ("é", "é"), ("{a}", "'{a}'"), ("a{b", "a{b"), ("---", "'---'"),
        ("a\nb", "|-\n  a\n  b"), ("a\nb\n", "|\n  a\n  b"), ("a\n\n", "|+\n  a\n"),
        (" a\nb", "|2-\n   a\n  b"), ("a \nb", '"a \\nb"'), ("\n", "|2+\n"),
        ("a'\u2028b", "'a''\u2028  b'"), ("\u2029", "'\u2029'"), ("a \u2028b", '"a \\Lb"'),
        ("a\u2028\nb", '"a\\L\\nb"'), ("a\x85b", '"a\\Nb"'),
    ],
)  # fmt: skip
def test_styles_of_text(text: str, style: str) -> None:
    assert written(text) == f"k: {style}"
    assert yaml.safe_load(f"{written(text)}\n") == {"k": text}


@pytest.mark.parametrize(
    ("key", "printed"),
    [
        ("a\nb", "? |-\n    a\n    b"), ("a\n", "? |\n    a"), (" a\nb", "? |2-\n     a\n    b"),
        ("a\rb", '? "a\\rb"'), ("a\x85b", '? "a\\Nb"'), ("a\u2028b", "? 'a\u2028    b'"),
        ("k" * 129, "? " + "k" * 129), ("é" + "k" * 127, "? é" + "k" * 127),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    ("value", "after"),
    [
        (1, "1"), ("c\nd", "|-\n    c\n    d"), ({}, "{}"), ({"c": 1, "d": 2}, "c: 1\n    d: 2"),
        ([1, [2, 3]], "- 1\n    - - 2\n      - 3"),
    ],
)  # fmt: skip
def test_a_key_of_several_lines_or_many_bytes_stands_alone(
    key: str, printed: str, value: Any, after: str
) -> None:
    assert written({key: value}) == f"k:\n  {printed}\n  : {after}"
    assert yaml.safe_load(written({key: value})) == {"k": {key: value}}


@pytest.mark.parametrize("key", ["k" * 128, "é" + "k" * 126, "a\tb", " a", "'"])
def test_a_key_of_one_line_is_followed_by_its_value(key: str) -> None:
    (line,) = lines({key: 1})
    assert line.endswith(": 1")
    assert yaml.safe_load(line) == {key: 1}


def test_bytes_that_are_no_text_are_base64_on_lines_of_seventy_characters() -> None:
    assert written("a\udcffb") == "k: !!binary Yf9i"
    text = "\udcff" + "x" * 53
    code = "/3h4eHh4" + "eHh4" * 15 + "eH"
    assert written(text) == f"k: !!binary |\n  {code}\n  h4"
    assert load_text(f"x-a: !!binary {code}h4").project.extensions == {"x-a": text}


def test_a_wider_step_is_that_of_mappings_and_lists_in_mappings() -> None:
    """An item stands two characters behind its dash, and what it holds at the next step."""
    value = {"k": {"l": [{"a": " x\ny", "b": {"c": [[1]]}}, " x\ny", "z\n"]}, "t": " x\ny"}
    shown = """k:
    l:
        - a: |2-
             x
            y
          b:
            c:
                - - 1
        - |2-
           x
          y
        - |
          z
t: |4-
     x
    y
"""
    assert to_yaml(value, "$", step=4) == shown
    assert yaml.safe_load(shown) == value


def test_collections() -> None:
    assert written([]) == "k: []"
    assert written({}) == "k: {}"
    assert written([{"a": 1, "b": [2]}, [3]]) == "k:\n  - a: 1\n    b:\n      - 2\n  - - 3"
    assert written([1, 1.5, 2.0, True, None]) == "k:\n  - 1\n  - 1.5\n  - 2\n  - true\n  - null"


PROJECT = """
name: p
services:
  a:
    image: x
    command: echo $$HOME
    environment: {A: a$$b, N: 1}
    ports: ["80-81:80-81"]
    volumes: ["./x:/x", "data:/d"]
    deploy: {replicas: 2, resources: {limits: {memory: 1g}}}
    healthcheck: {test: t, interval: 90s}
    x-own: [1]
volumes: {data: }
x-top: {b: 1, a: "$$"}
"""


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_reading_it_again_gives_the_same(form: Any) -> None:
    project = load_text(PROJECT).project
    printer = to_json if form == "json" else to_yaml
    text = printer(model(project, form))
    assert "$$HOME" in text
    again = load_text(text).project
    assert model(again, form) == model(project, form)
