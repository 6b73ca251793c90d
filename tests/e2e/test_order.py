"""In which order services start and stop."""

import datetime as dt

import pytest

from tests.e2e.stage import IMAGE, Json, Stage

pytestmark = pytest.mark.engine


def moment(container: Json, name: str) -> dt.datetime:
    """Return a time of the container's state, to the microsecond."""
    return dt.datetime.fromisoformat(container["State"][name][:26] + "Z")


def test_a_service_starts_after_those_it_depends_on(stage: Stage) -> None:
    """`depends_on` as a list: started, no more."""
    stage.compose("""
        services:
          a: {<<: *idle, depends_on: [b]}
          b: {<<: *idle, depends_on: [c]}
          c: {<<: *idle}
    """)
    stage.up()
    a, b, c = (moment(stage.container(one), "StartedAt") for one in "abc")
    assert c < b < a


def test_a_service_starts_once_its_dependency_is_healthy(stage: Stage) -> None:
    """The check succeeds a second after the start of db: web must not start before."""
    stage.compose("""
        services:
          web: {<<: *idle, depends_on: {db: {condition: service_healthy}}}
          db:
            <<: *idle
            command: sh -c 'sleep 1; touch /ready; exec sleep 600'
            healthcheck: {test: test -f /ready, interval: 300ms, retries: 100}
    """)
    stage.up()
    db, web = stage.container("db"), stage.container("web")
    assert db["State"]["Health"]["Status"] == "healthy"
    waited = moment(web, "StartedAt") - moment(db, "StartedAt")
    assert waited >= dt.timedelta(seconds=1)


def test_what_runs_needs_its_dependency_healthy_still(stage: Stage) -> None:
    """`up` and `start` tell so, and fail once it is not; with --no-deps nobody asks."""
    stage.compose("""
        services:
          web: {<<: *idle, depends_on: {db: {condition: service_healthy}}}
          db:
            <<: *idle
            healthcheck: {test: test ! -f /sick, interval: 200ms, retries: 1}
    """)
    stage.up()
    healthy = f"Container {stage.name}-db-1  Healthy"
    stage.up().says(f"Container {stage.name}-web-1  Running", healthy)
    stage.run("start", "web").ok().says(healthy)
    stage.inside("db", "touch", "/sick")
    stage.wait_until(lambda: stage.container("db")["State"]["Health"]["Status"] == "unhealthy")
    failed = f"dependency failed to start: container {stage.name}-db-1 is unhealthy"
    stage.run("up", "-d").ended(1).says(failed)
    stage.run("start", "web").ended(1).says(failed)
    stage.up("--no-deps", "web")


def test_a_service_starts_once_its_dependency_has_completed(stage: Stage) -> None:
    """A migration must be over before the application starts."""
    stage.compose("""
        services:
          web: {<<: *idle, depends_on: {job: {condition: service_completed_successfully}}}
          job: {<<: *idle, command: sleep 1}
    """)
    stage.up()
    assert stage.states() == {"job-1": "exited", "web-1": "running"}
    web, job = stage.container("web"), stage.container("job")
    assert moment(web, "StartedAt") >= moment(job, "FinishedAt")


def test_a_dependency_that_fails_stops_what_needs_it(stage: Stage) -> None:
    """web is created but never started; the message names the dependency and its exit code."""
    stage.compose("""
        services:
          web: {<<: *idle, depends_on: {job: {condition: service_completed_successfully}}}
          job: {<<: *idle, command: sh -c 'echo no such table; exit 3'}
          other: {<<: *idle}
    """)
    stage.run("up", "-d").ended(1).says("job", "exit 3")
    states = stage.states()
    assert (states["web-1"], states["job-1"]) == ("created", "exited")


def test_a_dependency_that_turns_unhealthy_stops_what_needs_it(stage: Stage) -> None:
    """The message names the dependency; the second up repairs what the user has mended."""
    text = """
        services:
          web: {<<: *idle, depends_on: {db: {condition: service_healthy}}}
          db: {<<: *idle, healthcheck: {test: RESULT, interval: 200ms, retries: 2}}
    """
    stage.compose(text.replace("RESULT", "echo broken disk; exit 1"))
    stage.run("up", "-d").ended(1).says(f"{stage.name}-db-1", "unhealthy")
    assert stage.states()["web-1"] == "created"
    stage.compose(text.replace("RESULT", "exit 0"))
    stage.up()
    assert stage.states() == {"db-1": "running", "web-1": "running"}


@pytest.mark.differs("says only that the container is unhealthy")
def test_a_failed_dependency_is_explained(stage: Stage) -> None:
    """The last words of the check and of the container are what the user asks for next."""
    stage.compose("""
        services:
          web: {<<: *idle, depends_on: {db: {condition: service_healthy}}}
          db:
            <<: *idle
            command: sh -c 'echo cannot open the disk; exec sleep 600'
            healthcheck: {test: echo no answer; exit 7, interval: 200ms, retries: 2}
    """)
    stage.run("up", "-d").ended(1).says("no answer", "cannot open the disk")


def test_an_optional_dependency_may_fail(stage: Stage) -> None:
    """With `required: false` the service starts all the same."""
    stage.compose("""
        services:
          web:
            <<: *idle
            depends_on:
              job: {condition: service_completed_successfully, required: false}
          job: {<<: *idle, command: "false"}
    """)
    stage.up()
    assert stage.states() == {"job-1": "exited", "web-1": "running"}


def test_independent_services_start_while_others_wait(stage: Stage) -> None:
    """Waiting for one dependency holds up nobody else."""
    stage.compose("""
        services:
          web: {<<: *idle, depends_on: {job: {condition: service_completed_successfully}}}
          job: {<<: *idle, command: sleep 2}
          other: {<<: *idle}
    """)
    stage.up()
    web, job, other = (stage.container(one) for one in ("web", "job", "other"))
    assert moment(other, "StartedAt") < moment(job, "FinishedAt") <= moment(web, "StartedAt")


def test_services_stop_in_reverse_order(stage: Stage) -> None:
    """The application ends before the database that it writes to."""
    stage.write(
        "compose.yaml",
        f"""
        x-slow: &slow
          image: {IMAGE}
          init: true
          command: sh -c 'trap "exit 0" TERM; sleep 600 & wait'
        services:
          a: {{<<: *slow, depends_on: [b]}}
          b: {{<<: *slow, depends_on: [c]}}
          c: {{<<: *slow}}
    """,
    )
    stage.up()
    stage.run("down").ok()
    assert stage.happened("die") == ["a", "b", "c"]
