"""One container's log: reopened where it broke off, nothing lost, nothing twice."""

import threading
from typing import Any

import pytest

from composer.engine.port import Json
from composer.errors import EngineSilent, EngineUnreachable
from composer.logs.instant import after
from composer.logs.source import Log, Origin, Reading
from composer.run.events import Event, LogBlock

ORIGIN = Origin("c1", "web-1", "web", 1)


def stamp(number: int) -> bytes:
    return b"2026-11-20T23:26:%02d.000000000Z" % number


def frame(number: int, text: bytes = b"", stream: int = 1) -> bytes:
    payload = stamp(number) + b" " + (text or b"line %d\n" % number)
    return bytes([stream, 0, 0, 0]) + len(payload).to_bytes(4, "big") + payload


class Blocks:
    """A stream of bytes; an exception among the blocks is raised."""

    def __init__(self, blocks: list[bytes | Exception]) -> None:
        self.blocks = blocks

    def read(self, size: int) -> bytes:
        if not self.blocks:
            return b""
        block = self.blocks.pop(0)
        if isinstance(block, Exception):
            raise block
        assert len(block) <= size
        return block

    def close(self) -> None:
        self.blocks = []


class Script:
    """An engine that answers each request for the log with the next of *answers*."""

    def __init__(self, *answers: list[bytes | Exception] | Exception, tty: bool = False) -> None:
        self.answers = list(answers)
        self.asked: list[dict[str, Any]] = []
        self.tty = tty

    def inspect_container(self, container: str) -> Json:
        return {"Id": container, "Config": {"Tty": self.tty}}

    def clock(self) -> float:
        return 1000.0

    def container_logs(self, container: str, **options: Any) -> Blocks:
        assert container == "c1"
        self.asked.append(options)
        answer = self.answers.pop(0) if self.answers else []
        if isinstance(answer, Exception):
            raise answer
        return Blocks(list(answer))


def read(script: Any, **reading: Any) -> tuple[list[bytes], list[EngineUnreachable]]:
    events: list[Event] = []
    lost: list[EngineUnreachable] = []
    Log(script, ORIGIN, Reading(**reading), events.append, lost.append).read()
    return [line for one in events if isinstance(one, LogBlock) for line in one.lines], lost


def test_what_is_there_is_read_once() -> None:
    script = Script([bytes([1, 0, 0, 0, 0, 0, 0, 3]) + b"a\nb"])
    assert read(script, tail="5", since="1", until="2") == ([b"a", b"b"], [])
    assert script.asked == [
        {"follow": False, "since": "1", "until": "2", "tail": "5", "timestamps": False}
    ]


def test_following_reads_on_to_what_the_stream_did_not_tell() -> None:
    """The engine ended the stream before the container's last lines."""
    script = Script([frame(1) + frame(2)], [frame(2), frame(3) + frame(4)])
    lines, _ = read(script, follow=True, tail="7")
    assert lines == [b"line 1", b"line 2", b"line 3", b"line 4"]
    assert [one["follow"] for one in script.asked] == [True, False]
    assert script.asked[1]["since"] == after(stamp(1))
    assert script.asked[1]["tail"] == "all"


def test_a_broken_stream_goes_on_where_it_broke() -> None:
    half = frame(3)[:20]
    script = Script(
        [frame(1) + frame(2) + half, EngineUnreachable("cut")],
        EngineUnreachable("still away"),
        [frame(2) + frame(3) + frame(4)],
        [frame(4)],
    )
    lines, lost = read(script, follow=True)
    assert lines == [b"line 1", b"line 2", b"line 3", b"line 4"]
    assert [error.message for error in lost] == ["cut"]


def test_streams_slightly_out_of_order_lose_nothing() -> None:
    first = [frame(1), frame(5), frame(4, b"err\n", 2)]
    again = [frame(5), frame(4, b"err\n", 2), frame(3, b"late\n", 2), frame(6)]
    lines, _ = read(Script([b"".join(first)], [b"".join(again)]), follow=True)
    assert lines == [b"line 1", b"line 5", b"err", b"late", b"line 6"]


def test_equal_lines_of_one_instant_are_counted() -> None:
    twice = frame(2, b"same\n") * 2
    lines, _ = read(Script([frame(1) + twice], [twice + frame(2, b"same\n")]), follow=True)
    assert lines == [b"line 1", b"same", b"same", b"same"]


