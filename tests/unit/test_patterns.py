"""``.dockerignore``: the patterns of the reference, one table."""

import pytest

from composer.errors import ComposerError
from composer.patterns import Ignore, is_match


@pytest.mark.parametrize(
    ("lines", "ignored", "kept"),
    [
        (["", "a"], ["a", "a/b", "a/b/c"], ["b", "ab", "b/a"]),
        (["#a"], ["#a"], ["a"]),
        (["/a/"], ["a", "a/b"], ["b/a"]),
        (["*.md", "!README.md"], ["x.md"], ["README.md", "d/x.md"]),
        (["**/*.pyc"], ["x.pyc", "a/b/x.pyc"], ["x.py"]),
        (["*/temp*"], ["a/temp", "a/tempx", "a/temp/b"], ["temp", "a/b/temp"]),
        (["**"], ["a", "a/b"], []),
        (["*", "!src", "src/secret"], ["a", "src/secret"], ["src", "src/a"]),
        (["a/**/z"], ["a/z", "a/b/z", "a/b/c/z"], ["a/b"]),
        (["file?"], ["file1"], ["file", "file12"]),
        (["[ab].txt", "\\*"], ["a.txt", "*"], ["c.txt", "x"]),
        (["a]", "[^^]1", "\\[", "[[]x"], ["a]", "a1", "[", "[x"], ["^1", "x"]),
        (["bin\\Debug", "obj\\x64", "a\\s"], ["binDebug", "objx64", "as"], ["a", "bin"]),
        (["[!a].txt", "[ac].md"], ["!.txt", "a.txt", "c.md"], ["b.txt", "b.md"]),
        (["[\\]\\-x].txt"], ["].txt", "-.txt", "x.txt"], ["a.txt"]),
        (["**.md", "a**z", "k**"], ["x.md", "a/b.md", "az", "ab/z", "kx", "k/x"], ["abz", "xk"]),
        (["**.m?"], [".md", "a/.md"], ["x.md"]),
        (["[^a].txt"], ["b.txt"], ["a.txt"]),
        (["./a/../b"], ["b"], ["a"]),
        (["."], [], ["a"]),
        (["a.b"], ["a.b"], ["axb"]),
        (["node_modules", "!node_modules/keep"], ["node_modules/x"], ["node_modules/keep"]),
    ],
)
def test_patterns(lines: list[str], ignored: list[str], kept: list[str]) -> None:
    ignore = Ignore(lines)
    assert [path for path in ignored if not ignore(path)] == []
    assert [path for path in kept if ignore(path)] == []


@pytest.mark.parametrize(
    "pattern",
    ["[", "a[b", "[]", "[]a]", "[a-]", "[a-b-c]", "[z-a]", "*/[a", "a\\", "!", " ! ", "a\\l"],
)
def test_patterns_that_are_none(pattern: str) -> None:
    with pytest.raises(ComposerError, match="syntax error in pattern"):
        Ignore([pattern])


@pytest.mark.parametrize(
    ("pattern", "name", "matches"),
    [("a\\*", "a*", True), ("[!a]", "b", False), ("[^a]", "b", True), ("[", "[", False)],
)
def test_parts_of_paths(pattern: str, name: str, *, matches: bool) -> None:
    assert is_match(pattern, name) is matches
