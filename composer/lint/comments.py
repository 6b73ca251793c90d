"""Comments that silence a line: ``# composer: ignore[CODE]``, ``# composer: ignore``.

A comment on a line of its own counts for the line below it. Comments are no part of the tree, so
this looks at the text of the line that a diagnostic names.

May import: source.
"""

import re
from collections.abc import Mapping

from composer.source import Diagnostic

_COMMENT = re.compile(r"#\s*composer:\s*ignore\b(?:\[([\w\s,-]*)\])?")


class Comments:
    """The comments of a set of files; *texts* maps each file's name to its content."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self._lines: dict[str, list[str]] = {}

    def silence(self, diagnostic: Diagnostic) -> bool:
        """Tell whether a comment at its place silences *diagnostic*."""
        place = diagnostic.position
        if place is None or "composer:" not in self._texts.get(place.file, ""):
            return False
        lines = self._lines_of(place.file)
        if place.line > len(lines):
            return False
        if _silences(lines[place.line - 1], diagnostic.code):
            return True
        above = lines[place.line - 2].strip() if place.line > 1 else ""
        return above.startswith("#") and _silences(above, diagnostic.code)

    def _lines_of(self, file: str) -> list[str]:
        if file not in self._lines:
            self._lines[file] = self._texts[file].split("\n")
        return self._lines[file]


def _silences(line: str, code: str) -> bool:
    return any(
        found[1] is None or code in {one.strip() for one in found[1].split(",")}
        for found in _COMMENT.finditer(line)
    )