def test_a_line_begun_before_the_break_comes_whole() -> None:
    begun, rest = frame(2, b"x" * 50), frame(2, b"y\n")
    script = Script([frame(1) + begun, EngineUnreachable("cut")], [begun + rest], [])
    assert read(script, follow=True)[0] == [b"line 1", b"x" * 50 + b"y"]


def test_without_following_a_break_is_an_error() -> None:
    with pytest.raises(EngineUnreachable):
        read(Script([frame(1), EngineUnreachable("cut")]))


def test_a_terminal_is_raw() -> None:
    assert read(Script([b"one\r\ntw", b"o\r\n"], tty=True))[0] == [b"one\r", b"two\r"]


def test_a_stopped_log_reads_no_more() -> None:
    events: list[Event] = []
    script: Any = Script([frame(1), frame(2)], [frame(2)])
    log = Log(script, ORIGIN, Reading(follow=True), events.append)
    log.stop()
    log.read()
    assert script.asked == []
    assert events == []


@pytest.mark.parametrize(
    ("name", "labels", "shown"),
    [
        ("shop-web-1", {"com.docker.compose.container-number": "1"}, "web-1"),
        ("own", {"com.docker.compose.container-number": "1"}, "own"),
        ("shop-web-run-a1b2", {"com.docker.compose.oneoff": "True"}, "shop-web-run-a1b2"),
    ],
)
def test_how_a_container_is_called(name: str, labels: dict[str, str], shown: str) -> None:
    origin = Origin.of("id", name, {"com.docker.compose.service": "web", **labels}, "shop")
    assert origin.name == shown
    assert origin.service == "web"
    assert origin.one_off is ("com.docker.compose.oneoff" in labels)


class Forgotten(Blocks):
    """A stream that the engine does not end."""

    def __init__(self, blocks: list[bytes | Exception], silent: threading.Event) -> None:
        super().__init__(blocks)
        self.silent = silent
        self.closed = threading.Event()

    def read(self, size: int) -> bytes:
        if self.blocks:
            return super().read(size)
        self.silent.set()
        assert self.closed.wait(60)
        return b""

    def close(self) -> None:
        self.closed.set()


@pytest.mark.parametrize("early", [True, False])
def test_a_stream_that_the_engine_forgets_to_end_is_ended(
    monkeypatch: pytest.MonkeyPatch, *, early: bool
) -> None:
    """The container has ended; the last line is in the log."""
    monkeypatch.setattr("composer.logs.source.IDLE", 0.01)
    silent = threading.Event()
    streams = [Forgotten([frame(1)], silent), Blocks([frame(1), frame(2)])]
    engine = Script()
    engine.container_logs = lambda *_, **__: streams.pop(0)  # type: ignore[method-assign]
    told: list[Event] = []
    log = Log(engine, ORIGIN, Reading(follow=True), told.append)  # type: ignore[arg-type]
    reader = threading.Thread(target=log.read, daemon=True)
    if early:
        log.expect_end()
    reader.start()
    assert silent.wait(60)
    log.expect_end()
    reader.join(60)
    assert [line for one in told if isinstance(one, LogBlock) for line in one.lines] == [
        b"line 1",
        b"line 2",
    ]


def test_a_log_that_does_not_begin_is_asked_for_again() -> None:
    """An engine answers with the first line: nobody is told that a container is silent."""
    script = Script(EngineSilent("slow"), EngineSilent("slow"), [frame(1)])
    assert read(script, follow=True, tail="7") == ([b"line 1"], [])
    assert [one["tail"] for one in script.asked[:3]] == ["7", "7", "7"]


def test_new_lines_only_are_those_since_the_first_question() -> None:
    """What comes between two questions is not lost."""
    script = Script(EngineSilent("slow"), [frame(1)])
    assert read(script, follow=True, tail="0") == ([b"line 1"], [])
    assert script.asked[1]["since"] == "1000.000000000"
    assert script.asked[1]["tail"] == "all"


def test_an_engine_that_answers_nothing_is_told() -> None:
    """Not only the log is silent."""
    script = Script(EngineSilent("slow"))
    looks: list[Json | Exception] = [{"Config": {}}, EngineSilent("all of it"), {}]

    def look(container: str) -> Json:  # noqa: ARG001
        found = looks.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    script.inspect_container = look  # type: ignore[method-assign]
    _, lost = read(script, follow=True)
    assert [error.message for error in lost] == ["all of it"]


def test_a_log_that_is_not_followed_must_begin() -> None:
    with pytest.raises(EngineSilent):
        read(Script(EngineSilent("slow")))
