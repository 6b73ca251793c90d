"""Somebody else kills, removes, pauses or renames a container while a command works on it.

A proxy calls the deed just before a known call reaches the engine.
"""

from collections.abc import Callable, Iterator

import pytest

from tests.e2e.stage import SERVICE, Stage
from tests.faults.place import played
from tests.faults.proxy import Fault, Proxy
from tests.faults.scenarios import SCENARIOS
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
