import math

import pytest

from composer.spec.units import (
    float32,
    format_duration,
    format_number,
    parse_duration,
    parse_integer,
    parse_number,
    parse_size,
    shown_size,
)

SECOND = 10**9


@pytest.mark.parametrize(
    ("text", "value"), [("12", 12), ("+3", 3), ("-3", -3), ("010", 10), ("-0", 0)]
)
def test_whole_numbers_are_read(text: str, value: int) -> None:
    assert parse_integer(text) == value


@pytest.mark.parametrize(
    "text", ["", "+", "1_0", " 1", "1 ", "1\n", "\uff11", "\u0663", "0x1", "1.0", "1e1"]
)
def test_what_is_no_whole_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a whole number"):
        parse_integer(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1), ("-1.5", -1.5), (".5", 0.5), ("5.", 5), ("+1e-2", 0.01), ("010", 10),
        ("1_0.2_5", 10.25), ("1e1_0", 1e10), ("0x1p4", 16), ("-0X1.8P-1", -0.75), ("0x.8p1", 1),
        ("0x_1p4", 16), ("0x1_0p+0", 16), ("inf", math.inf), ("-Infinity", -math.inf),
        ("1e-400", 0),
    ],
)  # fmt: skip
def test_numbers_are_read(text: str, value: float) -> None:
    assert parse_number(text) == value


def test_what_is_no_number_is_read_where_it_says_so() -> None:
    assert math.isnan(parse_number("NaN"))


@pytest.mark.parametrize(
    "text",
    [
        "", "+", ".", " 1", "1 ", "1\n", "\uff11", "1__0", "1_", "_1", "1_.5", "1._5", "1e_5", "1e",
        "0x1", "0x1p", "0xp1", "0x_.8p0", "0b1", "0b1p1", "0o1", "infin", "+nan", "-nan", "1,5",
    ],
)  # fmt: skip
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a number"):
        parse_number(text)


@pytest.mark.parametrize("text", ["1e400", "-1e400", "0x1p1024"])
def test_a_number_that_64_bits_do_not_hold_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="does not fit in 64 bits"):
        parse_number(text)


@pytest.mark.parametrize(
    ("text", "nanoseconds"),
    [
        ("1s", SECOND), ("90s", 90 * SECOND), ("1m30s", 90 * SECOND), ("1.5h", 5400 * SECOND),
        ("500ms", SECOND // 2), ("1us", 1000), ("1µs", 1000), ("7ns", 7), ("0", 0),
        ("-1s", -SECOND), ("1d", 86400 * SECOND), ("1w", 7 * 86400 * SECOND), (".5s", SECOND // 2),
    ],
)  # fmt: skip
def test_durations_are_read(text: str, nanoseconds: int) -> None:
    assert parse_duration(text) == nanoseconds


@pytest.mark.parametrize(
    ("text", "trouble"),
    [
        ("", "invalid"), ("s", "invalid"), ("one", "invalid"), ("1s.", "invalid"),
        ("10", "missing unit in"), ("1s1", "missing unit in"),
        ("1 s", 'unknown unit " s" in'), ("1x", 'unknown unit "x" in'),
        ("1m 30s", 'unknown unit "m " in'), ("1mm", 'unknown unit "mm" in'),
    ],
)  # fmt: skip
def test_what_is_no_duration_is_refused_with_what_is_wrong(text: str, trouble: str) -> None:
    with pytest.raises(ValueError, match=f'^{trouble} duration "{text}"; '):
        parse_duration(text)


@pytest.mark.parametrize("text", ["2562048h", "-2562048h", "200000w"])
def test_a_duration_that_64_bits_do_not_hold_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^invalid duration .* 292 years"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("nanoseconds", "text"),
    [
        (0, "0s"), (7, "7ns"), (1500, "1.5µs"), (2 * 10**6, "2ms"), (SECOND, "1s"),
        (90 * SECOND, "1m30s"), (60 * SECOND, "1m0s"), (3600 * SECOND, "1h0m0s"),
        (5400 * SECOND + SECOND // 2, "1h30m0.5s"), (-SECOND, "-1s"),
    ],
)  # fmt: skip
def test_durations_are_printed(nanoseconds: int, text: str) -> None:
    assert format_duration(nanoseconds) == text


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("1", 1), ("64m", 64 * 2**20), ("64M", 64 * 2**20), ("1.5g", 3 * 2**29), ("1gb", 2**30),
        ("1GiB", 2**30), ("512KiB", 2**19), ("1 mb", 2**20), ("1b", 1), ("1t", 2**40),
        ("1p", 2**50), ("0", 0), ("1e3", 1000), ("1 ", 1), ("+1k", 2**10), ("0x1p4k", 2**14),
    ],
)  # fmt: skip
def test_sizes_are_read(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-1",
        "lots",
        "1x",
        "m",
        "1.2.3m",
        "1  m",
        " 1",
        "1bb",
        "1ki",
        "1e999",
        "9000p",
        "\uff11k",
    ],
)
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^invalid size: '"):
        parse_size(text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "1"), (1.5, "1.5"), (3.0, "3"), (1e3, "1000"), (1.5e-7, "1.5e-07"), (1e21, "1e+21"),
        (123456.7, "123456.7"), (1e6, "1e+06"), (1234567.5, "1.2345675e+06"), (-0.0001, "-0.0001"),
        (True, "true"), (False, "false"), (float("inf"), "+Inf"), (float("-inf"), "-Inf"),
        (float("nan"), "NaN"),
    ],
)  # fmt: skip
def test_numbers_in_the_place_of_texts(value: float, text: str) -> None:
    assert format_number(value) == text


def test_numbers_have_the_precision_that_compose_keeps() -> None:
    assert float32(0.1) == 0.1
    assert float32(1 / 3) == 0.33333334
    assert float32(3.4028235e38) == 3.4028235e38
    assert float32(-1e300) == float("-inf")


def test_a_long_row_of_digits_is_refused_at_once() -> None:
    """Each of its tails would be looked at otherwise."""
    with pytest.raises(ValueError, match=r"^missing unit in duration"):
        parse_duration("1" * 200_000)


@pytest.mark.parametrize(
    ("amount", "text"), [(0, "0B"), (999, "999B"), (1500, "1.5kB"), (12_140_000, "12.1MB")]
)
def test_sizes_are_shown_with_three_digits(amount: int, text: str) -> None:
    assert shown_size(amount) == text
