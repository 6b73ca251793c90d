"""Where ``!reset`` and ``!override`` count in one document.

Below an ``!override`` all is taken as it is written: a tag there means nothing. An item of a list
that is marked ``!reset`` has no counterpart in another file, so it is as good as not written.

May import: tree.
"""

from composer.tree import OVERRIDE, RESET, Node


def settled(root: Node) -> Node:
    """Return the document *root* with no marks but those that count when files are merged.

    What has none stays the very node that it is, also where aliases share it.
    """
    return _Settling(root).settle(root, within=False)


class _Settling:
    """One document: each node is looked at once outside, and once below an ``!override``."""

    def __init__(self, root: Node) -> None:
        self._gone: set[int] = set()
        self._seen: set[int] = set()
        self._made: dict[tuple[int, bool], Node] = {}
        self._note_resets(root)

    def _note_resets(self, node: Node) -> None:
        """Note each ``!reset`` node outside all ``!override``.

        Such a node is gone wherever an alias or a merge key brings it.
        """
        if id(node) in self._seen:
            return
        self._seen.add(id(node))
        if node.tag == RESET:
            self._gone.add(id(node))
        elif node.tag != OVERRIDE:
            for entry in _entries(node):
                self._note_resets(entry)

    def settle(self, node: Node, *, within: bool) -> Node:
        """Return *node* with what counts; *within* is below an ``!override``."""
        if id(node) in self._gone:
            return node
        key = id(node), within
        if key not in self._made:
            self._made[key] = self._settled(node, within=within)
        return self._made[key]

    def _settled(self, node: Node, *, within: bool) -> Node:
        below = within or node.tag == OVERRIDE
        old = _entries(node)
        kept = old if node.is_mapping else [one for one in old if id(one) not in self._gone]
        new = [self.settle(one, within=below) for one in kept]
        tag = "" if within else node.tag
        same = len(new) == len(old) and all(made is one for made, one in zip(new, old, strict=True))
        if same and tag == node.tag:
            return node
        value = dict(zip(node.value, new, strict=True)) if node.is_mapping else new
        made = node.with_value(value if node.is_mapping or node.is_sequence else node.value)
        made.tag = tag
        return made


def _entries(node: Node) -> list[Node]:
    if node.is_mapping:
        return list(node.value.values())
    return node.value if node.is_sequence else []
