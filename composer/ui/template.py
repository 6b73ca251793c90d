"""Go templates for ``--format``, as far as people use them in Docker's tools.

    {{.Name}}  {{.Label "x"}}  {{json .}}  {{.Name | upper}}  {{printf "%s:%s" .A .B}}
    {{if .Ports}}…{{else}}…{{end}}  {{range .Publishers}}{{.URL}}{{end}}  {{- trimmed -}}
    {{$x := .Name}}{{$x}}  {{range $i, $port := .Publishers}}…{{end}}  {{(index .Publishers 0).URL}}

A template is compiled to functions of a Scope. May import: ui.template_functions, errors.
"""

import re
from collections import ChainMap
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from composer.errors import ComposerError
from composer.ui.template_functions import FUNCTIONS, Function, go_text, truth

_ACTION = re.compile(r'\{\{(-\s)?((?:"(?:\\.|[^"\\])*"|`[^`]*`|(?!\}\}).)*?)(\s-)?\}\}', re.DOTALL)
_TOKEN = re.compile(
    r'\s*(?:("(?:\\.|[^"\\])*"|`[^`]*`)|(-?\d+(?:\.\d+)?)|(\$\w*(?:\.\w+)*|\.(?:\w+(?:\.\w+)*)?)'
    r"|(\w+)|([|(]|\)(?:\.\w+)*))"
)
_DECLARATION = re.compile(r"(\$\w+)\s*(?:,\s*(\$\w+)\s*)?(:?=)(?!=)\s*")
_ESCAPE = re.compile(r'\\([abfnrtv\\"])')
_ESCAPED = dict(zip("abfnrtv", "\a\b\f\n\r\t\v", strict=True))


class Scope(NamedTuple):
    """What a template sees: the dot, the functions, the variables (``$`` is the whole row)."""

    dot: Any
    functions: Mapping[str, Function]
    variables: ChainMap[str, Any]

    def within(self, dot: Any) -> "Scope":
        """Return the scope of a block: what is declared there ends there."""
        return Scope(dot, self.functions, self.variables.new_child())


Part = Callable[[Scope], Any]


def template(text: str) -> Callable[..., str]:
    """Compile *text*; return a function of a row (and of other functions than the usual ones).

    Raises ComposerError, as the function does for a field that a row does not have.
    """
    parts, rest, _ = _block(_split(text), nested=False)
    if rest:
        raise _wrong(f"unexpected {{{{{rest[0][1]}}}}}")

    def render(row: Any, functions: Mapping[str, Function] = FUNCTIONS) -> str:
        return _output(parts, Scope(row, functions, ChainMap({"$": row})))

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
            part, pieces = _branches(word, rest, pieces)
            parts.append(part)
        elif declared := _DECLARATION.match(text):
            parts.append(_assignment(declared, _compile(text[declared.end() :])))
        elif not text.startswith("/*"):
            parts.append(_compile(text))
    if nested:
        raise _wrong("unexpected end of the template: {{end}} is missing")
    return parts, pieces, ""


def _branches(word: str, text: str, pieces: list[Piece]) -> tuple[Part, list[Piece]]:
    declared = _DECLARATION.match(text)
    names = [name for name in declared.groups()[:2] if name] if declared else []
    value = _compile(text[declared.end() :] if declared else text)
    yes, pieces, ended = _block(pieces, nested=True)
    no: list[Part] = []
    if ended.startswith(("else if ", "else with ")):
        _, again, rest = ended.split(" ", 2)
        part, pieces = _branches(again, rest, pieces)
        no = [part]
    elif ended == "else":
        no, pieces, _ = _block(pieces, nested=True)

    def choose(scope: Scope) -> str:
        found = value(scope)
        if not truth(found):
            return _output(no, scope.within(scope.dot))
        if word == "range":
            return "".join(_turn(yes, scope, names, pair) for pair in _pairs(found))
        inner = scope.within(found if word == "with" else scope.dot)
        inner.variables.update(dict.fromkeys(names, found))
        return _output(yes, inner)

    return choose, pieces


def _pairs(found: Any) -> Iterable[tuple[Any, Any]]:
    if isinstance(found, Mapping):
        return sorted(found.items())
    return enumerate(range(found) if isinstance(found, int) else found)


def _turn(parts: list[Part], scope: Scope, names: list[str], pair: tuple[Any, Any]) -> str:
    """Return what one turn of a range gives: one variable is the item, two are its key and it."""
    inner = scope.within(pair[1])
    inner.variables.update(zip(names, pair[2 - len(names) :], strict=False))
    return _output(parts, inner)


def _assignment(declared: re.Match[str], value: Part) -> Part:
    name, _, sign = declared.groups()

    def assign(scope: Scope) -> str:
        maps = scope.variables.maps
        known = [one for one in maps if name in one]
        if sign == "=" and not known:
            raise _wrong(f'undefined variable "{name}"')
        target = maps[0] if sign == ":=" else known[0]
        target[name] = value(scope)
        return ""

    return assign


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
    while tokens and not tokens[0][1].startswith(")"):
        (kind, text), *tokens = tokens
        if (kind, text) == ("sign", "|"):
            commands.append([])
        elif (kind, text) == ("sign", "("):
            part, tokens = _pipeline(tokens)
            if not tokens:
                raise _wrong("unclosed left paren")
            commands[-1].append(_chained(part, tokens[0][1].split(".")[1:]))
            tokens = tokens[1:]
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
    variable, *names = text.split(".")

    def start(scope: Scope) -> Any:
        if not variable:
            return scope.dot
        if variable not in scope.variables:
            raise _wrong(f'undefined variable "{variable}"')
        return scope.variables[variable]

    return _chained(start, [name for name in names if name])


def _chained(start: Part, names: list[str]) -> Part:
    """Return what is found below *start* by the *names*."""
    if not names:
        return start

    def find(scope: Scope) -> Any:
        value = start(scope)
        for name in names:
            if not isinstance(value, Mapping) or name not in value:
                raise _wrong(f"can't evaluate field {name}")
            value = value[name]
        return value

    return find


def _constant(value: Any) -> Part:
    return lambda _: value
