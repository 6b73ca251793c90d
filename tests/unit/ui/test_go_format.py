"""What printf gives, as Go gives it."""

from typing import Any

import pytest

from composer.ui.go_format import character, go_text, print_, printf

PORT = {"URL": "::", "Port": 80}


@pytest.mark.parametrize(
    ("form", "values", "expected"),
    [
        ("%[2]s %[1]s", ["a", "b"], "b a"),
        ("%[2]d %d", [1, 2, 3], "2 3"),
        ("%*d|%-*d|%.*f", [5, 42, 4, 7, 2, 3.14159], "   42|7   |3.14"),
        ("%[2]*[1]d", [7, 5], "    7"),
        ("%x %X % x %#x", ["ab", "ab", "ab", "ab"], "6162 6162 61 62 0x6162"),
        ("%x|%X|%#x|%b|%#b|%08b", [255, 255, 255, 5, 5, 5], "ff|FF|0xff|101|0b101|00000101"),
        ("%c %q %U %#U %o %#o %O", [65, 65, 65, 65, 8, 8, 8],
         "A 'A' U+0041 U+0041 'A' 10 010 0o10"),
        ("%T %T %T %T %T %T", ["", 1, 1.5, True, None, ["a"]],
         "string int float64 bool <nil> []string"),
        ("%v %+v %+v", [[PORT], PORT, 5], "[{:: 80}] {URL::: Port:80} 5"),
        ("%q %5s %.2s", [["a", "b"], ["c"], "üxx"], '["a" "b"] [    c] üx'),
        ("%#v %5q", ["a", "b"], '"a"   "b"'),
        ("%g %v %v %e %G %.3g %5.1f", [1.5, 1e6, 123456789.0, 1.5, 1e30, 3.14159, 2.25],
         "1.5 1e+06 1.23456789e+08 1.500000e+00 1E+30 3.14   2.2"),
        ("%v %v %t %-6v|%05s", [None, 2.0, True, True, "a"], "<nil> 2 true true  |0000a"),
        ("%+d|% d|%05d|%.3d", [42, 42, -42, 7], "+42| 42|-0042|007"),
        ("%99999999999d|%*d", [1, 99999999999, 1], "%!(BADWIDTH)1|%!(BADWIDTH)1"),
        ("%.*f", [-1, 1.5], "%!(BADPREC)1.500000"),
    ],
)  # fmt: skip
def test_verbs(form: str, values: list[Any], expected: str) -> None:
    assert printf(form, *values) == expected


@pytest.mark.parametrize(
    ("form", "values", "expected"),
    [
        ("%s %s %s", [5, True, 1.5], "%!s(int=5) %!s(bool=true) %!s(float64=1.5)"),
        ("%d %d %d", [1.5, "a", None], "%!d(float64=1.5) %!d(string=a) %!d(<nil>)"),
        ("%4d", [["a", 1]], "[%!d(string=   a)    1]"),
        ("%d", [1, 2, "x"], "1%!(EXTRA int=2, string=x)"),
        ("%d %d", [1], "1 %!d(MISSING)"),
        ("%[3]d %[x]d", [1], "%!d(BADINDEX) %!d(BADINDEX)"),
        ("%*d %.*d", ["x", 7, "x", 7], "%!(BADWIDTH)7 %!(BADPREC)7"),
        ("%[4]*d", [7], "%!(BADWIDTH)7"),
        ("%z 100%", [1], "%!z(int=1) 100%!(NOVERB)"),
        ("%t %q", [1, True], "%!t(int=1) %!q(bool=true)"),
    ],
)
def test_a_directive_that_does_not_fit_says_so(form: str, values: list[Any], expected: str) -> None:
    assert printf(form, *values) == expected


def test_print_puts_spaces_between_what_is_no_text() -> None:
    assert print_(1, None, 2, "a", 1.0) == "1 <nil> 2a1"


def test_a_row_is_printed_without_its_methods() -> None:
    assert go_text({"Name": "web", "Label": len, "Up": True}) == "{web true}"


def test_what_is_no_character_is_replaced() -> None:
    assert [character(point) for point in (-1, 0xD800, 1 << 40, 252)] == ["\ufffd"] * 3 + ["ü"]
