"""The line of a file that a message is about."""

import pytest

from composer.source import Position
from composer.ui.excerpt import excerpt

LINE = "".join(f"{number:03} " for number in range(60)) + "\n"


@pytest.mark.parametrize("column", [1, 90, 121, 237])
@pytest.mark.parametrize("width", [0, 200, 90, 40, 20])
def test_a_long_line_is_shown_around_the_place_as_wide_as_the_terminal(
    column: int, width: int
) -> None:
    """The caret stands below the character that is meant."""
    shown, caret = excerpt(Position("f", 1, column), LINE, width=width)
    assert shown[caret.index("^")] == LINE[column - 1]
    assert max(len(shown), len(caret)) < (width or 120)


def test_a_line_that_fits_is_shown_whole() -> None:
    assert excerpt(Position("f", 1, 3), "a: b\n", width=40) == ["  1 | a: b", "    |   ^"]
