"""A conversation with a process: output that goes on elsewhere, and signals."""

import queue
import signal
import struct
import threading

import pytest

from composer.engine.frames import STDERR, STDOUT
from composer.errors import EngineAway, EngineError
from composer.run import interactive
from composer.run.interactive import Conversation


def frame(stream: int, payload: bytes) -> bytes:
    return struct.pack(">BxxxI", stream, len(payload)) + payload


class Bytes:
    """A stream of blocks that ends, or breaks off; until it is closed it waits, where asked."""

    def __init__(self, *blocks: bytes | EngineError, waits: bool = False) -> None:
        self._blocks = list(blocks)
        self._closed = threading.Event()
        self._waits = waits
        self.written = b""

    def read(self, size: int) -> bytes:  # noqa: ARG002 - as the port's
        if not self._blocks:
            if self._waits:
                self._closed.wait()
            return b""
        block = self._blocks.pop(0)
        if isinstance(block, EngineError):
            raise block
        return block

    def write(self, data: bytes) -> None:
        self.written += data

    def finish(self) -> None:
        """End the input."""

    def close(self) -> None:
        self._closed.set()


class Screen:
    """Takes what is printed; gives what is typed, and the signals that come."""

    def __init__(self, typed: bytes = b"", signals: tuple[int, ...] = ()) -> None:
        self.shown: dict[bool, bytes] = {False: b"", True: b""}
        self._typed = [typed]
        self._notes: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        for one in signals:
            self._notes.put(one)

    def read(self, size: int) -> bytes:  # noqa: ARG002 - as the protocol's
        return self._typed.pop() if self._typed else b""

    def stop(self) -> None:
        self._notes.put(None)

    def write(self, data: bytes, *, error: bool = False) -> None:
        self.shown[error] += data

    def size(self) -> tuple[int, int] | None:
        return None

    def noted(self) -> int | None:
        return self._notes.get()


WHOLE = [(STDOUT, b"one\n"), (STDERR, b"oh\n"), (STDOUT, b"two\n"), (STDERR, b"no\n")]


@pytest.mark.parametrize("shown", range(len(WHOLE) + 1))
@pytest.mark.parametrize("cut", [b"", b"\x01\x00", EngineAway("cut")])
def test_what_a_lost_connection_did_not_show_is_shown_from_the_log_once(
    shown: int, cut: bytes | EngineError
) -> None:
    screen = Screen()
    before = [frame(*one) for one in WHOLE[:shown]]
    talk = Conversation(Bytes(*before, *([cut] if cut else [])), screen, framed=True)
    talk.hold(stdin=False)
    assert bool(talk.lost) == bool(cut)
    talk.resume(Bytes(*(frame(*one) for one in WHOLE)))
    assert screen.shown == {False: b"one\ntwo\n", True: b"oh\nno\n"}
    talk.whole()


def test_the_raw_output_of_a_terminal_goes_on_too() -> None:
    screen = Screen()
    talk = Conversation(Bytes(b"on", EngineAway("cut")), screen, framed=False)
    talk.hold(stdin=False)
    talk.resume(Bytes(b"o", b"ne\r\nt", b"wo\r\n"))
    assert screen.shown[False] == b"one\r\ntwo\r\n"


@pytest.mark.parametrize("framed", [True, False])
@pytest.mark.parametrize("lost", [True, False])
def test_bytes_that_the_log_does_not_keep_are_not_followed_by_others(
    *, framed: bool, lost: bool
) -> None:
    """json-file keeps three bytes for each that is not UTF-8."""
    shown, kept = b"\xfe\xff\n", "\ufffd\ufffd\n".encode()
    screen = Screen()
    blocks = [frame(STDOUT, shown) if framed else shown]
    talk = Conversation(Bytes(*blocks, *([EngineAway("cut")] * lost)), screen, framed=framed)
    talk.hold(stdin=False)
    with pytest.raises(EngineError, match="does not begin with what was shown"):
        talk.resume(Bytes(frame(STDOUT, kept) if framed else kept))
    assert screen.shown[False] == shown
    assert bool(talk.lost) == lost


def test_output_that_goes_on_in_the_log_with_unknown_bytes_is_known_to_be_broken_off() -> None:
    screen = Screen()
    talk = Conversation(Bytes(frame(STDOUT, b"one\n")), screen, framed=True)
    talk.hold(stdin=False)
    with pytest.raises(EngineError, match="how it went on"):
        talk.resume(Bytes(frame(STDOUT, b"one\n"), frame(STDOUT, "\ufffd\n".encode())))
    with pytest.raises(EngineError, match="how it went on"):
        talk.whole()
    assert screen.shown[False] == b"one\n"


def test_the_output_of_a_process_whose_input_may_be_lost_is_not_taken_for_whole() -> None:
    talk = Conversation(Bytes(EngineAway("cut")), Screen(b"input"), framed=True)
    talk.hold(stdin=True)
    with pytest.raises(EngineAway, match="cut"):
        talk.resume(Bytes(frame(STDOUT, b"of half of it\n")))


def test_a_lost_connection_is_told_where_nothing_can_go_on() -> None:
    talk = Conversation(Bytes(b"\x01\x00"), Screen(), framed=True)
    talk.hold(stdin=False)
    with pytest.raises(EngineError, match="broke off the output"):
        talk.whole()


def test_the_second_signal_leaves_the_process_alone() -> None:
    passed: list[int] = []
    numbers = (signal.SIGTERM, signal.SIGHUP)
    talk = Conversation(Bytes(waits=True), Screen(signals=numbers), framed=True)
    talk.hold(stdin=False, forward=passed.append)
    assert talk.signal == signal.SIGHUP
    assert passed == [signal.SIGTERM]


def test_a_process_that_does_not_heed_a_signal_is_left_alone_after_its_grace_period(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(interactive, "LEAST_GRACE_S", 0)
    talk = Conversation(Bytes(waits=True), Screen(signals=(signal.SIGTERM,)), framed=True)
    talk.hold(stdin=False, forward=lambda _: None, grace=lambda: 0.01)
    assert talk.signal == signal.SIGTERM


def test_a_process_that_ends_within_its_grace_period_has_ended_by_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(interactive, "LEAST_GRACE_S", 0)
    stream = Bytes(waits=True)
    talk = Conversation(stream, Screen(signals=(signal.SIGTERM,)), framed=True)
    talk.hold(stdin=False, forward=lambda _: stream.close(), grace=lambda: 3600)
    talk.break_off(signal.SIGTERM)  # as the timer would
    assert talk.signal == 0


def test_signals_that_ask_for_no_end_are_only_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interactive, "LEAST_GRACE_S", 0)
    stream, passed = Bytes(waits=True), queue.SimpleQueue[int]()

    def forward(number: int) -> None:
        passed.put(number)
        if passed.qsize() == 3:
            stream.close()

    numbers = (signal.SIGUSR1, signal.SIGUSR1, signal.SIGUSR2)
    talk = Conversation(stream, Screen(signals=numbers), framed=True)
    talk.hold(stdin=False, forward=forward, grace=lambda: 0)
    assert talk.signal == 0
    assert passed.qsize() == 3
