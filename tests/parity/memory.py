"""What Docker Compose came to, remembered between runs: it does not change, and it takes long.

The key has all that an outcome depends on: the scenario, the engine, the peer's version, and how
outcomes are made here.
"""

import hashlib
import json
from pathlib import Path

from tests.conformance.oracle import cache_folder, version
from tests.e2e.stage import IDLE, PEER, connect
from tests.parity.play import Outcome, play
from tests.parity.scenario import Scenario


def played_by_the_peer(scenario: Scenario, *, fresh: bool = False) -> list[Outcome]:
    """Return the peer's outcomes; play the scenario unless that was done before."""
    path = cache_folder().with_name("parity") / f"{_key(scenario)}.json"
    if path.exists() and not fresh:
        return [_outcome(*row) for row in json.loads(path.read_text())]
    outcomes = play(scenario, PEER)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(outcomes))
    return outcomes


def _outcome(code: int | None, stdout: str, stderr: str, state: list[str]) -> Outcome:
    return Outcome(code, stdout, stderr, tuple(state))


def _key(scenario: Scenario) -> str:
    here = Path(__file__).parent
    made_by = [(here / name).read_text() for name in ("normal.py", "play.py", "world.py")]
    engine = connect()
    try:
        served = str(engine.version()["Version"])
    finally:
        engine.close()
    steps = [(step.command, step.compared) for step in scenario.steps]
    parts = [version(), served, str(here), scenario.title, dict(scenario.files), IDLE, steps,
             *made_by, (here / "prelude.sh").read_text()]  # fmt: skip
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:24]
