"""The order in which Compose prints the entries of a mapping.

JSON has the keys by their characters. YAML has them as people count: ``a9`` before ``a10``, and
signs before digits before letters.

May import: spec.units.
"""

from collections.abc import Iterable, Mapping
from functools import cmp_to_key
from typing import Any

from composer.spec.units import json_number


def in_order(keys: Iterable[str], form: str) -> list[str]:
    """Return *keys* in the order of *form* (json or yaml)."""
    if form == "json" or all(map(str.isalpha, keys := tuple(keys))):
        return sorted(keys)
    return sorted(keys, key=_natural)


def arranged(value: Any, form: str, hollow: list[Any] | None = None) -> Any:
    """Return *value* with its keys in order.

    In JSON a whole number has no fraction, and an empty list is null in an ``x-`` entry, *hollow*
    elsewhere.
    """
    if isinstance(value, Mapping):
        return {
            key: arranged(value[key], form, None if key.startswith("x-") else hollow)
            for key in in_order(value, form)
        }
    if isinstance(value, list):
        return [arranged(one, form, hollow) for one in value] or (hollow if form == "json" else [])
    return json_number(value) if form == "json" and isinstance(value, float) else value


def _compare(one: str, other: str) -> int:
    size = min(len(one), len(other))
    at = next((index for index in range(size) if one[index] != other[index]), size)
    if at == size:
        return len(one) - len(other)
    left, right = one[at], other[at]
    if left.isalpha() and right.isalpha():
        return -1 if left < right else 1
    if left.isalpha() or right.isalpha():
        letters_first = at > 0 and one[at - 1].isdecimal()
        return -1 if left.isalpha() is letters_first else 1
    return _compare_signs(one, other, at)


def _compare_signs(one: str, other: str, at: int) -> int:
    """Compare numbers by value, a sign as nothing at all, equal ones by length and character."""
    led = one[at] == "0" or other[at] == "0"
    head = "1" if led and one[:at].rstrip("0")[-1:].isdecimal() and one[at - 1].isdecimal() else ""
    left, right = (
        (int(head + digits or "0"), len(digits), text[at])
        for text in (one, other)
        for digits in [_digits(text, at)]
    )
    return -1 if left < right else 1


def _digits(text: str, start: int) -> str:
    end = start
    while end < len(text) and text[end].isdecimal():
        end += 1
    return text[start:end]


_natural = cmp_to_key(_compare)
