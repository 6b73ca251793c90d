"""The functions that ``--format`` templates may call, with the types that they take.

``and`` and ``or`` are not among them: they leave arguments unevaluated (``ui.template_values``).

May import: errors, ui.go_format, ui.jsonl.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from composer.errors import ComposerError
from composer.ui.go_format import NO_VALUE, go_text, kind, print_, printf, println
from composer.ui.jsonl import to_json

_ANY = object
_WANTED = {str: "string", int: "int", list: "[]string"}
_BASIC = {"bool", "int", "float64", "string"}
_ORDERED = _BASIC - {"bool"}
_JS = str.maketrans(
    {
        "\\": "\\\\", "'": "\\'", '"': '\\"', "<": "\\u003C", ">": "\\u003E", "&": "\\u0026",
        "=": "\\u003D", "\n": "\\u000A", "\r": "\\u000D", "\t": "\\u0009",
    }
)  # fmt: skip


class Function:
    """What a template may call: it looks at its arguments before it is called.

    *takes* are the types of the arguments; with *more*, the last of them may come any number of
    times, also never.
    """

    def __init__(
        self, name: str, call: Callable[..., Any], *takes: type, more: bool = False
    ) -> None:
        self.name = name
        self._call = call
        self._takes = takes
        self._more = more

    def __call__(self, *arguments: Any) -> Any:
        """Return the result. Raises ComposerError in Go's words."""
        given, wanted = len(arguments), len(self._takes) - self._more
        if given < wanted or (given > wanted and not self._more):
            least = "at least " if self._more else ""
            message = f"wrong number of args for {self.name}: want {least}{wanted} got {given}"
            raise wrong(message)
        takes = (*self._takes, *self._takes[-1:] * (given - len(self._takes)))
        for value, one in zip(arguments, takes, strict=False):
            if not _fits(value, one):
                message = f"wrong type for value; expected {_WANTED[one]}; got {kind(value)}"
                raise wrong(message)
        try:
            return self._call(*arguments)
        except (ValueError, OverflowError, MemoryError) as error:
            raise wrong(f"error calling {self.name}: {error}") from None


def wrong(message: str) -> ComposerError:
    """Return what is raised for a template that is wrong, or does not fit what is there."""
    return ComposerError(f"template parsing error: {message}")


def _fits(value: Any, wanted: type) -> bool:
    return wanted is _ANY or kind(value) == _WANTED[wanted]


def truth(value: Any) -> bool:
    """Return whether ``if`` takes *value* for true."""
    return bool(value)


def fields(row: Any) -> Any:
    """Return a row without its methods, sorted by name."""
    if isinstance(row, Mapping):
        return {name: fields(row[name]) for name in sorted(row) if not callable(row[name])}
    return row


def _json(value: Any) -> str:
    """Return JSON; only in that of a whole row are the signs of HTML escaped."""
    if isinstance(value, Mapping) and any(map(callable, value.values())):
        return to_json(fields(value))
    return go_text(value) if kind(value) == "float64" else to_json(value, html=False)


def _split(text: str, separator: str) -> list[str]:
    """Return the parts of *text*; without a separator its characters."""
    return text.split(separator) if separator else list(text)


def _title(text: str) -> str:
    return re.sub(r"(?<!\w)\w", lambda found: found[0].title(), text)


def _truncate(text: str, length: int) -> str:
    if length < 0:
        raise ValueError(f"slice bounds out of range [:{length}]")
    return _text(text.encode()[:length])


def _pad(text: str, before: int, after: int) -> str:
    if before < 0 or after < 0:
        raise ValueError("negative count")
    return " " * before + text + " " * after if text else ""


def _text(data: bytes) -> str:
    return data.decode(errors="replace")


def _length(value: Any) -> int:
    return len(_items(value, f"len of type {kind(value)}"))


def _items(value: Any, refusal: str) -> bytes | Sequence[Any]:
    """Return what can be counted: Go counts the bytes of a text."""
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, (list, tuple)):
        return value
    raise ValueError(refusal)


def _index(value: Any, *keys: Any) -> Any:
    for key in keys:
        items = _items(value, f"can't index item of type {kind(value)}")
        if kind(key) != "int":
            raise ValueError(f"cannot index slice/array with type {kind(key)}")
        if not 0 <= key < len(items):
            raise ValueError(f"index out of range: {key}")
        value = items[key]
    return value


