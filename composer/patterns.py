"""Which paths below a folder are meant: patterns of ``.dockerignore`` and of watch rules. Pure.

A pattern is relative to the folder, ``*`` and ``?`` stop at ``/``, ``**`` does not, ``!`` takes
back what an earlier pattern left out; the last pattern that matches a path or one of its parents
counts.

May import: nothing of the package.
"""

import posixpath
import re
from collections.abc import Iterable


class Ignore:
    """The patterns of one file."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._rules: list[tuple[re.Pattern[str], bool]] = []
        self._lines: list[str] = []
        self._exceptions: list[str] = []
        for line in lines:
            text = line.strip()
            if not text or line.startswith("#"):
                continue
            excluded = not text.startswith("!")
            pattern = posixpath.normpath((text if excluded else text[1:].strip()).lstrip("/"))
            if pattern != ".":
                self._rules.append((re.compile(_expression(pattern)), excluded))
                self._lines.append(line)
                if not excluded:
                    self._exceptions.append(pattern)
        self.has_exceptions = bool(self._exceptions)

    def __call__(self, path: str) -> bool:
        """Tell whether *path* (relative, with ``/``) is left out."""
        ignored = False
        for expression, excluded in self._rules:
            if ignored != excluded and expression.match(path):
                ignored = excluded
        return ignored

    def sparing(self, path: str) -> "Ignore":
        """Return the patterns that do not match *path* as a whole.

        Where an exception names something below it, all stay: they tell what of it is meant.
        """
        if any(one.startswith(f"{path}/") for one in self._exceptions):
            return self
        pairs = zip(self._lines, self._rules, strict=True)
        return Ignore(line for line, (expression, _) in pairs if not expression.match(path))


def _expression(pattern: str) -> str:
    """Return a regular expression that matches *pattern* and everything below it."""
    made, position = "", 0
    while position < len(pattern):
        rest = pattern[position:]
        if rest.startswith("**"):
            end = position + 2
            if pattern[end : end + 1] == "/":
                made, position = f"{made}(?:.*/)?", end + 1
            else:
                made, position = f"{made}.*", end
            continue
        piece, length = _piece(rest)
        made, position = made + piece, position + length
    return f"{made}(?:/|\\Z)"


def _piece(rest: str) -> tuple[str, int]:
    """Return the expression of the first element of a pattern, and the element's length."""
    char = rest[0]
    if char == "*":
        return "[^/]*", 1
    if char == "?":
        return "[^/]", 1
    if char == "\\" and len(rest) > 1:
        return re.escape(rest[1]), 2
    if char == "[" and (close := rest.find("]", 2)) > 0:
        inner = rest[1:close].replace("\\", "\\\\")
        return f"[{inner}]", close + 1
    return re.escape(char), 1
