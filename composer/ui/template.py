"""Go templates for ``--format``, as far as people use them in Docker's tools.

    {{.Name}}  {{.Label "x"}}  {{json .}}  {{.Name | upper}}  {{printf "%s:%s" .A .B}}
    {{if .Ports}}…{{else}}…{{end}}  {{range .Publishers}}{{.URL}}{{break}}{{end}}  {{- trimmed -}}
    {{$x := .Name}}{{$x}}  {{range $i, $port := .Publishers}}…{{end}}  {{(index .Publishers 0).URL}}
    {{define "x"}}…{{end}}  {{template "x" .Name}}  {{block "x" .Name}}…{{end}}

A template is compiled to steps, which write what they give into a Scope. May import:
ui.go_format, ui.template_functions, ui.template_values, errors.
"""

import re
from collections import ChainMap
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from composer.errors import ComposerError
from composer.ui.go_format import go_text, kind, output
from composer.ui.template_functions import FUNCTIONS, HEADER_FUNCTIONS, truth, wrong
from composer.ui.template_values import Expression, Scope, constant, literal, pipeline

_ACTION = re.compile(
    r"""\{\{(-\s)?((?:"(?:\\.|[^"\\])*"|`[^`]*`|'(?:\\.|[^'\\])'|(?!\}\}).)*?)(\s-)?\}\}""",
    re.DOTALL,
)
_KEYWORD = re.compile(r"(\w+)\s*(.*)", re.DOTALL)
_DECLARATION = re.compile(r"(\$\w+)\s*(?:,\s*(\$\w+)\s*)?(:?=)(?!=)\s*")
_NAMED = re.compile(r"""("(?:\\.|[^"\\])*"|`[^`]*`)\s*(.*)""", re.DOTALL)
_AGAIN = ("if", "with")

Step = Callable[[Scope], None]


class _Break(Exception):
    """Ends the range."""


class _Continue(Exception):
    """Ends a turn of the range."""


_LEAVES = {"break": _Break, "continue": _Continue}


def template(text: str) -> Callable[..., str]:
    """Compile *text*; return a function of a row.

    Raises ComposerError, as the function does for a field that a row does not have. With
    ``header=True`` the row is one of titles: functions leave them as they are, and an action that
    makes nothing of them gives nothing.
    """
    try:
        steps = _Parser(_split(text)).template()
    except RecursionError:
        raise wrong("too many blocks or parentheses within each other") from None

    def render(row: Any, *, header: bool = False) -> str:
        functions = HEADER_FUNCTIONS if header else FUNCTIONS
        scope = Scope(row, functions, ChainMap({"$": row}), [])
        try:
            _run([_forgiving(step) for step in steps] if header else steps, scope)
        except RecursionError:
            raise wrong("exceeded maximum template depth") from None
        return "".join(scope.out)

    return render


def _run(steps: Iterable[Step], scope: Scope) -> None:
    for step in steps:
        step(scope)


def _forgiving(step: Step) -> Step:
    """Return a step that gives nothing where *step* fails."""

    def attempt(scope: Scope) -> None:
        before = len(scope.out)
        try:
            step(scope)
        except ComposerError:
            del scope.out[before:]

    return attempt


class Piece(NamedTuple):
    """A part of the text of a template."""

    action: bool
    text: str


def _split(text: str) -> list[Piece]:
    pieces: list[Piece] = []
    end, trim = 0, False
    for found in _ACTION.finditer(text):
        between = text[end : found.start()]
        between = between.lstrip() if trim else between
        pieces.append(Piece(action=False, text=between.rstrip() if found[1] else between))
        pieces.append(Piece(action=True, text=found[2].strip()))
        end, trim = found.end(), bool(found[3])
    last = text[end:]
    if "{{" in last:
        raise wrong("unclosed action")
    return [*pieces, Piece(action=False, text=last.lstrip() if trim else last)]


def _keyword(text: str) -> tuple[str, str]:
    """Return the word that an action begins with, and the rest."""
    found = _KEYWORD.match(text)
    return (found[1], found[2]) if found else ("", text)


