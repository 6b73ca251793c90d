"""What each kind of attribute takes, casts to and prints."""

from typing import Any

import pytest

from composer.spec.containers import KeyValues, Many, Maybe, Options, Table, label_map, variable_map
from composer.spec.shapes import (
    Bytes,
    Command,
    ContainerPath,
    FileMode,
    Flag,
    Integer,
    Misfit,
    Number,
    Shape,
    Text,
    text,
)
from composer.spec.special import DeviceCount, HealthTest, Hosts
from composer.tree import Node, build, plain


@pytest.mark.parametrize(
    ("shape", "given", "bound"),
    [
        (Text(), "a", "a"), (Text(), 5, "5"), (Text(also=("boolean",)), True, "true"),
        (Flag(), True, True), (Flag(), "yes", True), (Flag(), "OFF", False),
        (Integer(), 5, 5), (Integer(), "5", 5), (Integer(), 5.9, 5),
        (Number(), "0.5", 0.5), (Number(), 2, 2.0),
        (Bytes(), "64m", 64 * 2**20), (Bytes(), -1, -1), (Bytes(), 1.5, 0),
        (FileMode(), 0o440, 0o440), (FileMode(), "0440", 0o440), (FileMode(), "+1", 1),
        (Command(), "a 'b c'", ("a", "b c")), (Command(), ["a"], ("a",)), (Command(), None, None),
        (HealthTest(), "a b", ("CMD-SHELL", "a b")), (HealthTest(), ["NONE"], ("NONE",)),
        (DeviceCount(), "all", -1), (DeviceCount(), 2, 2),
        (label_map, {"a": 1, "b": None}, {"a": "1", "b": ""}),
        (variable_map, {"a": 1.5, "b": None}, {"a": "1.5", "b": None}),
        (Options(), {"a": 1}, {"a": "1"}),
        (Many(text), ["a", 1], ("a", "1")), (Many(text), None, ()),
        (Table(Maybe(text)), {"a": None, "b": "c"}, {"a": None, "b": "c"}),
        (Hosts(), {"b": "2", "a": ["1"]}, (("a", "1"), ("b", "2"))),
    ],
)  # fmt: skip
def test_binding(shape: Shape, given: Any, bound: Any) -> None:
    assert shape.bind(build(given)) == bound


@pytest.mark.parametrize(
    ("shape", "given"),
    [
        (Text(), 1.5), (Text(), True), (Flag(), "1"), (Flag(), "maybe"), (Flag(), 1),
        (Integer(), "x"), (Integer(), "1_0"), (Integer(), " 1"), (Integer(), True),
        (Integer(signed=False), -1),
        (Integer(read=False), "1"),
        (Number(), "x"), (Number(), []), (Number(), "1e39"), (Number(), float("inf")),
        (Number(), "nan"), (Bytes(), "-1"), (Bytes(), []), (FileMode(), "rw"),
        (FileMode(), 1.5), (FileMode(text=False), "440"), (Command(), "'open"),
        (label_map, "a"), (Many(text), "a"), (Table(text), "a"), (Options(), "a"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(shape: Shape, given: Any) -> None:
    with pytest.raises(Misfit):
        shape.bind(build(given))


def test_lists_of_pairs_become_mappings() -> None:
    found = label_map.canon(build(["a=b=c", "d", "e="]))
    assert plain(found) == {"a": "b=c", "d": None, "e": ""}
    with pytest.raises(Misfit, match="expected key=value"):
        KeyValues(valued=True).canon(build(["a"]))
    with pytest.raises(Misfit, match="trailing space"):
        variable_map.canon(build(["A =b"]))


def test_lists_of_names_become_mappings() -> None:
    found = Table(text, listed={"x": 1}, also_list=True).canon(build(["a", "b"]))
    assert plain(found) == {"a": {"x": 1}, "b": {"x": 1}}


def test_single_items_become_lists() -> None:
    assert plain(Many(text, single=True).canon(Node("a"))) == ["a"]
    assert plain(Many(text, blank=False).canon(build(["a", ""]))) == ["a"]


@pytest.mark.parametrize(
    ("path", "shortest"),
    [("/a/", "/a"), ("/a/../b", "/b"), ("//a", "/a"), ("/", "/"), ("a/./b", "a/b"), ("", ".")],
)
def test_container_paths_are_kept_without_detours(path: str, shortest: str) -> None:
    assert ContainerPath().canon(Node(path)).value == shortest


def test_casting_what_variables_left() -> None:
    node = Node("x")
    assert Flag().cast(node, "True") is True
    assert Integer().cast(node, "12") == 12
    assert Integer(text=False).cast(node, "12") == "12"
    assert Number().cast(node, "1.5") == 1.5
    assert Text().cast(node, "12") == "12"
