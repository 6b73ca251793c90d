"""Ends and signals that come at an odd moment, on an engine that makes them up."""

import signal
import threading
from typing import Any

import pytest

from composer.api import Composer, oneoff
from composer.api.execute import AttachRequest
from composer.engine.port import Json
from composer.errors import EngineAway, EngineConflict, EngineError, Interrupted
from composer.load.reader import MemoryReader
from composer.run.oneoff import OneOff
from tests.memory_engine import IMAGE, MemoryEngine


class Output:
    """What a process prints, to its end."""

    def __init__(self, *blocks: bytes) -> None:
        self._blocks = [*blocks, b""]

    def read(self, size: int) -> bytes:  # noqa: ARG002 - as the port's
        return self._blocks.pop(0)

    def write(self, data: bytes) -> None:
        """Take no input."""

    def finish(self) -> None:
        """Take no input."""

    def close(self) -> None:
        """Nothing waits."""


class Screen:
    """Where it is shown."""

    def __init__(self) -> None:
        self.shown = b""
        self._stopped = threading.Event()

    def read(self, size: int) -> bytes:  # noqa: ARG002 - as the protocol's
        return b""

    def stop(self) -> None:
        self._stopped.set()

    def write(self, data: bytes, *, error: bool = False) -> None:  # noqa: ARG002
        self.shown += data

    def size(self) -> None:
        return None

    def noted(self) -> None:
        self._stopped.wait()


class Slow(MemoryEngine):
    """Tells an end only once it was asked how the container is, and what its log has."""

    def __init__(self, attached: bytes, log: bytes, *, running: bool) -> None:
        super().__init__()
        self.attached, self.log, self.running = attached, log, running
        self.looked, self.read = threading.Event(), False
        self.shown = b""
        self._started = False

    def start_container(self, container: str) -> None:
        super().start_container(container)
        self._started = True

    def attach_container(self, container: str, **_: Any) -> Output:  # noqa: ARG002
        return Output(self.attached)

    def inspect_container(self, container: str) -> Json:
        found = super().inspect_container(container)
        if self._started:
            found = {**found, "State": {**found["State"], "Running": self.running}}
            if not self.running:
                self.looked.set()
        return found

    def container_logs(self, container: str, **_: Any) -> Any:  # noqa: ARG002
        self.read = True
        self.looked.set()
        return Output(self.log)

    def wait_container(self, container: str, condition: str = "") -> Any:  # noqa: ARG002
        looked = self.looked

        class Late:
            def result(self) -> int:
                assert looked.wait(10)
                return 0

            def close(self) -> None:
                """Nothing waits."""

        return Late()


def shown(engine: Slow, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """Return what a run at a terminal shows."""
    monkeypatch.setattr(oneoff, "_LATE_S", 0.01)
    text = f"services: {{web: {{image: '{IMAGE}'}}}}"
    app = Composer(reader=MemoryReader({"/shop/compose.yaml": text}), cwd="/shop", engine=engine)
    asked, screen = OneOff(tty=True, stdin=False, remove=True), Screen()
    made = app.create_one_off("web", asked)
    try:
        assert app.talk_one_off(made, asked, screen) == 0
    finally:
        engine.shown = screen.shown
    return screen.shown


def test_the_log_is_left_alone_where_only_the_word_of_the_end_is_late(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine = Slow(b"one\n", b"one\ntwo\n", running=False)
    assert shown(engine, monkeypatch) == b"one\n"
    assert not engine.read


@pytest.mark.parametrize(
    ("attached", "log", "whole"),
    [
        (b"one\n", b"one\ntwo\n", b"one\ntwo\n"),
        (b"\xff\n", "\ufffd\n".encode(), b"\xff\n"),
        (b"one\n", b"", b"one\n"),
    ],
    ids=["what follows", "not kept as it was", "not kept"],
)
def test_a_container_that_runs_on_after_its_output_is_shown_what_surely_follows(
    monkeypatch: pytest.MonkeyPatch, attached: bytes, log: bytes, whole: bytes
) -> None:
    assert shown(Slow(attached, log, running=True), monkeypatch) == whole


def test_output_that_surely_goes_on_but_not_how_is_no_success(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine = Slow(b"one\n", "one\n\ufffd\n".encode(), running=True)
    with pytest.raises(EngineError, match="how it went on"):
        shown(engine, monkeypatch)
    assert engine.shown == b"one\n"


def test_a_container_that_is_just_being_removed_has_told_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where the connection was lost, its end can still be heard of."""

    class Going(Slow):
        waits = 0

        def container_logs(self, container: str, **_: Any) -> Any:  # noqa: ARG002
            raise EngineConflict("dead or marked for removal")

        def wait_container(self, container: str, condition: str = "") -> Any:  # noqa: ARG002
            self.waits += 1
            lost = self.waits == 1

            class Wait:
                def result(self) -> int:
                    if lost:
                        raise EngineAway("the connection was lost")
                    return 0

                def close(self) -> None:
                    """Nothing waits."""

            return Wait()

    assert shown(Going(b"one\n", b"", running=False), monkeypatch) == b"one\n"


def test_a_signal_while_the_size_is_told_ends_the_attachment() -> None:
    """It is no failure of the telling, which would be passed over."""

    class Sized(Screen):
        def size(self) -> Any:
            return 24, 80

    class Interrupting(MemoryEngine):
        def attach_container(self, container: str, **_: Any) -> Output:  # noqa: ARG002
            return Output()

        def resize_container(self, container: str, rows: int, columns: int) -> None:  # noqa: ARG002
            raise Interrupted(signal.SIGINT)

    text = f"services: {{web: {{image: '{IMAGE}', tty: true}}}}"
    reader = MemoryReader({"/shop/compose.yaml": text})
    app = Composer(reader=reader, cwd="/shop", engine=Interrupting())
    app.up()
    with pytest.raises(Interrupted):
        app.attach("web", AttachRequest(stdin=False), Sized())
