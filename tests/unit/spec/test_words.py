import pytest

from composer.spec.words import split_words


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", ()), ("   ", ()), ("echo hi", ("echo", "hi")), ("  a   b ", ("a", "b")),
        ("echo 'a b' \"c d\"", ("echo", "a b", "c d")), ("a\\ b", ("a b",)), ("''", ("",)),
        ("a''b", ("ab",)), ("echo $(ls -l) x", ("echo", "$(ls -l)", "x")), ("`a b`", ("`a b`",)),
        ("echo a; echo b", ("echo", "a")), ("a && b", ("a",)), ("a > f", ("a",)),
        ("a 2>f", ("a",)), ('"a\\"b"', ('a"b',)), ("'a\\b'", ("a\\b",)), ("a\nb", ("a", "b")),
        ("a\udcff", ("a\ufffd",)),
    ],
)  # fmt: skip
def test_a_line_is_split_as_a_shell_splits_it(line: str, words: tuple[str, ...]) -> None:
    assert split_words(line) == words


@pytest.mark.parametrize("line", ["'a", '"a', "a\\", "$(a", "`a", "a (b)"])
def test_what_is_left_open_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"open|bracket"):
        split_words(line)
