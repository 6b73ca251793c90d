"""``extends`` and ``include`` however long the way is that they lead."""

import pytest

from composer.errors import ConsistencyError, CycleError
from composer.load.files import DEPTH
from tests.loading import load_files, resolved

LONG = 5000
"""Far beyond the levels that Python can call, were each step a call."""


def _chain(last: str) -> str:
    lines = [f"  s{n}: {{extends: s{n + 1}}}" for n in range(LONG)]
    return "\n".join(["services:", *lines, f"  s{LONG}: {{{last}}}"])


def test_a_long_chain_of_extends_is_followed_to_its_end() -> None:
    services = resolved(_chain("image: x, command: c"))["services"]
    assert services["s0"]["command"] == ["c"]


def test_a_long_circle_of_extends_is_an_error() -> None:
    with pytest.raises(CycleError, match=r"extends itself: s0 .* → s0"):
        resolved(_chain("extends: s0"))


def test_a_base_is_merged_once_for_each_service_that_extends_it() -> None:
    """What one service says itself does not reach another one with the same base."""
    text = """
        services:
          base: {image: x, environment: {A: base}}
          a: {extends: base, environment: {A: own}}
          b: {extends: base, environment: {B: own}}
          c: {extends: a}
    """
    services = resolved(text)["services"]
    assert services["a"]["environment"] == {"A": "own"}
    assert services["b"]["environment"] == {"A": "base", "B": "own"}
    assert services["c"]["environment"] == {"A": "own"}


@pytest.mark.parametrize("levels", [100, 101])
def test_files_include_each_other_up_to_a_hundred_levels(levels: int) -> None:
    files = {f"f{n}.yaml": f"include: [f{n + 1}.yaml]\n" for n in range(1, levels)}
    files[f"f{levels}.yaml"] = "services: {a: {image: x}}\n"
    files["compose.yaml"] = "include: [f1.yaml]\n"
    if levels <= DEPTH:
        assert load_files(files).project.services["a"].image == "x"
    else:
        with pytest.raises(ConsistencyError, match="more than 100 levels deep") as wrong:
            load_files(files)
        assert str(wrong.value).startswith("f100.yaml:1:11: ")


def test_an_override_in_short_form_replaces_what_the_base_says() -> None:
    text = """
        services:
          base: {image: x, environment: {A: base}, depends_on: {b: {condition: service_started}}}
          a: {extends: base, environment: !override [B=own], depends_on: !override [c]}
          b: {image: x}
          c: {image: x}
    """
    made = resolved(text)["services"]["a"]
    assert made["environment"] == {"B": "own"}
    assert list(made["depends_on"]) == ["c"]
