"""Which services and resources take part."""

import pytest

from composer.errors import ConsistencyError
from composer.load.discover import discover
from composer.load.pipeline import load
from composer.load.reader import MemoryReader
from composer.load.select import chosen, only, with_named, with_profiles, without_unused
from composer.spec.project import Project
from tests.loading import load_text

PROJECT = load_text("""
services:
  web: {image: x, depends_on: [db], networks: [front]}
  db: {image: x, volumes: ["data:/data"], networks: [back]}
  debug: {image: x, profiles: [debug, all], networks: [back], secrets: [key]}
networks: {front: , back: , unused: }
volumes: {data: , other: }
secrets: {key: {file: k}}
""").project


def test_profiles() -> None:
    assert list(PROJECT.services) == ["web", "db"]
    assert set(with_profiles(PROJECT, ["debug"]).services) == {"web", "db", "debug"}
    assert set(with_profiles(PROJECT, ["*"]).services) == {"web", "db", "debug"}
    assert list(with_profiles(PROJECT, ["other"]).disabled) == ["debug"]
    assert with_profiles(PROJECT, []).profiles == ()


def test_named_services_are_enabled() -> None:
    assert "debug" in with_named(PROJECT, ["debug"]).services
    assert with_named(PROJECT, ["debug"]).profiles == ("", "all", "debug")
    assert with_named(PROJECT, ["web"]).profiles == PROJECT.profiles


def test_a_profile_without_a_name_is_active_unless_others_are_named_alone() -> None:
    project = load_text("""
        services:
          a: {image: x, profiles: [p], depends_on: [b]}
          b: {image: x, profiles: [""]}
    """).project
    assert list(project.services) == ["b"]
    assert set(with_named(project, ["a"]).services) == {"a", "b"}
    assert set(with_profiles(project, ["p", ""]).services) == {"a", "b"}
    assert set(with_profiles(project, ["p"]).services) == {"a"}


def test_only_some_services() -> None:
    assert list(only(PROJECT, ["web"]).services) == ["web", "db"]
    assert list(only(PROJECT, ["web"], dependencies=False).services) == ["web"]
    with pytest.raises(ConsistencyError, match="no such service: nobody"):
        only(PROJECT, ["nobody"])


def test_without_dependencies_those_among_the_named_services_remain() -> None:
    alone = only(PROJECT, ["web"], dependencies=False)
    assert not alone.services["web"].depends_on
    both = only(PROJECT, ["web", "db"], dependencies=False)
    assert list(both.services["web"].depends_on) == ["db"]


def test_resources_without_a_user_are_dropped() -> None:
    used = without_unused(PROJECT)
    assert (set(used.networks), set(used.volumes), set(used.secrets)) == (
        {"front", "back"}, {"data"}, set(),
    )  # fmt: skip


NEEDING = load_text("""
services:
  web:
    image: x
    depends_on:
      far: {condition: service_started, required: false}
      db: {condition: service_started, required: false}
  db: {image: x}
  above: {image: x, depends_on: [web]}
  lost: {image: x, profiles: [a], depends_on: [far]}
  far: {image: x, profiles: [b]}
""").project


def test_chosen_services_name_no_dependency_that_is_not_there() -> None:
    above = chosen(NEEDING, ["above"])
    assert set(above.services) == {"web", "db", "above"}
    assert list(above.services["web"].depends_on) == ["db"]
    assert set(chosen(NEEDING, ["web", "far"]).services["web"].depends_on) == {"far", "db"}


def _unchecked(text: str) -> Project:
    reader = MemoryReader({"/p/compose.yaml": text})
    return load(discover(reader, "/p", {}).replace(consistency=False), reader).project


def test_a_chosen_service_names_no_dependency_that_no_file_has_or_is_refused() -> None:
    text = "services: {a: {image: x, depends_on: {b: {condition: service_started%s}}}}"
    optional = _unchecked(text % ", required: false")
    assert optional.services["a"].depends_on.keys() == {"b"}
    assert not chosen(optional, ["a"]).services["a"].depends_on
    with pytest.raises(ConsistencyError, match="no such service: b"):
        chosen(_unchecked(text % ""), ["a"])


def test_a_chosen_service_that_needs_a_disabled_one_is_refused() -> None:
    with pytest.raises(ConsistencyError, match="no such service: far"):
        chosen(NEEDING, ["lost"])
