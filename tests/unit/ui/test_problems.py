import io
import json

import pytest

from composer.errors import ComposerError, ExecutionError, LoadError, SchemaError
from composer.source import Diagnostic, Position, error, warning
from composer.ui.problems import show_diagnostics, show_error

TEXT = "services:\n  web:\n\tports: [80, nonsense]\n"
WRONG = error(
    "port-range",
    "not a port",
    Position("compose.yaml", 3, 14),
    path="services.web.ports[1]",
    hint='write "8080:80"',
    notes=((Position("base.yaml", 1, 1), "extended from here"),),
)


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def read(file: str) -> str | None:
    return TEXT if file == "compose.yaml" else None


def shown(problem: ComposerError, stream: io.StringIO, **more: str) -> str:
    show_error(problem, stream=stream, texts=read, environ={}, **more)
    return stream.getvalue()


def test_a_pipe_gets_one_line_for_editors() -> None:
    assert shown(SchemaError([WRONG]), io.StringIO()) == (
        "compose.yaml:3:14: error: services.web.ports[1]: not a port [port-range]\n"
        "  base.yaml:1:1: extended from here\n"
        '  hint: write "8080:80"\n'
    )


def test_a_terminal_gets_an_excerpt() -> None:
    assert shown(SchemaError([WRONG]), Screen(), ansi="never") == (
        "compose.yaml:3:14: error: services.web.ports[1]: not a port [port-range]\n"
        "  3 |  ports: [80, nonsense]\n"
        "    |              ^\n"
        "  base.yaml:1:1: extended from here\n"
        '  hint: write "8080:80"\n'
    )


def test_a_terminal_gets_colours() -> None:
    text = shown(SchemaError([WRONG]), Screen())
    assert "\x1b[1;31merror:\x1b[0m" in text
    assert "\x1b[1;31m^\x1b[0m" in text


def test_other_errors_have_a_message_and_a_hint() -> None:
    wrong = ExecutionError("Container web-1: port taken\n  last lines", hint="free the port")
    assert shown(wrong, io.StringIO()) == (
        "error: Container web-1: port taken\n    last lines\n  hint: free the port\n"
    )


def test_control_characters_are_escaped() -> None:
    wrong = Diagnostic("error", "x", "bad \x1b[2J", Position("a\x07.yaml", 1, 1), path="s.\x1b]0;")
    for stream in (io.StringIO(), Screen()):
        text = shown(LoadError(wrong), stream, ansi="never")
        assert text == "a\\x07.yaml:1:1: error: s.\\x1b]0;: bad \\x1b[2J [x]\n"
    assert "\x1b" not in shown(ComposerError("bad \x1b[2J"), io.StringIO())


@pytest.mark.parametrize("place", [(0, 1), (99, 1), (3, 999), (1, 0)])
def test_positions_outside_of_the_text_do_no_harm(place: tuple[int, int]) -> None:
    wrong = error("x", "wrong", Position("compose.yaml", *place))
    assert "wrong" in shown(LoadError(wrong), Screen(), ansi="never")


def test_long_and_wide_lines_keep_the_caret_in_place() -> None:
    screen = Screen()
    found = error("x", "wrong", Position("f", 1, 204))
    show_diagnostics(
        [found], stream=screen, ansi="never", environ={}, texts=lambda _: "日本" * 100 + "abcX" * 99
    )
    _, line, caret = screen.getvalue().splitlines()
    assert line.startswith("  1 | …")
    assert line.endswith("…")
    at = line.index("X")
    assert caret == "    | " + " " * (at - 6 + line[:at].count("日") + line[:at].count("本")) + "^"


def test_warnings_are_shown_alike() -> None:
    out = io.StringIO()
    show_diagnostics([warning("old", "obsolete", Position("f", 1, 1))], stream=out)
    assert out.getvalue() == "f:1:1: warning: obsolete [old]\n"


def test_what_was_doubtful_before_an_error_comes_first() -> None:
    unset = warning("unset-variable", 'The "A" variable is not set.', Position("f", 1, 1))
    problem = LoadError(error("wrong", "is wrong", Position("f", 1, 2)), [unset])
    lines = shown(problem, io.StringIO()).splitlines()
    assert [line.split()[1] for line in lines] == ["warning:", "error:"]
    first, second = shown(problem, io.StringIO(), progress="json").splitlines()
    assert json.loads(first)["level"] == "warning"
    assert json.loads(second)["error"]


def test_json_is_that_of_compose() -> None:
    assert json.loads(shown(ComposerError("no", hint="do"), io.StringIO(), progress="json")) == {
        "error": True,
        "message": "no",
        "hint": "do",
    }
    wrong = LoadError(error("wrong", "is wrong", Position("f", 1, 2)))
    told = json.loads(shown(wrong, io.StringIO(), progress="json"))
    assert told == {"error": True, "message": "f:1:2: is wrong"}
    out = io.StringIO()
    show_diagnostics([warning("old", "obsolete")], stream=out, progress="json")
    assert json.loads(out.getvalue()).keys() == {"level", "msg", "time"}
