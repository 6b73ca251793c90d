"""One followed container: its end is told once, also where the engine tells nobody."""

import threading
from collections.abc import Callable
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

    status = "exited"
    restarts = 0
    started = "2026-11-20T23:26:00Z"

    def inspect_container(self, _: str) -> Json:
        state = {"Status": self.status, "ExitCode": 3, "StartedAt": self.started}
        return {"State": state, "RestartCount": self.restarts}


class Heard:
    """A tail, and what it told."""

    def __init__(self, engine: Any) -> None:
        self.told: list[Event] = []
        self.moved = threading.Condition()
        log: Any = ReadLog()
        self.tail = Tail(engine, log, self._hear, self._change, lambda *_: None)

    def _hear(self, event: Event) -> None:
        with self.moved:
            self.told.append(event)
            self.moved.notify_all()

    def _change(self) -> None:
        with self.moved:
            self.moved.notify_all()

    def until(self, condition: Callable[[], bool]) -> None:
        with self.moved:
            assert self.moved.wait_for(condition, 60), self.told

    @property
    def ends(self) -> list[tuple[int | None, str]]:
        told = [one for one in self.told if isinstance(one, ContainerEvent)]
        return [(one.exit_code, one.then) for one in told if one.action == "die"]


def event(action: str, code: str = "") -> EngineEvent:
    return EngineEvent("container", action, "c1", {"exitCode": code}, 1)


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


def test_one_that_was_to_start_again_and_is_stopped_meanwhile_has_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Engines tell no further end of a container that is stopped before it starts again."""
    monkeypatch.setattr("composer.logs.tail.UNTOLD", 0.01)
    engine = Ended()
    engine.status = "restarting"
    heard = Heard(engine)
    heard.tail.happened(event("start"))
    heard.tail.happened(event("die", "3"))
    heard.until(lambda: heard.ends == [(3, "restarting")])
    engine.status = "exited"
    heard.until(lambda: not heard.tail.alive)
    heard.tail.close()
    assert heard.ends == [(3, "restarting")]


def test_runs_that_are_over_before_an_end_can_be_told_were_restarts() -> None:
    """A job that fails at once is through with its attempts before its output was read."""
    engine = Ended()
    engine.restarts = 2
    heard = Heard(engine)
    for action in ("start", "die") * 3:
        heard.tail.happened(event(action, "3"))
    heard.until(lambda: len(heard.ends) == 3)
    assert heard.ends == [(3, "restarting"), (3, "restarting"), (3, "")]
    engine.restarts = 0
    for action in ("start", "die"):
        heard.tail.happened(event(action, "3"))
    heard.until(lambda: len(heard.ends) == 4)
    heard.tail.close()
    assert heard.ends[-1] == (3, ""), "somebody started it"


def test_restarts_before_a_container_was_followed_do_not_count() -> None:
    engine = Ended()
    engine.restarts = 4
    heard = Heard(engine)
    heard.tail.begin(running=True)
    heard.tail.happened(event("die", "3"))
    heard.until(lambda: not heard.tail.alive)
    heard.tail.close()
    assert heard.ends == [(3, "")]


def test_the_end_of_a_run_whose_start_nobody_told_is_told() -> None:
    engine = Ended()
    heard = Heard(engine)
    heard.tail.happened(event("start"))
    heard.tail.happened(event("die", "3"))
    heard.until(lambda: not heard.tail.alive)
    engine.started = "2026-11-20T23:27:00Z"
    heard.tail.recheck(running=True)
    heard.tail.happened(event("die", "4"))
    heard.until(lambda: not heard.tail.alive)
    heard.tail.close()
    assert heard.ends == [(3, ""), (4, "")]


def test_nothing_is_left_of_a_container_that_is_gone() -> None:
    heard = Heard(Ended())
    for action in ("start", "die", "destroy"):
        heard.tail.happened(event(action, "3"))
    heard.until(lambda: len(heard.told) == 3)
    workers = [one for one in threading.enumerate() if one.name == f"log {ORIGIN.name}"]
    for one in workers:
        one.join(60)
    assert not any(one.is_alive() for one in workers)
