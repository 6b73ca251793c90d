"""The generic walks over a tree and its shape: to the long form, and to the defaults.

May import: spec, tree.
"""

from collections.abc import Callable

from composer.spec.shapes import Shape
from composer.tree import Node

Visit = Callable[[Node, Shape], Node]


def canonical(node: Node, shape: Shape) -> Node:
    """Return *node* with every short form below it in its long form.

    What does not fit its shape is left as it is, for validation to reject.
    """
    made = shape.canon(node)
    if node.over is not None and made.over is None:
        made = made.with_value(made.value)
        made.over = node.over
    return descend(made, shape, canonical)


def complete(node: Node, shape: Shape) -> Node:
    """Return *node*, in long form, with the specification's defaults filled in."""
    return shape.fill(descend(node, shape, complete))


def descend(node: Node, shape: Shape, visit: Visit) -> Node:
    """Return *node* with *visit* applied to each entry."""
    if shape.leaf:
        return node
    value = node.value
    if type(value) is dict:
        child = shape.child
        made = {key: visit(entry, child(key)) for key, entry in value.items()}
        if all(made[key] is value[key] for key in made):
            return node
        return node.with_value(made)
    if type(value) is list and value:
        item = shape.child(0)
        items = [visit(entry, item) for entry in value]
        if all(new is old for new, old in zip(items, value, strict=True)):
            return node
        return node.with_value(items)
    return node
