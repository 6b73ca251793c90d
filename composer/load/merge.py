"""Putting one tree over another, each attribute by its own rule, and keeping lists unique.

The rule of an attribute is the ``merge`` column of its row: ``deep`` (mappings by key, lists
appended, scalars replaced, null changes nothing), ``long`` (the same after short forms became
long), ``replace``, ``by_key`` (``KEY=VALUE`` in either form), a rule for lists that says when two
entries are the same (``unique``, ``by_port``, …), ``logging``, ``hosts``, ``pools``,
``replace_each``. Compose Specification: "Merge Compose files".

May import: spec, tree, errors, source.
"""

from collections.abc import Callable, Iterator

from composer.errors import MergeError
from composer.source import error
from composer.spec.containers import Maybe
from composer.spec.record import RecordOf
from composer.spec.shapes import ANY, Misfit, Shape, Text, as_text
from composer.tree import OVERRIDE, RESET, Node, TreePath, dotted

_AS_WRITTEN = frozenset({"deep", "by_port"})
"""Rules before which short forms do not become long ones."""
Key = Callable[[Node], object]


def merge(base: Node, over: Node, shape: Shape, path: TreePath = (), rule: str = "deep") -> Node:
    """Return *over* put on *base*; raise MergeError where their kinds do not match."""
    if base.tag == RESET or over.tag == OVERRIDE:
        return _replaced(base, over)
    if rule not in _AS_WRITTEN:
        base, over = _long_form(base, shape, rule), _long_form(over, shape, rule)
    if rule == "replace" or not _same_driver(base, over, rule):
        return _replaced(base, over)
    if over.value is None:
        return _merged(base) if rule == "by_key" and base.is_mapping else base
    if base.is_mapping and over.is_mapping:
        return _mappings(base, over, shape, path, rule)
    if base.is_sequence and over.is_sequence:
        return _lists(base, over, shape, rule)
    if base.is_mapping or base.is_sequence:
        kinds = f"a {_kind(over)} cannot be put over a {_kind(base)}"
        notes = ((base.pos, "the other is here"),) if base.pos else ()
        raise MergeError(error("merge", kinds, over.pos, path=dotted(path), notes=notes))
    return _replaced(base, over)


def _long_form(node: Node, shape: Shape, rule: str) -> Node:
    """Return the long form; Compose takes a text for a list of one where lists are joined."""
    if rule in {"by_key", "hosts"} and isinstance(node.value, str):
        node = Node([node], node.pos)
    return shape.joined(node)


def _lists(base: Node, over: Node, shape: Shape, rule: str) -> Node:
    if rule == "pools":
        return _pools(base, over)
    added = over.value
    if rule == "hosts":
        known = {as_text(item) for item in base.value}
        added = [item for item in added if as_text(item) not in known]
    return unique(Node([*base.value, *added], over.pos or base.pos, over=base), shape, rule)


def _replaced(base: Node, over: Node) -> Node:
    made = over.with_value(over.value)
    made.over, made.tag = base, ""
    return made


def _merged(base: Node) -> Node:
    """Return *base* as the list that two files make of a mapping, also where one says nothing."""
    made = base.with_value(base.value)
    made.over = base
    return made


def _kind(node: Node) -> str:
    return "mapping" if node.is_mapping else "list" if node.is_sequence else "single value"


def _same_driver(base: Node, over: Node, rule: str) -> bool:
    """Options of one logging driver mean nothing to another."""
    if rule != "logging":
        return True
    one, other = base.get("driver"), over.get("driver")
    return one is None or other is None or one.value == other.value


def _mappings(base: Node, over: Node, shape: Shape, path: TreePath, rule: str) -> Node:
    entries = dict(base.value)
    for key, entry in over.value.items():
        if entry.tag == RESET:
            entries.pop(key, None)
        elif key not in entries:
            entries[key] = entry
        elif rule in {"by_key", "replace_each"}:
            entries[key] = _replaced(entries[key], entry)
        else:
            inner = shape.child(key)
            entries[key] = merge(entries[key], entry, inner, (*path, key), rule_of(shape, key))
    keys = {**base.keys, **over.keys}
    return Node(entries, base.pos or over.pos, keys, over=base if rule == "by_key" else base.over)


def _pools(base: Node, over: Node) -> Node:
    """Put subnets over subnets: those of *base* stay only where *over* has the same one."""
    pools: dict[object, Node] = {}
    for known in base.value:
        for new in over.value:
            subnet = _subnet(new)
            if subnet != _subnet(known) and subnet not in pools:
                pools[subnet] = new
                continue
            known = _mappings(known, new, ANY, (), "deep")  # noqa: PLW2901 - grows with each
            pools[_subnet(known)] = known
    return Node(list(pools.values()), over.pos or base.pos, over=base)


