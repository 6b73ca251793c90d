"""Replacing variables in text: ``$NAME``, ``${NAME}``, ``${NAME:-default}`` and their kin.

It knows the text and the variables, not the file: the caller adds the place. Time is linear in
the text, however deep the defaults nest.

May import: value.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

from composer.value import Value

MAX_NESTING = 5000
"""Defaults within defaults; more is a mistake or an attack."""

MAX_LENGTH = 1 << 22
"""Characters of a text with its variables replaced; no program could be given more."""
MAX_TOTAL = 1 << 26
"""The same of all texts of a file together: values that refer to each other can double."""

_REFERENCE = re.compile(
    r"\$(?:(?P<dollar>\$)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|\{(?P<braced>[A-Za-z_][A-Za-z0-9_]*)(?:(?P<end>\})|(?P<operator>:?[-+?]))"
    r"|(?P<broken>\{))"
)
_BRACES = re.compile(r"\{[\s\S]?|\}")
_ESCAPE_HINT = "You may need to escape any $ with another $."
_SHOWN = 40


class Variable(Value):
    """A variable that a text refers to; *default* and *alternative* are as written."""

    name: str
    default: str | None = None
    alternative: str | None = None
    required: bool = False


class Substitution(Value):
    """A text with its variables replaced.

    *names* are the variables that were asked for; *unset* those that had neither a value nor a
    default, and so left a blank that the user is warned of, with the offsets of the first ones.
    """

    text: str
    names: tuple[str, ...] = ()
    unset: Mapping[str, int] = MappingProxyType({})


class TemplateSyntaxError(Exception):
    """The text at *offset* is no valid reference, or a required variable is missing."""

    def __init__(self, code: str, message: str, offset: int, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.offset = offset
        self.hint = hint


def too_long(limit: int, offset: int = 0) -> TemplateSyntaxError:
    """Return the error of what has more than *limit* characters with its variables replaced."""
    message = f"with its variables replaced, this has more than {limit} characters"
    return TemplateSyntaxError("too-large", message, offset)


def substitute(text: str, lookup: Mapping[str, str]) -> Substitution:
    """Return *text* with each variable replaced by its value in *lookup*.

    As in Compose, a default is computed even where it is not used, so a required variable
    inside it must be set. ``$`` before anything but a name, ``{`` and ``$`` stays as it is.
    """
    if "$" not in text:
        return Substitution(text)
    run = _Run(text, lookup)
    replaced = run.replace()
    return Substitution(replaced, tuple(dict.fromkeys(run.names)), run.unset)


def variables(text: str) -> list[Variable]:
    """Return each reference in *text* in order, those nested in defaults after the outer one."""
    if "$" not in text:
        return []
    run = _Run(text, None)
    run.replace()
    return [_variable(text, *found) for found in run.found]


class _Frame:
    """A reference whose default, alternative or message is being read."""

    __slots__ = ("close", "name", "offset", "operator", "pieces", "silent")

    def __init__(self, name: str, operator: str, offset: int, close: int, *, silent: bool) -> None:
        self.name = name
        self.operator = operator
        self.offset = offset
        self.close = close
        self.silent = silent
        self.pieces: list[str] = []


class _Run:
    """One pass over a text; without *lookup* it only collects the references."""

    def __init__(self, text: str, lookup: Mapping[str, str] | None) -> None:
        self.text = text
        self.lookup = lookup
        self.names: list[str] = []
        self.unset: dict[str, int] = {}
        self.found: list[tuple[str, str, int, int]] = []
        self.frames = [_Frame("", "", 0, len(text), silent=False)]
        self.closings: Mapping[int, int] | None = None

    def replace(self) -> str:
        """Return the text replaced, working on an own stack instead of Python's."""
        text, frames = self.text, self.frames
        position = 0
        while True:
            frame = frames[-1]
            dollar = text.find("$", position, frame.close)
            if dollar >= 0:
                frame.pieces.append(text[position:dollar])
                position = self._reference(dollar, frame)
                continue
            frame.pieces.append(text[position : frame.close])
            if sum(map(len, frame.pieces)) > max(MAX_LENGTH, len(text)):
                raise too_long(MAX_LENGTH, frame.offset)
            body = "".join(frame.pieces)
            if len(frames) == 1:
                return body
            frames.pop()
            frames[-1].pieces.append(self._value(frame, body))
            position = frame.close + 1

    def _reference(self, dollar: int, frame: _Frame) -> int:
        """Deal with what begins at *dollar* and return where to go on."""
        match = _REFERENCE.match(self.text, dollar, frame.close)
        if match is None or match["dollar"]:
            frame.pieces.append("$")
            return match.end() if match else dollar + 1
        if match["broken"]:
            raise self._broken(dollar, frame, closed=True)
        name = match["name"] or match["braced"]
        if match["operator"]:
            self._enter(name, match["operator"], dollar, match.end())
        else:
            self._note(frame, name)
            frame.pieces.append(self._plain(name, dollar))
        return match.end()

    def _enter(self, name: str, operator: str, dollar: int, start: int) -> None:
        outer = self.frames[-1]
        close = self._closing(dollar + 1, outer.close)
        if close is None:
            raise self._broken(dollar, outer, closed=False)
        if len(self.frames) > MAX_NESTING:
            message = f"variables are nested more than {MAX_NESTING} levels deep"
            raise TemplateSyntaxError("template-syntax", message, dollar)
        self._note(outer, name, operator, start, close)
        silent = outer.silent or operator.endswith("?")
        self.frames.append(_Frame(name, operator, dollar, close, silent=silent))

    def _note(
        self, frame: _Frame, name: str, operator: str = "", start: int = 0, close: int = 0
    ) -> None:
        if self.lookup is None and not frame.silent:
            self.found.append((name, operator, start, close))

    def _plain(self, name: str, dollar: int) -> str:
        if self.lookup is None:
            return ""
        self.names.append(name)
        value = self.lookup.get(name)
        if value is None:
            self.unset.setdefault(name, dollar)
        return value or ""

    def _value(self, frame: _Frame, body: str) -> str:
        """Return what the reference of *frame* stands for; *body* is what followed its operator."""
        if self.lookup is None:
            return ""
        self.names.append(frame.name)
        value = self.lookup.get(frame.name)
        counts = bool(value) if frame.operator.startswith(":") else value is not None
        kind = frame.operator[-1]
        if kind == "+":
            return body if counts else ""
        if counts:
            return value or ""
        if kind == "-":
            return body
        message = f"required variable {frame.name} is missing a value" + (body and f": {body}")
        hint = f"set {frame.name} in the environment or in the .env file"
        raise TemplateSyntaxError("required-variable", message, frame.offset, hint)

    def _closing(self, brace: int, limit: int) -> int | None:
        """Return where the ``{`` at *brace* closes, before *limit* and on the same line.

        As in Compose: braces in a default balance, so JSON can stand there, but what follows an
        opening one is not looked at (``{}`` opens and does not close). Where that does not work
        out, the last closing one counts.
        """
        if self.closings is None:
            self.closings = _pairs(self.text)
        newline = self.text.find("\n", brace, limit)
        end = limit if newline < 0 else newline
        close = self.closings.get(brace, end)
        if close >= end:
            close = self.text.rfind("}", brace, end)
        return close if close >= 0 else None

    def _broken(self, dollar: int, frame: _Frame, *, closed: bool) -> TemplateSyntaxError:
        end = self.text.find("}", dollar, frame.close) if closed else -1
        shown = self.text[dollar : frame.close if end < 0 else end + 1]
        if len(shown) > _SHOWN:
            shown = shown[:_SHOWN] + "…"
        shown = shown.partition("\n")[0]
        trouble = "is not closed" if end < 0 else "is not a valid variable"
        message = f'invalid interpolation format: "{shown}" {trouble}'
        return TemplateSyntaxError("template-syntax", message, dollar, _ESCAPE_HINT)


def _variable(text: str, name: str, operator: str, start: int, close: int) -> Variable:
    body = text[start:close]
    match operator[-1:]:
        case "-":
            return Variable(name, default=body)
        case "+":
            return Variable(name, alternative=body)
        case "?":
            return Variable(name, required=True)
    return Variable(name)


def _pairs(text: str) -> dict[int, int]:
    """Return the offset of the closing brace for that of each opening one."""
    pairs: dict[int, int] = {}
    waiting: list[int] = []
    for match in _BRACES.finditer(text):
        if match[0] != "}":
            waiting.append(match.start())
        elif waiting:
            pairs[waiting.pop()] = match.start()
    return pairs
