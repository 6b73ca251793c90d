"""Attaching on an engine in memory."""

from typing import Any

import pytest

from composer.api import Composer
from composer.api.execute import AttachRequest, attach
from composer.errors import EngineError
from composer.load.reader import MemoryReader
from tests.memory_engine import IMAGE, MemoryEngine
from tests.memory_talking import Ended


class Noted(Ended):
    """A wait that knows whether it was closed."""

    closed = False

    def close(self) -> None:
        self.closed = True


class Waited(MemoryEngine):
    """An engine that keeps the last wait, and lets nobody attach."""

    wait = Noted(0)

    def wait_container(self, container: str, condition: str = "not-running") -> Noted:  # noqa: ARG002
        self.wait = Noted(0)
        return self.wait


def test_the_wait_for_the_end_is_closed_where_attaching_fails() -> None:
    engine = Waited()
    reader = MemoryReader({"/shop/compose.yaml": f"services: {{web: {{image: {IMAGE}}}}}"})
    app = Composer(reader=reader, cwd="/shop", environ={}, engine=engine)
    app.up()
    console: Any = None
    with pytest.raises(EngineError, match="nobody to talk with"):
        attach(app, "web", AttachRequest(), console)
    assert engine.wait.closed
