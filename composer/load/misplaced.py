"""Where a name belongs that the specification does not have at its place.

May import: source, tree.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from composer.source import close_to
from composer.tree import Node, TreePath

_NEARLY = 0.85
"""How much like one that is allowed a name must be to be a slip of the pen."""
_SERVICE = 2
"""The length of a service's path."""

Schema = Mapping[str, Any]


def advice(name: str, entry: Node | None, path: TreePath, here: Schema, service: Schema) -> str:
    """Return a hint for the unknown *name*, whose value is *entry*, of the mapping at *path*.

    *here* is the schema of that mapping, *service* that of a service.
    """
    if name == "<<":
        return "write << without quotes to merge"
    if not path and entry is not None and (entry.get("image") or entry.get("build")):
        return "services stand under services"
    known = here.get("properties", {})
    return (
        close_to(name, known, _NEARLY)
        or _elsewhere(name, path, here, service)
        or close_to(name, known)
        or "private data goes under a name with x-"
    )


def _elsewhere(name: str, path: TreePath, here: Schema, service: Schema) -> str:
    """Name the one part below that has an attribute *name*, or the service around."""
    below = list(_holders(name, here, ()))
    if len(below) == 1:
        return f"it stands under {below[0]}"
    within = path[:1] == ("services",) and len(path) > _SERVICE
    if within and name in service["properties"]:
        return "it stands in the service itself"
    return ""


def _holders(name: str, schema: Schema, path: tuple[str, ...]) -> Iterator[str]:
    """Yield the dotted paths below *schema* of parts that have an attribute *name*."""
    for key, inner in _attributes(schema):
        if key == name and path:
            yield ".".join(path)
        yield from _holders(name, inner, (*path, key))


def _attributes(schema: Schema) -> Iterator[tuple[str, Schema]]:
    """Yield the attributes of a mapping, and their schemas, in whichever form has them."""
    yield from schema.get("properties", {}).items()
    for form in schema.get("oneOf", ()):
        yield from _attributes(form)
