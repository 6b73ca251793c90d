"""Our printed schema accepts and refuses what the published one does, on the whole corpus.

The published one is the copy inside check-jsonschema, which the lint group brings; it follows the
newest specification, so it knows attributes that Compose 2.40 does not.
"""

import importlib.resources
import json
from typing import Any

import jsonschema_rs
import pytest

from composer.errors import LoadError
from composer.load.parse import parse
from composer.load.schema import schema
from composer.source import Source
from composer.tree import plain
from tests.conformance.cases import Case, read_corpus
from tests.conformance.compare import HERE

DIFFERENT = {
    "service/services image: x, mem_limit alone 6": "Compose 2.40 takes a fraction, and ignores it",
    "service/services image: x, shm_size alone 4": "the same",
    "yaml/bad network name": "Compose 2.40 does not look at the names of networks",
}
"""Names of cases on which the schemas differ, and why."""


def _documents() -> list[tuple[str, Any]]:
    found = []
    for case in read_corpus([HERE / "corpus"]):
        for part in case.parts or (case,):
            extended = " extended " in part.name
            if set(part.files) == {"compose.yaml"} and not extended:
                found += [(part.name, one) for one in _plain(part)]
    return found


def _plain(case: Case) -> list[Any]:
    try:
        source = Source("compose.yaml", case.files["compose.yaml"].decode())
        return [plain(document) for document in parse(source)]
    except LoadError:
        return []


def test_the_same_files_are_valid() -> None:
    package = pytest.importorskip("check_jsonschema", reason="of the lint group, not installed")
    folder = importlib.resources.files(package) / "builtin_schemas" / "vendor"
    published = json.loads((folder / "compose-spec.json").read_text())
    theirs, ours = jsonschema_rs.validator_for(published), jsonschema_rs.validator_for(schema())
    found = {
        name: ours.is_valid(document)
        for name, document in _documents()
        if ours.is_valid(document) is not theirs.is_valid(document)
    }
    assert found.keys() == DIFFERENT.keys(), found
