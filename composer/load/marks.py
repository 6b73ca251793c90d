"""Where ``!reset`` and ``!override`` count in one document.

Below an ``!override`` all is taken as it is written: a tag there means nothing. An item of a list
that is marked ``!reset`` has no counterpart in another file, so it is as good as not written.

May import: tree.
"""

from collections.abc import Iterator

from composer.tree import OVERRIDE, RESET, Node


def settled(root: Node) -> Node:
    """Return the document *root* with no marks but those that count when files are merged."""
    return _settled(root, frozenset(_resets(root)), within=False)


def _resets(node: Node) -> Iterator[int]:
    """Yield the identity of each ``!reset`` node outside all ``!override``.

    Such a node is gone wherever an alias or a merge key brings it.
    """
    if node.tag == RESET:
        yield id(node)
    elif node.tag != OVERRIDE:
        for entry in _entries(node):
            yield from _resets(entry)


def _entries(node: Node) -> list[Node]:
    if node.is_mapping:
        return list(node.value.values())
    return node.value if node.is_sequence else []


def _settled(node: Node, gone: frozenset[int], *, within: bool) -> Node:
    if id(node) in gone:
        return node
    below = within or node.tag == OVERRIDE
    value = node.value
    if node.is_mapping:
        value = {key: _settled(entry, gone, within=below) for key, entry in value.items()}
    elif node.is_sequence:
        value = [_settled(one, gone, within=below) for one in value if id(one) not in gone]
    made = node.with_value(value)
    made.tag = "" if within else node.tag
    return made
