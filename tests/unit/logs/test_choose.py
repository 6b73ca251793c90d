"""Which lines are shown."""

import pytest

from composer.errors import UsageError
from composer.logs.choose import Choice
from composer.run.events import LogBlock

BLOCK = LogBlock("web-1", "web", "stderr", [b"one", b"two", b"\xff three"], [b"1", b"2", b"3"])


def test_a_pattern_keeps_lines_with_their_times() -> None:
    """It is searched anywhere in the line, in bytes."""
    kept = Choice("t(w|h)").of(BLOCK)
    assert kept == BLOCK.replace(lines=[b"two", b"\xff three"], times=[b"2", b"3"])
    assert Choice("t").of(BLOCK.replace(times=())) == BLOCK.replace(
        lines=[b"two", b"\xff three"], times=()
    )


def test_nothing_is_left_of_other_streams_and_lines() -> None:
    """Then there is no block at all."""
    assert Choice("four").of(BLOCK) is None
    assert Choice(stream="stdout").of(BLOCK) is None
    assert Choice(stream="stderr").of(BLOCK) is BLOCK


def test_a_wrong_pattern_is_refused() -> None:
    """Before anything is read."""
    with pytest.raises(UsageError, match="not a regular expression"):
        Choice("(")
