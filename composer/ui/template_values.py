"""The values in the actions of a template: ``.Name | printf "%s" | upper``.

A pipeline is compiled to a function of a Scope. May import: ui.go_format, ui.template_functions.
"""

import re
from collections import ChainMap
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from composer.ui.go_format import character, go_text, kind
from composer.ui.template_functions import FUNCTIONS, Function, truth, wrong

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<string>"(?:\\.|[^"\\])*"|`[^`]*`)
    |(?P<char>'(?:\\.[^']*|[^'\\])')
    |(?P<number>[-+]?(?:0[xX][\da-fA-F]+|\d[\d_]*(?:\.\d*)?(?:[eE][-+]?\d+)?))
    |(?P<field>\$\w*(?:\.\w+)*|\.(?:\w+(?:\.\w+)*)?)
    |(?P<word>\w+)
    |(?P<sign>[|(]|\)(?:\.\w+)*)
    )""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|(.))", re.DOTALL)
_ESCAPED = dict(zip("abfnrtv", "\a\b\f\n\r\t\v", strict=True))
_ENDS = {"and": False, "or": True}
"""With what truth of an argument these functions look at no further one."""
_LARGEST = 2**63
_WORDS = {"true": True, "false": False, "nil": None}


class Scope(NamedTuple):
    """What a template sees, and where its text goes.

    It sees the dot, the functions, and the variables (``$`` is the whole row).
    """

    dot: Any
    functions: Mapping[str, Function]
    variables: ChainMap[str, Any]
    out: list[str]

    def within(self, dot: Any) -> "Scope":
        """Return the scope of a block: what is declared there ends there."""
        return self._replace(dot=dot, variables=self.variables.new_child())


Expression = Callable[[Scope], Any]
Token = tuple[str, str]
Command = Callable[[Scope, tuple[Any, ...]], Any]
"""A command of a pipeline; the tuple is what the command before it gave, if there is one."""


def pipeline(text: str) -> Expression:
    """Compile a pipeline. Raises ComposerError, as the function does for a field not there."""
    tokens: list[Token] = []
    end = 0
    while text[end:].strip():
        found = _TOKEN.match(text, end)
        if not found:
            raise wrong(f"unexpected {text[end:].strip()[:1]!r} in {{{{{text}}}}}")
        name = found.lastgroup or ""
        if tokens and not found[0][0].isspace():
            _check_touching(tokens[-1][1], found[name])
        tokens.append((name, found[name]))
        end = found.end()
    value, rest = _pipeline(tokens)
    if rest or not tokens:
        raise wrong(f"unexpected {rest[0][1]!r}" if rest else "missing value for command")
    return value


def _check_touching(before: str, text: str) -> None:
    """Refuse two operands without a blank between them, as Go does: ``len(.Name)``."""
    if before in {"|", "("} or text == "|" or text.startswith(")"):
        return
    if text.startswith("."):
        raise wrong(f"unexpected . after term {before!r}")
    raise wrong(f"unexpected {text!r} in operand")


def literal(text: str) -> str:
    """Return the text that a quoted string of a template stands for."""
    raw = text[1:-1]
    return raw if text[0] == "`" else _ESCAPE.sub(_unescaped, raw)


def _pipeline(tokens: list[Token]) -> tuple[Expression, list[Token]]:
    commands: list[Command] = []
    while True:
        command, tokens = _command(tokens, first=not commands)
        commands.append(command)
        if not tokens or tokens[0][1] != "|":
            break
        tokens = tokens[1:]

    def evaluate(scope: Scope) -> Any:
        given: tuple[Any, ...] = ()
        for command in commands:
            given = (command(scope, given),)
        return given[0]

    return evaluate, tokens


def _command(tokens: list[Token], *, first: bool) -> tuple[Command, list[Token]]:
    """Compile a command: an operand, and its arguments if it is a function."""
    start = tokens[:1]
    operands: list[Expression] = []
    while tokens and tokens[0][1] != "|" and not tokens[0][1].startswith(")"):
        operand, tokens = _operand(tokens)
        operands.append(operand)
    if not operands:
        raise wrong("missing value for command")
    ((sort, text),) = start
    if text in _ENDS and sort == "word":
        return _logic(text, operands[1:]), tokens
    if text == "nil" and sort == "word":
        raise wrong("nil is not a command")
    if not first and (sort in {"string", "char", "number"} or text in _WORDS):
        raise wrong(f"non executable command: {text}")
    return _call(operands[0], operands[1:]), tokens


