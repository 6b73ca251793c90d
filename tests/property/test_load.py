"""Loading ends in a project or in a LoadError, and what is printed can be read again."""

import json
import random
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from composer.errors import LoadError
from composer.load.extends import SERVICE
from composer.load.merge import merge, unify
from composer.load.parse import parse
from composer.load.render import model, to_yaml
from composer.load.select import without_unused
from composer.source import Source
from composer.spec.containers import Many, Maybe, Table
from composer.spec.project import document
from composer.spec.record import RecordOf
from composer.spec.shapes import Shape
from composer.tree import Node, build, plain
from tests.conformance.cases import Case, read_corpus
from tests.conformance.compare import HERE
from tests.conformance.mutate import mutation
from tests.loading import load_files, load_text

RELAXED = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-2, 70000), st.floats(), st.text(max_size=6),
    st.sampled_from(["80:80", "1s", "64m", "a=b", "/a:/b", "./x", "service:a", "$A", "${B:-c}"]),
)  # fmt: skip
NAMES = st.sampled_from(["a", "b", "x-c", "default"])


def values(shape: Shape, depth: int = 0) -> st.SearchStrategy[Any]:
    """Return trees that often, but not always, have the form that *shape* wants."""
    if depth > 5:
        return SCALARS
    match shape:
        case Maybe():
            made = values(shape.of, depth)
        case Many():
            made = st.lists(values(shape.item, depth + 1), max_size=2)
        case Table():
            made = st.dictionaries(NAMES, values(shape.value, depth + 1), max_size=2)
        case RecordOf():
            rows = {name: values(row.shape, depth + 1) for name, row in _some(shape, depth)}
            made = st.fixed_dictionaries({}, optional=rows)
        case _:
            pairs = st.dictionaries(NAMES, SCALARS, max_size=2)
            made = st.one_of(SCALARS, SCALARS, st.lists(SCALARS, max_size=2), pairs)
    return st.one_of(made, made, made, SCALARS) if depth else made


def _some(shape: RecordOf, depth: int) -> list[tuple[str, Any]]:
    rows = [*shape.record.__attrs__.items()]
    chosen = random.Random(depth).sample(rows, min(len(rows), 25))  # noqa: S311
    return [one for one in rows if one in chosen or one[1].required or depth == 0]


PROJECTS = values(document)


def _is_loaded_or_refused(files: Mapping[str, str]) -> None:
    """Load; any other error than the loader's own passes through and fails the test."""
    try:
        load_files(files)
    except LoadError as wrong:
        if not all(one.code and one.message for one in wrong.diagnostics):
            pytest.fail(f"an empty diagnostic: {wrong}")


@RELAXED
@given(PROJECTS)
def test_any_tree_is_a_project_or_an_error(tree: dict[str, Any]) -> None:
    _is_loaded_or_refused({"compose.yaml": json.dumps(tree)})


@RELAXED
@given(PROJECTS, PROJECTS)
def test_any_two_trees_are_a_project_or_an_error(
    base: dict[str, Any], over: dict[str, Any]
) -> None:
    files = {"compose.yaml": json.dumps(base), "compose.override.yaml": json.dumps(over)}
    _is_loaded_or_refused(files)


CORPUS = [case for case in read_corpus([HERE / "corpus"]) if set(case.files) == {"compose.yaml"}]
VALID = [case.files["compose.yaml"].decode() for case in CORPUS if not case.args]


def _loaded(text: str) -> Any:
    try:
        return without_unused(load_text(text).project)
    except LoadError:
        return None


NOT_READ_AGAIN = {
    "catalogue/gpu forms": "an empty list is not printed, and must be there",
    "extends/extends with secrets, configs, devices": "a host stands there twice",
    "interpolation/keys are not replaced": "printing doubles the dollars of keys too",
    "project/depends on an inactive service that is not required": "it is not printed",
    "project/target zero": "zero is not printed",
}
"""Where Compose, and so Composer, prints what it would not read."""


@pytest.mark.parametrize(
    "case",
    [case for case in CORPUS if not (case.parts or case.args or case.name in NOT_READ_AGAIN)],
    ids=lambda case: case.name,
)
def test_what_is_printed_is_read_as_the_same(case: Case) -> None:
    project = _loaded(case.files["compose.yaml"].decode())
    if project is not None:
        printed = model(project, "yaml")
        again = without_unused(load_text(to_yaml(printed)).project)
        assert model(again, "yaml") == printed


@RELAXED
@given(st.sampled_from(VALID), st.randoms(use_true_random=False))
def test_changed_files_are_a_project_or_an_error(text: str, chance: random.Random) -> None:
    project = _loaded(text)
    if project is None:
        return
    (printed,) = parse(Source("compose.yaml", to_yaml(model(project, "yaml"), "$")))
    tree = mutation(plain(printed), chance)
    _is_loaded_or_refused({"compose.yaml": json.dumps(tree)})


SERVICES = st.fixed_dictionaries(
    {"image": st.sampled_from("ab")},
    optional={
        "environment": st.dictionaries(NAMES, st.integers(0, 3), max_size=3),
        "cap_add": st.lists(st.sampled_from("ABC"), unique=True, max_size=3),
        "volumes": st.lists(st.sampled_from(["/a:/x", "/b:/x", "/c:/y"]), unique=True, max_size=2),
        "command": st.lists(st.sampled_from("ab"), max_size=2),
        "healthcheck": st.fixed_dictionaries({}, optional={"test": st.just("t")}),
    },
)


def _merged(base: Node, over: Node) -> Node:
    return unify(merge(base, over, SERVICE), SERVICE)


@given(SERVICES)
def test_merging_over_nothing_and_nothing_over_it_changes_nothing(service: Any) -> None:
    assert plain(merge(build({}), build(service), SERVICE)) == service
    assert plain(merge(build(service), build({}), SERVICE)) == service


@given(SERVICES, SERVICES)
def test_the_later_file_wins(base: Any, over: Any) -> None:
    found = plain(merge(build(base), build(over), SERVICE))
    assert found["image"] == over["image"]
    assert found.get("environment", {}) == {
        **base.get("environment", {}), **over.get("environment", {}),
    }  # fmt: skip
    assert found.get("command") == over.get("command", base.get("command"))


@given(SERVICES, SERVICES)
def test_merging_the_same_again_changes_nothing(base: Any, over: Any) -> None:
    once = _merged(build(base), build(over))
    assert plain(_merged(once, build(over))) == plain(once)


@given(SERVICES, SERVICES, SERVICES)
def test_merging_is_associative(one: Any, two: Any, three: Any) -> None:
    left = _merged(_merged(build(one), build(two)), build(three))
    right = _merged(build(one), _merged(build(two), build(three)))
    assert plain(left) == plain(right)
