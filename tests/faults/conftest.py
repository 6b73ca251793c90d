"""The stage of a test that needs no proxy."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.stage import Stage, connect


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    engine = connect()
    made = Stage(tmp_path, engine)
    try:
        yield made
    finally:
        made.clear()
        engine.close()