def _operand(tokens: list[Token]) -> tuple[Expression, list[Token]]:
    (sort, text), *tokens = tokens
    if (sort, text) == ("sign", "("):
        value, tokens = _pipeline(tokens)
        if not tokens:
            raise wrong("unclosed left paren")
        return _chained(value, tokens[0][1].split(".")[1:]), tokens[1:]
    if sort == "field":
        return _field(text), tokens
    if sort == "word":
        return _word(text), tokens
    return constant(_constant_of(sort, text)), tokens


def _constant_of(sort: str, text: str) -> Any:
    if sort == "string":
        return literal(text)
    if sort == "char":
        char = literal(text)
        if len(char) != 1:
            raise wrong(f"malformed character constant: {text}")
        return ord(char)
    try:
        return _number(text)
    except (ValueError, OverflowError):
        raise wrong(f"bad number syntax: {text}") from None


def _number(text: str) -> float:
    """Return an int, or a float where the text has a point or is beyond every int of Go."""
    if text.lower().lstrip("+-").startswith("0x"):
        return int(text, 16)
    if not text.strip("+-_0123456789"):
        if abs(int(text)) >= _LARGEST:
            raise OverflowError
        return int(text)
    number = float(text)
    whole = int(number)  # refuses what is infinite
    return whole if "." not in text and whole == number and abs(number) < _LARGEST else number


def _word(text: str) -> Expression:
    if text in _WORDS:
        return constant(_WORDS[text])
    if text in _ENDS:
        return constant(Function(text, lambda: None, object, object, more=True))
    if text not in FUNCTIONS:
        raise wrong(f'function "{text}" not defined')
    return lambda scope: scope.functions[text]


def _call(first: Expression, others: list[Expression]) -> Command:
    def call(scope: Scope, given: tuple[Any, ...]) -> Any:
        value = first(scope)
        arguments = (*(_resolved(other(scope)) for other in others), *given)
        if isinstance(value, Function):
            return value(*arguments)
        if arguments:
            raise wrong(f"can't give argument to non-function {go_text(value)}")
        return value

    return call


def _logic(name: str, arguments: list[Expression]) -> Command:
    """Compile ``and`` or ``or``: the value of the argument that decides, or of the last."""

    def decide(scope: Scope, given: tuple[Any, ...]) -> Any:
        values = [*arguments, *map(constant, given)]
        if not values:
            raise wrong(f"wrong number of args for {name}: want at least 1 got 0")
        for value in values:
            found = _resolved(value(scope))
            if truth(found) is _ENDS[name]:
                break
        return found

    return decide


def _resolved(value: Any) -> Any:
    """Return the value of an argument: a function in its place is called with none."""
    return value() if isinstance(value, Function) else value


def _unescaped(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    return character(int(code, 16)) if code else _ESCAPED.get(found[3], found[3])


def _field(text: str) -> Expression:
    variable, *names = text.split(".")

    def start(scope: Scope) -> Any:
        if not variable:
            return scope.dot
        if variable not in scope.variables:
            raise wrong(f'undefined variable "{variable}"')
        return scope.variables[variable]

    return _chained(start, [name for name in names if name])


def _chained(start: Expression, names: list[str]) -> Expression:
    """Return what is found below *start* by the *names*."""
    if not names:
        return start

    def find(scope: Scope) -> Any:
        value = start(scope)
        for name in names:
            value = _resolved(value)
            if not isinstance(value, Mapping) or name not in value:
                place = "" if isinstance(value, Mapping) else f" in type {kind(value)}"
                raise wrong(f"can't evaluate field {name}{place}")
            value = value[name]
        return value

    return find


def constant(value: Any) -> Expression:
    """Return what gives *value* in every scope."""
    return lambda _: value