def _subnet(pool: Node) -> object:
    subnet = pool.get("subnet")
    return subnet.value if subnet else None


def rule_of(shape: Shape, key: str) -> str:
    """Return the merge rule of the attribute *key*."""
    if isinstance(shape, Maybe):
        shape = shape.of
    row = shape.record.__attrs__.get(key) if isinstance(shape, RecordOf) else None
    return row.merge if row else "deep"


def unique(node: Node, shape: Shape, rule: str) -> Node:
    """Return list *node* without entries that a later one redefines, in the place of the first."""
    key = _KEYS.get(rule)
    if key is None or not node.is_sequence or len(node.value) <= 1:
        return node
    inner = shape.child(0)
    kept: dict[object, Node] = {}
    for item in node.value:
        same = key(_long(item, inner)) if _fits(item, inner, rule) else id(item)
        kept[same] = _replaced(kept[same], item) if same in kept else item
    return node if len(kept) == len(node.value) else node.with_value(list(kept.values()))


def _fits(item: Node, shape: Shape, rule: str) -> bool:
    """Tell whether an item may stand in a list; what may not must stay, to be rejected."""
    if type(item.value) is int:
        scalars = shape is ANY or (isinstance(shape, Text) and bool(shape.also))
        return rule == "by_port" or (scalars and rule != "by_key")
    return item.is_mapping or item.is_sequence or isinstance(item.value, str)


def _long(item: Node, shape: Shape) -> Node:
    """Return the long form; an item that cannot be read stays for validation to reject."""
    try:
        return shape.canon(item)
    except Misfit:
        return item


def unify(node: Node, shape: Shape) -> Node:
    """Return *node* with every list below it that has a rule of sameness made unique."""
    if shape.leaf or not node.is_mapping:
        return node
    changed = {}
    for key, entry in node.value.items():
        if entry.is_sequence:
            new = unique(entry, shape.child(key), rule_of(shape, key))
        else:
            new = unify(entry, shape.child(key))
        if new is not entry:
            changed[key] = new
    return node.with_value({**node.value, **changed}) if changed else node


def marked(node: Node, path: TreePath = ()) -> Iterator[TreePath]:
    """Yield the path of every ``!reset`` and ``!override`` below *node*."""
    if node.tag in {RESET, OVERRIDE}:
        yield path
    elif node.is_mapping:
        for key, entry in node.value.items():
            yield from marked(entry, (*path, key))


def cut(node: Node, path: TreePath) -> Node:
    """Return *node* without what stands at *path*."""
    key = str(path[0])
    entry = node.get(key)
    if entry is None:
        return node
    if len(path) == 1:
        return node.without(key)
    return node.with_value({**node.value, key: cut(entry, path[1:])})


def cleared(node: Node) -> Node:
    """Return *node* without anything that is marked ``!reset``, and without the marks."""
    if node.is_mapping:
        kept = {k: cleared(entry) for k, entry in node.value.items() if entry.tag != RESET}
        same = len(kept) == len(node.value) and all(kept[k] is node.value[k] for k in kept)
        if same and not node.tag:
            return node
        made = node.with_value(kept)
    elif node.is_sequence:
        items = [cleared(item) for item in node.value]
        same = all(map(_is, items, node.value))
        if same and not node.tag:
            return node
        made = node.with_value(items)
    elif not node.tag:
        return node
    else:
        made = node.with_value(node.value)
    made.tag = ""
    return made


def _is(one: object, other: object) -> bool:
    return one is other


def _text_of(node: Node, key: str, default: str = "") -> str:
    entry = node.get(key)
    return default if entry is None else as_text(entry)


def _by_value(node: Node) -> object:
    return id(node) if node.is_mapping or node.is_sequence else as_text(node)


def _by_key(node: Node) -> object:
    return node.value.partition("=")[0] if isinstance(node.value, str) else _by_value(node)


def _by_port(node: Node) -> object:
    if not node.is_mapping:
        return _by_value(node)
    return (
        _text_of(node, "host_ip", "0.0.0.0"),  # noqa: S104 - the address that an absent one means
        _text_of(node, "published"),
        _text_of(node, "target"),
        _text_of(node, "protocol", "tcp"),
    )


def _by_field(field: str, folder: str = "") -> Key:
    def key(node: Node) -> object:
        if not node.is_mapping:
            return _by_value(node)
        named = node.get(field)
        if named is not None:
            return as_text(named)
        return f"{folder}/{_text_of(node, 'source')}" if folder or node.get("source") else id(node)

    return key


_KEYS: dict[str, Key] = {
    "unique": _by_key,
    "by_key": _by_key,
    "by_port": _by_port,
    "by_mount": _by_field("target"),
    "by_target": _by_field("target"),
    "by_path": _by_field("path"),
    "by_config_target": _by_field("target"),
    "by_secret_target": _by_field("target", "/run/secrets"),
}
