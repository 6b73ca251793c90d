"""Names without a value in the lists of services' variables: each file's own values fill them.

An included file has an environment of its own, so its names have to be filled before the project
that includes it takes it over. Docker Compose fills lists there, and leaves mappings alone.

May import: spec, tree.
"""

from collections.abc import Iterable, Mapping

from composer.spec.shapes import as_text
from composer.tree import Node


def filled(tree: Node, environment: Mapping[str, str]) -> Node:
    """Return *tree* with bare names in lists of ``environment`` given their values, if known."""
    services = tree.get("services")
    if services is None or not services.is_mapping:
        return tree
    changed = {}
    for name, service in services.value.items():
        listed = service.get("environment")
        if listed is not None and (made := _filled(listed, environment)) is not listed:
            changed[name] = service.with_value({**service.value, "environment": made})
    if not changed:
        return tree
    return tree.with_value(
        {**tree.value, "services": services.with_value({**services.value, **changed})}
    )


def _filled(node: Node, environment: Mapping[str, str]) -> Node:
    if node.is_sequence:
        known = {i: as_text(one) for i, one in enumerate(node.value) if as_text(one) in environment}
        if not known:
            return node
        items = list(node.value)
        for index, name in known.items():
            items[index] = items[index].with_value(f"{name}={environment[name]}")
        return node.with_value(items)
    if not node.is_mapping:
        return node
    bare = [k for k, one in node.value.items() if one.value is None and k in environment]
    if not bare or not is_list(node):
        return node
    found = {name: node.value[name].with_value(environment[name]) for name in bare}
    return node.with_value({**node.value, **found})


def is_list(node: Node) -> bool:
    """Tell whether a mapping stands for a list: written as one, or merged of several files."""
    return node.over is not None or written_as_list(node, node.value)


def written_as_list(node: Node, names: Iterable[str]) -> bool:
    """Tell whether the entries *names* were items of a list: key and value at one place."""
    return any((at := node.value[name].pos) and node.keys.get(name) == at for name in names)
