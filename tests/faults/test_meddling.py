"""Somebody else works at the same engine while a command does: a sample of `make faults --meddle`.

What must hold afterwards is in `meddler.py`.
"""

from collections.abc import Callable, Iterator

import pytest

from tests.e2e.stage import Stage
from tests.faults.meddler import Meddling
from tests.faults.place import played
from tests.faults.proxy import Fault, Proxy
from tests.faults.scenarios import SCENARIOS, STACK
from tests.faults.trial import DEFECTS

pytestmark = pytest.mark.engine

TWICE = 'sh -c "[ -e /data/first ] && touch /data/second; echo yes >/data/first; exec sleep 600"'
SAMPLE = [
    ("up", "db removed", "POST /containers/*/start 2"),
    ("up", "db paused", "POST /containers/*/start 2"),
    ("up", "it removed", "POST /containers/*/start 2"),
    ("up", "it renamed", "POST /containers/*/start 2"),
    ("up", "network removed", "POST /containers/create 1"),
    ("up", "network removed", "POST /containers/*/start 1"),
    ("up", "network made", "POST /networks/create 1"),
    ("up", "volume made", "POST /volumes/create 1"),
    ("up", "image removed", "POST /containers/create 1"),
    ("up", "name taken", "POST /containers/create 2"),
    ("up", "another up", "POST /containers/create 1"),
    ("recreate", "db killed", "POST /containers/*/stop 1"),
    ("recreate", "db removed", "POST /containers/*/stop 1"),
    ("recreate", "db renamed", "POST /containers/*/stop 1"),
    ("recreate", "it removed", "POST /containers/*/rename 1"),
    ("recreate", "off the network", "POST /containers/create 1"),
    ("recreate", "another recreation", "POST /containers/create 1"),
    ("recreate", "another down", "POST /containers/*/stop 1"),
    ("down", "db removed", "POST /containers/*/stop 1"),
    ("down", "db paused", "POST /containers/*/stop 1"),
    ("down", "guest", "POST /containers/*/stop 1"),
    ("down", "network removed", "DELETE /networks/* 1"),
    ("down -v", "volume removed", "DELETE /volumes/* 1"),
    ("run", "it removed", "POST /containers/*/start 2"),
]


@pytest.mark.parametrize(("command", "deed", "call"), SAMPLE)
def test_a_deed_of_somebody_else(command: str, deed: str, call: str) -> None:
    """A defect never shows; the next `up` and `down` reach what they should."""
    name, _, nth = call.rpartition(" ")
    with played() as (stage, proxy):
        meddling = Meddling(SCENARIOS[command], stage, proxy)
        assert meddling.meddled(deed, (name, int(nth))) in {"unnoticed", "repaired"}


@pytest.fixture
def place() -> Iterator[tuple[Stage, Proxy]]:
    with played() as (stage, proxy):
        stage.env["DOCKER_HOST"] = proxy.address
        yield stage, proxy


def test_waiting_for_a_dependency_that_somebody_removes(place: tuple[Stage, Proxy]) -> None:
    """It is made again, and waited for once more; here only the second one gets healthy."""
    stage, proxy = place
    second = STACK.replace('test: "true"', 'test: "[ -e /data/second ]"')
    stage.write("compose.yaml", second.replace("command: sleep 600", f"command: {TWICE}", 1))
    proxy.harm(None)
    waiting = stage.begin("up", "-d", "--wait")
    stage.wait_until(lambda: stage.states().get("db-1") == "running")
    first = f"{stage.name}-db-1"
    stage.wait_until(lambda: stage.read(first, "/data/first"))  # or the next is the first, too
    proxy.wait_for("GET /containers/*/json")
    stage.note_volumes()
    stage.engine.remove_container(first, force=True)
    result = stage.finish(waiting).ok()
    assert not [one for one in DEFECTS if one in (result.stdout + result.stderr).lower()], result
    assert stage.states() == {"db-1": "running", "web-1": "running"}


ENDS: dict[str, Callable[[Stage, str], object]] = {
    "killed": lambda stage, one: stage.engine.kill(one),
    "removed": lambda stage, one: stage.engine.remove_container(one, force=True),
}


@pytest.mark.parametrize("deed", ENDS)
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
    ENDS[deed](stage, f"{stage.name}-db-1")
    result = stage.finish(following)
    assert not [one for one in DEFECTS if one in (result.stdout + result.stderr).lower()], result
    assert result.code == 0, result


def test_attach_ends_with_a_container_that_somebody_kills_just_before(
    place: tuple[Stage, Proxy],
) -> None:
    """Engines attach to what has ended, and then wait for its next start."""
    stage, proxy = place
    stage.write("compose.yaml", STACK)
    stage.run("up", "-d", "web").ok()
    end = Fault(
        "late", "POST /containers/*/attach", act=lambda: stage.engine.kill(f"{stage.name}-web-1")
    )
    proxy.harm(end)
    assert stage.run("attach", "--no-stdin", "web").code == 137
