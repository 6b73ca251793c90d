"""Waits: one stream of events ends them all, each with its own word or setback."""

from typing import Any

import pytest

from composer.engine.port import EngineEvent
from composer.errors import EngineError, EngineNotFound
from composer.plan.ops import Condition, Wait
from composer.run.conditions import Seen
from composer.run.waits import QUIET, Setback, Waits


class Scene:
    """Waits with a clock that is moved by hand and a record of all that was asked and told."""

    def __init__(self) -> None:
        self.now = 50.0
        self.looks: list[str] = []
        self.ends: list[tuple[str, str, Setback | None]] = []
        self.waits = Waits(self.looks.append, self._ended, lambda: self.now)

    def _ended(self, op: Wait, word: str, setback: Setback | None) -> None:
        self.ends.append((op.key, word, setback))

    def begin(
        self, key: str, condition: Condition, *containers: str, timeout: float | None = None
    ) -> None:
        op = Wait(key, "Service db", service="db", condition=condition, timeout=timeout)
        self.waits.begin(op, containers)

    def event(self, action: str, container: str, **attributes: str) -> None:
        self.waits.event(EngineEvent("container", action, container, attributes, 0))

    def looked(self, container: str, status: str = "running", **more: Any) -> None:
        self.waits.looked(
            container, Seen(id=container, name=f"p-{container}", status=status, **more)
        )

    @property
    def messages(self) -> list[str]:
        return [setback.message for _, _, setback in self.ends if setback]


def test_one_look_then_events_only() -> None:
    scene = Scene()
    scene.begin("wait db", "healthy", "db")
    scene.looked("db", checked=True, health="starting")
    scene.event("health_status: healthy", "other")
    assert scene.ends == []
    scene.event("health_status: healthy", "db")
    assert scene.ends == [("wait db", "Healthy", None)]
    assert scene.looks == ["db"]


def test_all_containers_of_a_wait_must_meet_it() -> None:
    scene = Scene()
    scene.begin("wait", "completed", "a", "b")
    scene.looked("a", "exited")
    assert scene.ends == []
    scene.looked("b", "exited")
    assert scene.ends == [("wait", "Exited", None)]


def test_a_wait_for_nothing_is_over() -> None:
    scene = Scene()
    scene.begin("wait", "running")
    assert scene.ends == [("wait", "Healthy", None)]


def test_several_waits_hear_of_the_same_container() -> None:
    scene = Scene()
    scene.begin("one", "healthy", "db")
    scene.begin("two", "running_or_healthy", "db")
    scene.looked("db", checked=True, health="starting")
    scene.event("health_status: healthy", "db")
    assert [key for key, _, _ in scene.ends] == ["one", "two"]


def test_the_failure_of_one_container_ends_the_wait_once() -> None:
    scene = Scene()
    scene.begin("wait", "healthy", "a", "b")
    scene.looked("a", checked=True, health="unhealthy")
    scene.looked("b", checked=True, health="unhealthy")
    assert scene.messages == ["dependency failed to start: container p-a is unhealthy"]


def test_a_failed_job_is_told_in_composes_words() -> None:
    scene = Scene()
    scene.begin("wait", "completed", "a")
    scene.looked("a", "exited", exit_code=7)
    assert scene.messages == ['service "db" didn\'t complete successfully: exit 7']


def test_a_time_limit_names_those_that_were_late() -> None:
    scene = Scene()
    scene.begin("wait", "running_or_healthy", "a", "b", timeout=2.5)
    scene.looked("a")
    scene.looked("b", checked=True, health="starting")
    assert scene.waits.timeout() == 2.5
    scene.now += 2.5
    scene.waits.tick()
    assert scene.messages == ["application not healthy after 2.5s: p-b"]
    assert scene.waits.timeout() is None


