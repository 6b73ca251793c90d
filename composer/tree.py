"""The located YAML tree that stands between text and model.

A Node is immutable by agreement: stages build new nodes and share what they did not change.

May import: errors, source, value.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from composer.source import Position

Scalar = str | int | float | bool | None
TreePath = tuple[str | int, ...]
RESET, OVERRIDE = "!reset", "!override"
"""The tags that say how a value is put over another one: not at all, as a whole."""


class Node:
    """A YAML value with its place.

    *value* is a dict of Nodes by key, a list of Nodes, or a scalar. *keys* has the position of
    each key of a mapping. *tag* is the explicit tag (``!reset``, ``!override``) or empty.
    *plain* tells a scalar that was written without quotes. *over* is the node that this one
    replaced when files were merged; *template* is the text before variables were replaced.
    """

    __slots__ = ("keys", "over", "plain", "pos", "tag", "template", "value")

    value: Any
    pos: Position | None
    keys: Mapping[str, Position]
    tag: str
    plain: bool
    over: "Node | None"
    template: str | None

    def __init__(  # noqa: PLR0913 - the one place where all slots are set
        self,
        value: Any,
        pos: Position | None = None,
        keys: Mapping[str, Position] | None = None,
        tag: str = "",
        *,
        plain: bool = False,
        over: "Node | None" = None,
        template: str | None = None,
    ) -> None:
        self.value = value
        self.pos = pos
        self.keys = keys or {}
        self.tag = tag
        self.plain = plain
        self.over = over
        self.template = template

    def __repr__(self) -> str:
        return f"Node({plain(self)!r}, {self.pos})"

    def get(self, key: str) -> "Node | None":
        """Return the entry *key* of a mapping, None where there is none or this is no mapping."""
        value = self.value
        return value.get(key) if type(value) is dict else None

    def with_value(self, value: Any) -> "Node":
        """Return this node, at the same place, with another value."""
        return Node(
            value, self.pos, self.keys, self.tag,
            plain=self.plain, over=self.over, template=self.template,
        )  # fmt: skip

    def with_entry(self, key: str, entry: "Node") -> "Node":
        """Return this mapping with *key* set to *entry*."""
        keys = {**self.keys, key: entry.pos} if entry.pos else self.keys
        return Node({**self.value, key: entry}, self.pos, keys, self.tag, over=self.over)

    def without(self, *names: str) -> "Node":
        """Return this mapping without the entries *names*."""
        if not any(name in self.value for name in names):
            return self
        return self.with_value({k: v for k, v in self.value.items() if k not in names})

    @property
    def is_mapping(self) -> bool:
        """Whether this is a mapping."""
        return type(self.value) is dict

    @property
    def is_sequence(self) -> bool:
        """Whether this is a sequence."""
        return type(self.value) is list


def mapping(entries: Mapping[str, Node], pos: Position | None = None) -> Node:
    """Return a mapping node with *entries*."""
    return Node(dict(entries), pos)


def build(value: Any, pos: Position | None = None) -> Node:
    """Return *value* (dicts, lists, scalars) as a tree whose every node stands at *pos*."""
    if isinstance(value, Mapping):
        return Node({str(key): build(entry, pos) for key, entry in value.items()}, pos)
    if isinstance(value, (list, tuple)):
        return Node([build(entry, pos) for entry in value], pos)
    return Node(value, pos)


def plain(node: Node) -> Any:
    """Return the tree as plain dicts, lists and scalars."""
    value = node.value
    kind = type(value)
    if kind is dict:
        return {key: plain(entry) for key, entry in value.items()}
    if kind is list:
        return [plain(entry) for entry in value]
    return value


def find(node: Node, path: TreePath) -> Node | None:
    """Return the node at *path*, None where the path leads nowhere."""
    for step in path:
        value = node.value
        if isinstance(step, int):
            if not isinstance(value, list) or not -len(value) <= step < len(value):
                return None
        elif not isinstance(value, dict) or step not in value:
            return None
        node = value[step]
    return node


def position(node: Node, path: TreePath) -> Position | None:
    """Return the place of *path*: of its key where it is in a mapping, else of the nearest parent.

    An error message is best read at the key, so this prefers it to the value.
    """
    best = node.pos
    for step in path:
        value = node.value
        if isinstance(step, int):
            if not isinstance(value, list) or not -len(value) <= step < len(value):
                return best
            node = value[step]
            best = node.pos or best
        else:
            if not isinstance(value, dict) or step not in value:
                return best
            best = node.keys.get(step) or value[step].pos or best
            node = value[step]
    return best


def walk(node: Node, path: TreePath = ()) -> Iterator[tuple[TreePath, Node]]:
    """Yield each node below *node* with its path, parents first."""
    yield path, node
    if type(node.value) is dict:
        for key, entry in node.value.items():
            yield from walk(entry, (*path, key))
    elif type(node.value) is list:
        for index, entry in enumerate(node.value):
            yield from walk(entry, (*path, index))


def map_scalars(node: Node, change: Callable[[Node], Node]) -> Node:
    """Return the tree with *change* applied to each scalar; unchanged parts are shared."""
    value = node.value
    if type(value) is dict:
        made = {key: map_scalars(entry, change) for key, entry in value.items()}
        same = all(made[key] is value[key] for key in made)
        return node if same else node.with_value(made)
    if type(value) is list:
        items = [map_scalars(entry, change) for entry in value]
        same = all(a is b for a, b in zip(items, value, strict=True))
        return node if same else node.with_value(items)
    return change(node)


def dotted(path: TreePath) -> str:
    """Return *path* as people write it: ``services.web.ports[0]``."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            text += f".{step}" if text else step
    return text