def _slice(value: Any, *bounds: int) -> Any:
    items = _items(value, f"can't slice item of type {kind(value)}")
    if len(bounds) > 2:  # noqa: PLR2004 - a start and an end
        raise ValueError(f"too many slice indexes: {len(bounds)}")
    for bound in bounds:
        if kind(bound) != "int":
            raise ValueError(f"cannot index slice/array with type {kind(bound)}")
        if not 0 <= bound <= len(items):
            raise ValueError(f"index out of range: {bound}")
    start, end = (*bounds, *(0, len(items))[len(bounds) :])
    if start > end:
        raise ValueError(f"invalid slice index: {start} > {end}")
    part = items[start:end]
    return _text(part) if isinstance(part, bytes) else part


def _equal(one: Any, *others: Any) -> bool:
    if not others:
        raise ValueError("missing argument for comparison")
    return any(_same(one, other) for other in others)


def _same(one: Any, other: Any) -> bool:
    for value in (one, other):
        if value is not None and kind(value) not in _BASIC:
            raise ValueError(f"non-comparable type {kind(value)}")
    if None not in (one, other) and kind(one) != kind(other):
        raise ValueError(f"incompatible types for comparison: {kind(one)} and {kind(other)}")
    return bool(one == other)


def _less(one: Any, other: Any) -> bool:
    if not {kind(one), kind(other)} <= _ORDERED:
        raise ValueError("invalid type for comparison")
    return not _same(one, other) and bool(one < other)


def _joined(values: tuple[Any, ...]) -> str:
    return print_(*(NO_VALUE if value is None else value for value in values))


def _html(*values: Any) -> str:
    from html import escape

    text = escape(_joined(values), quote=False)
    return text.replace('"', "&#34;").replace("'", "&#39;")


def _js(*values: Any) -> str:
    return _joined(values).translate(_JS)


def _urlquery(*values: Any) -> str:
    from urllib.parse import quote_plus

    return quote_plus(_joined(values))


FUNCTIONS: Mapping[str, Function] = {
    one.name: one
    for one in (
        Function("json", _json, _ANY),
        Function("upper", str.upper, str),
        Function("lower", str.lower, str),
        Function("title", _title, str),
        Function("split", _split, str, str),
        Function("join", lambda parts, separator: separator.join(parts), list, str),
        Function("truncate", _truncate, str, int),
        Function("pad", _pad, str, int, int),
        Function("len", _length, _ANY),
        Function("index", _index, _ANY, _ANY, more=True),
        Function("slice", _slice, _ANY, _ANY, more=True),
        Function("print", print_, _ANY, more=True),
        Function("println", println, _ANY, more=True),
        Function("printf", printf, str, _ANY, more=True),
        Function("html", _html, _ANY, more=True),
        Function("js", _js, _ANY, more=True),
        Function("urlquery", _urlquery, _ANY, more=True),
        Function("eq", _equal, _ANY, _ANY, more=True),
        Function("ne", lambda one, other: not _same(one, other), _ANY, _ANY),
        Function("lt", _less, _ANY, _ANY),
        Function("le", lambda one, other: not _less(other, one), _ANY, _ANY),
        Function("gt", lambda one, other: _less(other, one), _ANY, _ANY),
        Function("ge", lambda one, other: not _less(one, other), _ANY, _ANY),
        Function("not", lambda value: not truth(value), _ANY),
    )
}


def _untitled(*_: Any) -> Any:
    """Refuse to count or take apart a title: nobody asks for that of the heading."""
    raise ValueError("a title is whole")


def _heading(name: str) -> Function:
    if name in {"len", "index"}:
        return Function(name, _untitled, _ANY, more=True)
    return Function(name, lambda title, *_: title, _ANY, _ANY, more=True)


_OTHERS = ("json", "upper", "lower", "title", "truncate", "split", "join", "len", "index")
HEADER_FUNCTIONS: Mapping[str, Function] = {
    **FUNCTIONS,
    **{name: _heading(name) for name in _OTHERS},
}
"""Functions that leave the titles of a table's header as they are."""
