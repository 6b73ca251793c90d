"""Environment files: ``.env`` beside the project, and what a service's ``env_file`` names.

Two formats: the usual one, with quotes, comments and variables, and the raw one of ``docker run
--env-file``, where a line is taken as it stands.

May import: load.syntax, load.template, errors, source, value.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from composer.errors import ParseError, TemplateError
from composer.load.template import MAX_TOTAL, TemplateSyntaxError, substitute, too_long
from composer.source import Diagnostic, Position, Source, error, warning
from composer.value import Value

EMPTY: Mapping[str, Any] = {}
Lookup = Callable[[str], str | None]

_SPACES = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""What counts as space between statements and after a value, as in Go; \\x1c to \\x1f do not."""
_TABS = r"\t\v\f\r\x85\xa0"
"""What, beside the space itself, counts as space around a name and before a value."""
_BLANK = re.compile(rf"(?:[{_SPACES}]|#[^\n]*)*+")
_EXPORT = re.compile(rf"export[\t\f\r ][{_TABS} ]*+(?![=:\n]|\Z)")
_NAME = re.compile(
    rf"([\w.\-\[\]]*+(?:[{_TABS}]++[\w.\-\[\]]++)*)[{_TABS} ]*+(?:([=:])[{_TABS} ]*+|\n|\Z)"
)
"""Within a name Compose refuses spaces, but takes tabs.

Pythons before 3.11.5 keep what a possessive group has matched in part, so that group is none.
"""
_NAME_OR_SPACE = re.compile(rf"[\w.\-\[\]{_TABS} ]*+")
_QUOTED = {
    "'": re.compile(r"'([^'\\]*+(?:\\.[^'\\]*+)*+)'", re.DOTALL),
    '"': re.compile(r'"([^"\\]*+(?:\\.[^"\\]*+)*+)"', re.DOTALL),
}
_ESCAPE = re.compile(r'\\(?:([abfnrtv"\\])|(\$)|0([0-9]{0,3}))')
_ESCAPED = {
    "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
    '"': '"', "\\": "\\",
}  # fmt: skip
_SHOWN = 40
_OCTAL = re.compile("[0-3][0-7][0-7]")


class Environment(Value):
    """What a file says: None stands for a bare name that has no value anywhere.

    *lines* are the numbers of those that set a variable, the last one where several do.
    """

    values: Mapping[str, str | None]
    warnings: tuple[Diagnostic, ...] = ()
    lines: Mapping[str, int] = EMPTY


def read_env(
    source: Source,
    lookup: Lookup,
    *,
    raw: bool = False,
    above: Mapping[str, str] = EMPTY,
    bare: bool = True,
) -> Environment:
    """Return the variables of *source*; *lookup* knows those from outside the file.

    A bare name takes its value from *lookup*; without *bare* it says nothing. In a value, a
    variable is sought in *lookup* first and then in the lines above, as Compose does; *above* are
    those of files before this one.
    """
    text = source.text.removeprefix("\ufeff")
    nul = text.find("\0")
    if nul >= 0:
        from composer.load.syntax import locate  # only to explain

        place = locate(source.name, text, nul)
        raise ParseError(error("env-syntax", "a NUL character cannot stand here", place))
    if raw:
        return _raw(Source(source.name, text), lookup)
    scanner = _Scanner(Source(source.name, text), lookup, above, bare=bare)
    scanner.scan()
    return Environment(scanner.values, tuple(scanner.warnings), scanner.lines)


def _raw(source: Source, lookup: Lookup) -> Environment:
    values: dict[str, str | None] = {}
    lines: dict[str, int] = {}
    for number, line in enumerate(source.text.split("\n"), 1):
        said = line.removesuffix("\r").lstrip(_SPACES)
        if not said or said.startswith("#"):
            continue
        name, equals, value = said.partition("=")
        place = Position(source.name, number, len(line) - len(line.lstrip(_SPACES)) + 1)
        if not name:
            raise ParseError(error("env-syntax", 'there is no name before "="', place))
        if any(char in " \t\v\f\r" for char in name):
            raise ParseError(error("env-syntax", _spaced(name), place))
        lines[name] = number
        if equals:
            values[name] = value
        else:
            _inherit(values, name, lookup)
    return Environment(values, lines=lines)


def _spaced(name: str) -> str:
    shown = name if len(name) <= _SHOWN else f"{name[:_SHOWN]}…"
    return f'key cannot contain a space: "{shown}"'


def _inherit(values: dict[str, str | None], name: str, lookup: Lookup) -> None:
    value = lookup(name)
    if value is not None or name not in values:
        values[name] = value


