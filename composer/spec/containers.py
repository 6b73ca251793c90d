"""Shapes that hold others: lists, mappings, and the forms that may be either.

May import: spec.shapes, spec.order, tree, value.
"""

from collections.abc import Callable, Mapping
from typing import Any

from composer.spec.order import in_order
from composer.spec.shapes import ANY, Form, Misfit, Schema, Shape, Text, as_text, text
from composer.tree import Node

KEY = "^[a-zA-Z0-9._-]+$"
LIST_OF_STRINGS: Schema = {"type": "array", "items": {"type": "string"}, "uniqueItems": True}


class Many(Shape):
    """A list; *expand* turns one short item into several long ones (port ranges)."""

    item: Shape
    unique: bool = False
    single: bool = False
    """Whether one item may stand without its list."""
    expand: Callable[[Node], list[Node]] | None = None
    blank: bool = True
    """Whether an empty text is an item."""
    alone: tuple[Mapping[str, Any], ...] = ()
    """Schemas of the forms that are no list, where *single* does not say it."""

    def schema(self) -> Schema:
        """Return an array schema, or one of it and the single form."""
        made: Schema = {"type": "array", "items": self.item.schema()}
        if self.unique:
            made["uniqueItems"] = True
        if self.single:
            return {"oneOf": [{"type": "string"}, made]}
        return {"oneOf": [*map(dict, self.alone), made]} if self.alone else made

    def child(self, step: str | int) -> Shape:
        """Return the item's shape."""
        return self.item if isinstance(step, int) else ANY

    def canon(self, node: Node) -> Node:
        """Put a single item into a list and expand short items."""
        if self.single and type(node.value) not in (list, dict) and node.value is not None:
            node = Node([node], node.pos)
        if not self.blank and node.is_sequence:
            node = node.with_value([item for item in node.value if item.value != ""])
        if not self.expand or not node.is_sequence:
            return node
        try:
            return node.with_value([long for item in node.value for long in self.expand(item)])
        except Misfit as wrong:
            if "$" in str(wrong.node.value):
                return node  # with --no-interpolate a variable stands here
            raise

    def bind(self, node: Node) -> tuple[Any, ...]:
        """Return the items."""
        if node.value is None:
            return ()
        if not node.is_sequence:
            message = "must be a list"
            raise Misfit(message, node)
        bind = self.item.bind
        return tuple(bind(item) for item in node.value)

    def render(self, value: tuple[Any, ...], form: Form) -> Any:
        """Print each item."""
        return [self.item.render(item, form) for item in value]


class Table(Shape):
    """A mapping from names to values of one shape; printed with its names in order."""

    value: Shape
    names: str = KEY
    closed: bool = True
    listed: Mapping[str, Any] | None = None
    """Where a list of names is allowed: what each name of it stands for."""
    also_list: bool = False

    def schema(self) -> Schema:
        """Return an object schema, or one of it and a list of names."""
        made: Schema = {"type": "object", "patternProperties": {self.names: self.value.schema()}}
        if self.closed:
            made["additionalProperties"] = False
        return {"oneOf": [LIST_OF_STRINGS, made]} if self.also_list else made

    def child(self, step: str | int) -> Shape:
        """Return the value's shape."""
        return self.value if isinstance(step, str) else ANY

    def canon(self, node: Node) -> Node:
        """Turn a list of names into a mapping."""
        if not self.also_list or not node.is_sequence:
            return node
        entries: dict[str, Node] = {}
        for item in node.value:
            if not isinstance(item.value, str):
                return node
            entries[item.value] = _constant(self.listed, item)
        return Node(entries, node.pos, {item.value: item.pos for item in node.value})

    def bind(self, node: Node) -> Mapping[str, Any]:
        """Return the values by name; null stays None where the shape does not know it."""
        if node.value is None:
            return {}
        if not node.is_mapping:
            message = "must be a mapping"
            raise Misfit(message, node)
        bind = self.value.bind
        return {key: bind(entry) for key, entry in node.value.items()}

    def render(self, value: Mapping[str, Any], form: Form) -> Any:
        """Print by name."""
        return {key: self.value.render(value[key], form) for key in in_order(value, form)}


def _constant(value: Mapping[str, Any] | None, at: Node) -> Node:
    if value is None:
        return Node(None, at.pos)
    return Node({key: Node(entry, at.pos) for key, entry in value.items()}, at.pos)


