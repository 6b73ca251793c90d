"""BuildKit's messages, written by hand, and the progress that they become."""

import pytest

from composer.build.steps import HOLD, Steps
from composer.build.trace import Broken, Printed, Status, Vertex, Warned, decode
from composer.run.events import Output, Progress


def varint(value: int) -> bytes:
    made = bytearray()
    while value > 127:
        made.append(value & 127 | 128)
        value >>= 7
    return bytes([*made, value])


def field(number: int, value: int | str | bytes) -> bytes:
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def time(seconds: int, nanos: int = 0) -> bytes:
    return field(1, seconds) + field(2, nanos)


def test_decode() -> None:
    vertex = field(1, "d") + field(2, "input") + field(3, "[1/2] RUN x") + field(4, 1)
    vertex += field(5, time(100)) + field(6, time(101, 500_000_000)) + field(7, "bad")
    status = field(1, "layer") + field(2, "d") + field(4, 300) + field(5, 4000)
    printed = field(1, "d") + field(2, time(100, 250_000_000)) + field(3, 1) + field(4, b"hello\n")
    unknown = varint(9 << 3 | 5) + b"1234" + varint(10 << 3 | 1) + b"12345678" + field(11, 7)
    data = (
        field(1, vertex)
        + unknown
        + field(2, status)
        + field(3, printed)
        + field(4, field(3, "careful"))
    )
    assert decode(data) == [
        Vertex("d", "[1/2] RUN x", cached=True, started=100.0, completed=101.5, error="bad"),
        Status("layer", "d", 300, 4000),
        Printed("d", b"hello\n", 100.25),
        Warned("careful"),
    ]


@pytest.mark.parametrize("data", [b"\x0a\x05abc", b"\x80", b"\x0b"])
def test_what_is_broken(data: bytes) -> None:
    with pytest.raises(Broken):
        decode(data)


def step(number: int, text: str, current: int = 0, total: int = 0) -> Progress:
    return Progress("build web", "Image web", f"#{number}", text, current, total)


def test_steps_are_numbered_and_told_once() -> None:
    steps = Steps("build web", "Image web")
    begun = Vertex("a", "[1/2] RUN x", started=10.0)
    ended = begun.replace(completed=10.5)
    events = [
        *steps.feed([Vertex("b", "[2/2] COPY"), Vertex("a", "[1/2] RUN x"), begun, begun]),
        *steps.feed([Printed("a", b"ld\n", 10.3), Printed("a", b"hello\nwor", 10.2)]),
        *steps.feed([Status("layer", "b", 1, 2), ended, ended]),
        *steps.feed([Status("layer", "b", 2, 2, 11.0), Status("layer", "b", 2, 2, 11.0)]),
        *steps.feed([Vertex("b", "[2/2] COPY", cached=True, started=11.0, completed=11.0)]),
    ]
    assert events == [
        step(1, "[1/2] RUN x"),
        Output("build web", "#1 0.200 hello\n"),
        Output("build web", "#1 0.300 world\n"),
        step(2, "layer", 1, 2),
        step(1, "DONE 0.5s"),
        step(2, "layer", 2, 2).replace(done=True),
        step(2, "[2/2] COPY"),
        step(2, "CACHED"),
    ]
    assert steps.failure() == []


def test_a_step_that_is_taken_up_again_ends_once() -> None:
    """BuildKit first finds out that there is something to load, then loads it."""
    steps, loaded = Steps("build web", "Image web", clock=lambda: 0.0), "[internal] load"
    events = [
        *steps.feed([Vertex("a", loaded, started=1.0, completed=1.01)]),
        *steps.feed([Vertex("a", loaded, started=1.02), Status("transferring", "a")]),
        *steps.feed([Vertex("b", "[1/1] RUN x", started=1.04)]),
        *steps.feed([Vertex("a", loaded, started=1.02, completed=1.05)]),
        *steps.feed([Status("transferring", "a", 7, completed=1.05)]),
        *steps.finish(),
    ]
    assert events == [
        step(1, loaded),
        step(2, "[1/1] RUN x"),
        step(1, "transferring", 7).replace(done=True),
        step(1, "DONE 0.0s"),
    ]


def test_the_end_of_a_quick_step_comes_before_the_next_one_begins() -> None:
    steps = Steps("build web", "Image web", clock=lambda: 0.0)
    cached = [Vertex(name, name, cached=True, started=1.0, completed=1.0) for name in "bc"]
    events = [
        *steps.feed([Vertex("a", "metadata", started=1.0, completed=1.01)]),
        *steps.feed([Vertex("x", "RUN x", started=1.02)]),
        *steps.feed(list(cached)),
    ]
    assert events == [
        step(1, "metadata"), step(1, "DONE 0.0s"),
        step(2, "RUN x"),
        step(3, "b"), step(3, "CACHED"),
        step(4, "c"), step(4, "CACHED"),
    ]  # fmt: skip


def test_what_is_held_back_is_told_a_moment_later() -> None:
    now = [0.0]
    steps = Steps("build web", "Image web", clock=lambda: now[0])
    assert list(
        steps.feed([Status("exporting", "a"), Vertex("b", "x", started=1, completed=1)])
    ) == [step(1, "x")]
    now[0] = HOLD
    assert list(steps.feed([])) == [step(2, "exporting"), step(1, "DONE 0.0s")]
    assert list(steps.finish()) == []


def test_a_failure_is_remembered_with_its_last_lines() -> None:
    steps = Steps("build web", "Image web")
    list(steps.feed([Vertex("a", "RUN x", started=1.0), Printed("a", b"one\ntwo", 1.0)]))
    list(steps.feed([Vertex("a", "RUN x", started=1.0, completed=2.0, error="exit code: 3")]))
    assert steps.failure() == ["> RUN x:", "one", "two"]
