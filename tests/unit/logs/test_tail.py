"""One followed container: its end is told once, also where the engine tells nobody."""

import threading
from typing import Any

import pytest

from composer.engine.port import EngineEvent, Json
from composer.logs.source import Origin
from composer.logs.tail import Tail
from composer.run.events import ContainerEvent, Event

ORIGIN = Origin("c1", "web-1", "web", 1)


class ReadLog:
    """A log that has been read."""

    origin = ORIGIN
    tells_end = True

    def read(self) -> None: ...

    def stop(self) -> None: ...

    def expect_end(self, *, ended: bool = True) -> None: ...


class Ended:
    """An engine whose container has ended, though it was told to run."""

    def inspect_container(self, _: str) -> Json:
        return {"State": {"Status": "exited", "ExitCode": 3}}


def test_an_end_that_nobody_tells_is_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("composer.logs.tail.UNTOLD", 0.01)
    told: list[Event] = []
    quiet, later = threading.Event(), threading.Event()
    log: Any = ReadLog()
    engine: Any = Ended()

    def changed() -> None:
        if not tail.alive:
            (later if quiet.is_set() else quiet).set()

    tail = Tail(engine, log, told.append, changed, lambda *_: None)
    tail.begin(running=True)
    assert quiet.wait(60)
    tail.happened(EngineEvent("container", "die", "c1", {"exitCode": "3"}, 1))
    assert later.wait(60)
    tail.close()
    assert [(one.action, one.exit_code) for one in told if isinstance(one, ContainerEvent)] == [
        ("die", 3)
    ]


def test_an_end_that_is_told_twice_is_passed_on_once_a_run() -> None:
    told: list[Event] = []
    done = threading.Event()
    log: Any = ReadLog()
    engine: Any = Ended()

    def hear(event: Event) -> None:
        told.append(event)
        if isinstance(event, ContainerEvent) and event.action == "destroy":
            done.set()

    tail = Tail(engine, log, hear, lambda: None, lambda *_: None)
    for action, code in (
        ("start", ""), ("die", "3"), ("die", "255"), ("start", ""), ("die", "4"), ("destroy", ""),
    ):  # fmt: skip
        tail.happened(EngineEvent("container", action, "c1", {"exitCode": code}, 1))
    assert done.wait(60)
    tail.close()
    ends = [one for one in told if isinstance(one, ContainerEvent) and one.action == "die"]
    assert [one.exit_code for one in ends] == [3, 4]
