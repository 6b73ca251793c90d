"""Comments that silence a line: ``# composer: ignore[CODE]``, ``# composer: ignore``.

A comment on a line of its own counts for the line below it. Comments are no part of the tree, so
this looks at the text of the line that a diagnostic names.

May import: lint.lines, source.
"""

import re

from composer.lint.lines import Lines
from composer.source import Diagnostic

_COMMENT = re.compile(r"#\s*composer:\s*ignore\b(?:\[([\w\s,-]*)\])?")


def silenced(diagnostic: Diagnostic, lines: Lines) -> bool:
    """Tell whether a comment at its place silences *diagnostic*."""
    place = diagnostic.position
    if place is None:
        return False
    if _silences(lines.at(place), diagnostic.code):
        return True
    above = lines.at(place, back=1).strip()
    return above.startswith("#") and _silences(above, diagnostic.code)


def _silences(line: str, code: str) -> bool:
    return "composer:" in line and any(
        found[1] is None or code in {one.strip() for one in found[1].split(",")}
        for found in _COMMENT.finditer(line)
    )
