"""Keys that are pressed while a command goes on."""

import os
import pty
import queue
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


def test_the_terminal_is_as_it_was_before(keyboard: tuple[int, int]) -> None:
    _, terminal = keyboard
    before = termios.tcgetattr(terminal)
    heard = Keys(print)
    heard.open()
    assert termios.tcgetattr(terminal) != before
    heard.close()
    heard.close()
    assert termios.tcgetattr(terminal) == before
