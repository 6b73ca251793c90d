"""Options of the form KEY=VALUE."""

import pytest

from composer.cli.pairs import environment, labels
from composer.errors import UsageError


def test_a_label_needs_a_value_which_may_be_empty() -> None:
    assert labels(["a=1", "b=", "c=d=e"]) == {"a": "1", "b": "", "c": "d=e"}
    with pytest.raises(UsageError, match=r"'lonely'.*KEY=VALUE"):
        labels(["lonely"])


def test_a_variable_without_a_value_is_taken_from_the_environment() -> None:
    assert environment(["A=1", "B", "C"], {"B": "2"}.get) == {"A": "1", "B": "2", "C": None}


def test_a_variable_needs_a_name() -> None:
    with pytest.raises(UsageError, match="invalid environment variable: =x"):
        environment(["=x"], {"A": "1"}.get)
