from itertools import pairwise
from xml.etree import ElementTree as ET

from composer.api.dependencies import Dependencies, dependencies
from composer.state import ContainerState, Health, Status
from composer.ui.graph import dot, mermaid, text
from composer.ui.graph_svg import svg
from tests.unit.plan.stage import project_of

FILE = """
services:
  web:
    image: i
    depends_on:
      api: {condition: service_healthy}
      cache: {condition: service_started, required: false}
  admin: {image: i, depends_on: [api]}
  api:
    image: i
    depends_on:
      db: {condition: service_started, restart: true}
      setup: {condition: service_completed_successfully}
  cache: {image: i}
  db: {image: i}
  setup: {image: i, depends_on: [db]}
"""
TREE = """\
admin
└── api  [started]
    ├── db  [started, restart]
    └── setup  [done]
        └── db  [started]
web
├── api  [healthy] …
└── cache  [started, optional]
"""


def container(
    service: str, status: Status, number: int = 1, *, health: Health = "", code: int | None = None
) -> ContainerState:
    name = f"shop-{service}-{number}"
    return ContainerState(name, name, service, number, status, health=health, exit_code=code)


def graph(*containers: ContainerState) -> Dependencies:
    return dependencies(project_of(FILE), containers or None)


def test_text_shows_what_is_needed_once() -> None:
    assert text(graph()) == TREE


def test_text_with_state() -> None:
    found = graph(
        container("api", "running", health="healthy"),
        container("db", "running"),
        container("db", "running", 2),
        container("setup", "exited", code=3),
    )
    lines = text(found).splitlines()
    assert lines[:4] == [
        "admin: not created",
        "└── api: running (healthy)  [started]",
        "    ├── db: 2 running  [started, restart]",
        "    └── setup: exited (3)  [done]",
    ]


def test_mermaid() -> None:
    lines = mermaid(graph(container("db", "running"))).splitlines()
    assert lines[0] == "flowchart TD"
    assert '    s3["db<br/>running"]' in lines
    assert "    s5 -.->|started, optional| s2" in lines
    assert "    s1 -->|done| s4" in lines
    assert "    style s3 fill:#c8e6c9" in lines


def test_dot() -> None:
    lines = dot(graph()).splitlines()
    assert lines[0] == 'digraph "shop" {'
    assert '    "web" -> "cache" [label="started, optional", style=dashed];' in lines
    assert lines[-1] == "}"


def test_svg_has_a_box_a_service_and_a_line_a_dependency() -> None:
    drawing = ET.fromstring(svg(graph(container("db", "running"))))  # noqa: S314 - ours
    space = "{http://www.w3.org/2000/svg}"
    boxes = {one.find(f"{space}text").text: one.find(f"{space}rect")  # type: ignore[union-attr]
             for one in drawing.findall(f"{space}g")}  # fmt: skip
    assert sorted(boxes, key=str) == ["admin", "api", "cache", "db", "setup", "web"]
    assert len(drawing.findall(f"{space}path")) == 6
    below = {name: float(one.get("y", "")) for name, one in boxes.items() if one is not None}
    assert below["web"] < below["api"] < below["setup"] < below["db"]


def test_svg_boxes_do_not_overlap() -> None:
    drawing = ET.fromstring(svg(graph()))  # noqa: S314 - ours
    spans = sorted(
        (float(one.get("y", "")), float(one.get("x", "")), float(one.get("width", "")))
        for one in drawing.iter("{http://www.w3.org/2000/svg}rect")
    )
    for (y, x, width), (next_y, next_x, _) in pairwise(spans):
        assert y < next_y or x + width <= next_x


def test_an_empty_project() -> None:
    none = dependencies(project_of("services: {}"))
    assert text(none) == ""
    ET.fromstring(svg(none))  # noqa: S314 - ours


def test_svg_labels_have_a_row_of_their_own() -> None:
    """No label covers a box; a line over several rows keeps clear of what is between."""
    chain = dependencies(
        project_of("services: {a: {image: i, depends_on: [b, c]}, b: {image: i, depends_on: [c]},"
                   " c: {image: i}}")
    )  # fmt: skip
    space = "{http://www.w3.org/2000/svg}"
    drawing = ET.fromstring(svg(chain))  # noqa: S314 - ours
    boxes = [
        (float(one.get("y", "")), float(one.get("x", "")), float(one.get("width", "")))
        for one in drawing.iter(f"{space}rect")
    ]
    labels = [float(one.get("y", "")) for one in drawing.findall(f"{space}text")]
    assert len(labels) == 3
    assert all(not y <= label <= y + 44 for label in labels for y, _, _ in boxes)
    (long,) = (one for one in drawing.findall(f"{space}path") if " V" in one.get("d", ""))
    passes = float(long.get("d", "").partition(" V")[0].rpartition(" ")[2].partition(",")[0])
    _, x, width = sorted(boxes)[1]
    assert not x <= passes <= x + width
