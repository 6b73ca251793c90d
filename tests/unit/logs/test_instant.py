"""``--since`` and ``--until``."""

import pytest

from composer.errors import UsageError
from composer.logs.instant import after, instant


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("1700000000", "1700000000"),
        ("1700000000.5", "1700000000.5"),
        ("42m", "997480.000000000"),
        ("1h30m", "994600.000000000"),
        ("1.5s", "999998.500000000"),
        ("-1h", "1003600.000000000"),
        ("+1m30s", "999910.000000000"),
        ("1970-01-02T00:00:00Z", "86400.000000000"),
        ("1970-01-02T00:00:00.25Z", "86400.250000000"),
        ("1970-01-02T01:00+01:00", "86400.000000000"),
        ("1970-01-02Z", "86400.000000000"),
    ],
)
def test_what_a_person_writes(text: str, expected: str) -> None:
    assert instant(text, 1_000_000.0) == expected


@pytest.mark.parametrize(
    "text", ["yesterday", "5 minutes", "--1h", "-", "2024-13-01T00:00:00Z", "m"]
)
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(UsageError):
        instant(text, 0.0)


def test_a_nanosecond_later() -> None:
    assert after(b"1970-01-01T00:00:01.999999999Z") == "2.000000000"
    assert after(b"1970-01-01T00:00:01Z") == "1.000000001"
    assert after(b"nonsense") == ""
