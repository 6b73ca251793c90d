"""What stands under the earlier names, ``x-develop`` and ``x-initialSync``."""

import pytest

from composer.errors import ConsistencyError
from composer.spec.develop import Trigger
from composer.watch.legacy import earlier_names, has_rules, with_legacy
from tests.loading import load_text

RULE = "path: src, action: sync, target: /app"


def triggers(text: str) -> tuple[Trigger, ...]:
    """Return what the service ``a`` of ``{image: x, TEXT}`` has to watch."""
    project = load_text(f"services: {{a: {{image: x, {text}}}}}").project
    develop = with_legacy(project).services["a"].develop
    return develop.watch if develop else ()


def test_rules_under_the_earlier_name_count() -> None:
    """Their paths begin at the project's folder, also one that is left out."""
    found = triggers(f"x-develop: {{watch: [{{{RULE}}}, {{action: restart}}]}}")
    assert [(one.path, one.action) for one in found] == [
        ("/project/src", "sync"),
        ("/project", "restart"),
    ]


def test_what_has_no_meaning_under_the_earlier_name_is_left_alone() -> None:
    (found,) = triggers(f"x-develop: {{more: 1, watch: [{{{RULE}, other: 2}}]}}")
    assert found.target == "/app"


@pytest.mark.parametrize("text", ["develop: {watch: [{path: b, action: restart}]}", "develop: {}"])
def test_the_present_name_wins(text: str) -> None:
    assert "/app" not in [
        one.target for one in triggers(f"x-develop: {{watch: [{{{RULE}}}]}}, {text}")
    ]


@pytest.mark.parametrize("text", ["3", "{watch: 3}", "{watch: [a]}", "{watch: [{ignore: b}]}"])
def test_what_cannot_be_read_under_the_earlier_name_is_refused_with_its_place(text: str) -> None:
    """Also where it does not count."""
    with pytest.raises(
        ConsistencyError, match=r"compose.yaml:1:\d+: .*services\.a\.x-develop: must"
    ):
        triggers(f"x-develop: {text}, develop: {{watch: [{{{RULE}}}]}}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("init: true", False), ("develop: {}", False), ("x-develop: {}", True)],
)
def test_a_service_with_the_earlier_name_may_have_rules(text: str, *, expected: bool) -> None:
    project = load_text(f"services: {{a: {{image: x, {text}}}}}").project
    assert has_rules(project.services["a"]) == expected


@pytest.mark.parametrize("name", ["develop", "x-develop"])
@pytest.mark.parametrize(
    ("value", "expected"), [("true", True), ("false", False), ("'true'", False)]
)
def test_the_earlier_name_of_initial_sync_counts(name: str, value: str, *, expected: bool) -> None:
    (found,) = triggers(f"{name}: {{watch: [{{{RULE}, x-initialSync: {value}}}]}}")
    assert found.initial_sync is expected


def test_entries_under_an_earlier_name_are_told_with_their_places() -> None:
    rules = f"{{watch: [{{{RULE}}}, {{{RULE}, x-initialSync: true}}]}}"
    text = f"services: {{a: {{image: x, x-develop: {{}}, develop: {rules}}}}}"
    assert list(earlier_names(load_text(text).project)) == [
        ("services.a.x-develop", "develop"),
        ("services.a.develop.watch[1].x-initialSync", "initial_sync"),
    ]
