"""The turnstile that stops go through."""

import threading
from contextlib import suppress

import pytest

from composer.run import turnstile
from composer.run.turnstile import FEW_STOPS, MANY, STOPS, Turnstile, for_stops

FOREVER = 1000.0


def enter(through: Turnstile, entered: threading.Event, go: threading.Event) -> threading.Thread:
    """Pass in a thread, and stay inside until *go*."""

    def work() -> None:
        with through.passed():
            entered.set()
            go.wait(20)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_a_place_is_free_when_somebody_leaves() -> None:
    through = Turnstile(1, FOREVER)
    first, second, go = threading.Event(), threading.Event(), threading.Event()
    threads = [enter(through, first, go)]
    assert first.wait(20)
    threads.append(enter(through, second, go))
    assert not second.is_set()
    go.set()
    assert second.wait(20)
    for one in threads:
        one.join(20)


def test_nobody_holds_a_place_for_long() -> None:
    through = Turnstile(1, 0.01)
    go = threading.Event()
    entered = [threading.Event() for _ in range(5)]
    threads = [enter(through, one, go) for one in entered]
    assert all(one.wait(20) for one in entered), "though nobody has left"
    go.set()
    for one in threads:
        one.join(20)


def test_what_fails_inside_leaves_too() -> None:
    through = Turnstile(1, FOREVER)
    for _ in range(3):
        with suppress(ValueError), through.passed():
            int("x")


@pytest.mark.parametrize(
    ("stops", "api", "most"),
    [
        (MANY, (1, 41), STOPS),
        (MANY + 1, (1, 41), FEW_STOPS),
        (MANY + 1, (1, 44), STOPS),
    ],
)
def test_an_old_engine_ends_few_containers_together_where_there_are_many(
    stops: int, api: tuple[int, int], most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turnstile, "HOLD_S", FOREVER)
    monkeypatch.setattr(turnstile, "FEW_HOLD_S", FOREVER)
    through = for_stops(stops, api)
    go = threading.Event()
    entered = [threading.Event() for _ in range(most + 1)]
    threads = [enter(through, one, go) for one in entered[:most]]
    assert all(one.wait(20) for one in entered[:most])
    threads.append(enter(through, entered[most], go))
    assert not entered[most].wait(0.05)
    go.set()
    for one in threads:
        one.join(20)
