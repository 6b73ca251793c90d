"""``.dockerignore``: the patterns of the reference, one table."""

import pytest

from composer.patterns import Ignore


@pytest.mark.parametrize(
    ("lines", "ignored", "kept"),
    [
        (["# comment", "", "a"], ["a", "a/b", "a/b/c"], ["b", "ab", "b/a"]),
        (["/a/"], ["a", "a/b"], ["b/a"]),
        (["*.md", "!README.md"], ["x.md"], ["README.md", "d/x.md"]),
        (["**/*.pyc"], ["x.pyc", "a/b/x.pyc"], ["x.py"]),
        (["*/temp*"], ["a/temp", "a/tempx", "a/temp/b"], ["temp", "a/b/temp"]),
        (["**"], ["a", "a/b"], []),
        (["*", "!src", "src/secret"], ["a", "src/secret"], ["src", "src/a"]),
        (["a/**/z"], ["a/z", "a/b/z", "a/b/c/z"], ["a/b"]),
        (["file?"], ["file1"], ["file", "file12"]),
        (["[ab].txt", "\\*"], ["a.txt", "*"], ["c.txt", "x"]),
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
