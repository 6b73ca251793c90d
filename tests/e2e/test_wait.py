"""`up --wait`: the exit code tells whether the stack is fit for use."""

import pytest

from tests.e2e.stage import Stage

pytestmark = pytest.mark.engine


def test_wait_returns_once_all_is_healthy(stage: Stage) -> None:
    """After it, a script may use the service at once."""
    stage.compose("""
        services:
          web:
            <<: *idle
            command: sh -c 'sleep 1; touch /ready; exec sleep 600'
            healthcheck: {test: test -f /ready, interval: 300ms, retries: 100}
          plain: {<<: *idle}
    """)
    stage.run("up", "--wait").ok()
    assert stage.container("web")["State"]["Health"]["Status"] == "healthy"
    assert stage.states()["plain-1"] == "running"


def test_wait_fails_when_a_container_crashes(stage: Stage) -> None:
    """The message names the container and its exit code."""
    stage.compose("services: {web: {<<: *idle, command: sh -c 'exit 4'}}")
    stage.run("up", "--wait").ended(1).says(f"{stage.name}-web-1", "exited (4)")


def test_wait_fails_when_a_container_is_unhealthy(stage: Stage) -> None:
    """No need to wait for a timeout: unhealthy is a verdict."""
    stage.compose("""
        services:
          web: {<<: *idle, healthcheck: {test: exit 1, interval: 200ms, retries: 2}}
    """)
    stage.run("up", "--wait").ended(1).says(f"{stage.name}-web-1", "unhealthy")


@pytest.mark.differs("fails, as if a job that is done were a crash")
def test_wait_takes_a_job_that_succeeded_for_ready(stage: Stage) -> None:
    """A one-shot job that ended with 0 has done what it is there for."""
    stage.compose("services: {job: {<<: *idle, command: sleep 0.5}, web: {<<: *idle}}")
    stage.run("up", "--wait").ok()
    assert stage.states() == {"job-1": "exited", "web-1": "running"}


@pytest.mark.differs("reports success while the container crashes again and again")
def test_wait_fails_on_a_crash_loop(stage: Stage) -> None:
    """A container that is being restarted is not ready, though it may run at this instant.

    It has crashed before: at a first start a slow machine may need longer for the crash than
    the moment after which a container counts as running.
    """
    stage.compose("""
        services:
          web: {<<: *idle, command: sh -c 'exit 4', restart: always}
    """)
    stage.up()
    stage.wait_until(lambda: stage.container("web")["RestartCount"] > 0)
    stage.run("up", "--wait").ended(1).says(f"{stage.name}-web-1")


def test_a_timeout_of_nothing_or_less_is_none(stage: Stage) -> None:
    stage.compose("""
        services:
          web: {<<: *idle, healthcheck: {test: "true", interval: 300ms}}
    """)
    stage.run("up", "--wait", "--wait-timeout", "0").ok()
    stage.run("stop").ok()
    stage.run("up", "--wait", "--wait-timeout", "-1").ok()


def test_wait_ends_at_its_timeout(stage: Stage) -> None:
    """What never gets healthy must not block a script for ever; containers stay for a look."""
    stage.compose("""
        services:
          web: {<<: *idle, healthcheck: {test: exit 1, interval: 300ms, retries: 100000}}
    """)
    stage.run("up", "--wait", "--wait-timeout", "2").ended(1)
    assert stage.states() == {"web-1": "running"}
