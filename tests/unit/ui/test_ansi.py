import io
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.ui.ansi import colours, paint, sanitize


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environ", "ansi", "wanted"),
    [
        ({}, "auto", True),
        ({}, "never", False),
        ({"NO_COLOR": "1"}, "auto", False),
        ({"NO_COLOR": ""}, "auto", True),
        ({"NO_COLOR": "1"}, "always", True),
        ({"CLICOLOR": "0"}, "auto", False),
        ({"TERM": "dumb"}, "auto", False),
        ({"TERM": "dumb", "CLICOLOR_FORCE": "1"}, "auto", True),
    ],
)
def test_colours_on_a_terminal(environ: dict[str, str], ansi: str, *, wanted: bool) -> None:
    assert colours(Screen(), ansi, environ) is wanted


@pytest.mark.parametrize(
    ("environ", "ansi", "wanted"),
    [({}, "auto", False), ({}, "always", True), ({"CLICOLOR_FORCE": "1"}, "auto", True)],
)
def test_colours_on_a_pipe(environ: dict[str, str], ansi: str, *, wanted: bool) -> None:
    assert colours(io.StringIO(), ansi, environ) is wanted


def test_paint_without_styles_changes_nothing() -> None:
    assert paint("x") == paint("x", "") == "x"
    assert paint("x", "bold", "red") == "\x1b[1;31mx\x1b[0m"


@pytest.mark.parametrize(
    ("harmful", "harmless"),
    [
        (b"plain text\twith a tab\nand lines\n", b"plain text\twith a tab\nand lines\n"),
        (b"\x1b[1;31mred\x1b[0m", b"\x1b[1;31mred\x1b[0m"),
        (b"\x1b[38:2::1:2:3mrgb\x1b[m", b"\x1b[38:2::1:2:3mrgb\x1b[m"),
        (b"a\x1b[2Jb\x1b[Hc\x1b[?25ld", b"abcd"),
        (b"\x1b[>4;2mkeys", b"keys"),
        (b"\x1b]0;title\x07after", b"after"),
        (b"\x1b]52;c;aGk=\x1b\\after", b"after"),
        (b"\x1b]0;never ended\nnext line", b"\nnext line"),
        (b"\x1bPdcs\x1b\\x\x1b_apc\x1b\\y", b"xy"),
        (b"\x1bc\x1b7\x1b(Bx", b"x"),
        (b"torn \x1b[12;3", b"torn "),
        (b"lone \x1b", b"lone "),
        (b"a\x07\x08\x7f\x00b", b"ab"),
        (b"dos\r\nunix\n", b"dos\nunix\n"),
        (b"10%\r20%\r\r30%\r", b"10% 20% 30%"),
        (b"\xc2\x9b2J", b"2J"),
        (b"\xc2\x07\x9b2J", b"\xef\xbf\xbd\x9b2J"),
        ("grün £5 日本".encode(), "grün £5 日本".encode()),
        (b"\xff\xfe not utf-8", b"\xff\xfe not utf-8"),
        (b"\x1b\x1b[2J", b""),
        (b"\x1b[\x1b[2J", b""),
        (b"\x1b\x07[2J", b"[2J"),
    ],
)
def test_only_colours_pass(harmful: bytes, harmless: bytes) -> None:
    assert sanitize(harmful) == harmless


_PIECES = st.sampled_from(
    [b"\x1b", b"[", b"]", b"P", b"0", b";", b"m", b"J", b"\x07", b"\\", b"\r", b"\n", b"\xc2",
     b"\x9b", b"\xa3", b"text", b"\x1b[31m", b"?", b" ", b"\x7f"]
)  # fmt: skip
_DATA = st.lists(_PIECES).map(b"".join) | st.binary()


@given(_DATA)
def test_nothing_drives_the_terminal(data: bytes) -> None:
    rest = re.sub(rb"\x1b\[[0-9;:]*m", b"", sanitize(data))
    assert not re.search(rb"[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]", rest)


@given(_DATA)
def test_sanitizing_twice_is_sanitizing_once(data: bytes) -> None:
    assert sanitize(sanitize(data)) == sanitize(data)


@given(_DATA)
def test_lines_stay_lines(data: bytes) -> None:
    assert sanitize(data).count(b"\n") == data.count(b"\n")


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"])))
def test_text_stays_text(text: str) -> None:
    assert sanitize(text.encode()) == text.encode()


@pytest.mark.parametrize(
    "piece", [b"\x1b", b"\x1b[", b"\x1b]", b"\x1b[1;", b"\r", b"\xc2", b"\x1b(", b"1;"]
)
def test_the_cost_is_linear(piece: bytes) -> None:
    begin = time.process_time()
    sanitize(b"\x1b[" + piece * 400_000)
    assert time.process_time() - begin < 5
