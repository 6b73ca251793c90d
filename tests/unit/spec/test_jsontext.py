"""JSON as Go writes it: digests are made of these very texts."""

import pytest

from composer.spec.jsontext import dumps


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("<a> & b", r'"\u003ca\u003e \u0026 b"'),
        ("\u2028 é", r'"\u2028 é"'),
        (1e-05, "0.00001"),
        (1.5e-06, "0.0000015"),
        (1.5e-07, "1.5e-7"),
        ({"1e-05": ['"1e-05', 2e-05]}, r'{"1e-05":["\"1e-05",0.00002]}'),
    ],
)
def test_characters_and_numbers(value: object, text: str) -> None:
    assert dumps(value) == text


def test_lines_are_indented() -> None:
    assert dumps({"a": [1]}, indent=2) == '{\n  "a": [\n    1\n  ]\n}'


def test_endless_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        dumps(float("inf"))


def test_what_is_no_utf_8_is_written_as_go_does() -> None:
    """A variable of the environment can hold any bytes."""
    assert dumps({"A": b"a\xff\xe9".decode(errors="surrogateescape")}) == '{"A":"a\\ufffd\\ufffd"}'
