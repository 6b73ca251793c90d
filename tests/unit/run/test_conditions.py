"""When a watch is content, and when it gives up."""

from typing import Any

import pytest

from composer.engine.port import EngineEvent
from composer.plan.ops import Condition
from composer.run.conditions import SETTLE, STEADY, History, Seen, Verdict, Watch

CHECK = ["CMD", "true"]


def seen(status: str = "running", **more: Any) -> Seen:
    return Seen(id="c1", name="shop-web-1", status=status, **more)


def event(action: str, **attributes: str) -> EngineEvent:
    return EngineEvent("container", action, "c1", attributes, 0)


class Story:
    """A container's life as one watch hears of it; the clock stands still unless told."""

    def __init__(self, condition: Condition) -> None:
        self.history = History()
        self.watch = Watch("c1", condition, self.history)
        self.now = 100.0

    def happens(self, action: str, **attributes: str) -> Verdict:
        told = event(action, **attributes)
        self.history.feed(told, self.now)
        return self.watch.feed(told)

    def looks(self, status: str = "running", **more: Any) -> Verdict:
        return self.watch.look(seen(status, **more), self.now)

    def later(self, seconds: float) -> Verdict:
        self.now += seconds
        return self.watch.tick(self.now)


@pytest.mark.parametrize("status", ["running", "exited", "restarting", "paused"])
def test_running_means_that_it_was_started(status: str) -> None:
    assert Story("running").looks(status) is Verdict.MET


def test_running_waits_for_the_start_of_a_created_one() -> None:
    story = Story("running")
    assert story.looks("created") is Verdict.GOING
    assert story.happens("start") is Verdict.MET


def test_healthy_is_told_by_an_event() -> None:
    story = Story("healthy")
    assert story.looks(checked=True, health="starting") is Verdict.GOING
    assert story.happens("health_status: healthy") is Verdict.MET
    assert story.watch.outcome == "Healthy"


def test_healthy_already() -> None:
    assert Story("healthy").looks(checked=True, health="healthy") is Verdict.MET


@pytest.mark.parametrize("condition", ["healthy", "running_or_healthy"])
def test_unhealthy_fails_at_once(condition: Condition) -> None:
    story = Story(condition)
    story.looks(checked=True, health="starting")
    assert story.happens("health_status: unhealthy") is Verdict.FAILED
    assert story.watch.reason == "is unhealthy"


def test_healthy_needs_a_health_check() -> None:
    story = Story("healthy")
    assert story.looks() is Verdict.FAILED
    assert story.watch.reason == "has no healthcheck configured"


def test_an_end_fails_a_wait_for_health_after_another_look() -> None:
    story = Story("healthy")
    story.looks(checked=True, health="starting")
    assert story.happens("die", exitCode="3") is Verdict.LOOK
    assert story.looks("exited", checked=True, exit_code=3) is Verdict.FAILED
    assert story.watch.reason == "exited (3)"


def test_an_end_that_the_engine_repairs_does_not_fail_a_wait_for_health() -> None:
    story = Story("healthy")
    story.happens("die", exitCode="3")
    assert story.looks("restarting", checked=True, exit_code=3) is Verdict.GOING
    assert story.happens("start") is Verdict.LOOK
    assert story.looks(checked=True, health="starting") is Verdict.GOING
    assert story.happens("health_status: healthy") is Verdict.MET


def test_completed_with_zero() -> None:
    story = Story("completed")
    assert story.looks("running") is Verdict.GOING
    assert story.happens("die", exitCode="0") is Verdict.MET
    assert story.watch.outcome == "Exited"


def test_completed_with_another_code() -> None:
    story = Story("completed")
    story.looks("running")
    assert story.happens("die", exitCode="4") is Verdict.LOOK
    assert story.looks("exited", exit_code=4) is Verdict.FAILED


def test_completed_before_anyone_looked() -> None:
    assert Story("completed").looks("exited") is Verdict.MET


def test_a_retried_job_may_complete_later() -> None:
    story = Story("completed")
    story.happens("die", exitCode="1")
    assert story.looks("restarting", exit_code=1) is Verdict.GOING
    assert story.happens("die", exitCode="0") is Verdict.MET


def test_what_ran_before_counts_as_running_at_once() -> None:
    assert Story("running_or_healthy").looks() is Verdict.MET


