from typing import Any

import pytest

from composer.plan.hiding import HIDDEN, shown


@pytest.mark.parametrize(
    "name",
    ["PASSWORD", "DB_PASSWORD", "PGPASSWORD", "db_pass", "API_KEY", "AWS_SECRET_ACCESS_KEY",
     "GITHUB_TOKEN", "environment.MYSQL_PWD", "labels.auth.secret", "PRIVATE_KEY", "CREDENTIALS"],
)  # fmt: skip
def test_values_of_names_that_speak_of_a_secret_are_hidden(name: str) -> None:
    assert shown(name, "hunter2") == HIDDEN


@pytest.mark.parametrize("name", ["PATH", "PASSWORD_FILE", "MONKEY", "KEYS", "BYPASSED"])
def test_values_of_other_names_are_shown(name: str) -> None:
    assert shown(name, "/run/x") == "/run/x"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("ghp_" + "a" * 36, HIDDEN),
        ("has opensesame in it", HIDDEN),
        ("postgres://me:pw@db/x", f"postgres://me:{HIDDEN}@db/x"),
        (["-p", "opensesame"], ["-p", HIDDEN]),
        ("", ""),
        (None, None),
        (64, 64),
    ],
)
def test_values_that_are_secrets_are_hidden_whatever_the_name(value: Any, expected: Any) -> None:
    assert shown("x", value, {"opensesame"}) == expected