class _Scope(Mapping[str, str]):
    """What a variable in a value can refer to: the outside first, then the lines above."""

    def __init__(self, lookup: Lookup, values: Mapping[str, str | None]) -> None:
        self.lookup = lookup
        self.values_above = values

    def __getitem__(self, name: str) -> str:
        value = self.lookup(name)
        if value is None:
            value = self.values_above.get(name)
        if value is None:
            raise KeyError(name)
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_above)

    def __len__(self) -> int:
        return len(self.values_above)


class _Scanner:
    """Reads statement after statement; several may share a line after a quoted value."""

    def __init__(
        self, source: Source, lookup: Lookup, above: Mapping[str, str], *, bare: bool
    ) -> None:
        self.bare = bare
        self.name = source.name
        self.text = source.text
        self.lookup = lookup
        self.at = 0
        self.counted = (0, 1)
        self.made = 0
        self.values: dict[str, str | None] = {**above}
        self.lines: dict[str, int] = {}
        self.warnings: list[Diagnostic] = []
        self.scope = _Scope(lookup, self.values)

    def scan(self) -> None:
        while True:
            self._skip(_BLANK)
            if self.at >= len(self.text):
                return
            self._skip(_EXPORT)
            line = self._place(self.at).line
            name, assigned = self._name()
            if not assigned and not self.bare:
                continue
            self.lines[name] = line
            if assigned:
                self.values[name] = self._value()
            else:
                _inherit(self.values, name, self.lookup)

    def _skip(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self.text, self.at)
        if match:
            self.at = match.end()

    def _place(self, offset: int) -> Position:
        """Return where *offset* is, counting lines on from the last place that was asked for."""
        seen, line = self.counted
        line += self.text.count("\n", seen, offset)
        self.counted = (offset, line)
        return Position(self.name, line, offset - self.text.rfind("\n", 0, offset))

    def _error(self, message: str, offset: int) -> ParseError:
        return ParseError(error("env-syntax", message, self._place(offset)))

    def _name(self) -> tuple[str, bool]:
        """Return the name and whether ``=`` or ``:`` follows; the value begins after both."""
        start = self.at
        match = _NAME.match(self.text, start)
        if match:
            if not match[1]:
                self._nameless(match[2], start)
            self.at = match.end()
            return match[1], match[2] is not None
        found = _NAME_OR_SPACE.match(self.text, start)
        end = found.end() if found else start
        char = self.text[end : end + 1]
        if not char or char in "=:\n":
            raise self._error(_spaced(self.text[start:end].strip()), start)
        alone = "\udc80" <= char <= "\udcff"  # a byte that is no UTF-8
        shown = repr(char.encode(errors="surrogateescape"))[1:] if alone else repr(char)
        raise self._error(f"unexpected character {shown} in the name of a variable", end)

    def _nameless(self, sign: str | None, start: int) -> None:
        """Warn of a value without a name, which Compose keeps and no container can have."""
        if sign is None:
            raise self._error("a name is missing", start)
        message = f'there is no name before "{sign}"'
        self.warnings.append(warning("env-syntax", message, self._place(start)))

    def _value(self) -> str:
        start = self.at
        quote = self.text[start : start + 1]
        if quote in _QUOTED:
            match = _QUOTED[quote].match(self.text, start)
            if not match:
                raise self._error("unterminated quoted value", start)
            self.at = match.end()
            if quote == "'":
                return match[1].replace("\\'", "'")
            return self._replace(_ESCAPE.sub(_unescape, match[1]), start, exact=False)
        end = self.text.find("\n", start)
        self.at = len(self.text) if end < 0 else end
        value = self.text[start : self.at].partition(" #")[0].rstrip(_SPACES)
        return self._replace(value, start, exact=True)

    def _replace(self, value: str, start: int, *, exact: bool) -> str:
        """Return *value* with its variables replaced; escapes before make offsets inexact."""
        if "$" not in value:
            return value
        try:
            done = substitute(value, self.scope)
            self.made += len(done.text)
            if self.made > MAX_TOTAL:
                raise too_long(MAX_TOTAL)
        except TemplateSyntaxError as problem:
            place = self._place(start + (problem.offset if exact else 0))
            found = error(problem.code, problem.message, place, hint=problem.hint)
            raise TemplateError(found) from None
        for name in done.unset:
            message = f'The "{name}" variable is not set. Defaulting to a blank string.'
            self.warnings.append(warning("unset-variable", message, self._place(start)))
        return done.text


def _unescape(match: re.Match[str]) -> str:
    plain, dollar, octal = match.groups()
    if plain:
        return _ESCAPED[plain]
    if dollar:
        return "$$"  # the template language's own escape
    return chr(int(octal, 8)) if _OCTAL.fullmatch(octal) else f"\\{octal}"
