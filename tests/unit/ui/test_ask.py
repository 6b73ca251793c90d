import io

import pytest

from composer.ui.ask import ask


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("typed", "default", "answer"),
    [
        ("y\n", False, True),
        ("YES\n", False, True),
        ("n\n", True, False),
        ("\n", False, False),
        ("\n", True, True),
        ("", False, False),
        ("maybe\ny\n", False, True),
    ],
)
def test_answers(typed: str, *, default: bool, answer: bool) -> None:
    screen = Screen()
    given = ask("Recreate?", default=default, stdin=Screen(typed), stream=screen, environ={})
    assert given is answer


def test_the_question_says_what_would_be_lost() -> None:
    screen = Screen()
    ask("Recreate\x1b?", loses="all data", stdin=Screen("\n"), stream=screen, ansi="never")
    assert screen.getvalue() == "? Recreate\\x1b? (all data) (y/N) "


@pytest.mark.parametrize(
    "streams", [(io.StringIO("y\n"), Screen()), (Screen("y\n"), io.StringIO())]
)
def test_a_pipe_is_never_asked(streams: tuple[io.StringIO, io.StringIO]) -> None:
    stdin, stream = streams
    assert ask("Sure?", stdin=stdin, stream=stream) is False
    assert stream.getvalue() == ""
