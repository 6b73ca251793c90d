"""Where ``!reset`` and ``!override`` count, and where they mean nothing."""

from typing import Any

import pytest

from composer.errors import ConsistencyError, ParseError, SchemaError
from composer.load.parse import parse
from composer.source import Source
from tests.loading import load_files, resolved

BASE = """
services:
  a: {image: x, command: c, environment: {A: 1, B: 2}, volumes: ["/a:/x"], labels: {k: v}}
"""


def _over(text: str, **more: str) -> dict[str, Any]:
    """Return the services of BASE with another file over it."""
    files = {"compose.yaml": BASE, "over.yaml": text, **more}
    loaded = load_files(files, files=("compose.yaml", "over.yaml"))
    return dict(loaded.project.services)


def test_below_an_override_tags_mean_nothing() -> None:
    over = """
        services:
          a: !override
            image: y
            command: !reset d
            environment: {A: !reset "3", B: !override 4, C: !reset "${C:-c}"}
            dns: [!reset 1.1.1.1]
    """
    service = _over(over)["a"]
    assert service.command == ("d",)
    assert service.environment == {"A": "3", "B": "4", "C": "c"}
    assert service.dns == ("1.1.1.1",)


def test_a_reset_below_an_override_is_the_text_that_is_written() -> None:
    with pytest.raises(SchemaError) as wrong:
        resolved("secrets: {s: !override {file: s, labels: !reset null}}")
    assert [one.code for one in wrong.value.diagnostics] == ["wrong-type"]


def test_what_is_reset_where_it_is_written_is_gone_where_an_override_merges_it_in() -> None:
    over = """
        x-more: &more {A: !reset 1, Z: 1}
        services: {a: {environment: !override {<<: *more, C: 3}}}
    """
    assert _over(over)["a"].environment == {"Z": "1", "C": "3"}


def test_a_list_that_an_alias_takes_out_of_an_override_is_not_as_written_there() -> None:
    over = """
        services:
          a: {volumes: &v [!reset "/c:/x", "/d:/z"]}
          b: !override {image: y, volumes: *v}
    """
    services = _over(over)
    assert [mount.target for mount in services["a"].volumes] == ["/x", "/z"]
    assert [mount.target for mount in services["b"].volumes] == ["/z"]


def test_an_item_that_is_reset_replaces_none_of_another_file() -> None:
    (first, second) = _over('services: {a: {volumes: [!reset "/c:/x", "/d:/z"]}}')["a"].volumes
    assert (first.source, first.target, second.target) == ("/a", "/x", "/z")


def test_marks_count_for_another_file_beside_an_extends() -> None:
    over = """
        services:
          a: {extends: b, environment: !override {A: 3}, labels: {k: !reset x}}
          b: {image: y, environment: {T: 1}}
    """
    service = _over(over)["a"]
    assert service.environment == {"A": "3"}
    assert service.labels == {}


def test_marks_do_not_count_for_who_extends_their_service() -> None:
    marked = "{image: y, command: !reset d, environment: !override {T: 1}}"
    for over, more in (
        (f"services: {{a: {{extends: b}}, b: {marked}}}", {}),
        ("services: {a: {extends: {file: e.yaml, service: b}}}",
         {"e.yaml": f"services: {{b: {marked}}}"}),
    ):  # fmt: skip
        service = _over(over, **more)["a"]
        assert service.command == ("c",)
        assert service.environment == {"A": "1", "B": "2", "T": "1"}


def test_an_overriding_service_extends_as_any_other() -> None:
    services = _over("services: {a: !override {extends: b}, b: {image: y, command: d}}")
    assert (services["a"].image, services["a"].command, services["a"].labels) == ("y", ("d",), {})


def test_a_service_that_is_reset_cannot_be_extended_and_is_gone_though_it_extends() -> None:
    with pytest.raises(ConsistencyError) as wrong:
        resolved("services: {a: {extends: b, image: x}, b: !reset {image: y}}")
    assert [one.code for one in wrong.value.diagnostics] == ["undefined-service"]
    assert "a" not in _over("services: {a: !reset {extends: b}, b: {image: y}}")


def test_a_date_is_refused_also_beside_marks() -> None:
    text = "services: {a: {image: x, hostname: 2020-01-01}, b: {image: y, ports: !reset []}}"
    with pytest.raises(ParseError, match="date"):
        load_files({"compose.yaml": text})


def test_aliases_stay_shared_beside_marks() -> None:
    """Or a small file would become a large one."""
    (root,) = parse(
        Source("f", "x-a: &a {k: [1]}\nx-b: *a\nx-c: !reset []\nx-d: !override {e: *a}")
    )
    assert root.value["x-a"] is root.value["x-b"]
    assert root.value["x-d"].value["e"] is root.value["x-a"]
