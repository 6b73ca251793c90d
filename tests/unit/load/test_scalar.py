"""Scalars mean what Docker Compose 2.40 takes them for; every row was compared with it."""

import math

import pytest

from composer.load.scalar import ScalarError, Timestamp, resolve


def typed(value: object) -> tuple[str, object]:
    return type(value).__name__, value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None), ("~", None), ("null", None), ("Null", None), ("NULL", None),
        ("nULL", "nULL"),
        ("true", True), ("True", True), ("TRUE", True), ("FALSE", False), ("tRUE", "tRUE"),
        ("yes", "yes"), ("no", "no"), ("on", "on"), ("off", "off"), ("y", "y"),
        ("0", 0), ("-0", 0), ("+1", 1), ("12_3", 123), ("_1", "_1"), ("-_1", -1), ("1_", 1),
        ("017", 15), ("-017", -15), ("08", 8.0), ("0o17", 15), ("0O17", 15), ("0o8", "0o8"),
        ("0b11", 3), ("0b12", "0b12"), ("0b-1", -1), ("0o+1", 1), ("-0o-1", "-0o-1"),
        ("0x1F", 31), ("-0x1f", -31), ("0x-1", "0x-1"), ("0xg", "0xg"), ("0x", "0x"),
        ("9223372036854775807", 9223372036854775807),
        ("18446744073709551615", 18446744073709551615),
        ("18446744073709551616", 18446744073709551616.0),
        ("-9223372036854775808", -9223372036854775808),
        ("-9223372036854775809", -9223372036854775809.0),
        ("0xfffffffffffffffff", "0xfffffffffffffffff"),
        ("9" * 5000, "9" * 5000),
        ("1e3", 1000.0), ("1.", 1.0), (".5", 0.5), ("-.5", -0.5), ("1_0.5", 10.5),
        (".5_0", 0.5), ("._5", "._5"), (".1_", ".1_"), ("0x1p3", "0x1p3"),
        ("1e400", "1e400"), ("1e-400", 0.0), (".inf", math.inf), ("-.INF", -math.inf),
        ("inf", "inf"), ("NaN", "NaN"), ("+.nan", "+.nan"),
        ("22:22", "22:22"), ("1:2:3", "1:2:3"), ("1.2.3", "1.2.3"), ("1-2", "1-2"),
        ("01", 1), ("\uff11", "\uff11"), ("1\u0662", "1\u0662"),
        ("nginx", "nginx"), ("+", "+"), ("..", ".."),
    ],
)  # fmt: skip
def test_an_unquoted_scalar_means(text: str, value: object) -> None:
    assert typed(resolve(text, None, plain=True)) == typed(value)


def test_not_a_number_is_a_number() -> None:
    value = resolve(".nan", None, plain=True)
    assert isinstance(value, float)
    assert math.isnan(value)


@pytest.mark.parametrize("text", ["", "~", "true", "12", "0x1", "2001-01-01", ".inf"])
def test_a_quoted_scalar_is_text(text: str) -> None:
    assert typed(resolve(text, None, plain=False)) == ("str", text)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2001-01-01", "2001-01-01T00:00:00Z"),
        ("2001-1-2", "2001-01-02T00:00:00Z"),
        ("2000-02-29", "2000-02-29T00:00:00Z"),
        ("0000-01-01", "0000-01-01T00:00:00Z"),
        ("2001-01-01 1:2:3", "2001-01-01T01:02:03Z"),
        ("2001-01-01 01:02:03.50", "2001-01-01T01:02:03.5Z"),
        ("2001-01-01T01:02:03Z", "2001-01-01T01:02:03Z"),
        ("2001-01-01t01:02:03+02:00", "2001-01-01T01:02:03+02:00"),
        ("2001-1-1T1:2:3.123456789-05:00", "2001-01-01T01:02:03.123456789-05:00"),
    ],
)
def test_a_date_is_recognised(text: str, date: str) -> None:
    value = resolve(text, None, plain=True)
    assert isinstance(value, Timestamp)
    assert value == date


@pytest.mark.parametrize(
    "text",
    [
        "2001-13-01", "2001-02-29", "2001-2-30", "2001-00-01", "02001-01-01", "2001-1-1x",
        "2001-01-01T01:02:03", "2001-01-01 01:02:03 Z", "2001-01-01T25:00:00Z",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_date_is_text(text: str) -> None:
    assert typed(resolve(text, None, plain=True)) == ("str", text)


CORE = "tag:yaml.org,2002:"


@pytest.mark.parametrize(
    ("tag", "text", "value"),
    [
        ("str", "12", "12"), ("str", "~", "~"), ("int", "12", 12), ("int", "0o17", 15),
        ("float", "3", 3.0), ("float", "1e3", 1000.0), ("bool", "true", True),
        ("null", "", None), ("null", "~", None), ("binary", "aGVsbG8=", "hello"),
        ("binary", "aGVs\nbG8=", "hello"), ("binary", "Yf9i", "a\udcffb"),
        ("foo", "12", "12"), ("merge", "x", "x"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("plain", [True, False])
def test_an_explicit_type_converts(tag: str, text: str, value: object, *, plain: bool) -> None:
    assert typed(resolve(text, CORE + tag, plain=plain)) == typed(value)


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("int", "abc"), ("int", "1.0"), ("int", ""), ("float", "abc"), ("bool", "yes"),
        ("bool", "1"), ("null", "x"), ("timestamp", "x"), ("binary", "@@"), ("binary", "aGVsbG8"),
    ],
)  # fmt: skip
def test_an_explicit_type_that_does_not_fit_is_an_error(tag: str, text: str) -> None:
    with pytest.raises(ScalarError):
        resolve(text, CORE + tag, plain=True)


@pytest.mark.parametrize("tag", ["!foo", "!override", "tag:yaml.org,2002:python/name:os.system"])
def test_any_other_tag_makes_text(tag: str) -> None:
    assert typed(resolve("12", tag, plain=True)) == ("str", "12")


def test_the_tag_of_a_lone_exclamation_mark_changes_nothing() -> None:
    assert typed(resolve("12", "!", plain=True)) == ("int", 12)
    assert typed(resolve("12", "!", plain=False)) == ("str", "12")
