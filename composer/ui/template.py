"""Go templates for ``--format``, as far as people use them in Docker's tools.

    {{.Name}}  {{.Label "x"}}  {{json .}}  {{.Name | upper}}  {{printf "%s:%s" .A .B}}
    {{if .Ports}}…{{else}}…{{end}}  {{range .Publishers}}{{.URL}}{{end}}  {{- trimmed -}}

A template is compiled to functions of a Scope. May import: ui.template_functions, errors.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from composer.errors import ComposerError
from composer.ui.template_functions import FUNCTIONS, Function, go_text, truth

_ACTION = re.compile(r'\{\{(-\s)?((?:"(?:\\.|[^"\\])*"|`[^`]*`|(?!\}\}).)*?)(\s-)?\}\}', re.DOTALL)
_TOKEN = re.compile(
    r'\s*(?:("(?:\\.|[^"\\])*"|`[^`]*`)|(-?\d+(?:\.\d+)?)|(\$?\.(?:\w+(?:\.\w+)*)?)|(\w+)|([|()]))'
)
_ESCAPE = re.compile(r'\\([abfnrtv\\"])')
_ESCAPED = dict(zip("abfnrtv", "\a\b\f\n\r\t\v", strict=True))


class Scope(NamedTuple):
    """What a template sees: the dot, the whole row (``$``), the functions."""

    dot: Any
    root: Any
    functions: Mapping[str, Function]


Part = Callable[[Scope], Any]


def template(text: str) -> Callable[..., str]:
    """Compile *text*; return a function of a row (and of other functions than the usual ones).

    Raises ComposerError, as the function does for a field that a row does not have.
    """
    parts, rest, _ = _block(_split(text), nested=False)
    if rest:
        raise _wrong(f"unexpected {{{{{rest[0][1]}}}}}")

    def render(row: Any, functions: Mapping[str, Function] = FUNCTIONS) -> str:
        return _output(parts, Scope(row, row, functions))

    return render


def _wrong(message: str) -> ComposerError:
    return ComposerError(f"template parsing error: {message}")


def _output(parts: list[Part], scope: Scope) -> str:
    return "".join(go_text(part(scope)) for part in parts)


Piece = tuple[bool, str]
"""Whether it is an action, and its text."""


def _split(text: str) -> list[Piece]:
    pieces: list[Piece] = []
    end, trim = 0, False
    for found in _ACTION.finditer(text):
        literal = text[end : found.start()]
        literal = literal.lstrip() if trim else literal
        pieces.append((False, literal.rstrip() if found[1] else literal))
        pieces.append((True, found[2].strip()))
        end, trim = found.end(), bool(found[3])
    last = text[end:]
    if "{{" in last:
        raise _wrong("unclosed action")
    return [*pieces, (False, last.lstrip() if trim else last)]


def _block(pieces: list[Piece], *, nested: bool) -> tuple[list[Part], list[Piece], str]:
    """Compile up to the end of the block; return what is left and the word that ended it."""
    parts: list[Part] = []
    while pieces:
        (action, text), *pieces = pieces
        word, _, rest = text.partition(" ")
        if not action:
            parts.append(_constant(text))
        elif word in {"end", "else"}:
            return parts, pieces if nested else [(action, text)], text
        elif word in {"if", "range", "with"}:
            part, pieces = _branches(word, _compile(rest), pieces)
            parts.append(part)
        elif not text.startswith("/*"):
            parts.append(_compile(text))
    if nested:
        raise _wrong("unexpected end of the template: {{end}} is missing")
    return parts, pieces, ""


def _branches(word: str, value: Part, pieces: list[Piece]) -> tuple[Part, list[Piece]]:
    yes, pieces, ended = _block(pieces, nested=True)
    no: list[Part] = []
    if ended.startswith("else if "):
        part, pieces = _branches("if", _compile(ended.removeprefix("else if ")), pieces)
        no = [part]
    elif ended == "else":
        no, pieces, _ = _block(pieces, nested=True)

    def choose(scope: Scope) -> str:
        found = value(scope)
        if not truth(found):
            return _output(no, scope)
        if word == "range":
            items = found.values() if isinstance(found, Mapping) else found
            return "".join(_output(yes, scope._replace(dot=item)) for item in items)
        return _output(yes, scope._replace(dot=found) if word == "with" else scope)

    return choose, pieces


def _compile(text: str) -> Part:
    tokens: list[tuple[str, str]] = []
    end = 0
    while text[end:].strip():
        found = _TOKEN.match(text, end)
        if not found:
            raise _wrong(f"unexpected {text[end:].strip()[:1]!r} in {{{{{text}}}}}")
        kind = ("string", "number", "field", "word", "sign")[(found.lastindex or 1) - 1]
        tokens.append((kind, found[found.lastindex or 1]))
        end = found.end()
    part, rest = _pipeline(tokens)
    if rest or not tokens:
        raise _wrong(f"unexpected {rest[0][1]!r}" if rest else "missing value for command")
    return part


def _pipeline(tokens: list[tuple[str, str]]) -> tuple[Part, list[tuple[str, str]]]:
    commands: list[list[Part]] = [[]]
    while tokens and tokens[0][1] != ")":
        (kind, text), *tokens = tokens
        if (kind, text) == ("sign", "|"):
            commands.append([])
        elif (kind, text) == ("sign", "("):
            part, tokens = _pipeline(tokens)
            if not tokens:
                raise _wrong("unclosed left paren")
            tokens = tokens[1:]
            commands[-1].append(part)
        else:
            commands[-1].append(_operand(kind, text))
    if not all(commands):
        raise _wrong("missing value for command")
    return _calls(commands), tokens


def _calls(commands: list[list[Part]]) -> Part:
    def evaluate(scope: Scope) -> Any:
        given: tuple[Any, ...] = ()
        for first, *others in commands:
            value = first(scope)
            arguments = (*(other(scope) for other in others), *given)
            given = (_called(value, arguments),)
        return given[0]

    return evaluate


def _called(value: Any, arguments: tuple[Any, ...]) -> Any:
    if not callable(value):
        if arguments:
            raise _wrong(f"can't give argument to non-function {go_text(value)}")
        return value
    try:
        return value(*arguments)
    except (TypeError, ValueError, LookupError, AttributeError) as error:
        raise _wrong(f"error calling {getattr(value, '__name__', 'function')}: {error}") from None


def _operand(kind: str, text: str) -> Part:
    if kind == "string":
        raw = text[1:-1]
        return _constant(raw if text[0] == "`" else _ESCAPE.sub(_unescaped, raw))
    if kind == "number":
        return _constant(float(text) if "." in text else int(text))
    if kind == "field":
        return _field(text)
    if text in {"true", "false", "nil"}:
        return _constant({"true": True, "false": False, "nil": None}[text])
    if text not in FUNCTIONS:
        raise _wrong(f'function "{text}" not defined')
    return lambda scope: scope.functions[text]


def _unescaped(found: re.Match[str]) -> str:
    return _ESCAPED.get(found[1], found[1])


def _field(text: str) -> Part:
    start, names = text.startswith("$"), [name for name in text.lstrip("$").split(".") if name]

    def find(scope: Scope) -> Any:
        value = scope.root if start else scope.dot
        for name in names:
            if not isinstance(value, Mapping) or name not in value:
                raise _wrong(f"can't evaluate field {name}")
            value = value[name]
        return value

    return find


def _constant(value: Any) -> Part:
    return lambda _: value
