"""JSON as Go's ``encoding/json`` writes it, so that texts and their digests are Compose's.

May import: nothing of the package.
"""

import json
import re
from typing import Any

_ESCAPES = {
    "<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029",
}  # fmt: skip
_SMALL = re.compile(r'"(?:[^"\\]|\\.)*"|-?[0-9.]+e-0[0-9]')
_BROKEN = re.compile("[\ud800-\udfff]")
"""Bytes of the environment that are no UTF-8, as Python has them."""
_DECIMAL_FROM = 1e-6
"""Smaller numbers have an exponent."""


def dumps(value: Any, indent: int | None = None) -> str:
    """Return *value*, compact unless *indent* says else; ValueError for an endless number."""
    separators = None if indent else (",", ":")
    text = json.dumps(
        value, indent=indent, separators=separators, ensure_ascii=False, allow_nan=False
    )
    if not text.isascii() and _BROKEN.search(text):
        text = _BROKEN.sub(r"\\ufffd", text)
    for char, escape in _ESCAPES.items():
        text = text.replace(char, escape)
    return _SMALL.sub(_small, text) if "e-0" in text else text


def _small(match: re.Match[str]) -> str:
    """Return a small number as Go writes it (``1e-05`` → 0.00001), a text as it is."""
    token = match[0]
    if token[0] == '"':
        return token
    mantissa, _, exponent = token.partition("e-")
    if abs(float(token)) < _DECIMAL_FROM:
        return f"{mantissa}e-{int(exponent)}"
    from decimal import Decimal

    return format(Decimal(token), "f")
