"""Questions to the person at the terminal, as commands ask them."""

import io
import sys

import pytest

from composer.cli.command import agreed
from composer.cli.settings import Settings


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("ansi", ["auto", "never"])
def test_a_question_is_coloured_unless_that_is_not_wanted(
    monkeypatch: pytest.MonkeyPatch, ansi: str
) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stdin", Screen("y\n"))
    monkeypatch.setattr(sys, "stderr", screen)
    assert agreed(Settings(ansi=ansi, environ={"TERM": "xterm"}), "Going to remove web-1")
    assert ("\x1b" in screen.getvalue()) == (ansi == "auto")