@pytest.mark.parametrize(("uptime", "met"), [(0.5, False), (2.0, True)])
def test_what_runs_after_a_restart_counts_when_the_time_is_up(uptime: float, met: bool) -> None:  # noqa: FBT001 - a column of the table
    """Only a long run tells that it does not crash again, but somebody asked for an answer now."""
    scene = Scene()
    scene.begin("wait", "running_or_healthy", "a", timeout=0.25)
    scene.looked("a", restarts=1, uptime=uptime)
    assert not scene.ends
    scene.now += 0.25
    scene.waits.tick()
    assert (scene.messages == []) is met


def test_settling_asks_for_a_tick_and_ends_by_it() -> None:
    scene = Scene()
    scene.event("start", "a")
    scene.begin("wait", "running_or_healthy", "a")
    scene.now += 0.25
    scene.looked("a")
    assert scene.waits.timeout() == 0.75
    scene.now += 0.75
    scene.waits.tick()
    scene.looked("a")
    assert scene.ends == [("wait", "Healthy", None)]


def test_what_was_started_must_settle_though_no_event_told_it_yet() -> None:
    scene = Scene()
    scene.waits.started("a")
    scene.begin("wait", "running_or_healthy", "a")
    scene.looked("a")
    assert scene.ends == []
    assert scene.waits.timeout() == 1.0


def test_an_event_during_a_look_asks_for_another() -> None:
    scene = Scene()
    scene.begin("wait", "healthy", "a")
    scene.event("die", "a", exitCode="1")
    assert scene.looks == ["a"]
    scene.looked("a", checked=True, health="starting")
    assert scene.looks == ["a", "a"]
    scene.looked("a", "exited", checked=True, exit_code=1)
    assert scene.messages == ["dependency failed to start: container p-a exited (1)"]


def test_a_container_known_by_name_is_recognised_in_events() -> None:
    scene = Scene()
    scene.begin("wait", "healthy", "p-db-1")
    scene.event("health_status: healthy", "c9", name="p-db-1")
    assert scene.ends == [("wait", "Healthy", None)]


def test_one_that_is_gone_fails() -> None:
    scene = Scene()
    scene.begin("wait", "running", "a")
    scene.waits.looked("a", EngineNotFound("no such container"))
    assert scene.messages == ["container a was removed"]


def test_one_that_cannot_be_looked_at_fails() -> None:
    scene = Scene()
    scene.begin("wait", "running", "a")
    scene.waits.looked("a", EngineError("boom"))
    assert scene.messages == ["cannot wait: boom"]


def test_after_lost_events_all_are_looked_at_again() -> None:
    scene = Scene()
    scene.begin("wait", "healthy", "a")
    scene.looked("a", checked=True, health="starting")
    scene.waits.refresh()
    assert scene.looks == ["a", "a"]
    scene.looked("a", checked=True, health="healthy")
    assert scene.ends == [("wait", "Healthy", None)]


def test_without_events_all_waits_end() -> None:
    scene = Scene()
    scene.begin("wait", "healthy", "a")
    scene.waits.abandon(EngineError("no engine answers"))
    assert scene.messages == ["cannot go on waiting: no engine answers"]
    scene.looked("a", checked=True, health="healthy")
    assert len(scene.ends) == 1


def test_a_long_silence_makes_it_look_again() -> None:
    """An event can be lost, and a connection be dead without having ended."""
    scene = Scene()
    scene.begin("wait db", "healthy", "db")
    scene.looked("db", checked=True, health="starting")
    assert scene.waits.timeout() == QUIET
    scene.now += QUIET - 1
    scene.event("health_status: healthy", "other")
    scene.now += QUIET - 1
    scene.waits.tick()
    assert scene.looks == ["db"]
    scene.now += 1
    scene.waits.tick()
    assert scene.looks == ["db", "db"]
    scene.looked("db", checked=True, health="healthy")
    assert scene.ends == [("wait db", "Healthy", None)]
    assert scene.waits.timeout() is None
