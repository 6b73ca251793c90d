"""The table of codes agrees with the sources that report them and with docs/validate.md."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from composer.lint.codes import CODES
from composer.lint.rules import RULES

ROOT = Path(__file__).parents[3]
SOURCES = [ROOT / "composer" / name for name in ("load", "spec", "lint", "graph.py")]


def reported() -> Iterator[tuple[str, str]]:
    """Yield the codes that the sources name where they make a diagnostic, and the file."""
    for source in SOURCES:
        for file in [source] if source.is_file() else source.rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Call):
                    yield from ((code, file.name) for code in _codes(node))


def _codes(call: ast.Call) -> Iterator[str]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    places = {
        "error": 0, "warning": 0, "_report": 0, "Misfit": 2, "TemplateSyntaxError": 0, "at": 1,
        "_at": 2, "_diagnostic": 3,
    }  # fmt: skip
    at = places.get(name)
    if at is not None and len(call.args) > at:
        code = call.args[at]
        if isinstance(code, ast.Constant) and isinstance(code.value, str):
            yield code.value


def test_every_reported_code_is_listed() -> None:
    assert {code for code, _ in reported()} - set(CODES) == set()


def test_every_rule_has_listed_codes() -> None:
    assert {code for codes, _ in RULES for code in codes} - set(CODES) == set()


def test_every_code_is_documented() -> None:
    text = (ROOT / "docs" / "validate.md").read_text()
    assert set(re.findall(r"^\| `([a-z][a-z-]*)` \|", text, re.MULTILINE)) == set(CODES)
