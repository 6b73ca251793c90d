"""The functions that ``--format`` templates may call, and how Go prints values.

May import: ui.jsonl, ui.words.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from composer.ui.jsonl import to_json
from composer.ui.words import quoted

Function = Callable[..., Any]


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


def _printf(form: str, *values: Any) -> str:
    out, left = [], list(values)
    pieces = form.split("%")
    out.append(pieces.pop(0))
    while pieces:
        piece = pieces.pop(0)
        if not piece:  # %% is a percent sign
            out.append("%" + (pieces.pop(0) if pieces else ""))
            continue
        flags = len(piece) - len(piece.lstrip("-+ 0123456789.#"))
        verb, rest = piece[flags : flags + 1], piece[flags + 1 :]
        value = left.pop(0) if left else "%!" + verb + "(MISSING)"
        text = quoted(go_text(value)) if verb == "q" else _number(verb, value)
        out.append(f"%{piece[:flags]}s" % text + rest)
    return "".join(out)


def _number(verb: str, value: Any) -> str:
    return str(int(value)) if verb == "d" else go_text(value)


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
    "print": lambda *values: "".join(map(go_text, values)),
    "println": lambda *values: " ".join(map(go_text, values)) + "\n",
    "printf": _printf,
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
