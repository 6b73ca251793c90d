"""Environment files, as Docker Compose 2.40 reads them; every row was compared with it."""

import pytest

from composer.errors import LoadError, ParseError, TemplateError
from composer.load.dotenv import read_env
from composer.source import Source

OUTSIDE = {"P": "proc", "EMPTY": ""}


def read(text: str, *, raw: bool = False) -> dict[str, str | None]:
    return dict(read_env(Source(".env", text), OUTSIDE.get, raw=raw).values)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", {}), ("\n \n", {}), ("# c\n  # c\n", {}),
        ("A=b", {"A": "b"}), ("A = b \n", {"A": "b"}), ("\tA=\tb", {"A": "b"}),
        ("A='b'c\td=1", {"A": "b", "c\td": "1"}), ("a\tb\t: 1", {"a\tb": "1"}),
        ("A=\nB=c", {"A": "", "B": "c"}), ("A=b\nA=c", {"A": "c"}),
        ("A=b=c", {"A": "b=c"}), ("A==b", {"A": "=b"}), ("A=b c  d", {"A": "b c  d"}),
        ("A: b", {"A": "b"}), ("A:b=c", {"A": "b=c"}), ("A : 'b'", {"A": "b"}),
        ("export A=b", {"A": "b"}), ("export\tA=b", {"A": "b"}), ("exportA=b", {"exportA": "b"}),
        ("export=b", {"export": "b"}),
        ("A-B=1\nA.B=2\nA[0]=3\n1A=4\né=5\n_=6", {
            "A-B": "1", "A.B": "2", "A[0]": "3", "1A": "4", "é": "5", "_": "6"}),
        ("A=b\r\nB=c\r\n", {"A": "b", "B": "c"}), ("A=b\rB=c", {"A": "b\rB=c"}),
        ("\ufeffA=b", {"A": "b"}), ("A=b\n\n#B=c\nC=d", {"A": "b", "C": "d"}),
        ('A={"a": [1]}', {"A": '{"a": [1]}'}), ("A=$(ls)", {"A": "$(ls)"}),
    ],
)  # fmt: skip
def test_lines(text: str, wanted: object) -> None:
    assert read(text) == wanted


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("b # c", "b"), ("b #c # d", "b"), ("b#c", "b#c"), ("#c", "#c"), ("  #c", "#c"),
        ("b\t# c", "b\t# c"), ("http://x#y", "http://x#y"), ('"b # c"', "b # c"),
        ('"b" # c', "b"), ('"b"#c', "b"), ("'b' # it's", "b"), ('b # "c"', "b"),
    ],
)  # fmt: skip
def test_comments_begin_after_a_space(text: str, value: str) -> None:
    assert read(f"A={text}\n") == {"A": value}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('""', ""), ("''", ""), ('"b"', "b"), ("' b '", " b "), ('b"c"d', 'b"c"d'),
        ("'b\nc'", "b\nc"), ('"b\n\nc"', "b\n\nc"), ('"b\r\nc"', "b\r\nc"),
        ("'b\\nc'", "b\\nc"), ("'b\\'c'", "b'c"), ("'b\\\\'", "b\\\\"), ("'$P'", "$P"),
        ('"a\\nb\\tc\\rd"', "a\nb\tc\rd"), ('"\\a\\b\\f\\v"', "\a\b\f\v"),
        ('"b\\\\c\\"d"', 'b\\c"d'), ('"\\q\\c\\x41"', "\\q\\c\\x41"), ('"a\\\nb"', "a\\\nb"),
        ('"\\0123"', "S"), ('"\\012"', "\\12"), ('"\\0777"', "\\777"),
        ("b\\nc", "b\\nc"), ("b\\\\c", "b\\\\c"), ("`b`", "`b`"),
    ],
)  # fmt: skip
def test_quotes_and_escapes(text: str, value: str) -> None:
    assert read(f"A={text}\n") == {"A": value}


def test_several_quoted_values_may_share_a_line() -> None:
    assert read("A=\"b\" B='c'\n") == {"A": "b", "B": "c"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$P", "proc"), ("${P}x", "procx"), ('"$P"', "proc"), ("${U:-x}", "x"), ("$$P", "$P"),
        ('"\\$P"', "$P"), ('"\\\\$P"', "\\proc"), ("\\$P", "\\proc"), ("${U:-'$P'}", "'proc'"),
        ('"${U:-a # c}"', "a # c"), ("$1", "$1"), ("${EMPTY:-d}", "d"),
    ],
)  # fmt: skip
def test_variables_are_replaced(text: str, value: str) -> None:
    assert read(f"A={text}\n") == {"A": value}


def test_a_variable_is_sought_outside_first_and_then_above() -> None:
    assert read("P=file\nA=$P\nB=b\nC=$B\nB=$B-c\n") == {
        "P": "file", "A": "proc", "B": "b-c", "C": "b",
    }  # fmt: skip


def test_a_line_does_not_see_those_below() -> None:
    found = read_env(Source(".env", "\nA=$B\nB=b\n"), OUTSIDE.get)
    assert found.values == {"A": "", "B": "b"}
    (warned,) = found.warnings
    assert str(warned.position) == ".env:2:3"
    assert '"B" variable is not set' in warned.message


