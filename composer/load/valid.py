"""A quick look whether a value is valid: for files so small that a validator's start counts.

It knows the part of JSON Schema that the registry prints, and says yes only where there is no
doubt; all else is left to the validator proper.

May import: nothing of the package.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

_KINDS: dict[type, tuple[str, ...]] = {
    str: ("string",), bool: ("boolean",), int: ("integer", "number"), float: ("number",),
    type(None): ("null",), list: ("array",), dict: ("object",),
}  # fmt: skip
_NOTES = frozenset({"$schema", "$id", "title", "description", "deprecated"})
_ENTRIES = frozenset({"properties", "patternProperties", "additionalProperties"})
Schema = Mapping[str, Any]


def surely_valid(schema: Schema, value: Any) -> bool:
    """Return True where *schema* allows *value*; False where it does not, or may not."""
    for keyword, wanted in schema.items():
        rule = _RULES.get(keyword)
        if rule is None:
            if keyword not in _NOTES and keyword not in _ENTRIES:
                return False
        elif not rule(wanted, value):
            return False
    return type(value) is not dict or _entries(schema, value)


def _type(wanted: Any, value: Any) -> bool:
    kinds = _KINDS.get(type(value), ())
    return any(kind in kinds for kind in ([wanted] if isinstance(wanted, str) else wanted))


def _one_of(wanted: Any, value: Any) -> bool:
    """Only one alternative is of the value's type, and that one allows it."""
    if type(value) is float:  # which may count as a whole number
        return False
    fitting = [one for one in wanted if "type" not in one or _type(one["type"], value)]
    return len(fitting) == 1 and surely_valid(fitting[0], value)


def _enum(wanted: Any, value: Any) -> bool:
    return type(value) is str and value in wanted


def _pattern(wanted: Any, value: Any) -> bool:
    return type(value) is not str or ("\n" not in value and bool(re.search(wanted, value)))


def _minimum(wanted: Any, value: Any) -> bool:
    return type(value) not in (int, float) or value >= wanted


def _maximum(wanted: Any, value: Any) -> bool:
    return type(value) not in (int, float) or value <= wanted


def _items(wanted: Any, value: Any) -> bool:
    return type(value) is not list or all(surely_valid(wanted, one) for one in value)


def _unique(wanted: Any, value: Any) -> bool:
    if type(value) is not list or not wanted or len(value) <= 1:
        return True
    return all(type(one) is str for one in value) and len(set(value)) == len(value)


def _required(wanted: Any, value: Any) -> bool:
    return type(value) is not dict or all(name in value for name in wanted)


def _entries(schema: Schema, value: Mapping[str, Any]) -> bool:
    """Each entry follows the rules of its name, or else those of the others."""
    named = schema.get("properties", {})
    patterns = schema.get("patternProperties", {})
    others = schema.get("additionalProperties", True)
    for key, entry in value.items():
        rules = [named[key]] if key in named else []
        if patterns:
            if "\n" in key:
                return False
            rules += [one for pattern, one in patterns.items() if re.search(pattern, key)]
        if not rules and others is False:
            return False
        if not rules and isinstance(others, Mapping):
            rules = [others]
        if not all(surely_valid(one, entry) for one in rules):
            return False
    return True


_RULES: Mapping[str, Callable[[Any, Any], bool]] = {
    "type": _type, "oneOf": _one_of, "enum": _enum, "pattern": _pattern, "minimum": _minimum,
    "maximum": _maximum, "items": _items, "uniqueItems": _unique, "required": _required,
}  # fmt: skip
