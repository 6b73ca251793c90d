"""From text to located nodes; the only place that reads YAML.

It takes the parser's events and builds Nodes itself, so nothing in a file can construct an
object, each node knows its place, and the three ways a small file can exhaust the machine (deep
nesting, aliases of aliases, an alias inside its own anchor) end in an error with a position.

May import: load.anchors, load.dialect, load.marks, load.scalar, load.syntax, errors, source, tree.
"""

import codecs
from collections.abc import Callable
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from composer.errors import ParseError
from composer.load.anchors import MAX_DEPTH, Anchors
from composer.load.dialect import NextEvent, events
from composer.load.marks import settled
from composer.load.scalar import ScalarError, Timestamp, resolve
from composer.source import Diagnostic, Position, Source, error
from composer.tree import OVERRIDE, RESET, Node, dotted, walk

_MAX_PROBLEMS = 100
_KEPT_TAGS = frozenset({RESET, OVERRIDE})
_MERGE = "tag:yaml.org,2002:merge"
_KINDS = {
    bool: "a boolean", int: "a number", float: "a number", Timestamp: "a date",
    type(None): "null", dict: "a mapping", list: "a list",
}  # fmt: skip


def decode(name: str, data: bytes, errors: str = "strict") -> Source:
    """Return the text of the file *name*: UTF-8, or UTF-16 with a byte order mark.

    With *errors* "surrogateescape", bytes that are no UTF-8 stay as they are.
    """
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    encoding = "utf-16" if wide else "utf-8"
    try:
        text = data.decode(encoding, "strict" if wide else errors)
    except UnicodeDecodeError as problem:
        from composer.load.syntax import locate  # only to explain

        before = data[: problem.start].decode(encoding, "replace").removeprefix("\ufeff")
        place = locate(name, before, None)
        message = f"this is not {encoding.upper()} text: bad byte at offset {problem.start}"
        hint = "save the file as UTF-8"
        raise ParseError(error("encoding", message, place, hint=hint)) from None
    nul = text.find("\0")
    if nul >= 0:
        from composer.load.syntax import locate  # only to explain

        offset = 2 + len(text[:nul].encode("utf-16-le")) if wide else data.index(0)
        message = f"a NUL character (byte offset {offset}) cannot stand in a text file"
        place = locate(name, text[:nul].removeprefix("\ufeff"), None)
        raise ParseError(error("encoding", message, place))
    return Source(name, text.removeprefix("\ufeff"))


def parse(source: Source, report: Callable[[Diagnostic], None] | None = None) -> list[Node]:
    """Return the root of each document; a text without any has none.

    With *report*, problems that leave a usable tree go there instead of being raised.
    Raises ParseError with every duplicate key, odd key and unquoted date, or with the one place
    where the text stops being YAML; CycleError for an alias inside its own anchor.
    """
    text = source.text.removeprefix("\ufeff")
    composer = None
    try:
        composer = _Composer(source.name, events(source.name, text))
        return composer.documents(report)
    except (yaml.YAMLError, ValueError, OverflowError) as problem:
        # The pure Python parser lets int() and chr() complain about absurd escapes.
        from composer.load.syntax import explain  # only to explain

        before = composer.problems if composer else []
        if any(found.code == "not-a-mapping" for found in before):
            raise ParseError(before) from None  # what follows is only its consequence
        raise ParseError([*before, explain(Source(source.name, text), problem)]) from None


