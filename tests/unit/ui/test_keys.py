"""Keys that are pressed while a command goes on."""

import os
import pty
import queue
import signal
import termios
from collections.abc import Iterator

import pytest

from composer.ui import keys
from composer.ui.keys import Keys

QUIT = "\x1c"
"""What Ctrl-\\ types."""
SOON_S = 10


@pytest.fixture
def keyboard(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, int]]:
    """Who types, and the terminal that is typed at."""
    master, slave = pty.openpty()
    monkeypatch.setattr(keys, "INPUT", slave)
    yield master, slave
    os.close(master)
    os.close(slave)


def test_the_quit_key_is_a_key_like_all_others(keyboard: tuple[int, int]) -> None:
    """It is beside Ctrl-C, and would end the program."""
    typist, _ = keyboard
    pressed: queue.SimpleQueue[str] = queue.SimpleQueue()
    heard = Keys(pressed.put)
    heard.open()
    os.write(typist, f"{QUIT}d".encode())
    assert [pressed.get(timeout=SOON_S) for _ in range(2)] == [QUIT, "d"]
    heard.close()


@pytest.mark.parametrize("ours", [True, False])
def test_keys_are_taken_again_when_the_program_goes_on(
    keyboard: tuple[int, int], monkeypatch: pytest.MonkeyPatch, *, ours: bool
) -> None:
    """The shell had the terminal while it was stopped, and keeps it from the background."""
    typist, terminal = keyboard
    told: queue.SimpleQueue[str] = queue.SimpleQueue()
    before = termios.tcgetattr(terminal)
    monkeypatch.setattr(keys, "has_keyboard", lambda: ours)
    heard = Keys(told.put, resumed=lambda: told.put("resumed"))
    heard.open()
    mode = termios.tcgetattr(terminal)
    termios.tcsetattr(terminal, termios.TCSANOW, before)
    signal.raise_signal(signal.SIGCONT)
    if ours:
        assert told.get(timeout=SOON_S) == "resumed"
        assert termios.tcgetattr(terminal) == mode
    else:
        os.write(typist, b"d\n")
        assert told.get(timeout=SOON_S) == "d"
        assert termios.tcgetattr(terminal) == before
    heard.close()
    assert signal.getsignal(signal.SIGCONT) == signal.SIG_DFL


def test_the_terminal_is_as_it_was_before(keyboard: tuple[int, int]) -> None:
    _, terminal = keyboard
    before = termios.tcgetattr(terminal)
    heard = Keys(print)
    heard.open()
    assert termios.tcgetattr(terminal) != before
    heard.close()
    heard.close()
    assert termios.tcgetattr(terminal) == before
