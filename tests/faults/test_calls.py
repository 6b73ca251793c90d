"""A connection to the engine that ends, at each call of the main commands; other faults at some.

What must hold afterwards is in `trial.py`. `make faults` plays every fault at every call; here are
the worst (the engine did it, and nobody heard) at each kind of call, and a sample of the others.
"""

import pytest

from tests.faults.place import played
from tests.faults.proxy import Fault
from tests.faults.scenarios import SCENARIOS
from tests.faults.trial import Trial

pytestmark = pytest.mark.engine

ASKED = ("GET /version", "GET /containers/json", "GET /images/json", "GET /networks")
CALLS = {
    "up": (
        *ASKED, "GET /volumes", "GET /events", "POST /networks/create", "POST /volumes/create",
        "POST /containers/create", "PUT /containers/*/archive", "POST /containers/*/start",
        "GET /containers/*/json",
    ),
    "recreate": (
        "POST /containers/create", "POST /containers/*/stop", "DELETE /containers/*",
        "POST /containers/*/rename", "POST /containers/*/start",
    ),
    "scale up": ("POST /containers/create", "POST /containers/*/start"),
    "down": ("POST /containers/*/stop", "DELETE /containers/*", "DELETE /networks/*"),
    "run": (
        "POST /containers/create", "PUT /containers/*/archive", "POST /containers/*/attach",
        "POST /containers/*/wait", "POST /containers/*/start",
    ),
    "logs -f": ("GET /events", "GET /containers/*/logs", "GET /containers/*/json"),
    "build": ("POST /grpc", "POST /session"),
    "pause": ("POST /containers/*/pause",),
    "unpause": ("POST /containers/*/unpause",),
}  # fmt: skip
"""The calls that change something, or that everything hangs on, once each."""
SAMPLE = [
    ("up", "away", "POST /containers/create"),
    ("up", "head cut", "POST /networks/create"),
    ("up", "half JSON", "POST /containers/create"),
    ("up", "503", "POST /containers/*/start"),
    ("up", "no HTTP", "GET /containers/json"),
    ("recreate", "away", "DELETE /containers/*"),
    ("recreate", "500", "POST /containers/*/rename"),
    ("recreate", "silence", "POST /containers/*/stop"),
    ("down", "away", "POST /containers/*/stop"),
    ("down", "409", "DELETE /containers/*"),
    ("run", "500", "PUT /containers/*/archive"),
    ("run -d", "500", "POST /containers/*/start 2"),
    ("run", "body cut", "POST /containers/*/attach"),
    ("logs -f", "body cut", "GET /containers/*/logs"),
    ("logs -f", "body cut", "GET /events"),
    ("up attached", "body cut", "GET /containers/*/logs"),
    ("up attached", "deaf", "GET /events"),
    ("up", "wrong types", "GET /containers/json"),
    ("up", "no values", "POST /containers/create"),
    ("down", "other JSON", "GET /networks"),
]


def _play(command: str, kind: str, call: str) -> str:
    name, _, nth = call.rpartition(" ")
    name, nth = (name, nth) if nth.isdigit() else (call, "1")
    with played() as (stage, proxy):
        return Trial(SCENARIOS[command], stage, proxy).under(Fault(kind, name, int(nth)))


@pytest.mark.parametrize(
    ("command", "call"), [(command, call) for command, calls in CALLS.items() for call in calls]
)
def test_an_answer_that_never_arrives(command: str, call: str) -> None:
    """The engine did what was asked, then the connection ended: look, and go on from there."""
    assert _play(command, "answer lost", call) in {"unnoticed", "repaired", "not reached"}


@pytest.mark.parametrize(("command", "kind", "call"), SAMPLE)
def test_other_faults(command: str, kind: str, call: str) -> None:
    """Whatever it is: said clearly, and repaired by the next command."""
    assert _play(command, kind, call) != "not reached"
