"""The other ways to call the program."""

import json
import shutil
import signal
import sys

import pytest

from tests.e2e.stage import Stage

pytestmark = pytest.mark.engine


def plugin(stage: Stage) -> dict[str, str]:
    """Install the plugin where these variables say."""
    if shutil.which("docker") is None:
        pytest.skip("the docker client is not installed")
    env = {"DOCKER_CONFIG": str(stage.folder / "docker")}
    stage.compose("services: {web: {<<: *idle}}")
    stage.run("plugin", env=env).ok()
    return env


@pytest.mark.differs("does not install itself")
def test_the_docker_client_runs_it_as_a_plugin(stage: Stage) -> None:
    """After `composer plugin`, `docker composer up` does what `composer up` does."""
    env = plugin(stage)
    docker = ["docker"]
    stage.run("composer", "up", "-d", program=docker, env=env).ok()
    assert stage.states() == {"web-1": "running"}
    stage.run("plugin", "--remove", env=env).ok()
    assert list((stage.folder / "docker" / "cli-plugins").iterdir()) == []


@pytest.mark.differs("does not install itself")
def test_a_signal_to_the_docker_client_reaches_it(stage: Stage) -> None:
    """Off a terminal, docker waits for its plugin, and lets it know by hanging up."""
    env = plugin(stage)
    process = stage.begin("composer", "up", program=["docker"], env=env)
    assert process.stdout
    assert "Attaching to web-1" in process.stdout.readline()
    stage.wait_until(lambda: stage.states() == {"web-1": "running"})
    process.terminate()
    assert stage.finish(process).code == 128 + signal.SIGTERM
    assert stage.states() == {"web-1": "exited"}


def test_python_runs_it_as_a_module(stage: Stage) -> None:
    """`python -m composer` needs no script on the PATH."""
    stage.compose("services: {web: {<<: *idle}}")
    module = [sys.executable, "-m", "composer"]
    stage.run("up", "-d", program=module).ok()
    listed = stage.run("ps", "--format", "json", program=module).ok().stdout
    assert json.loads(listed)["Service"] == "web"
