"""The registry has every attribute of the specification, and says where each one goes."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from composer.load import merge, paths
from composer.load.schema import print_schema, schema
from composer.spec.containers import Many, Maybe, Table
from composer.spec.project import document
from composer.spec.record import Attr, RecordOf
from composer.spec.shapes import Shape

HERE = Path(__file__).parent
PRINTED = HERE.parents[1] / "schemas" / "compose.schema.json"
ELSEWHERE = {
    "networks.*.external.name", "volumes.*.external.name", "secrets.*.external.name",
    "configs.*.external.name",
}  # fmt: skip
"""Part of the deprecated form of another attribute's shape."""


def rows(shape: Shape, path: str = "") -> Iterator[tuple[str, Attr]]:
    match shape:
        case Maybe():
            yield from rows(shape.of, path)
        case Many():
            yield from rows(shape.item, f"{path}[]")
        case Table():
            yield from rows(shape.value, f"{path}.*")
        case RecordOf():
            for name, row in shape.record.__attrs__.items():
                at = f"{path}.{name}" if path else name
                yield at, row
                yield from rows(row.shape, at)


ROWS = dict(rows(document))
LISTED = [one for one in (HERE / "attributes.txt").read_text().splitlines() if one[0] not in "#-"]


def test_every_attribute_of_the_specification_is_in_the_registry() -> None:
    assert set(LISTED) - set(ROWS) - ELSEWHERE == set()


def test_the_registry_has_no_attribute_of_its_own() -> None:
    forms = {"services.*.ulimits.*.single", "services.*.build.ulimits.*.single"}
    assert set(ROWS) - set(LISTED) - forms == set()


@pytest.mark.parametrize("path", sorted(ROWS))
def test_each_row_says_where_it_goes(path: str) -> None:
    assert re.fullmatch(r"client|swarm|none: .+|[\w\[\]. /]+", ROWS[path].engine)


@pytest.mark.parametrize("path", sorted(ROWS))
def test_rules_and_kinds_of_paths_are_known(path: str) -> None:
    row = ROWS[path]
    plain_rules = {"deep", "long", "replace", "logging", "hosts", "pools", "replace_each"}
    assert row.merge in plain_rules | set(merge._KEYS)
    assert not row.path or row.path in paths._KINDS


def test_the_printed_schema_is_fresh() -> None:
    if os.environ.get("COMPOSER_WRITE"):
        PRINTED.write_text(print_schema())
    assert PRINTED.read_text() == print_schema(), "COMPOSER_WRITE=1 prints it anew"


def test_the_schema_describes_records() -> None:
    services: Any = schema()["properties"]["services"]
    (service,) = services["patternProperties"].values()
    assert service["description"].startswith("A set of equal containers")
    assert json.loads(print_schema()) == schema()
