import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.ui.fit import broken, fit
from composer.ui.tables import cells, shorten, table


def test_columns_are_aligned_and_the_last_is_not_padded() -> None:
    rows = [["a-long-name-here", "1", "x"], ["b", "22", ""]]
    assert table(rows, ["NAME", "N", "LAST"]) == (
        "NAME               N         LAST\n"
        "a-long-name-here   1         x\n"
        "b                  22        \n"
    )


def test_an_empty_table_is_its_header() -> None:
    assert table([], ["NAME", "IMAGE", "PORTS"]) == "NAME      IMAGE     PORTS\n"
    assert table([], ["NAME", "STATUS"], least=20) == "NAME                STATUS\n"


def test_a_shorter_line_parts_the_columns_above_from_those_below() -> None:
    lines = [["a", "x"], ["alone"], ["a-long-name", "y"], ["b", "z"]]
    assert table(lines) == "a         x\nalone\na-long-name   y\nb             z\n"


def test_wide_characters_take_two_columns() -> None:
    assert cells("日本") == 4
    assert cells("e\u0301") == 1
    assert table([["日本語日本語日本語", "x"]]) == "日本語日本語日本語   x\n"


@given(st.text(), st.integers(0, 40))
def test_shortened_text_fits(text: str, width: int) -> None:
    assert cells(shorten(text, width)) <= width


def test_shortened_text_keeps_both_ends() -> None:
    assert shorten("Container shop-web-12", 12) == "Conta…web-12"


HEADER = ("NAME", "IMAGE", "COMMAND", "SERVICE", "CREATED", "STATUS", "PORTS")
ROWS = [
    ["shop-web-1", "registry.example.org/team/shop-web:2026.11", '"nginx -g \'daemon of…"', "web",
     "4 minutes ago", "Up 4 minutes (healthy)",
     "127.0.0.1:8080->80/tcp, 0.0.0.0:8443->443/tcp, [::]:8443->443/tcp"],
    ["shop-db-1", "postgres:16", '"docker-entrypoint.s…"', "db", "4 minutes ago", "Up 4 minutes",
     "5432/tcp"],
]  # fmt: skip


def test_a_table_that_fits_is_left_alone() -> None:
    assert fit(ROWS, HEADER, 300) == table(ROWS, HEADER)


def test_ps_is_readable_in_80_columns() -> None:
    assert fit(ROWS, HEADER, 80) == (
        "NAME         SERVICE   STATUS                   PORTS\n"
        "shop-web-1   web       Up 4 minutes (healthy)   127.0.0.1:8080->80/tcp,\n"
        "                                                0.0.0.0:8443->443/tcp\n"
        "shop-db-1    db        Up 4 minutes             5432/tcp\n"
    )


def test_images_are_shortened_before_columns_go() -> None:
    text = fit(ROWS, HEADER, 155)
    assert text.startswith("NAME         IMAGE                      COMMAND       ")
    assert "registry.ex…-web:2026.11   " in text
    assert "   127.0.0.1:8080->80/tcp,\n" in text
    assert max(map(cells, text.splitlines())) <= 155


def test_what_fits_in_no_table_is_shown_in_blocks() -> None:
    assert fit(ROWS, HEADER, 40) == (
        "shop-web-1\n  Up 4 minutes (healthy)\n"
        "  127.0.0.1:8080->80/tcp\n  0.0.0.0:8443->443/tcp\n"
        "shop-db-1\n  Up 4 minutes\n  5432/tcp\n"
    )


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("short", "short"),
        ("error: these words go on", "error: these\n  words go on"),
        ("a\x1b[31mb\x1b[0m is coloured", "a\x1b[31mb\x1b[0m is\n  coloured"),
        ("a-word-that-is-longer than that", "a-word-that-is-longer\n  than that"),
        ("    a line of a log", "    a line of\n      a log"),
    ],
)
def test_lines_are_broken_at_blanks(line: str, expected: str) -> None:
    """Colours take no room, and what is to be copied stays whole."""
    assert broken(line, 14) == expected


def test_a_long_range_of_ports_is_broken_at_its_arrow() -> None:
    ports = "127.0.0.1:18200-18203->18200-18203/tcp, 5000/tcp"
    text = fit([[*ROWS[0][:-1], ports]], HEADER, 80)
    assert text.splitlines()[1].endswith("   127.0.0.1:18200-18203")
    assert text.splitlines()[2].strip() == "->18200-18203/tcp, 5000/tcp"


def test_a_cell_drives_no_terminal_and_breaks_no_line() -> None:
    """Labels and processes are named by whoever made a container."""
    text = table([["\x1b]0;title\x07", "a\nb"], ["\x9b2J", "c\td"]])
    assert text == "\\x1b]0;title\\x07   a\\nb\n\\x9b2J             c\\td\n"
