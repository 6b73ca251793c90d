"""Options before the command's name, and the environment variables that say the same."""

import pytest

from tests.e2e.stage import IMAGE, Stage

pytestmark = pytest.mark.engine

ONE = "services: {web: {<<: *idle}}"


def test_compatible_names_have_underscores(stage: Stage) -> None:
    """For scripts from the time of docker-compose; the dashed image is left alone."""
    stage.compose("services: {web: {build: ., command: sleep 600, init: true}}")
    stage.write("Dockerfile", f"FROM {IMAGE}\n")
    stage.run("--compatibility", "up", "-d").ok()
    assert [one["Name"] for one in stage.containers()] == [f"/{stage.name}_web_1"]
    assert stage.container("web")["Config"]["Image"] == f"{stage.name}_web"
    stage.run("--compatibility", "down", "--rmi", "local", "-t", "0").ok()
    assert stage.containers() == []


@pytest.mark.parametrize("file", [".env", "own.env"])
def test_an_environment_file_sets_options(stage: Stage, file: str) -> None:
    """COMPOSE_ variables count from a file, as from the environment."""
    stage.compose(ONE)
    stage.write(file, "COMPOSE_COMPATIBILITY=true\n")
    named = () if file == ".env" else ("--env-file", file)
    stage.run(*named, "create").ok()
    assert [one["Name"] for one in stage.containers()] == [f"/{stage.name}_web_1"]


def test_progress_can_go_to_standard_output(stage: Stage) -> None:
    """COMPOSE_STATUS_STDOUT leaves standard error to errors."""
    stage.compose(ONE)
    result = stage.run("create", env={"COMPOSE_STATUS_STDOUT": "1"}).ok()
    assert "Created" in result.stdout
    assert result.stderr == ""


def test_switches_have_values_and_shorthands_are_joined(stage: Stage) -> None:
    """Docker's grammar of options, in any command."""
    stage.compose(ONE)
    stage.run("up", "-dt0", "--wait=false").ok()
    everything = stage.run("ps", "-aq").ok().stdout
    assert stage.run("ps", "-q", "--all=true").ok().stdout == everything
    stage.run("stop", "-t=0").ok()
    assert stage.run("ps", "-aq", "--all=false").ok().stdout == ""
