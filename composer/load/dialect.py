r"""The parser's events, as the YAML reader of Docker Compose would give them.

What libyaml and PyYAML know and Compose does not is refused: ``\/`` in double quotes, a question
mark in a plain text within brackets, ``%YAML 1.2``. What Compose reads and they refuse is put
before them in another spelling, and the events get the text that was meant: ``\'`` in double
quotes, and a colon at the end of a plain text within brackets (``[a:]`` is a list of one text).

May import: errors, source.
"""

import re
from collections.abc import Callable
from typing import Any

import yaml
from yaml.events import (
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from composer.errors import ParseError
from composer.source import Position, error

NextEvent = Callable[[], Any]
_VERSION = (1, 1)
_SLASH = re.compile(r"(?<!\\)(?:\\\\)*\\/")
_APOSTROPHE = re.compile(r"(?<!\\)((?:\\\\)*)\\'")
_COLON = re.compile(r"""(?<=[^\s"'\]}]):(?=[,\[\]{}])""")
_STARTS = {SequenceStartEvent, MappingStartEvent}
_ENDS = {SequenceEndEvent, MappingEndEvent}


def events(name: str, text: str) -> NextEvent:
    """Return what gives the events of *text* one after the other.

    It raises the parser's errors, and ParseError for what only Compose refuses. Places are those
    of *text*: one character stands for another, and is put right in the events.
    """
    backslash, colon = _absent(text)
    spelled = _COLON.sub(colon, _APOSTROPHE.sub(rf"\1{backslash}'", text))
    next_event = _parser(spelled)
    if spelled == text and not any(part in text for part in ("\\/", "?", "%YAML")):
        return next_event
    brackets: list[bool] = []

    def checked() -> Any:
        event = next_event()
        kind = type(event)
        if kind is ScalarEvent:
            value = event.value.replace(colon, ":")
            event.value = value.replace(backslash, "" if event.style == '"' else "\\")
            if event.style == '"':
                _refuse_slash(name, text, event)
            elif not event.style and "?" in value and any(brackets):
                _refuse(name, event, 'a "?" is not expected here', "put the text in quotes")
        elif kind in _STARTS:
            brackets.append(event.flow_style)
        elif kind in _ENDS:
            brackets.pop()
        elif kind is DocumentStartEvent and (event.version or _VERSION) != _VERSION:
            hint = "leave the %YAML line out, or write %YAML 1.1"
            _refuse(name, event, "this version of YAML is not supported", hint)
        return event

    return checked


def _absent(text: str) -> tuple[str, str]:
    """Return two characters that *text* does not have."""
    private = (char for char in map(chr, range(0xE000, 0xF900)) if char not in text)
    return next(private), next(private)


def _refuse_slash(name: str, text: str, event: Any) -> None:
    """Refuse the first escaped slash in the double quotes that are *event*."""
    start = event.start_mark
    if found := _SLASH.search(text, start.index, event.end_mark.index):
        lines = text[start.index : found.end() - 2].splitlines()
        column = len(lines[-1]) + (start.column if len(lines) == 1 else 0)
        place = Position(name, start.line + len(lines), column + 1)
        hint = 'write "/", or "\\\\" for a backslash'
        problem = error("yaml-syntax", "this escape is unknown in double quotes", place, hint=hint)
        raise ParseError(problem)


def _refuse(name: str, event: Any, message: str, hint: str) -> None:
    place = Position(name, event.start_mark.line + 1, event.start_mark.column + 1)
    raise ParseError(error("yaml-syntax", message, place, hint=hint))


class _PurePython(yaml.reader.Reader, yaml.scanner.Scanner, yaml.parser.Parser):
    """The parser for a machine without libyaml."""

    def __init__(self, text: str) -> None:
        yaml.reader.Reader.__init__(self, text)
        yaml.scanner.Scanner.__init__(self)
        yaml.parser.Parser.__init__(self)


def _parser(text: str) -> NextEvent:
    parser: Any = yaml.cyaml if yaml.__with_libyaml__ else None
    made: Any = parser.CParser(text) if parser else _PurePython(text)
    next_event: NextEvent = made.get_event
    return next_event
