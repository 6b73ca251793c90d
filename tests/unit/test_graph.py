import subprocess
import sys
from time import process_time

import pytest

from composer import graph
from composer.errors import CycleError
from composer.spec.project import Project
from composer.spec.service import Dependency, Service


def project(**edges: str) -> Project:
    services = {
        name: Service(depends_on={one: Dependency() for one in needed.split()})
        for name, needed in edges.items()
    }
    return Project(name="shop", working_dir="/", services=services)


SHOP = project(web="api cache", api="db", cache="", db="", lonely="")


def test_order_is_in_levels_and_sorted() -> None:
    assert graph.start_order(SHOP) == (("cache", "db", "lonely"), ("api",), ("web",))


def test_a_dependency_that_is_no_service_of_the_project_does_not_count() -> None:
    assert graph.start_order(project(web="absent")) == (("web",),)


def test_closures() -> None:
    assert graph.reachable(graph.edges_of(SHOP.services), ["web"]) == {"web", "api", "cache", "db"}
    assert graph.dependents(SHOP, ["db"]) == {"db", "api", "web"}
    assert graph.dependents(SHOP, []) == set()


def test_reversed_edges_have_every_node() -> None:
    assert graph.reversed_edges({"a": ["b"], "b": [], "c": ["b"]}) == {
        "a": (),
        "b": ("a", "c"),
        "c": (),
    }


@pytest.mark.parametrize(
    ("edges", "cycle"),
    [
        ({}, []),
        ({"a": ["b"], "b": []}, []),
        ({"a": ["a"]}, ["a"]),
        ({"b": ["c"], "c": ["b"]}, ["b", "c"]),
        ({"a": ["b"], "b": ["c"], "c": ["d"], "d": ["b"]}, ["b", "c", "d"]),
        ({"a": ["z"], "z": ["y"], "y": ["z"]}, ["y", "z"]),
        ({"x": ["y"], "y": ["x"], "a": ["b"], "b": ["a"]}, ["a", "b"]),
    ],
)
def test_find_cycle(edges: dict[str, list[str]], cycle: list[str]) -> None:
    assert graph.find_cycle(edges) == cycle


def test_the_nodes_of_a_cycle_come_last_where_an_order_is_wanted_anyway() -> None:
    assert graph.levels({"a": ["b"], "b": ["a"], "c": []}) == (("c",), ("a", "b"))


def test_start_order_of_a_cycle_is_an_error_that_shows_it() -> None:
    with pytest.raises(CycleError, match="a → b → a"):
        graph.start_order(project(a="b", b="a"))


def test_cycles_of_services() -> None:
    assert graph.cycles(project(a="b", b="c", c="a", d="a").services) == ["a", "b", "c"]
    assert graph.cycles(SHOP.services) == []


def test_finding_is_linear() -> None:
    size = 5_000
    edges = {str(n): [str(m) for m in range(n + 1, min(n + 5, size))] for n in range(size)}
    began = process_time()
    assert graph.find_cycle(edges) == []
    edges[str(size - 1)] = ["0"]
    assert graph.find_cycle(edges)
    assert process_time() - began < 10


def test_networkx_is_not_loaded_without_a_cycle() -> None:
    code = (
        "import sys; from composer.graph import find_cycle, levels;"
        "levels({'a': ['b'], 'b': []}); find_cycle({'a': ['b'], 'b': []});"
        "sys.exit('networkx' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
