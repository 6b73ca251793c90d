"""Which paths below a folder are meant: patterns of ``.dockerignore`` and of watch rules. Pure.

A pattern is relative to the folder, ``*`` and ``?`` stop at ``/``, ``**`` does not, ``!`` takes
back what an earlier pattern left out; the last pattern that matches a path or one of its parents
counts.

May import: errors.
"""

import posixpath
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from composer.errors import ComposerError

_ESCAPED = r"\\(?:[^1-9C-PR-Z\x80-\U0010ffffceg-mopquxy]|[DSW]|x(?=[0-9A-Fa-f]{2}))"
"""What a backslash may stand before: BuildKit makes Go's regular expressions of patterns."""
_RUNE = rf"(?:{_ESCAPED}|[^]\\-])"
_CLASS = re.compile(rf"\[(\^?)((?:{_RUNE}(?:-{_RUNE})?)+)\]", re.DOTALL)
_RANGE = re.compile(rf"({_RUNE})(?:-({_RUNE}))?", re.DOTALL)
_WILD = re.compile(r"[][*?\\]")

Matched = Sequence[bool]
"""For each pattern whether it matches a path, or something above; nothing for the top."""


class Ignore:
    """The patterns of one file. Raises ComposerError for what is no pattern."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._rules: list[tuple[re.Pattern[str], bool]] = []
        self._lines: list[str] = []
        self._exceptions: list[str] = []
        for line in lines:
            text = line.strip()
            if not text:
                continue
            if text == "!":
                raise _malformed(text)
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

    def within(self, path: str, above: Matched) -> tuple[bool, Matched]:
        """Tell whether a build leaves *path* out, and which patterns match; *above*, its folder's.

        An exception that took nothing back of a folder does not count for what is below it.
        """
        ignored = False
        matched: list[bool] = []
        for at, (expression, excluded) in enumerate(self._rules):
            above_matched = bool(above) and above[at]
            found = above_matched or (ignored != excluded and bool(expression.fullmatch(path)))
            ignored = excluded if found else ignored
            matched.append(found)
        return ignored, matched

    def sparing(self, path: str) -> "Ignore":
        """Return the patterns that do not match *path* as a whole.

        Where an exception names something below it, all stay: they tell what of it is meant.
        """
        if any(one.startswith(f"{path}/") for one in self._exceptions):
            return self
        pairs = zip(self._lines, self._rules, strict=True)
        return Ignore(line for line, (expression, _) in pairs if not expression.match(path))


@lru_cache(maxsize=4096)
def is_match(pattern: str, name: str) -> bool:
    """Tell whether a part of a path matches a pattern without ``**``; one that is none does not."""
    try:
        return re.fullmatch(_expression(pattern, end=""), name) is not None
    except ComposerError:
        return False


def _expression(pattern: str, end: str = r"(?:/|\Z)") -> str:
    """Return a regular expression that matches *pattern* and everything below it.

    Raises ComposerError for what is no pattern.
    """
    made, position = "", 0
    while position < len(pattern):
        rest = pattern[position:]
        piece, length = _many(rest, made) if rest.startswith("**") else _piece(rest)
        made, position = made + piece, position + length
    return made + end


def _many(rest: str, above: str) -> tuple[str, int]:
    """Return the expression of ``**``, which is any number of folders, and its length.

    In the end of a pattern, and before a name at its beginning, it is anything.
    """
    length = 3 if rest.startswith("**/") else 2
    following = rest[length:]
    anything = not following or (length == 2 and not above and not _WILD.search(following))  # noqa: PLR2004
    return (".*" if anything else "(?:.*/)?"), length


def _piece(rest: str) -> tuple[str, int]:
    """Return the expression of the first element of a pattern, and the element's length."""
    char = rest[0]
    if char == "*":
        return "[^/]*", 1
    if char == "?":
        return "[^/]", 1
    if re.match(_ESCAPED, rest):
        return re.escape(rest[1]), 2
    if char == "[" and (found := _CLASS.match(rest)):
        return _class(found), found.end()
    if char in "[\\":
        raise _malformed(rest)
    return re.escape(char), 1


def _class(found: re.Match[str]) -> str:
    ranges = []
    for first, last in _RANGE.findall(found[2]):
        low, high = first[-1:], last[-1:] or first[-1:]
        if low > high:
            raise _malformed(found[0])
        ranges.append(f"{re.escape(low)}-{re.escape(high)}")
    return f"[{found[1]}{''.join(ranges)}]"


def _malformed(pattern: str) -> ComposerError:
    return ComposerError(
        f"{pattern!r}: syntax error in pattern",
        hint="write \\[ for a bracket, \\\\ for a backslash",
    )