def test_a_bare_name_takes_its_value_from_outside() -> None:
    assert read("P\nexport EMPTY\nU\n") == {"P": "proc", "EMPTY": "", "U": None}
    assert read("P") == {"P": "proc"}


def test_a_bare_name_keeps_what_a_line_above_said() -> None:
    assert read("A=a\nA\nB=$A\n") == {"A": "a", "B": "a"}


def test_a_value_without_a_name_is_kept_and_warned_of() -> None:
    found = read_env(Source(".env", "A=1\n =b"), lambda _: None)
    assert found.values == {"A": "1", "": "b"}
    (warned,) = found.warnings
    assert (warned.severity, str(warned.position)) == ("warning", ".env:2:2")


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("A=b\nA/B=c\n", "2:2", "unexpected character '/'"),
        ("@A=b", "1:1", "unexpected character '@'"),
        ("A #c\n", "1:3", "unexpected character '#'"),
        ("A\udce9=1\n", "1:2", r"unexpected character '\xe9'"),
        ('"A"=b', "1:1", "unexpected character '\"'"),
        ('A="x\ny"\n?=1', "3:1", "unexpected character '?'"),
        ('A="b""c"', "1:6", "unexpected character '\"'"),
        ("\n A B=c", "2:2", 'key cannot contain a space: "A B"'),
        ("A B", "1:1", 'key cannot contain a space: "A B"'),
        ("A\tB C=1", "1:1", "key cannot contain a space"),
        ("- A=b", "1:1", "key cannot contain a space"),
        ("export export A=b", "1:8", "key cannot contain a space"),
        ('A="b\nB=1\n', "1:3", "unterminated quoted value"),
        ("A='b", "1:3", "unterminated quoted value"),
        ('A="\\"\n', "1:3", "unterminated quoted value"),
        ("A=b\nB=\x00", "2:3", "a NUL character"),
    ],
)
def test_errors_have_a_place(text: str, place: str, words: str) -> None:
    with pytest.raises(ParseError) as caught:
        read(text)
    (found,) = caught.value.diagnostics
    assert (found.code, str(found.position)) == ("env-syntax", f".env:{place}")
    assert words in found.message


@pytest.mark.parametrize(
    ("text", "place", "code"),
    [
        ("A=x${P", "1:4", "template-syntax"),
        ('\nA="x${1}"', "2:3", "template-syntax"),
        ("A=${U:?set it}", "1:3", "required-variable"),
        ('A="${U:-"q"}"', "1:3", "template-syntax"),
    ],
)
def test_an_error_in_a_variable_has_a_place(text: str, place: str, code: str) -> None:
    with pytest.raises(TemplateError) as caught:
        read(text)
    (found,) = caught.value.diagnostics
    assert (found.code, str(found.position)) == (code, f".env:{place}")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("A= b # c ", {"A": " b # c "}), ('A="b"', {"A": '"b"'}), ("A='$P'", {"A": "'$P'"}),
        ("A=$P\\n", {"A": "$P\\n"}), ("# c\n  # d\n\nA=b\r\nB=\r\n", {"A": "b", "B": ""}),
        ("\ufeff  A=b", {"A": "b"}), ("A/B=c\n@=d", {"A/B": "c", "@": "d"}),
        ("P\nU\nA=a\nA\n", {"P": "proc", "U": None, "A": "a"}), ("A=b=c", {"A": "b=c"}),
    ],
)  # fmt: skip
def test_the_raw_format_takes_lines_as_they_stand(text: str, wanted: object) -> None:
    assert read(text, raw=True) == wanted


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("A=b\n =c", "2:2"),
        ("export A=b", "1:1"),
        ("A =b", "1:1"),
        ("A: b", "1:1"),
        ("A\0=b", "1:2"),
    ],
)
def test_the_raw_format_refuses(text: str, place: str) -> None:
    with pytest.raises(LoadError) as caught:
        read(text, raw=True)
    assert str(caught.value.diagnostics[0].position) == f".env:{place}"


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("A=\u3000v", {"A": "\u3000v"}), ("A=v\u3000", {"A": "v"}), ("\u3000A=v", {"A": "v"}),
        ("A=\xa0v", {"A": "v"}), ("A\xa0=v", {"A": "v"}), ("A=\x1cv\x1c", {"A": "\x1cv\x1c"}),
        ("export\xa0A=v", {"export\xa0A": "v"}), ("export \xa0A=v", {"A": "v"}),
    ],
)  # fmt: skip
def test_the_spaces_of_unicode_count_after_a_value_and_before_a_statement(
    text: str, values: dict[str, str]
) -> None:
    """Around names and before values it is but those of Latin-1, as in Docker Compose."""
    assert read(text) == values


@pytest.mark.parametrize("text", ["A\u3000=v", "export\u3000A=v", "\x1cA=v", "A='v'\x1c"])
def test_other_spaces_are_no_part_of_a_name(text: str) -> None:
    with pytest.raises(ParseError, match="unexpected character"):
        read(text)


def test_bare_names_may_say_nothing() -> None:
    found = read_env(Source(".env", "P\nB=$P\nB\n"), OUTSIDE.get, bare=False)
    assert found.values == {"B": "proc"}
