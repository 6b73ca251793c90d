"""Global options and environment variables."""

import pytest

from composer.cli.settings import Settings, limit, scales
from composer.errors import UsageError


@pytest.mark.parametrize(
    ("text", "wanted"), [("", False), ("1", True), ("true", True), ("no", False), ("OFF", False)]
)
def test_a_switch_in_the_environment_reads_the_usual_words(text: str, *, wanted: bool) -> None:
    assert (
        Settings(environ={"COMPOSE_IGNORE_ORPHANS": text}).flag("COMPOSE_IGNORE_ORPHANS") is wanted
    )


def test_a_switch_that_is_no_boolean_is_refused() -> None:
    with pytest.raises(UsageError, match="COMPOSE_IGNORE_ORPHANS='maybe'"):
        Settings(environ={"COMPOSE_IGNORE_ORPHANS": "maybe"}).flag("COMPOSE_IGNORE_ORPHANS")


def test_the_flag_wins_over_the_variable_for_the_limit() -> None:
    assert limit(3, {"COMPOSE_PARALLEL_LIMIT": "5"}) == 3
    assert limit(None, {"COMPOSE_PARALLEL_LIMIT": "5"}) == 5
    assert limit(None, {}) == -1


def test_a_limit_that_is_no_number_is_refused() -> None:
    with pytest.raises(UsageError, match="COMPOSE_PARALLEL_LIMIT"):
        limit(None, {"COMPOSE_PARALLEL_LIMIT": "many"})


def test_scales_are_numbers_by_service() -> None:
    assert scales(["web=3", "db=0"]) == {"web": 3, "db": 0}


@pytest.mark.parametrize("text", ["web", "=3", "web=", "web=-1", "web=x"])
def test_a_scale_that_is_not_service_and_number_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="SERVICE=NUM"):
        scales([text])
