"""The quick look at small files never says yes where the validator says no."""

from functools import cache
from typing import Any

import jsonschema
import jsonschema_rs
import pytest

from composer.errors import LoadError
from composer.load.parse import parse
from composer.load.schema import schema
from composer.load.valid import surely_valid
from composer.source import Source
from composer.tree import plain
from tests.conformance.cases import read_corpus
from tests.conformance.compare import HERE
from tests.conformance.mutate import mutated


def _trees() -> list[Any]:
    found: list[Any] = []
    cases = list(read_corpus([HERE / "corpus"]))
    for case in [*cases, *mutated(cases, 5)]:
        for one in case.parts or [case]:
            try:
                text = one.files.get("compose.yaml", b"").decode()
                found += map(plain, parse(Source("compose.yaml", text)))
            except (LoadError, UnicodeDecodeError):
                continue
    return found


def test_it_agrees_with_the_validator_on_the_corpus() -> None:
    """Numbers that the fast validator cannot hold (``.inf``) are for the other one to judge."""
    slow = jsonschema.Draft202012Validator(schema())
    trees = [tree for tree in _trees() if surely_valid(schema(), tree)]
    assert [tree for tree in trees if not (_fast(tree) or slow.is_valid(tree))] == []
    assert len(trees) > 3000


@cache
def _validator() -> Any:
    return jsonschema_rs.validator_for(schema())


def _fast(tree: Any) -> bool:
    try:
        return bool(_validator().is_valid(tree))
    except (ValueError, OverflowError):
        return False


@pytest.mark.parametrize(
    ("rules", "value"),
    [
        ({"type": "string"}, 1), ({"type": "integer"}, True), ({"enum": ["a"]}, "b"),
        ({"pattern": "^a$"}, "a\n"), ({"minimum": 1}, 0), ({"maximum": 1}, 2),
        ({"items": {"type": "string"}}, [1]), ({"uniqueItems": True}, ["a", "a"]),
        ({"uniqueItems": True}, [1, 1.0]), ({"required": ["a"]}, {}),
        ({"properties": {"a": {"type": "string"}}}, {"a": 1}),
        ({"patternProperties": {"^x": {"type": "string"}}}, {"xy": 1}),
        ({"additionalProperties": False}, {"a": 1}),
        ({"additionalProperties": {"type": "string"}}, {"a": 1}),
        ({"oneOf": [{"type": "string"}, {"type": "string"}]}, "a"),
        ({"oneOf": [{"type": "string"}]}, 1), ({"anyOf": [{}]}, 1),
    ],
)  # fmt: skip
def test_what_is_wrong_or_unknown_is_left_to_the_validator(
    rules: dict[str, Any], value: Any
) -> None:
    assert not surely_valid(rules, value)
