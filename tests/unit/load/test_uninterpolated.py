"""The model without interpolation, and the variables in it; Docker Compose's texts are expected."""

import pytest

from composer.errors import ConsistencyError, ParseError
from composer.load.pipeline import load_tree
from composer.load.reader import MemoryReader
from composer.load.render import to_yaml
from composer.load.request import Request
from composer.load.uninterpolated import uninterpolated
from composer.load.variables import variables_of
from composer.tree import Node

BASE = """\
services:
  web:
    image: nginx:${TAG:-1.2}
    ports: ["${PORT}:80", "3000-3001:3000-3001"]
    volumes: ["${DATA:-./data}:/data", "./x:/x"]
    environment: [A=$B, C]
    labels: {e10: "1", e2: "$$2"}
    gpus: all
    tmpfs: /x
    links: [db]
    build: ./ctx
  db: {image: x, env_file: a.env, privileged: "${P:-true}", network_mode: "${M?mode}"}
"""
OVER = "services: {web: {environment: {A: 2}, labels: [n=$N], command: '${A:+${B:-c}}'}}\n"
EXPECTED = """\
name: p
networks:
  default:
    name: p_default
services:
  db:
    env_file:
      - path: /p/a.env
        required: true
    image: x
    network_mode: ${M?mode}
    privileged: ${P:-true}
  web:
    build:
      context: /p/ctx
      dockerfile: Dockerfile
    depends_on:
      db:
        condition: service_started
        required: true
        restart: true
    environment:
      - A=$B
      - C
    gpus:
      - count: all
    image: nginx:${TAG:-1.2}
    labels:
      e2: $$2
      e10: "1"
    links:
      - db
    networks:
      default: null
    ports:
      - ${PORT}:80
      - 3000-3001:3000-3001
    tmpfs: /x
    volumes:
      - source: ${DATA:-./data}
        target: /data
        type: volume
        volume: {}
      - bind:
          create_host_path: true
        source: /p/x
        target: /x
        type: bind
"""


def tree(*texts: str, **others: str) -> Node:
    files = {f"/p/{number}.yaml": text for number, text in enumerate(texts)}
    request = Request(files=tuple(files), working_dir="/p", cwd="/p", name="p", interpolate=False)
    held = files | {f"/p/{name}.yaml": text for name, text in others.items()}
    return load_tree(request, MemoryReader(held)).tree


def test_values_stay_as_written() -> None:
    assert to_yaml(uninterpolated(tree(BASE), "p", "yaml"), "$") == EXPECTED


def test_merged_key_values_become_lists() -> None:
    web = uninterpolated(tree(BASE, OVER), "p", "yaml")["services"]["web"]
    assert web["environment"] == ["A=2", "C"]
    assert web["labels"] == ["e10=1", "e2=$$2", "n=$N"]


def test_key_values_become_lists_also_where_another_file_says_nothing() -> None:
    base = "services: {web: {image: x, environment: {B: 1, A: , C: $C}, labels: {l: 1}}}"
    over = "services: {web: {environment: null, labels: null}}"
    web = uninterpolated(tree(base, over), "p", "yaml")["services"]["web"]
    assert web["environment"] == ["A", "B=1", "C=$C"]
    assert web["labels"] == ["l=1"]


def test_without_normal_form() -> None:
    made = uninterpolated(tree(BASE), "p", "yaml", normalize=False)
    assert "networks" not in made
    assert "depends_on" not in made["services"]["web"]


@pytest.mark.parametrize(
    "wrong",
    [
        "configs: {c: {environment: A, file: s}}",
        "volumes: {v: {external: true, driver: d}}",
        "services: {b: {image: x, volumes: [{type: bind, target: /x}]}}",
        'services: {b: {image: x, init: "${I}", ports: [{published: 1}, "${P}:80"]}}',
        "volumes: {v: {name: x, external: {name: y}}}",
        'services: {b: {image: x, volumes: [":/x"]}}',
    ],
)
def test_what_cannot_be_read_hides_nothing_that_is_wrong_elsewhere(wrong: str) -> None:
    unread = 'services: {a: {image: x, privileged: "${T}", cpus: "$N"}}'
    assert tree(unread, unread).value
    with pytest.raises(ConsistencyError):
        tree(unread, wrong)


def test_attributes_that_cannot_be_read_lack_nothing() -> None:
    found = tree('secrets: {s: {external: "${E}"}}', "services: {a: {ports: [{target: $T}]}}")
    assert set(found.value) == {"secrets", "services"}


def test_short_forms_stay_also_in_a_service_that_another_file_extends() -> None:
    base = "services: {b: {image: x, tmpfs: /run, dns_search: d, env_file: e}}"
    found = tree("services: {a: {extends: {file: base.yaml, service: b}}}", base=base)
    service = uninterpolated(found, "p", "yaml")["services"]["a"]
    assert (service["tmpfs"], service["dns_search"]) == ("/run", "d")
    assert service["env_file"] == [{"path": "/p/e", "required": True}]


def test_only_true_makes_a_resource_external_as_nothing_is_cast() -> None:
    networks = "networks: {a: {external: yes}, b: {external: 'true'}, c: {external: true}}"
    found = uninterpolated(tree("services: {}", networks), "p", "yaml")["networks"]
    assert {key: one["name"] for key, one in found.items()} == {"a": "p_a", "b": "b", "c": "c"}


def test_a_file_of_labels_that_is_given_twice_is_read_twice() -> None:
    """Docker Compose puts the lists of files together; later labels win, so the order counts."""
    listed = "services: {a: {image: x, label_file: [one, two, one]}}"
    found = uninterpolated(tree(listed), "p", "yaml")["services"]["a"]
    assert found["label_file"] == ["/p/one", "/p/two", "/p/one"]


def test_variables() -> None:
    found = variables_of(tree(BASE, OVER))
    assert list(found) == ["A", "B", "DATA", "M", "N", "P", "PORT", "TAG"]
    assert found["TAG"].default == "1.2"
    assert found["DATA"].default == "./data"
    assert found["M"].required
    assert found["A"].alternative == "${B:-c}"
    assert found["B"].default == "c"


@pytest.mark.parametrize("text", ["{}", "version: '3'"])
def test_a_file_that_says_nothing_is_refused(text: str) -> None:
    with pytest.raises(ParseError, match="empty compose file"):
        tree(text)
