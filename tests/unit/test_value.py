"""Values: what is equal has one hash, whatever it holds."""

from collections.abc import Mapping, Sequence

from composer.load.pipeline import load
from composer.load.reader import MemoryReader
from composer.load.request import Request
from composer.plan.policy import UpPolicy
from composer.value import Value


class Box(Value):
    held: Mapping[str, object] | Sequence[object] | set[str]


def test_what_holds_a_mapping_or_a_list_can_be_a_key() -> None:
    one = Box({"a": [1, {"b": {2}}], "c": (Box({}),)})
    same = Box({"c": (Box({}),), "a": [1, {"b": {2}}]})
    assert one == same
    assert len({one, same, Box({"a": [1, {"b": {3}}]})}) == 2
    assert hash(UpPolicy(scale={"a": 1, "b": 2})) == hash(UpPolicy(scale={"b": 2, "a": 1}))


def test_a_project_can_be_a_key() -> None:
    text = "services: {a: {image: b, environment: {C: d}, x-more: [{e: f}]}}\nx-other: {g: [h]}"
    reader = MemoryReader({"/shop/compose.yaml": text})
    request = Request(files=("/shop/compose.yaml",), working_dir="/shop", name="shop", cwd="/shop")
    assert len({load(request, reader).project, load(request, reader).project}) == 1
