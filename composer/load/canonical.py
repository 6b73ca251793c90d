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
    return descend(long(node, shape), shape, canonical)


def long(node: Node, shape: Shape) -> Node:
    """Return *node* in its long form, with all that it was beside its value."""
    made = shape.canon(node)
    if made is not node and (node.tag or node.over is not None):
        made = made.with_value(made.value)
        made.tag = node.tag
        made.over = made.over or node.over
    return made


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
