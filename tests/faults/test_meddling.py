"""Somebody else kills, removes, pauses or renames a container while a command works on it.

A proxy calls the deed just before a known call reaches the engine.
"""

import contextlib
from collections.abc import Callable, Iterator

import pytest
from docker.errors import APIError

from tests.e2e.stage import SERVICE, Stage
from tests.faults.place import played
from tests.faults.proxy import Fault, Proxy
from tests.faults.scenarios import SCENARIOS, STACK
from tests.faults.trial import DEFECTS

pytestmark = pytest.mark.engine

Deed = Callable[[Stage, str], None]
DEEDS: dict[str, Deed] = {
    "killed": lambda stage, one: stage.engine.kill(one),
    "removed": lambda stage, one: stage.engine.remove_container(one, force=True),
    "paused": lambda stage, one: stage.engine.pause(one),
    "renamed": lambda stage, one: stage.engine.rename(one, f"{stage.name}-other"),
}
MOMENTS = {
    "up": "POST /containers/*/start 2",
    "recreate": "POST /containers/*/stop 1",
    "down": "POST /containers/*/stop 1",
}


@pytest.fixture
def place() -> Iterator[tuple[Stage, Proxy]]:
    with played() as (stage, proxy):
        stage.env["DOCKER_HOST"] = proxy.address
        yield stage, proxy


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("command", MOMENTS)
def test_a_deed_of_somebody_else(place: tuple[Stage, Proxy], command: str, deed: str) -> None:
    """A defect never shows; the next `up` and `down` reach what they should.

    A container is its project's by its labels: under another name it stays the service's only one.
    """
    stage, proxy = place
    scenario = SCENARIOS[command]
    scenario.prepare(stage)
    stage.env |= scenario.env
    name, _, nth = MOMENTS[command].rpartition(" ")
    proxy.harm(Fault("", name, int(nth), act=lambda: DEEDS[deed](stage, f"{stage.name}-db-1")))
    result = stage.run(*scenario.command)
    assert proxy.struck.is_set()
    assert not [one for one in DEFECTS if one in (result.stdout + result.stderr).lower()], result
    assert result.code in {0, 1}, result
    if "paused" in stage.states().values():
        stage.run("up", "-d").ended(1).says("unpause")
        stage.run("unpause", "db").ok()
    stage.run("up", "-d").ok()
    services = sorted(one["Config"]["Labels"][SERVICE] for one in stage.containers())
    assert services == ["db", "web"]
    assert set(stage.states().values()) == {"running"}
    stage.run("down", "-v").ok()
    assert (stage.names(), stage.networks(), stage.volumes()) == ([], {}, {})


def _network_gone(stage: Stage) -> None:
    name = f"{stage.name}_default"
    for one in stage.containers():
        with contextlib.suppress(APIError):  # it is not on it
            stage.engine.disconnect_container_from_network(one["Id"], name, force=True)
    stage.engine.remove_network(name)


def _disconnected(stage: Stage) -> None:
    name = f"{stage.name}_default"
    stage.engine.disconnect_container_from_network(f"{stage.name}-web-1", name, force=True)


def _guest(stage: Stage) -> None:
    stage.engine.connect_container_to_network(stage.foreign(), f"{stage.name}_default")


def _volume_gone(stage: Stage) -> None:
    stage.engine.remove_volume(f"{stage.name}_data")


def _remove_temporary(stage: Stage) -> None:
    """Remove the container that is to take the name of the one that it replaces."""
    (one,) = (one for one in stage.containers("db") if one["Name"] != f"/{stage.name}-db-1")
    stage.engine.remove_container(one["Id"], force=True)


def _to_web(deed: str) -> Callable[[Stage], None]:
    return lambda stage: DEEDS[deed](stage, f"{stage.name}-web-1")


OTHERS: dict[str, tuple[str, str, Callable[[Stage], None]]] = {
    "what is started is removed": ("up", "POST /containers/*/start 2", _to_web("removed")),
    "what is started is renamed": ("up", "POST /containers/*/start 2", _to_web("renamed")),
    "the network before a create": ("up", "POST /containers/create 1", _network_gone),
    "the network before a start": ("up", "POST /containers/*/start 1", _network_gone),
    "the network before a removal": ("down", "DELETE /networks/* 1", _network_gone),
    "the volume before a removal": ("down -v", "DELETE /volumes/* 1", _volume_gone),
    "off the network": ("recreate", "POST /containers/create 1", _disconnected),
    "what is renamed is removed": (
        "recreate", "POST /containers/*/rename 1", _remove_temporary
    ),
    "a guest on the network": ("down", "POST /containers/*/stop 1", _guest),
}  # fmt: skip
"""Deeds to other things than the one that all depends on, each at the moment when it hurts."""


@pytest.mark.parametrize("what", OTHERS)
def test_a_deed_to_something_else(place: tuple[Stage, Proxy], what: str) -> None:
    """As above; what somebody else has brought stays."""
    stage, proxy = place
    command, moment, deed = OTHERS[what]
    scenario = SCENARIOS[command]
    scenario.prepare(stage)
    stage.env |= scenario.env
    name, _, nth = moment.rpartition(" ")
    proxy.harm(Fault("", name, int(nth), act=lambda: deed(stage)))
    result = stage.run(*scenario.command)
    assert proxy.struck.is_set()
    assert not [one for one in DEFECTS if one in (result.stdout + result.stderr).lower()], result
    assert result.code in {0, 1}, result
    stage.run("up", "-d").ok()
    services = sorted(one["Config"]["Labels"][SERVICE] for one in stage.containers())
    assert services == ["db", "web"]
    assert set(stage.states().values()) == {"running"}
    for one in stage.containers():
        assert f"{stage.name}_default" in one["NetworkSettings"]["Networks"]


def test_waiting_for_a_dependency_that_somebody_removes(place: tuple[Stage, Proxy]) -> None:
    """It is told, at once; the next `up` succeeds."""
    stage, proxy = place
    stage.write("compose.yaml", STACK.replace('test: "true"', 'test: "false"'))
    proxy.harm(None)
    waiting = stage.begin("up", "-d", "--wait")
    stage.wait_until(lambda: stage.states().get("db-1") == "running")
    proxy.wait_for("GET /containers/*/json")
    stage.engine.remove_container(f"{stage.name}-db-1", force=True)
    result = stage.finish(waiting).ended(1).says("db")
    assert not [one for one in DEFECTS if one in (result.stdout + result.stderr).lower()], result
    stage.write("compose.yaml", STACK)
    stage.run("up", "-d", "--wait").ok()
    assert stage.states() == {"db-1": "running", "web-1": "running"}


@pytest.mark.parametrize("deed", ["killed", "removed"])
def test_logs_end_with_a_container_that_somebody_ends(
    place: tuple[Stage, Proxy], deed: str
) -> None:
    """There is nothing more to follow."""
    stage, proxy = place
    scenario = SCENARIOS["recreate"]
    scenario.prepare(stage)
    proxy.harm(None)
    following = stage.begin("logs", "-f", "db")
    proxy.wait_for("GET /containers/*/logs")
    DEEDS[deed](stage, f"{stage.name}-db-1")
    result = stage.finish(following)
    assert not [one for one in DEFECTS if one in (result.stdout + result.stderr).lower()], result
    assert result.code == 0, result
