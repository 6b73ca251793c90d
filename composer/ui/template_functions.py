"""The functions that ``--format`` templates may call, and how Go prints values.

May import: ui.jsonl, ui.words.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from composer.ui.jsonl import to_json
from composer.ui.words import quoted

Function = Callable[..., Any]

_VERB = re.compile(r"%([-+ 0#]*\d*(?:\.\d+)?)([a-zA-Z%])")
_JS = str.maketrans(
    {
        "\\": "\\\\", "'": "\\'", '"': '\\"', "<": "\\u003C", ">": "\\u003E", "&": "\\u0026",
        "=": "\\u003D", "\n": "\\u000A", "\r": "\\u000D", "\t": "\\u0009",
    }
)  # fmt: skip


def go_text(value: Any) -> str:
    """Return *value* as Go prints it: ``true``, ``[a b]``, ``{a b}``, ``<no value>``."""
    if value is None:
        return "<no value>"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return f"{{{' '.join(go_text(one) for one in value.values())}}}"
    if isinstance(value, (list, tuple)):
        return f"[{' '.join(map(go_text, value))}]"
    return str(value)


def truth(value: Any) -> bool:
    """Return whether ``if`` takes *value* for true."""
    return bool(value)


def fields(row: Any) -> Any:
    """Return a row without its methods, sorted by name."""
    if isinstance(row, Mapping):
        return {name: fields(row[name]) for name in sorted(row) if not callable(row[name])}
    return row


def _json(value: Any) -> str:
    return to_json(fields(value) if _is_row(value) else value)


def _is_row(value: Any) -> bool:
    return isinstance(value, Mapping) and any(callable(one) for one in value.values())


def _join(parts: Sequence[Any], separator: str) -> str:
    return separator.join(map(go_text, parts))


def _index(value: Any, *keys: Any) -> Any:
    for key in keys:
        value = value[key]
    return value


def _pad(text: str, before: int, after: int) -> str:
    return " " * before + text + " " * after if text else ""


def _print(*values: Any) -> str:
    """Join values as Go does: with a space between two of which none is a text."""
    out = ""
    for before, value in zip(("", *values), values, strict=False):
        apart = not isinstance(before, str) and not isinstance(value, str)
        out += f"{' ' if apart else ''}{go_text(value)}"
    return out


def _printf(form: str, *values: Any) -> str:
    left = list(values)

    def put(found: re.Match[str]) -> str:
        flags, verb = found[1], found[2]
        if verb == "%":
            return "%"
        if not left:
            return f"%!{verb}(MISSING)"
        return _formatted(flags, verb, left.pop(0))

    return _VERB.sub(put, form)


def _formatted(flags: str, verb: str, value: Any) -> str:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if number and verb in "dxXofeEgG":
        shown: str = f"%{flags}{verb}" % value
        return shown
    if verb in "dfeEgG" or not number:
        text = quoted(go_text(value)) if verb == "q" else go_text(value)
        if verb in "svqt":
            return f"%{flags}s" % text
        return f"%!{verb}({type(value).__name__.replace('str', 'string')}={text})"
    return f"%{flags}s" % go_text(value)


def _slice(value: Any, *bounds: int) -> Any:
    start, end = (*bounds, *(0, len(value))[len(bounds) :])
    if not 0 <= start <= end <= len(value):
        raise ValueError(f"slice bounds out of range [{start}:{end}]")
    return value[start:end]


def _html(*values: Any) -> str:
    from html import escape

    text = escape("".join(map(go_text, values)), quote=False)
    return text.replace('"', "&#34;").replace("'", "&#39;")


def _js(*values: Any) -> str:
    return "".join(map(go_text, values)).translate(_JS)


def _urlquery(*values: Any) -> str:
    from urllib.parse import quote_plus

    return quote_plus("".join(map(go_text, values)))


def _upper(text: str) -> str:
    return text.upper()


def _lower(text: str) -> str:
    return text.lower()


def _title(text: str) -> str:
    return text.title()


FUNCTIONS: Mapping[str, Function] = {
    "json": _json,
    "upper": _upper,
    "lower": _lower,
    "title": _title,
    "split": lambda text, separator: text.split(separator),
    "join": _join,
    "truncate": lambda text, length: text[:length],
    "pad": _pad,
    "len": len,
    "index": _index,
    "print": _print,
    "println": lambda *values: " ".join(map(go_text, values)) + "\n",
    "printf": _printf,
    "slice": _slice,
    "html": _html,
    "js": _js,
    "urlquery": _urlquery,
    "eq": lambda one, *others: one in others,
    "ne": lambda one, other: one != other,
    "lt": lambda one, other: one < other,
    "le": lambda one, other: one <= other,
    "gt": lambda one, other: one > other,
    "ge": lambda one, other: one >= other,
    "and": lambda *values: next((one for one in values if not one), values[-1]),
    "or": lambda *values: next((one for one in values if one), values[-1]),
    "not": lambda value: not truth(value),
}

_SAME = {name: (lambda text, *_: text) for name in ("json", "upper", "lower", "title", "truncate")}
HEADER_FUNCTIONS: Mapping[str, Function] = {**FUNCTIONS, **_SAME}
"""Functions that leave the titles of a table's header as they are."""
