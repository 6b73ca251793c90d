"""How many calls are under way at once: ``--parallel``, seen by who stands before the engine."""

import socket
import tempfile
import threading
from pathlib import Path

import pytest

from tests.e2e.stage import Stage, connect
from tests.faults.place import socket_of
from tests.faults.proxy import Fault, Proxy

pytestmark = pytest.mark.engine

SIX = "services:\n" + "".join(f"  s{number}: {{<<: *idle}}\n" for number in range(6))


class Counter(Proxy):
    """Counts the changing calls that the engine has heard and not begun to answer."""

    def __init__(self, folder: Path, engine: str) -> None:
        self.most = 0
        self._under_way = 0
        self._count = threading.Lock()
        super().__init__(folder, engine)

    def _note(self, name: str, target: str, client: socket.socket) -> Fault | None:
        self._step(name, 1)
        return super()._note(name, target, client)

    def heard(self, name: str) -> None:
        self._step(name, -1)

    def _step(self, name: str, step: int) -> None:
        if not name.startswith("GET "):
            with self._count:
                self._under_way += step
                self.most = max(self.most, self._under_way)


@pytest.mark.parametrize("limit", [1, 2])
def test_no_more_changes_are_under_way_than_parallel_says(limit: int) -> None:
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        engine = connect()
        stage = Stage(Path(folder), engine)
        try:
            stage.compose(SIX)
            with Counter(Path(folder), socket_of(engine)) as counter:
                stage.env["DOCKER_HOST"] = counter.address
                stage.run("--parallel", str(limit), "up", "-d").ok()
                assert len(stage.names()) == 6
                stage.run("--parallel", str(limit), "down").ok()
                assert counter.calls.count("POST /containers/create") == 6
                assert 1 <= counter.most <= limit, counter.most
        finally:
            stage.clear()
            engine.close()
