"""The rule about attributes that a single engine does not use.

Which ones these are, the registry says: their engine target is ``swarm``.
May import: lint.context, spec, tree.
"""

from collections.abc import Iterator
from typing import Any

from composer.lint.context import Context, Found
from composer.spec.record import Record
from composer.tree import TreePath, dotted


def unused(context: Context) -> Found:
    """``swarm-only``: once for a project, at the first such attribute."""
    found: list[TreePath] = []
    for name, service in context.services.items():
        if service.deploy:
            found += _swarm(service.deploy, ("services", name, "deploy"))
    places = {path: context.place(path) for path in found if context.node(*path) is not None}
    found = sorted(places, key=lambda path: places[path] or ("", 0, 0))
    if not found:
        return
    services: dict[str, list[str]] = {}
    for path in found[1:]:
        services.setdefault(dotted(path[2:]), []).append(str(path[1]))
    more = [f"{attribute} of {', '.join(names)}" for attribute, names in services.items()]
    others = f"; so with {'; '.join(more)}" if more else ""
    message = f"only a cluster uses it, a single engine does not{others}"
    yield context.at(found[0], "swarm-only", message)


def _swarm(value: Any, path: TreePath) -> Iterator[TreePath]:
    """Yield each attribute below *value* that is set and that only a cluster uses."""
    if not isinstance(value, Record):
        return
    for name, row in value.__attrs__.items():
        item = value.__dict__.get(name, row.default)
        if item == row.default:
            continue
        if row.engine == "swarm":
            yield (*path, name)
        else:
            yield from _swarm(item, (*path, name))