def test_what_was_just_started_must_keep_running() -> None:
    story = Story("running_or_healthy")
    story.happens("start")
    assert story.looks() is Verdict.GOING
    assert story.later(SETTLE / 2) is Verdict.GOING
    assert story.later(SETTLE / 2) is Verdict.LOOK
    assert story.looks() is Verdict.MET
    assert story.watch.outcome == "Healthy"


def test_a_late_look_at_what_was_started_long_ago_is_enough() -> None:
    story = Story("running_or_healthy")
    story.happens("start")
    story.now += SETTLE
    assert story.looks() is Verdict.MET


def test_an_early_end_fails() -> None:
    story = Story("running_or_healthy")
    story.happens("start")
    story.looks()
    assert story.happens("die", exitCode="1") is Verdict.LOOK
    assert story.looks("exited", exit_code=1) is Verdict.FAILED


def test_a_job_that_ends_well_counts_as_done() -> None:
    story = Story("running_or_healthy")
    story.happens("start")
    story.happens("die", exitCode="0")
    assert story.looks("exited") is Verdict.MET
    assert story.watch.outcome == "Exited"


@pytest.mark.parametrize("code", ["0", "1"])
def test_a_crash_loop_fails(code: str) -> None:
    story = Story("running_or_healthy")
    verdicts = []
    for _ in range(3):
        story.happens("start")
        story.happens("die", exitCode=code)
        verdicts.append(story.looks("restarting", exit_code=int(code), restarts=1))
    assert verdicts == [Verdict.GOING, Verdict.GOING, Verdict.FAILED]
    assert story.watch.reason == f"keeps restarting, last exit code {code}"


def test_one_crash_is_forgiven_where_the_engine_restarts() -> None:
    story = Story("running_or_healthy")
    story.happens("start")
    story.happens("die", exitCode="1")
    assert story.looks("restarting", exit_code=1) is Verdict.GOING
    assert story.later(SETTLE) is Verdict.GOING
    assert story.happens("start") is Verdict.LOOK
    assert story.looks(restarts=1) is Verdict.GOING
    assert story.later(SETTLE) is Verdict.GOING
    assert story.later(STEADY - SETTLE) is Verdict.LOOK
    assert story.looks(restarts=1) is Verdict.MET


def test_what_was_restarted_a_moment_ago_must_keep_running_longer() -> None:
    story = Story("running_or_healthy")
    assert story.looks(restarts=4, uptime=2.0) is Verdict.GOING
    assert story.later(STEADY - 2.5) is Verdict.GOING
    assert story.later(0.5) is Verdict.LOOK
    assert story.looks(restarts=4, uptime=STEADY) is Verdict.MET


def test_what_was_restarted_long_ago_must_keep_running_a_moment() -> None:
    """The clocks of the two machines may differ."""
    story = Story("running_or_healthy")
    assert story.looks(restarts=4, uptime=3600.0) is Verdict.GOING
    assert story.later(SETTLE) is Verdict.LOOK
    assert story.looks(restarts=4, uptime=3601.0) is Verdict.MET


def test_a_restart_that_the_last_look_finds_settles_anew() -> None:
    story = Story("running_or_healthy")
    story.happens("start")
    assert story.looks() is Verdict.GOING
    assert story.later(SETTLE) is Verdict.LOOK
    story.happens("start")
    assert story.looks(restarts=1) is Verdict.GOING


@pytest.mark.parametrize("condition", ["running", "healthy", "completed", "running_or_healthy"])
def test_a_removed_one_fails(condition: Condition) -> None:
    story = Story(condition)
    assert story.happens("destroy") is Verdict.FAILED
    assert story.watch.reason == "was removed"


def test_seen_reads_an_inspection() -> None:
    found = Seen.of(
        {
            "Id": "abc",
            "Name": "/shop-db-1",
            "RestartCount": 2,
            "State": {
                "Status": "running",
                "ExitCode": 0,
                "Health": {"Status": "starting"},
                "StartedAt": "1970-01-01T00:01:00.250000001Z",
            },
            "Config": {"Healthcheck": {"Test": CHECK}},
        },
        now=100.0,
    )
    wanted = Seen("abc", "shop-db-1", "running", 0, "starting", checked=True, restarts=2)
    assert found == wanted.replace(uptime=39.75)


def test_a_disabled_check_is_none() -> None:
    found = Seen.of(
        {
            "Id": "abc",
            "Name": "/a",
            "State": {"Status": "running"},
            "Config": {"Healthcheck": {"Test": ["NONE"]}},
        }
    )
    assert not found.checked
