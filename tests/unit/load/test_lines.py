"""On which line of a file a variable stands."""

import pytest

from composer.load.lines import places_of_dollars
from composer.source import Position


@pytest.mark.parametrize("head", ["|", "- &a !!str >-  # costs $1"])
def test_thousands_of_variables_of_a_text_have_a_line_each(head: str) -> None:
    """They are found in one pass, however many there are."""
    many = range(1, 20_001)
    rows = [f"key: {head}", *(f"  ${{V{one}}} $$" for one in many)]
    text = "".join(f"{row[2:]}\n" for row in rows[1:])
    offsets = [text.index("${V1}"), *(at + 1 for at, sign in enumerate(text) if sign == "\n")][:-1]
    column = len("key: ") + 1 + 2 * head.startswith("-")
    places = places_of_dollars(rows, Position("f", 1, column), text, offsets)
    assert [places[one] for one in offsets] == [Position("f", one + 1, 3) for one in many]


def test_what_stands_elsewhere_has_no_place() -> None:
    """An alias, whose text is another place's, and what begins where the text does."""
    rows = ["a: &t |", "  $X", "b: *t", "c: $Z"]
    assert places_of_dollars(rows, Position("f", 3, 4), "$X\n", [0]) == {}
    assert places_of_dollars(rows, Position("f", 4, 4), "$Z", [0]) == {}
