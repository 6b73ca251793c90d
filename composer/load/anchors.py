"""Anchors and aliases, and what their expansion would cost.

An alias shares the node of its anchor, so parsing a bomb of aliases is cheap; the stages that
follow walk the expanded tree, so its size and depth are bounded here.

May import: errors, source, tree.
"""

from composer.errors import CycleError, ParseError
from composer.source import Position, error
from composer.tree import Node

MAX_DEPTH = 100
"""Nesting of mappings and lists; a Compose file needs about ten. Later stages recurse."""

MAX_COPIES = 100_000
"""How many nodes aliases may add to a document, and MAX_RATIO more for each one written out."""

MAX_RATIO = 50


class Anchors:
    """The anchors of one document, with the size and height of what each stands for."""

    __slots__ = ("_nodes", "_sizes", "copied", "deepest", "written")

    def __init__(self) -> None:
        self._nodes: dict[str, Node] = {}
        self._sizes: dict[Node, tuple[int, int]] = {}
        self.written = 0
        self.copied = 0
        self.deepest = 0

    def add_scalar(self, name: str, node: Node) -> None:
        """Note a scalar under *name*; a later anchor of the same name replaces it."""
        self._nodes[name] = node
        self._sizes[node] = (1, 0)

    def enter(self, name: str, node: Node, depth: int) -> tuple[int, int]:
        """Begin a collection; until `leave`, an alias of it is a cycle. Keep what this returns."""
        self._nodes[name] = node
        outside, self.deepest = self.deepest, depth
        return self.written + self.copied - 1, outside

    def leave(self, node: Node, depth: int, kept: tuple[int, int]) -> None:
        """End a collection: now its size and height are known."""
        before, outside = kept
        self._sizes[node] = (self.written + self.copied - before, self.deepest - depth + 1)
        self.deepest = max(outside, self.deepest)

    def alias(self, name: str, place: Position, depth: int) -> Node:
        """Return the node that the alias at *place*, *depth* levels deep, stands for."""
        node = self._nodes.get(name)
        if node is None:
            message = f"unknown anchor '{name}' referenced: none stands before this alias"
            raise ParseError(error("unknown-alias", message, place))
        if node not in self._sizes:
            notes = ((node.pos, f"&{name} begins here"),) if node.pos else ()
            message = f'the alias "*{name}" stands inside its own anchor'
            raise CycleError(error("alias-cycle", message, place, notes=notes))
        size, height = self._sizes[node]
        self.copied += size
        self.deepest = max(self.deepest, depth + height)
        if self.deepest > MAX_DEPTH:
            message = f"nested more than {MAX_DEPTH} levels deep through this alias"
            raise ParseError(error("too-deep", message, place))
        if self.copied > MAX_COPIES + MAX_RATIO * self.written:
            message = f"the aliases up to here stand for {self.copied} values, which is too many"
            raise ParseError(error("too-large", message, place))
        return node
