"""The engine's moments."""

import pytest

from composer.engine.moments import unix_time


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1970-01-01T00:01:00.250000001Z", 60.25),
        ("1970-01-01T02:01:00+02:00", 60),
        ("0001-01-01T00:00:00Z", 0),
        ("", 0),
        ("soon", 0),
    ],
)
def test_a_moment_is_read_and_none_is_zero(text: str, seconds: float) -> None:
    assert unix_time(text) == seconds
