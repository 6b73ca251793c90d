"""The turnstile that stops go through."""

import threading
from contextlib import suppress

from composer.run.turnstile import Turnstile

FOREVER = 1000.0


def enter(turnstile: Turnstile, entered: threading.Event, go: threading.Event) -> threading.Thread:
    """Pass in a thread, and stay inside until *go*."""

    def work() -> None:
        with turnstile.passed():
            entered.set()
            go.wait(20)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_a_place_is_free_when_somebody_leaves() -> None:
    turnstile = Turnstile(1, FOREVER)
    first, second, go = threading.Event(), threading.Event(), threading.Event()
    threads = [enter(turnstile, first, go)]
    assert first.wait(20)
    threads.append(enter(turnstile, second, go))
    assert not second.is_set()
    go.set()
    assert second.wait(20)
    for one in threads:
        one.join(20)


def test_nobody_holds_a_place_for_long() -> None:
    turnstile = Turnstile(1, 0.01)
    go = threading.Event()
    entered = [threading.Event() for _ in range(5)]
    threads = [enter(turnstile, one, go) for one in entered]
    assert all(one.wait(20) for one in entered), "though nobody has left"
    go.set()
    for one in threads:
        one.join(20)


def test_what_fails_inside_leaves_too() -> None:
    turnstile = Turnstile(1, FOREVER)
    for _ in range(3):
        with suppress(ValueError), turnstile.passed():
            int("x")
