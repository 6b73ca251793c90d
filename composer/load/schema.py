"""Validation against the JSON Schema that the registry prints.

``jsonschema_rs`` decides, where a small file is not plainly valid (``load.valid``); ``jsonschema``
is imported only to explain a failure.
May import: load.bare, load.misplaced, load.valid, spec, tree, source.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from composer.load.bare import is_list
from composer.load.misplaced import advice
from composer.load.valid import surely_valid
from composer.source import Diagnostic, close_to, error
from composer.spec.project import document
from composer.tree import Node, TreePath, dotted, find, plain, position

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_FEW = 50
"""Services that are looked at sooner than the fast validator is loaded."""
_NAMES = {
    "object": "mapping", "array": "list", "string": "string", "integer": "integer",
    "number": "number", "boolean": "boolean", "null": "null",
}  # fmt: skip


@cache
def schema() -> dict[str, Any]:
    """Return the schema of a Compose file."""
    return {
        **document.schema(),
        "$schema": DIALECT,
        "$id": "compose.schema.json",
        "title": "Compose file",
        "description": "Multi-container application, as the Compose Specification describes it.",
    }


def print_schema() -> str:
    """Return the text of schemas/compose.schema.json."""
    import json  # loading a file needs none

    return json.dumps(schema(), indent=2) + "\n"


@cache
def _validator() -> Any:
    import jsonschema_rs

    return jsonschema_rs.validator_for(schema())


def _is_small(data: Any) -> bool:
    services = data.get("services")
    return not isinstance(services, dict) or len(services) <= _FEW


def validate(node: Node) -> list[Diagnostic]:
    """Return what the schema forbids in *node*, nothing where it is valid."""
    data = plain(node)
    if _is_small(data) and surely_valid(schema(), data):
        return []
    try:
        if _validator().is_valid(data):
            return []
    except (ValueError, OverflowError):  # a number that the fast validator cannot hold
        pass
    import jsonschema

    found = jsonschema.Draft202012Validator(schema()).iter_errors(data)
    return list(dict.fromkeys(one for problem in found for one in _explain(node, problem)))


def _explain(root: Node, problem: Any) -> Iterator[Diagnostic]:
    """Yield diagnostics in plain words for one of the library's errors."""
    path: TreePath = tuple(problem.absolute_path)
    if problem.validator == "oneOf":
        closest = _closest(problem)
        if closest:
            for one in closest:
                yield from _explain(root, one)
            return
        yield _diagnostic(root, path, f"must be {_forms(problem)}", "wrong-type")
    elif problem.validator == "additionalProperties":
        for name in _unknown(problem):
            if not name and (mapping := find(root, path)) and is_list(mapping):
                continue  # Docker Compose looks at the list, which may have an empty item
            yield _unknown_attribute(root, path, name, problem.schema)
    else:
        code, message = _plain_words(problem)
        known = problem.validator_value if problem.validator == "enum" else ()
        hint = close_to(str(problem.instance), map(str, known))
        yield _diagnostic(root, path, message, code, hint)


def _diagnostic(root: Node, path: TreePath, message: str, code: str, hint: str = "") -> Diagnostic:
    return error(code, message, position(root, path), path=dotted(path), hint=hint)


def _closest(problem: Any) -> list[Any]:
    """Return the errors of the alternative whose type fits, if just one's does."""
    groups: dict[int, list[Any]] = {}
    for inner in problem.context:
        groups.setdefault(inner.relative_schema_path[0], []).append(inner)
    fitting = [
        group
        for group in groups.values()
        if not any(one.validator == "type" and not one.relative_path for one in group)
    ]
    return fitting[0] if len(fitting) == 1 else []


def _forms(problem: Any) -> str:
    options = [_kind(option.get("type", "object")) for option in problem.validator_value]
    return _either(list(dict.fromkeys(options))) + _but(problem.instance)


def _kind(types: str | list[str]) -> str:
    """Return what a value of *types* is: ``a string``, ``an integer or string``."""
    names = sorted(_NAMES[one] for one in ([types] if isinstance(types, str) else types))
    if names == ["null"]:
        return "null"
    return f"{'an' if names[0] == 'integer' else 'a'} {_either(names)}"


def _either(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _but(value: Any) -> str:
    kinds: list[tuple[type, str]] = [
        (bool, "a boolean"), (str, "a string"), (int, "a whole number"), (float, "a number"),
        (list, "a list"), (dict, "a mapping"),
    ]  # fmt: skip
    name = next((name for kind, name in kinds if isinstance(value, kind)), "null")
    return f", not {name}"


def _unknown(problem: Any) -> list[str]:
    import re

    known = problem.schema.get("properties", {})
    patterns = problem.schema.get("patternProperties", {})
    return [
        name
        for name in problem.instance
        if name not in known and not any(re.search(pattern, name) for pattern in patterns)
    ]


def _unknown_attribute(
    root: Node, path: TreePath, name: str, allowed: Mapping[str, Any]
) -> Diagnostic:
    if not allowed.get("properties"):
        message = (
            f"additional properties {name!r} not allowed; "
            "a name must consist of letters, digits, '.', '_' and '-'"
        )
        return _diagnostic(root, (*path, name), message, "invalid-name")
    (service,) = schema()["properties"]["services"]["patternProperties"].values()
    hint = advice(name, find(root, (*path, name)), path, allowed, service)
    message = f"additional properties {name!r} not allowed"
    return _diagnostic(root, (*path, name), message, "unknown-attribute", hint)


def _plain_words(problem: Any) -> tuple[str, str]:
    wanted, value = problem.validator_value, problem.instance
    said: tuple[str, str] = ("invalid-value", str(problem.message))
    match problem.validator:
        case "type":
            said = "wrong-type", f"must be {_kind(wanted)}{_but(value)}"
        case "enum":
            said = "not-allowed", f"value must be {_one_of(wanted)}, not {value!r}"
        case "required":
            lacking = [name for name in wanted if name not in value]
            kind = "property" if len(lacking) == 1 else "properties"
            said = "missing-attribute", f"missing {kind} {', '.join(map(repr, lacking))}"
        case "uniqueItems":
            first, second = _equal_items(value)
            said = "duplicate-item", f"items at {first} and {second} are equal"
        case "pattern":
            said = "not-allowed", f"{value!r} does not match pattern '{wanted}'"
        case "minimum" | "maximum" as limit:
            than = "greater" if limit == "minimum" else "less"
            said = "out-of-range", f"must be {than} than or equal to {wanted}, not {value}"
    return said


def _one_of(values: Sequence[object]) -> str:
    listed = ", ".join(map(repr, values))
    return listed if len(values) == 1 else f"one of {listed}"


def _equal_items(items: Sequence[Any]) -> tuple[int, int]:
    """Return the indices of the first item that stands there already, and of that one, in order."""
    first: dict[object, int] = {}
    keys = [_key(item) for item in items]
    return next(
        (known, index)
        for index, key in enumerate(keys)
        if (known := first.setdefault(key, index)) != index
    )


def _key(value: Any) -> object:
    """Return what is equal for what JSON Schema takes for equal: 1 and 1.0, but not 1 and true."""
    if isinstance(value, dict):
        return frozenset((name, _key(entry)) for name, entry in value.items())
    if isinstance(value, list):
        return tuple(map(_key, value))
    return isinstance(value, bool), value
