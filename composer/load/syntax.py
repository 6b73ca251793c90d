"""Plain words for what a YAML parser has to say, and the place where to look.

May import: source. It reads the parser's errors by their attributes and needs no yaml itself.
"""

import re
from typing import Any

from composer.source import Diagnostic, Position, Source, error

_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_AT_PROBLEM = (
    ("mapping values are not allowed", "mapping values are not allowed in this context",
     'put text that contains ": " in quotes, or correct the indentation'),
    ("entries are not allowed", "block sequence entries are not allowed in this context",
     "start the list on its own line"),
    ("unexpected ':'", 'a ":" is not expected here', "put a space after it, or use quotes"),
    ("did not find expected '-'",
     "did not find expected '-' indicator of the list that starts above",
     "check the indentation: entries of a list and keys do not mix"),
    ("but found '?'",
     "did not find expected '-' indicator of the list that starts above",
     "check the indentation: entries of a list and keys do not mix"),
    ("expected <block end>", "did not find expected key of the mapping that starts above",
     "check the indentation; text that follows a closing quote needs quotes of its own"),
    ("did not find expected key", "did not find expected key of the mapping that starts above",
     "check the indentation; text that follows a closing quote needs quotes of its own"),
    ("node content", "did not find expected node content: a value is missing here", ""),
    ("document start>", 'expected "---": after "..." a new document must begin', ""),
    ("unknown escape", "found unknown escape character in double quotes",
     'write "\\\\" for a backslash, or use single quotes'),
    ("escape code", "this escape is not a valid character", ""),
    ("undefined tag handle", "found undefined tag handle: no %TAG line declares it", ""),
    ("alphabetic or numeric", "the name of an anchor (&) or alias (*) must be letters and digits",
     'put text that starts with "&" or "*" in quotes'),
    ("incompatible YAML", "this version of YAML is not supported", ""),
    ("unknown directive", "this % line is unknown", ""),
)  # fmt: skip
"""(part of the parser's message, what we say instead, hint), for the place of the problem."""

_AT_OPENING = (
    ("',' or ']'", "did not find expected ',' or ']' of this list",
     'separate entries with "," and end with "]"'),
    ("',' or '}'", "did not find expected ',' or '}' of this mapping",
     'separate entries with "," and end with "}"'),
    ("could not find expected ':'", "could not find expected ':' and a space after this key", ""),
    ("unexpected end of stream", "found unexpected end of stream: this quote is not closed", ""),
    ("unexpected document", "this quote is not closed", ""),
)  # fmt: skip
"""The same for what is better shown where it opens."""


def locate(name: str, text: str, offset: int | None) -> Position:
    """Return the place of *offset* in *text*, of its end when there is none."""
    before = text if offset is None else text[:offset]
    lines = _BREAK.split(before)
    return Position(name, len(lines), len(lines[-1]) + 1)


def explain(source: Source, problem: Any) -> Diagnostic:
    """Return what the parser's error *problem* means for the person who wrote *source*."""
    mark = getattr(problem, "problem_mark", None)
    if mark is None:
        return _unreadable(source, problem)
    place = Position(source.name, mark.line + 1, mark.column + 1)
    line = _line(source.text, mark.line)
    tab = _tab(line, mark.column)
    if tab is not None:
        at = place._replace(column=tab + 1)
        message = f"a tab at {at.line}:{at.column} where YAML wants spaces"
        return error("yaml-syntax", message, at, hint="indent with spaces")
    said = str(problem.problem)
    if "maximum nesting depth" in said:  # libyaml gives up before anything is composed
        return error("too-deep", "nested too deeply", place)
    opening = problem.context_mark
    for part, message, hint in _AT_OPENING:
        if part in said and opening is not None:
            start = Position(source.name, opening.line + 1, opening.column + 1)
            notes = ((place, "the trouble shows here"),)
            return error("yaml-syntax", message, start, hint=hint, notes=notes)
    if "node content" in said and not source.text[mark.index :].strip():
        message = "the file ends where a value is expected"
        return error("yaml-syntax", message, place, hint='a "[" or "{" above may not be closed')
    message, hint = _words(said, line[mark.column : mark.column + 1], str(problem.context or ""))
    return error("yaml-syntax", message, place, hint=hint)


def _words(said: str, char: str, context: str) -> tuple[str, str]:
    if "cannot start any token" in said:
        return f'found character that cannot start any token: "{char}"', "put the text in quotes"
    for part, message, hint in _AT_PROBLEM:
        if part in said:
            return message, hint
    return f"{said} {context}".strip(), ""


def _unreadable(source: Source, problem: Any) -> Diagnostic:
    bad = _UNPRINTABLE.search(source.text)
    if bad:
        place = locate(source.name, source.text, bad.start())
        message = f"the character U+{ord(bad[0]):04X} cannot stand in YAML"
        hint = f'in double quotes it is written "\\u{ord(bad[0]):04x}"' if bad[0] < "\ud800" else ""
        return error("yaml-syntax", message, place, hint=hint)
    return error("yaml-syntax", f"this is not YAML: {problem}", Position(source.name, 1, 1))


def _line(text: str, number: int) -> str:
    start = 0
    for _ in range(number):
        found = _BREAK.search(text, start)
        if not found:
            return ""
        start = found.end()
    found = _BREAK.search(text, start)
    return text[start : found.start() if found else len(text)]


def _tab(line: str, column: int) -> int | None:
    """Return the column of the tab that is to blame: the one here, or one in the indentation."""
    if line[column : column + 1] == "\t":
        return column
    indent = line[: len(line) - len(line.lstrip(" \t"))]
    found = indent.find("\t")
    return found if found >= 0 else None
