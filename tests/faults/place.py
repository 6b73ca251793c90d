"""Where a trial is played: a stage, and a proxy before the engine that the environment names."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from docker import APIClient

from tests.e2e.stage import Stage, connect
from tests.faults.proxy import Proxy


@contextmanager
def played() -> Iterator[tuple[Stage, Proxy]]:
    """Give a stage and a proxy of its own; all is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        engine = connect()
        stage = Stage(Path(folder), engine)
        try:
            with Proxy(Path(folder), socket_of(engine)) as proxy:
                yield stage, proxy
        finally:
            stage.clear()
            engine.close()


def socket_of(engine: APIClient) -> str:
    """Return the path of the engine's socket; skip where it is reached in another way."""
    adapter = engine.adapters.get("http+docker://")
    if adapter is None:
        pytest.skip("the engine has no Unix socket that a proxy could stand before")
    return str(adapter.socket_path)  # type: ignore[attr-defined]
