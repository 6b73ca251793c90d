import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.ui.tables import cells
from composer.ui.words import duration, elapsed, ellipsis, quoted


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.3, "Less than a second"),
        (1, "1 second"),
        (59, "59 seconds"),
        (60, "About a minute"),
        (240, "4 minutes"),
        (3599, "59 minutes"),
        (3600, "About an hour"),
        (2 * 3600, "2 hours"),
        (47 * 3600, "47 hours"),
        (48 * 3600, "2 days"),
        (13 * 86400, "13 days"),
        (14 * 86400, "2 weeks"),
        (60 * 86400, "2 months"),
        (730 * 86400, "2 years"),
    ],
)
def test_durations_are_told_as_docker_does(seconds: float, words: str) -> None:
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-1, "0.0s"), (0.44, "0.4s"), (59.94, "59.9s"), (59.96, "1m00s"), (125, "2m05s"),
     (3720, "1h02m")],
)  # fmt: skip
def test_elapsed_times_are_short(seconds: float, text: str) -> None:
    assert elapsed(seconds) == text


@given(st.floats(0, 99 * 3600))
def test_elapsed_times_fit_their_column(seconds: float) -> None:
    assert len(elapsed(seconds)) <= 6


def test_quotes_are_those_of_go() -> None:
    assert quoted('say "hi"\\\n\t\x1b é') == '"say \\"hi\\"\\\\\\n\\t\\x1b é"'
    assert quoted("\u200b\U000e0001") == '"\\u200b\\U000e0001"'


@given(st.text(), st.integers(1, 30))
def test_an_ellipsis_keeps_to_the_width(text: str, width: int) -> None:
    assert cells(ellipsis(text, width)) <= max(width, 1)
