"""Logs of a real engine: nothing lost, doubled, torn or reordered."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from composer.logs.follow import Follower
from composer.logs.read import LogOptions, read_logs
from composer.run.cancel import Cancel
from composer.run.events import ContainerEvent, Event, LogBlock
from tests.contract.stack import FOREVER, Stack, shell, stack

pytestmark = pytest.mark.engine
UNKNOWN = "\N{REPLACEMENT CHARACTER}".encode()
"""What the engine's own log driver makes of a byte that is not UTF-8."""


class Ear:
    """Hears events and lets a test wait for one."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._changed = threading.Condition()

    def __call__(self, event: Event) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def lines(self, container: str, stream: str = "") -> list[bytes]:
        return [
            line
            for event in tuple(self.events)
            if isinstance(event, LogBlock)
            if event.container == container and stream in {"", event.stream}
            for line in event.lines
        ]

    def actions(self, container: str) -> list[tuple[str, int | None]]:
        return [
            (event.action, event.exit_code)
            for event in tuple(self.events)
            if isinstance(event, ContainerEvent) and event.container == container
        ]

    def until(self, condition: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(condition, timeout=30), self.events[-5:]


class Following:
    """A follower in a thread."""

    def __init__(self, it: Stack, **options: Any) -> None:
        new_only = options.pop("new_only", False)
        self.ear = Ear()
        self.cancel = Cancel()
        self.follower = Follower(
            it.engine, it.name, LogOptions(**options), emit=self.ear, cancel=self.cancel,
            new_only=new_only,
        )  # fmt: skip
        self.follower.open()
        self.thread = threading.Thread(target=self.follower.run, daemon=True)
        self.thread.start()

    def ends(self) -> None:
        self.thread.join(30)
        assert not self.thread.is_alive()


def ended(it: Stack, *services: str) -> None:
    """Bring services up and read on until they have ended."""
    following = Following(it)
    following.follower.finish_when_ended(it.up(*services).check().started)
    following.ends()


def test_every_byte_and_the_streams() -> None:
    script = (
        r"printf 'one\ntwo\r\nthree\rfour\n\377\376\n'; echo oops >&2; "
        r"head -c 40000 /dev/zero | tr '\0' x; echo; printf 'no end'"
    )
    with stack(a=shell(script), t=shell(r"printf 'tty\nlast'", tty=True)) as it:
        ended(it)
        for timestamps in (False, True):
            ear = Ear()
            read_logs(it.engine, it.name, LogOptions(timestamps=timestamps), emit=ear)
            expected = [b"one", b"two\r", b"three\rfour", UNKNOWN * 2, b"x" * 40000, b"no end"]
            assert ear.lines("a-1", "stdout") == expected
            assert ear.lines("a-1", "stderr") == [b"oops"]
            assert ear.lines("t-1") == [b"tty\r", b"last"]


def test_options() -> None:
    with stack(a=shell("seq 5"), b=shell("echo other")) as it:
        ended(it)

        def read(**options: Any) -> Ear:
            ear = Ear()
            read_logs(it.engine, it.name, LogOptions(**options), emit=ear)
            return ear

        assert read(tail="2").lines("a-1") == [b"4", b"5"]
        assert read(services=("b",)).lines("a-1") == []
        assert read(services=("b",)).lines("b-1") == [b"other"]
        assert read(index=2).lines("a-1") == []
        stamps = [
            stamp.decode()
            for event in read(timestamps=True, services=("a",)).events
            if isinstance(event, LogBlock)
            for stamp in event.times
        ]
        since = read(since=stamps[3], services=("a",)).lines("a-1")
        assert since[-2:] == [b"4", b"5"]
        assert read(until="2000-01-01T00:00:00Z").lines("a-1") == []


def test_a_container_joins_from_its_first_line_and_ends_after_its_last() -> None:
    with stack(a=shell("seq 2000")) as it:
        following = Following(it)
        following.follower.finish_when_ended(it.up("a").check().started)
        following.ends()
        assert following.ear.lines("a-1") == [b"%d" % number for number in range(1, 2001)]
        assert following.ear.actions("a-1") == [("start", None), ("die", 0)]
        assert isinstance(following.ear.events[-1], ContainerEvent)


def test_restarts_are_followed_without_loss() -> None:
    script = "n=$(cat /n 2>/dev/null || echo 0); n=$((n+1)); echo $n > /n; seq $n 50; exit 1"
    with stack(a=shell(script, restart="on-failure:2")) as it:
        following = Following(it)
        it.up("a").check()
        following.ear.until(lambda: following.ear.actions("a-1").count(("die", 1)) == 3)
        following.follower.finish_when_ended()
        following.ends()
        expected = [b"%d" % number for first in (1, 2, 3) for number in range(first, 51)]
        assert following.ear.lines("a-1") == expected


def test_a_second_run_goes_on_where_the_first_ended() -> None:
    with stack(a=shell("echo hello; " + FOREVER)) as it:
        following = Following(it)
        container = it.up("a").check().made["create a-1"]
        following.ear.until(lambda: len(following.ear.lines("a-1")) == 1)
        it.engine.stop_container(container, 10)
        it.engine.start_container(container)
        following.ear.until(lambda: len(following.ear.lines("a-1")) == 2)
        it.engine.stop_container(container, 10)
        following.follower.finish_when_ended()
        following.ends()
        assert following.ear.lines("a-1") == [b"hello", b"hello"]


def test_an_attached_up_shows_only_what_is_new() -> None:
    with stack(a=shell("echo hello; " + FOREVER)) as it:
        container = it.up("a").check().made["create a-1"]
        it.engine.stop_container(container, 10)
        following = Following(it, new_only=True)
        it.engine.start_container(container)
        following.ear.until(lambda: len(following.ear.lines("a-1")) == 1)
        following.cancel.request()
        following.ends()


def test_cancelling_ends_a_quiet_follower() -> None:
    with stack(a=shell("echo hello; " + FOREVER)) as it:
        it.up("a").check()
        following = Following(it)
        following.follower.finish_when_ended()
        following.ear.until(lambda: following.ear.lines("a-1") == [b"hello"])
        following.cancel.request()
        following.ends()


def test_a_slow_listener_loses_nothing() -> None:
    slow, gate = Ear(), threading.Event()

    def listen(event: Event) -> None:
        gate.wait(30)
        slow(event)

    with stack(a=shell("seq 100000")) as it:
        follower = Follower(it.engine, it.name, LogOptions(), emit=listen)
        follower.open()
        thread = threading.Thread(target=follower.run, daemon=True)
        thread.start()
        follower.finish_when_ended(it.up("a").check().started)
        gate.set()
        thread.join(60)
        assert slow.lines("a-1") == [b"%d" % number for number in range(1, 100001)]


def test_a_listener_that_fails_ends_the_reading() -> None:
    def closed(event: Event) -> None:
        if isinstance(event, LogBlock):
            raise BrokenPipeError

    with stack(a=shell("seq 1000")) as it:
        ended(it)
        with pytest.raises(BrokenPipeError):
            read_logs(it.engine, it.name, LogOptions(), emit=closed)
        follower = Follower(it.engine, it.name, LogOptions(), emit=closed)
        follower.open()
        with pytest.raises(BrokenPipeError):
            follower.run()
