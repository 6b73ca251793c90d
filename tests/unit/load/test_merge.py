"""Each merge rule, through the shape of a service."""

from typing import Any

import pytest

from composer.errors import MergeError, SchemaError
from composer.load.extends import SERVICE
from composer.load.merge import cleared, cut, marked, merge, unify
from composer.load.parse import parse
from composer.source import Source
from composer.spec.project import document
from composer.spec.shapes import as_text
from composer.tree import Node, build, find, plain
from tests.loading import load_files, resolved


def merged(base: Any, over: Any) -> Any:
    return plain(merge(build(base), build(over), SERVICE))


def read(text: str) -> Node:
    return parse(Source("over.yaml", text))[0]


@pytest.mark.parametrize(
    ("base", "over", "result"),
    [
        # deep: mappings by key, lists appended, scalars replaced, null changes nothing
        ({"image": "a", "user": "u"}, {"image": "b"}, {"image": "b", "user": "u"}),
        ({"security_opt": ["a"]}, {"security_opt": ["b"]}, {"security_opt": ["a", "b"]}),
        ({"labels": {"a": "1"}}, {"labels": None}, {"labels": {"a": "1"}}),
        ({"healthcheck": {"retries": 1}}, {"healthcheck": {"interval": "1s"}},
         {"healthcheck": {"retries": 1, "interval": "1s"}}),
        # replace
        ({"command": ["a", "b"]}, {"command": ["c"]}, {"command": ["c"]}),
        ({"command": ["a"]}, {"command": None}, {"command": None}),
        ({"healthcheck": {"test": ["CMD", "a"]}}, {"healthcheck": {"test": "b"}},
         {"healthcheck": {"test": "b"}}),
        # by_key
        ({"environment": ["A=1", "B=2"]}, {"environment": {"B": 3, "C": None}},
         {"environment": {"A": "1", "B": 3, "C": None}}),
        # long
        ({"build": "a"}, {"build": {"target": "t"}}, {"build": {"context": "a", "target": "t"}}),
        ({"depends_on": ["a"]}, {"depends_on": {"a": {"condition": "service_healthy"}}},
         {"depends_on": {"a": {"condition": "service_healthy", "required": True}}}),
        ({"networks": ["a"]}, {"networks": {"b": {"priority": 1}}},
         {"networks": {"a": None, "b": {"priority": 1}}}),
        ({"label_file": ["a"]}, {"label_file": "a"}, {"label_file": ["a", "a"]}),
        # lists that know when two entries are the same
        ({"dns": "1.1.1.1"}, {"dns": ["1.1.1.1", "8.8.8.8"]}, {"dns": ["1.1.1.1", "8.8.8.8"]}),
        ({"volumes": ["/a:/x", "/b:/y"]}, {"volumes": ["/c:/x"]}, {"volumes": ["/c:/x", "/b:/y"]}),
        ({"ports": ["80:80"]}, {"ports": ["80:80", "81:81"]}, {"ports": ["80:80", "81:81"]}),
        ({"secrets": ["s"]}, {"secrets": [{"source": "t", "target": "/run/secrets/s"}]},
         {"secrets": [{"source": "t", "target": "/run/secrets/s"}]}),
        ({"devices": ["/a:/x"]}, {"devices": ["/b:/x"]}, {"devices": ["/b:/x"]}),
        # logging
        ({"logging": {"driver": "a", "options": {"x": 1}}}, {"logging": {"options": {"y": 2}}},
         {"logging": {"driver": "a", "options": {"x": 1, "y": 2}}}),
        ({"logging": {"driver": "a", "options": {"x": 1}}}, {"logging": {"driver": "b"}},
         {"logging": {"driver": "b"}}),
        # hosts
        ({"extra_hosts": ["a=1"]}, {"extra_hosts": {"a": ["1", "2"]}},
         {"extra_hosts": ["a=1", "a=2"]}),
        # replace_each
        ({"ulimits": {"a": {"soft": 1, "hard": 2}, "b": 1}}, {"ulimits": {"a": 3}},
         {"ulimits": {"a": 3, "b": 1}}),
    ],
)  # fmt: skip
def test_rules(base: Any, over: Any, result: Any) -> None:
    assert merged(base, over) == result


