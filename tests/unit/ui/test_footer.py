"""The line of shortcuts below the output."""

import io

from hypothesis import given
from hypothesis import strategies as st

from composer.ui.ansi import sanitize
from composer.ui.footer import ERASE, Footer, fitting

ITEMS = (("w", "Enable Watch"), ("d", "Detach"))
LINE = "w Enable Watch   d Detach"


def made(out: io.BytesIO) -> Footer:
    return Footer(out, coloured=False, width=lambda: 80)


def test_output_comes_above_the_line() -> None:
    """Erased before, drawn again after."""
    out = io.BytesIO()
    footer = made(out)
    footer.open(ITEMS)
    footer.write(out, b"web-1 | hello\n")
    footer.close()
    line = ERASE + LINE
    assert out.getvalue().decode() == f"{line}{ERASE}web-1 | hello\n{line}{ERASE}"


def test_half_a_line_is_not_torn() -> None:
    """The line waits for the rest."""
    out = io.BytesIO()
    footer = made(out)
    footer.open(ITEMS)
    footer.write(out, b"half")
    footer.write(out, b" a line\n")
    assert out.getvalue().decode() == f"{ERASE}{LINE}{ERASE}half a line\n{ERASE}{LINE}"


def test_it_stays_away_while_something_else_is_drawn() -> None:
    """Also where it is opened meanwhile."""
    out = io.BytesIO()
    footer = made(out)
    footer.hide()
    footer.open(ITEMS)
    footer.write(out, b"text\n")
    assert out.getvalue() == b"text\n"
    footer.show()
    assert out.getvalue().decode() == f"text\n{ERASE}{LINE}"


def test_an_empty_line_parts_what_was_from_what_comes() -> None:
    """Only where it tears nothing that is drawn meanwhile."""
    out = io.BytesIO()
    footer = made(out)
    footer.open(ITEMS)
    footer.space()
    footer.hide()
    footer.space()
    line = ERASE + LINE
    assert out.getvalue().decode() == f"{line}{ERASE}\n{line}{ERASE}"


@given(st.integers(-1, 40))
def test_it_never_wraps(width: int) -> None:
    """The last shortcuts give way; colours take no room."""
    plain = fitting(ITEMS, width, coloured=False)
    assert len(plain) <= max(width, 0)
    assert LINE.startswith(plain)
    coloured = fitting(ITEMS, width, coloured=True).encode()
    assert sanitize(coloured) == coloured
