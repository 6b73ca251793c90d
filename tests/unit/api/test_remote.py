"""Projects in registries are fetched unless a variable forbids it."""

import pytest

from composer.api.remote import fetched
from composer.errors import ComposerError, UsageError

ADDRESS = "oci://127.0.0.1:1/nobody/answers"
VARIABLE = "COMPOSE_EXPERIMENTAL_OCI_REMOTE"


@pytest.mark.parametrize(
    ("word", "told"),
    [("0", "is disabled by"), ("false", "is disabled by"), ("maybe", "neither true nor false")],
)
def test_a_variable_forbids_fetching(word: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        fetched(ADDRESS, {VARIABLE: word})


@pytest.mark.parametrize("environ", [{}, {VARIABLE: ""}, {VARIABLE: "true"}])
def test_without_its_word_the_registry_is_asked(environ: dict[str, str]) -> None:
    with pytest.raises(ComposerError, match="failed to pull"):
        fetched(ADDRESS, environ)
