"""On which line of a file a variable stands, where a text has several lines.

A tree knows where a text begins, but not how its lines were folded, and what their indentation was.
The dollar signs in a text are those of the file, in the same order, so they can be counted.

May import: source.
"""

import re

from composer.source import Position

_HEADER = re.compile(r"(?:[!&]\S*\s+)*[|>][^\n]*\n")
_SHOWN = re.compile(r"\$[\w{$]*")


def place_of_dollar(content: str, start: Position, text: str, offset: int) -> Position | None:
    """Return the place of the dollar sign at *offset* of *text*, which begins at *start*.

    None where it stands on the first line of the text, or cannot be found in the file's *content*
    (an alias stands elsewhere than its text).
    """
    if not text.startswith("$", offset):
        return None
    rows = content.split("\n")
    below = "\n".join([rows[start.line - 1][start.column - 1 :], *rows[start.line :]])
    header = _HEADER.match(below)
    at = (header.end() if header else 0) - 1
    for _ in range(text.count("$", 0, offset) + 1):
        at = below.find("$", at + 1)
        if at < 0:
            return None
    wanted = _SHOWN.match(text, offset)
    above = below.count("\n", 0, at)
    if not above or wanted is None or not below.startswith(wanted[0], at):
        return None
    return Position(start.file, start.line + above, at - below.rfind("\n", 0, at))
