"""The lines of a Dockerfile that a failure is about."""

import json
from base64 import b64encode

import pytest

from composer.build.excerpt import excerpt

KIND = "github.com/moby/buildkit/errdefs.Source+json"


def told(count: int, *ranges: tuple[int, int]) -> bytes:
    text = "\n".join(f"line {number}" for number in range(1, count + 1))
    places = [{"start": {"line": start}, "end": {"line": end}} for start, end in ranges]
    info = {"filename": "Dockerfile", "data": b64encode(text.encode()).decode()}
    return json.dumps({"info": info, "ranges": places}).encode()


@pytest.mark.parametrize(
    ("count", "ranges", "marked", "first", "last"),
    [
        (9, [(5, 5)], [5], 3, 7),
        (9, [(1, 1)], [1], 1, 5),
        (9, [(9, 9)], [9], 5, 9),
        (9, [(4, 6)], [4, 5, 6], 3, 7),
        (9, [(2, 2), (4, 4)], [2, 4], 1, 5),
        (1, [(1, 1)], [1], 1, 1),
        (3, [(2, 9)], [2, 3], 1, 3),
    ],
)
def test_a_few_lines_are_shown_around_those_that_are_marked(
    count: int, ranges: list[tuple[int, int]], marked: list[int], first: int, last: int
) -> None:
    head, rule, *lines, end = excerpt(((KIND, told(count, *ranges)),))
    assert head == f"Dockerfile:{ranges[0][0]}"
    assert rule == end == "-" * 20
    marks = {number: ">>>" if number in marked else "   " for number in range(first, last + 1)}
    assert lines == [f" {number:3} | {mark} line {number}" for number, mark in marks.items()]


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[]", b'{"info": {"data": "%"}, "ranges": [{}]}', told(3), told(3, (4, 4))],
)
def test_what_tells_no_line_shows_none(content: bytes) -> None:
    assert excerpt(((KIND, content),)) == []
    assert excerpt((("another/kind", told(3, (1, 1))),)) == []
