"""The terminal that a command in a container gets as its own."""

import signal

import pytest

from composer.run.interactive import RESIZE
from composer.ui import terminal
from composer.ui.terminal import TerminalConsole


def test_a_terminal_is_followed_in_size_also_where_no_input_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(terminal, "_isatty", lambda descriptor: descriptor == 1)
    usual = signal.getsignal(signal.SIGWINCH)
    with TerminalConsole() as console:
        assert console.noted() == RESIZE
        signal.raise_signal(signal.SIGWINCH)
        console.stop()
        assert console.noted() == RESIZE
    assert signal.getsignal(signal.SIGWINCH) == usual
