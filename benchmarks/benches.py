"""What is measured: each benchmark is a Compose file and the commands of one round on it."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import files


class Step(NamedTuple):
    """One command of a round.

    *name* is the measurement's, empty where the command only prepares or tidies. *lines* is how
    many lines the command must print. *aim* is the ratio that is aimed at.
    """

    name: str
    command: tuple[str, ...]
    aim: float | None = None
    lines: int | None = None


class Bench(NamedTuple):
    """A Compose file, and the steps of one round in their order; *runs* rounds are usual.

    *beside* are the paths and contents of the files that lie beside it, written before each round.
    """

    name: str
    what: str
    file: Callable[[], str]
    steps: tuple[Step, ...]
    engine: bool = True
    runs: int = 5
    beside: Callable[[], Iterable[tuple[str, bytes]]] = tuple


_DOWN = Step("", ("down",))

BENCHES = (
    Bench(
        "config-small",
        "config -q of two services",
        files.small,
        (Step("config -q, 2 services", ("config", "-q"), 1.2),),
        engine=False,
        runs=15,
    ),
    Bench(
        "config-large",
        "config -q of 1,000 services",
        files.large,
        (Step("config -q, 1,000 services", ("config", "-q"), 1.0),),
        engine=False,
    ),
    Bench(
        "fifty",
        "the life of 50 services",
        files.idle,
        (
            Step("up -d, 50 services", ("up", "-d"), 1.0),
            Step("up -d again, nothing to do", ("up", "-d")),
            Step("ps -q, 50 services", ("ps", "-q"), lines=50),
            Step("down, 50 services", ("down",), 1.0),
        ),
    ),
    Bench(
        "chain-wait",
        "up -d --wait of 8 services, each waiting for the health of the one before",
        files.chain,
        (Step("up -d --wait, chain of 8", ("up", "-d", "--wait"), 0.75), _DOWN),
        runs=3,
    ),
    Bench(
        "chain-up",
        "up -d of the same chain",
        files.chain,
        (Step("up -d, chain of 8", ("up", "-d"), 0.75), _DOWN),
        runs=3,
    ),
    Bench(
        "logs",
        "logs of 8 services with 100,000 lines each",
        files.logging,
        (
            Step("", ("up", "-d")),
            Step("logs, 8 x 100,000 lines", ("logs",), 1.0, lines=800_000),
            _DOWN,
        ),
        runs=3,
    ),
    Bench(
        "build",
        "build of a context of 20,000 files",
        files.built,
        (
            Step("build, 20,000 new files", ("build",), 1.5),
            Step("build again, nothing changed", ("build",), 1.5),
            Step("", ("down", "--rmi", "local")),
        ),
        runs=3,
        beside=files.many,
    ),
)