class _Composer:
    """Builds the nodes of one stream of events."""

    def __init__(self, name: str, next_event: NextEvent) -> None:
        self.name = name
        self.next_event = next_event
        self.problems: list[Diagnostic] = []
        self.anchors = Anchors()
        self.dates: set[Node] = set()
        self.marked = False

    def documents(self, report: Callable[[Diagnostic], None] | None = None) -> list[Node]:
        found = []
        while True:
            event = self.next_event()
            if type(event) is DocumentStartEvent:
                root = self._document()
                if root:
                    found.append(root)
            elif type(event) is StreamEndEvent:
                break
        if self.problems:
            if report is None or not found:
                raise ParseError(self.problems)
            for problem in self.problems:
                report(problem)
        return found

    def _document(self) -> Node | None:
        self.anchors, self.dates = Anchors(), set()
        event: Any = self.next_event()
        root = self._node(event, 0)
        if self.marked:
            root = settled(root)
        if root.is_mapping:
            if self.dates:
                self._refuse_dates(root)
            return root
        empty = event.start_mark.index == event.end_mark.index
        if empty and type(event) is ScalarEvent:
            message = "top-level object must be a mapping; this document is empty"
            self._report("not-a-mapping", message, root.pos)
            return None
        kind = "a list" if root.is_sequence else "a single value"
        self._report("not-a-mapping", f"top-level object must be a mapping, not {kind}", root.pos)
        return None

    def _node(self, event: Any, depth: int) -> Node:
        kind = type(event)
        if kind is ScalarEvent:
            return self._scalar(event)
        if kind is AliasEvent:
            return self._alias(event, depth)
        if depth >= MAX_DEPTH:
            message = f"nested more than {MAX_DEPTH} levels deep"
            raise ParseError(error("too-deep", message, self._place(event)))
        return self._collection(event, depth + 1)

    def _place(self, event: Any) -> Position:
        mark = event.start_mark
        return Position(self.name, mark.line + 1, mark.column + 1)

    def _report(self, code: str, message: str, place: Position | None, **more: object) -> None:
        self.problems.append(error(code, message, place, **more))
        if len(self.problems) >= _MAX_PROBLEMS:
            raise ParseError(self.problems)

    def _scalar(self, event: Any) -> Node:
        self.anchors.written += 1
        tag = event.tag
        plain = not event.style
        mark = event.start_mark
        place = Position(self.name, mark.line + 1, mark.column + 1)
        value: Any = event.value
        if plain or tag:
            try:
                value = resolve(value, tag, plain=plain)
            except ScalarError as problem:
                self._report("bad-tag", str(problem), place)
        node = Node(value, place, None, self._mark(tag), plain=plain)
        if type(value) is Timestamp:
            self.dates.add(node)
            node.value = str(value)
        if event.anchor:
            self.anchors.add_scalar(event.anchor, node)
        return node

    def _mark(self, tag: str | None) -> str:
        if tag not in _KEPT_TAGS:
            return ""
        self.marked = True
        return str(tag)

    def _collection(self, event: Any, depth: int) -> Node:
        tag = self._mark(event.tag)
        many = type(event) is SequenceStartEvent
        node = Node([] if many else {}, self._place(event), None, tag)
        self.anchors.written += 1
        fill = self._fill_sequence if many else self._fill_mapping
        anchors = self.anchors
        anchors.deepest = max(anchors.deepest, depth)
        if event.anchor:
            kept = anchors.enter(event.anchor, node, depth)
            fill(node, depth)
            anchors.leave(node, depth, kept)
        else:
            fill(node, depth)
        return node

    def _alias(self, event: Any, depth: int) -> Node:
        return self.anchors.alias(event.anchor, self._place(event), depth)

    def _fill_sequence(self, node: Node, depth: int) -> None:
        next_event, build, append = self.next_event, self._node, node.value.append
        while True:
            event = next_event()
            if type(event) is SequenceEndEvent:
                return
            append(build(event, depth))

    def _fill_mapping(self, node: Node, depth: int) -> None:
        next_event, build, values = self.next_event, self._node, node.value
        keys: dict[str, Position] = {}
        merged: Node | None = None
        while True:
            event = next_event()
            if type(event) is MappingEndEvent:
                break
            key = self._key(event, keys, depth)
            value = build(next_event(), depth)
            if key == "<<" and _is_merge(event):
                merged = value
            elif key is not None:
                values[key] = value
        node.keys = keys
        if merged is not None:
            self._merge(node, merged, keys.pop("<<"))

    def _key(self, event: Any, keys: dict[str, Position], depth: int) -> str | None:
        """Return the key that *event* is and note its place; None once it has been refused."""
        simple = type(event) is ScalarEvent and not (event.tag or event.anchor)
        if simple:
            key: Any = resolve(event.value, None, plain=not event.style)
            mark = event.start_mark
            place = Position(self.name, mark.line + 1, mark.column + 1)
        else:
            node = self._node(event, depth)
            key, place = node.value, self._place(event)
            if node in self.dates:
                key = Timestamp(key)
        if type(key) is not str:
            self._report_key(event, key, place)
            return None
        if key in keys:
            notes = ((keys[key], "first defined here"),)
            message = f'mapping key "{key}" already defined at line {keys[key].line}'
            self._report("duplicate-key", message, place, notes=notes)
            return None
        keys[key] = place
        return key

    def _report_key(self, event: Any, key: object, place: Position) -> None:
        kind = _KINDS[type(key)]
        text = getattr(event, "value", None)
        said = f'"{text}"' if text else "this"
        hint = f'write "{text}" in quotes' if text else ""
        message = f"non-string key: {said} is {kind}"
        self._report("non-string-key", message, place, hint=hint)

    def _merge(self, node: Node, merged: Node, place: Position) -> None:
        """Put the entries of *merged* below those of *node*: own entries win, then earlier ones."""
        sources = merged.value if merged.is_sequence else [merged]
        if not all(source.is_mapping for source in sources):
            message = "map merge requires map or sequence of maps as the value"
            self._report("bad-merge", message, place)
            return
        values: dict[str, Node] = {}
        keys: dict[str, Position] = {}
        for source in reversed(sources):
            values.update(source.value)
            keys.update(source.keys)
        for key, own in node.value.items():
            values[key] = _overriding(values[key]) if own.tag == RESET and key in values else own
        node.value = values
        node.keys = {**keys, **node.keys}

    def _refuse_dates(self, root: Node) -> None:
        """Report each date outside ``x-`` extensions, the only place where Compose allows one."""
        for path, node in walk(root):
            if node not in self.dates or any(str(step).startswith("x-") for step in path):
                continue
            self.dates.discard(node)
            message = "this is read as a date, where Compose expects a string"
            hint = "put the date in quotes"
            self._report("date", message, node.pos, path=dotted(path), hint=hint)


def _overriding(node: Node) -> Node:
    """Return *node* marked to replace what other files say.

    That is what becomes of a ``!reset`` entry whose mapping merges another value in: the entry goes
    before merge keys are followed, but what other files say is still reset.
    """
    made = node.with_value(node.value)
    made.tag = OVERRIDE
    return made


def _is_merge(event: Any) -> bool:
    if type(event) is not ScalarEvent:
        return False
    tag, quoted = event.tag, bool(event.style)
    return tag == _MERGE or (not quoted and tag in {None, "!"})
