"""What scripts built for Docker Compose rely on: its key words, and which containers it means.

Each scenario holds for both programs (`COMPOSER='docker compose' make e2e`).
"""

import pytest

from tests.e2e.stage import Stage

pytestmark = pytest.mark.engine

TWO = "services: {web: {<<: *idle}, old: {<<: *idle}}"
ONE = "services: {web: {<<: *idle}}"


def test_a_project_name_without_files_means_the_containers(stage: Stage) -> None:
    """-p from another project's folder: its files say nothing about the named one."""
    stage.compose(TWO)
    stage.up()
    stage.write("other/compose.yaml", "services: {stranger: {image: none}}")
    other = stage.folder / "other"
    listed = stage.run("-p", stage.name, "ps", "--services", folder=other).ok()
    assert sorted(listed.stdout.split()) == ["old", "web"]
    stage.run("-p", stage.name, "stop", "old", folder=other).ok().says("old-1", "Stopped")
    stage.run("-p", stage.name, "exec", "-T", "web", "true", folder=other).ok()
    stage.run("-p", stage.name, "down", folder=other).ok().says("Network", "Removed")
    assert (stage.names(), stage.networks()) == ([], {})
    stage.run("-p", stage.name, "down", folder=other).ok().says("No resource found to remove")
    stage.run("-p", stage.name, "start", folder=other).ended(1).says(
        f'no container found for project "{stage.name}": not found'
    )


def test_orphans_are_left_alone_unless_asked_for(stage: Stage) -> None:
    """`stop` means the services of the files; `kill --remove-orphans` only kills."""
    stage.compose(TWO)
    stage.up()
    stage.compose(ONE)
    stage.run("stop").ok()
    assert stage.states() == {"old-1": "running", "web-1": "exited"}
    stage.run("down").ok().says("Resource is still in use")
    stage.run("kill", "--remove-orphans").ok().says("old-1", "Killed")
    assert stage.states() == {"old-1": "exited"}


def test_freezing_twice_is_refused_by_the_engine(stage: Stage) -> None:
    """So a script notices that somebody else froze the container."""
    stage.compose(ONE)
    stage.up()
    stage.run("unpause").ended(1).says("Error response from daemon", "is not paused")
    stage.run("pause").ok().says("Paused")
    stage.run("pause").ended(1).says("is already paused")
    stage.run("unpause").ok().says("Unpaused")


def test_waiting_says_that_all_is_healthy(stage: Stage) -> None:
    """A container without a health check too, once it runs."""
    stage.compose(ONE)
    stage.run("up", "--wait").ok().says("web-1  Healthy")


def test_renewed_volumes_want_new_containers(stage: Stage) -> None:
    """-V recreates what has not changed."""
    stage.compose("services: {web: {<<: *idle, volumes: [/data]}}")
    stage.up()
    before = stage.container("web")
    stage.up("-V").says("Recreated")
    after = stage.container("web")
    assert before["Id"] != after["Id"]
    assert before["Mounts"][0]["Name"] != after["Mounts"][0]["Name"]


def test_one_off_containers_are_listed_only_among_all(stage: Stage) -> None:
    """`ps` shows the replicas of services; `kill` reaches one-off containers too."""
    stage.compose(ONE)
    stage.up()
    stage.run("run", "-d", "web", "sleep", "600").ok()
    assert len(stage.run("ps", "-q").ok().stdout.split()) == 1
    assert len(stage.run("ps", "-a", "-q").ok().stdout.split()) == 2
    stage.run("kill").ok()
    assert set(stage.states().values()) == {"exited"}
    stage.run("run", "-P", "-p", "80", "web").ended(1).says("--service-ports and --publish are")