class Maybe(Shape):
    """A value or null; null is kept as None and printed as null."""

    of: Shape

    def schema(self) -> Schema:
        """Return one of the value and null."""
        return {"oneOf": [self.of.schema(), {"type": "null"}]}

    def child(self, step: str | int) -> Shape:
        """Return what the value has there."""
        return self.of.child(step)

    def canon(self, node: Node) -> Node:
        """Leave null, else as the value does."""
        return node if node.value is None else self.of.canon(node)

    def fill(self, node: Node) -> Node:
        """Leave null, else as the value does."""
        return node if node.value is None else self.of.fill(node)

    def bind(self, node: Node) -> Any:
        """Return None or the value."""
        return None if node.value is None else self.of.bind(node)

    def render(self, value: Any, form: Form) -> Any:
        """Print null or the value."""
        return None if value is None else self.of.render(value, form)


class KeyValues(Shape):
    """A mapping of scalars, or a list of ``KEY=VALUE``.

    A key without a value is kept as None where *keep_unset* (the environment supplies it later),
    else it is an empty text.
    """

    leaf = True
    keep_unset: bool = False
    valued: bool = False
    """Whether each key needs a value."""
    looked_up: bool = False
    """Whether a name alone goes where the environment lacks it, whatever it is."""

    def schema(self) -> Schema:
        """Return the specification's ``list_or_dict``."""
        kinds = {"type": ["string", "number", "boolean", "null"]}
        made = {"type": "object", "patternProperties": {".+": kinds}, "additionalProperties": False}
        return {"oneOf": [made, LIST_OF_STRINGS]}

    def canon(self, node: Node) -> Node:
        """Turn the list into a mapping; the last of equal keys wins."""
        if not node.is_sequence:
            return node
        entries: dict[str, Node] = {}
        keys = {}
        for item in node.value:
            if not isinstance(item.value, str):
                return node
            key, found, value = item.value.partition("=")
            if self.keep_unset and key[-1:].isspace() and (found or not self.looked_up):
                message = f"environment variable {key} is declared with a trailing space"
                raise Misfit(message, item, "invalid-variable")
            if self.valued and not found:
                message = f"invalid value {item.value}, expected key=value"
                raise Misfit(message, item)
            entries[key] = item.with_value(value if found else None)
            keys[key] = item.pos
        return Node(entries, node.pos, keys, over=node.over)

    def bind(self, node: Node) -> Mapping[str, str | None]:
        """Return the texts by key."""
        if node.value is None:
            return {}
        if not node.is_mapping:
            message = "must be a mapping or a list of KEY=VALUE"
            raise Misfit(message, node)
        return {
            key: None if entry.value is None and self.keep_unset else as_text(entry)
            for key, entry in node.value.items()
        }

    def render(self, value: Mapping[str, str | None], form: Form) -> Any:
        """Print by key."""
        return {key: value[key] for key in in_order(value, form)}


class Options(Shape):
    """A mapping of texts and numbers (driver options); *types* is what the schema allows."""

    leaf = True
    types: tuple[str, ...] = ("string", "number")
    closed: bool = False
    whole: bool = False
    """Whether a number with a fraction, which the schema allows, is refused later."""

    def schema(self) -> Schema:
        """Return an object schema."""
        kind = list(self.types) if len(self.types) > 1 else self.types[0]
        made: Schema = {"type": "object", "patternProperties": {"^.+$": {"type": kind}}}
        if self.closed:
            made["additionalProperties"] = False
        return made

    def bind(self, node: Node) -> Mapping[str, str]:
        """Return the texts by key."""
        if node.value is None:
            return {}
        if not node.is_mapping:
            message = "must be a mapping"
            raise Misfit(message, node)
        read = text.bind if self.whole else as_text
        return {key: read(entry) for key, entry in node.value.items()}

    def render(self, value: Mapping[str, str], form: Form) -> Any:
        """Print by key."""
        return {key: value[key] for key in in_order(value, form)}


class Freeform(Shape):
    """An object whose entries the specification leaves open (``storage_opt``)."""

    leaf = True

    def schema(self) -> Schema:
        """Return object."""
        return {"type": "object"}

    def bind(self, node: Node) -> Mapping[str, str]:
        """Return the texts by key; whole numbers are printed again."""
        if node.value is None:
            return {}
        return {key: text.bind(entry) for key, entry in node.value.items()}

    def render(self, value: Mapping[str, str], form: Form) -> Any:
        """Print by key."""
        return Options().render(value, form)


words = Many(text, unique=True)
"""A list of unique texts."""
words_open = Many(text)
"""A list of texts."""
one_or_many = Many(text, unique=True, single=True)
"""A text, or a list of unique texts."""
label_map = KeyValues()
variable_map = KeyValues(keep_unset=True)
argument_map = KeyValues(keep_unset=True, looked_up=True)
option_map = Options()
numbers_or_words = Many(Text(also=("number",)), unique=True)