def test_pools_of_subnets() -> None:
    def networks(*pools: Any) -> Node:
        return build({"networks": {"n": {"ipam": {"config": list(pools)}}}})

    def pools(base: Node, over: Node) -> Any:
        found = find(merge(base, over, document), ("networks", "n", "ipam", "config"))
        return plain(found) if found else None

    one, other = {"subnet": "10.0.0.0/8"}, {"subnet": "11.0.0.0/8"}
    more = {"subnet": "10.0.0.0/8", "gateway": "10.0.0.1"}
    assert pools(networks(one), networks(more)) == [more]
    assert pools(networks(one), networks(other)) == [other]


@pytest.mark.parametrize(
    ("base", "over"),
    [
        ({"healthcheck": {"test": "a"}}, {"healthcheck": ["a"]}),
        ({"ports": ["80"]}, {"ports": "81"}),
    ],
)
def test_kinds_that_do_not_match_are_refused(base: Any, over: Any) -> None:
    with pytest.raises(MergeError):
        merged(base, over)


def test_the_place_of_what_was_replaced_is_kept() -> None:
    base, over = read("image: a\n"), read("\n\nimage: b\n")
    image = merge(base, over, SERVICE).value["image"]
    assert (image.pos.line, image.over.value) == (3, "a")


def test_override_replaces() -> None:
    base = read("environment: {A: 1}\nports: ['80:80']\n")
    over = read("environment: !override {B: 2}\nports: !override []\n")
    assert plain(merge(base, over, SERVICE)) == {"environment": {"B": 2}, "ports": []}


def test_marks_cut_what_stands_below_them() -> None:
    over = read("a: {b: !reset null, c: 1}\nd: !override [1]\n")
    assert list(marked(over)) == [("a", "b"), ("d",)]
    assert plain(cut(build({"a": {"b": 1, "c": 2}}), ("a", "b"))) == {"a": {"c": 2}}
    assert plain(cleared(over)) == {"a": {"c": 1}, "d": [1]}


def test_lists_of_one_file_become_unique() -> None:
    tree = build({"environment": ["A=1", "A=2"], "networks": {"n": {"aliases": ["a", "a"]}}})
    assert plain(unify(tree, SERVICE)) == {
        "environment": ["A=2"], "networks": {"n": {"aliases": ["a"]}},
    }  # fmt: skip


@pytest.mark.parametrize("odd", [1, None, True, 1.5])
@pytest.mark.parametrize("name", ["dns", "cap_add", "tmpfs", "volumes"])
def test_an_item_of_a_wrong_type_is_not_hidden_by_an_equal_text(name: str, odd: Any) -> None:
    items = [odd, as_text(build(odd))]
    assert plain(unify(build({name: items}), SERVICE)) == {name: items}


def test_a_number_is_the_same_as_its_text_where_both_may_stand() -> None:
    tree = build({"expose": [1, "1"], "ports": [2, "2"]})
    assert plain(unify(tree, SERVICE)) == {"expose": ["1"], "ports": ["2"]}


def test_null_in_an_override_stays_to_be_refused() -> None:
    found = merge(build({"dns": ["a"]}), build({"dns": [None]}), SERVICE)
    assert plain(found) == {"dns": ["a", None]}


@pytest.mark.parametrize("over", ['["${EXTRA:-}"]', '""', '["="]', '{"": ""}'])
def test_an_empty_item_may_stand_in_a_list_that_is_put_over_a_mapping(over: str) -> None:
    base = "services: {a: {image: x, environment: {A: 1}, labels: {L: 1}}}"
    text = f"services: {{a: {{environment: {over}, labels: {over}}}}}"
    files = {"compose.yaml": base, "over.yaml": text}
    service = load_files(files, files=("compose.yaml", "over.yaml")).project.services["a"]
    assert service.environment.keys() == {"", "A"}
    assert service.labels == {"": "", "L": "1"}


def test_an_empty_name_is_refused_in_a_mapping() -> None:
    with pytest.raises(SchemaError) as wrong:
        resolved('services: {a: {image: x, environment: {"": v}}}')
    assert [one.code for one in wrong.value.diagnostics] == ["invalid-name"]