class _Parser:
    """Compiles pieces to steps, one block after the other."""

    def __init__(self, pieces: list[Piece]) -> None:
        self._pieces = iter(pieces)
        self._blocks: list[str] = []
        self._named: dict[str, list[Step]] = {}

    def template(self) -> list[Step]:
        """Compile all pieces."""
        return self._block("")[0]

    def _block(self, keyword: str) -> tuple[list[Step], str]:
        """Compile up to the end of a block; return the action that ended it, too."""
        self._blocks.append(keyword)
        steps: list[Step] = []
        for action, text in self._pieces:
            word = _keyword(text)[0] if action else ""
            if word in {"end", "else"}:
                if not keyword:
                    raise wrong(f"unexpected {{{{{text}}}}}")
                self._blocks.pop()
                return steps, text
            steps.append(self._action(text) if action else _writing(constant(text)))
        if keyword:
            raise wrong("unexpected end of the template: {{end}} is missing")
        return steps, ""

    def _action(self, text: str) -> Step:
        word, rest = _keyword(text)
        if text.startswith("/*"):
            return _writing(constant(""))
        if word in {"if", "range", "with"}:
            return self._branches(word, rest)
        if word in {"define", "block", "template"}:
            return self._other(word, rest)
        if word in _LEAVES:
            return self._leaving(word, rest)
        if declared := _DECLARATION.match(text):
            return _assigning(declared, pipeline(text[declared.end() :]))
        return _writing(pipeline(text))

    def _branches(self, word: str, text: str) -> Step:
        declared = _DECLARATION.match(text)
        names = [name for name in declared.groups()[:2] if name] if declared else []
        value = pipeline(text[declared.end() :] if declared else text)
        yes, ended = self._block(word)
        no: list[Step] = []
        again = ended.removeprefix("else").strip()
        if ended != "end" and again.startswith(_AGAIN):
            no = [self._action(again)]
        elif ended != "end":
            no, ended = self._block("else")
            if ended != "end":
                raise wrong(f"expected end; found {{{{{ended}}}}}")
        if word == "range":
            return _ranging(value, names, yes, no)
        return _choosing(value, names, yes, no, moves=word == "with")

    def _other(self, word: str, text: str) -> Step:
        """Compile what has to do with a template that has a name."""
        found = _NAMED.match(text)
        if not found:
            raise wrong(f"unexpected {text.partition(' ')[0]!r} in {word} clause")
        name, value = literal(found[1]), found[2]
        dot = pipeline(value) if value or word == "block" else constant(None)
        if word != "template":
            self._define(word, name, value)
        if word == "define":
            return _writing(constant(""))

        def use(scope: Scope) -> None:
            if name not in self._named:
                raise wrong(f'template "{name}" not defined')
            row = dot(scope)
            _run(self._named[name], scope._replace(dot=row, variables=ChainMap({"$": row})))

        return use

    def _define(self, word: str, name: str, value: str) -> None:
        if word == "define" and value:
            raise wrong(f"unexpected {value!r} in define clause")
        if word == "define" and self._blocks != [""]:
            raise wrong("unexpected <define> in command")
        if self._named.get(name):
            raise wrong(f'multiple definition of template "{name}"')
        outer, self._blocks = self._blocks, []
        steps, ended = self._block(word)
        self._blocks = outer
        if ended != "end":
            raise wrong(f"unexpected {{{{{ended}}}}} in {word} clause")
        self._named[name] = steps

    def _leaving(self, word: str, rest: str) -> Step:
        if rest:
            raise wrong(f"unexpected {rest!r} in {{{{{word}}}}}")
        if "range" not in self._blocks:
            raise wrong(f"{{{{{word}}}}} outside {{{{range}}}}")

        def leave(_: Scope) -> None:
            raise _LEAVES[word]

        return leave


def _writing(value: Expression) -> Step:
    return lambda scope: scope.out.append(output(value(scope)))


def _choosing(
    value: Expression, names: list[str], yes: list[Step], no: list[Step], *, moves: bool
) -> Step:
    """Return an ``if``, or a ``with``, which *moves* the dot."""

    def choose(scope: Scope) -> None:
        found = value(scope)
        if not truth(found):
            return _run(no, scope.within(scope.dot))
        inner = scope.within(found if moves else scope.dot)
        inner.variables.update(dict.fromkeys(names, found))
        return _run(yes, inner)

    return choose


def _ranging(value: Expression, names: list[str], yes: list[Step], no: list[Step]) -> Step:
    """Return a ``range``: one variable is the item, two are its index and it."""

    def repeat(scope: Scope) -> None:
        found = value(scope)
        items = _items(found, names)
        if not items:
            _run(no, scope.within(scope.dot))
        for pair in enumerate(items):
            inner = scope.within(pair[1])
            inner.variables.update(zip(names, pair[2 - len(names) :], strict=False))
            try:
                _run(yes, inner)
            except _Break:
                return
            except _Continue:
                continue

    return repeat


def _items(found: Any, names: list[str]) -> Any:
    if isinstance(found, (list, tuple)):
        return found
    if kind(found) != "int":
        raise wrong(f"range can't iterate over {go_text(found)}")
    if len(names) > 1:
        raise wrong(f"can't use {found} to iterate over more than one variable")
    return range(found)


def _assigning(declared: re.Match[str], value: Expression) -> Step:
    name, _, sign = declared.groups()

    def assign(scope: Scope) -> None:
        maps = scope.variables.maps
        known = [one for one in maps if name in one]
        if sign == "=" and not known:
            raise wrong(f'undefined variable "{name}"')
        target = maps[0] if sign == ":=" else known[0]
        target[name] = value(scope)

    return assign
