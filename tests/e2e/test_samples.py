"""The samples do what their descriptions say."""

import json
import urllib.request

import pytest

from tests.e2e.stage import Stage, free_port, http_get

pytestmark = pytest.mark.engine


def test_hello(stage: Stage) -> None:
    """One web server with one page."""
    stage.sample("hello")
    port = free_port()
    check = "{test: wget -q -O /dev/null 127.0.0.1, interval: 200ms, retries: 50}"
    stage.write("compose.override.yaml", f"services: {{web: {{healthcheck: {check}}}}}")
    stage.run("up", "--wait", env={"HELLO_PORT": str(port)}).ok()
    assert http_get(port) == (stage.folder / "pages" / "index.html").read_text()


def test_jobs(stage: Stage) -> None:
    """The application starts when the migration has succeeded, and serves what it made."""
    stage.sample("jobs")
    stage.up(env={"JOBS_PORT": str(free_port())})
    assert stage.states() == {"app-1": "running", "migrate-1": "exited"}
    assert stage.inside("app", "cat", "/data/index.html") == "schema version 2\n"


def test_scale(stage: Stage) -> None:
    """Each replica gets a port of its own, and more come on request."""
    stage.sample("scale")
    stage.up()
    stage.up("--scale", "web=3")
    found = stage.containers("web")
    ports = {one["NetworkSettings"]["Ports"]["80/tcp"][0]["HostPort"] for one in found}
    assert len(ports) == len(found) == 3


def test_guestbook(stage: Stage) -> None:
    """Through nginx and two replicas into PostgreSQL and back, over `down` and `up`."""
    stage.sample("guestbook")
    port = free_port()
    env = {"GUESTBOOK_PORT": str(port)}
    stage.run("up", "--wait", env=env).ok()
    entry = json.dumps({"author": "a test", "message": f"from {stage.name}"}).encode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/entries", entry, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
        assert answer.status < 300
    assert stage.name in http_get(port, "/entries")
    assert "bad address" in stage.inside("web", "wget", "-O-", "http://database:5432")
    stage.run("down", env=env).ok()
    stage.run("up", "--wait", env=env).ok()
    assert stage.name in http_get(port, "/entries")
