"""Record: a typed model value whose field declarations are the attribute registry.

    class Service(Record):
        image: str = attr(text, "", engine="Image")

One row has the attribute's shape, its default (None: printed whenever it is set; an empty value:
left out where it is empty), how two files' values merge, what kind of path it is, the Engine API
field that it reaches (or ``client``: used on this side; ``swarm``: by a cluster only; ``none:`` and
why), whether it counts in the config hash, and the API version that brought it.

May import: spec.shapes, spec.order, tree, source, value.
"""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from composer.source import Position
from composer.spec.order import arranged
from composer.spec.shapes import ANY, EMPTY, Form, Misfit, Schema, Shape, raw
from composer.tree import Node, build
from composer.value import Value

Merge = str
"""One of the names in spec.merges."""


class Attr(Value):
    """One row of the registry."""

    name: str
    shape: Shape
    default: Any = None
    merge: Merge = "deep"
    path: str = ""
    engine: str = ""
    hashed: bool = True
    since: tuple[int, int] | None = None
    always: bool = False
    required: bool = False
    hide: tuple[Form, ...] = ()
    shown: str = ""


def attr(  # noqa: PLR0913 - the columns of the registry
    shape: Shape,
    default: Any = None,
    *,
    merge: Merge = "deep",
    path: str = "",
    engine: str = "",
    hashed: bool = True,
    since: tuple[int, int] | None = None,
    always: bool = False,
    required: bool = False,
    hide: tuple[Form, ...] = (),
    shown: str = "",
) -> Any:
    """Declare a row; the name comes from the class attribute.

    *always* prints it even when unset (JSON), *hide* names the outputs that leave it out, *shown*
    is its name in JSON where that differs from the attribute's.
    """
    return Attr.trusted(dict(locals()))  # at import, 300 times: no time for checks


class Record(Value, hidden=("node",)):
    """A typed part of the model; *extensions* are its ``x-`` entries, *node* where it came from."""

    __attrs__: ClassVar[Mapping[str, Attr]] = {}
    __open__: ClassVar[bool] = True
    """Whether ``x-`` entries are allowed."""

    extensions: Mapping[str, Any] = EMPTY
    node: Node | None = None

    def __init_subclass__(cls, **options: Any) -> None:
        rows = {
            name: Attr.trusted({**row.__dict__, "name": name})
            for name, row in cls.__dict__.items()
            if isinstance(row, Attr)
        }
        for name, row in rows.items():
            setattr(cls, name, row.default)
        super().__init_subclass__(**options)
        cls.__attrs__ = {**cls.__attrs__, **rows}

    def has(self, name: str) -> bool:
        """Tell whether the attribute has a value of its own, be it empty."""
        return name in self.__dict__

    def where(self, *path: str | int) -> Position | None:
        """Return the place in the files of *path* below this record."""
        from composer.tree import position

        return position(self.node, path) if self.node else None


class RecordOf(Shape):
    """A mapping with the attributes of a Record; *short* reads a scalar form into the mapping.

    *complete* fills in defaults after merging; *nullable* allows null for an empty one.
    """

    record: type[Record]
    short: Callable[[Node], Node] | None = None
    short_schema: tuple[Mapping[str, Any], ...] = ()
    complete: Callable[[Node], Node] | None = None
    nullable: bool = False
    closed: bool = True

    def schema(self) -> Schema:
        """Return an object schema, or one of it and the short forms."""
        rows = self.record.__attrs__
        made: Schema = {
            "description": (self.record.__doc__ or "").partition("\n")[0],
            "type": ["object", "null"] if self.nullable else "object",
            "properties": {name: row.shape.schema() for name, row in rows.items()},
        }
        if self.closed:
            made["additionalProperties"] = False
        if self.record.__open__:
            made["patternProperties"] = {"^x-": {}}
        if needed := [name for name, row in rows.items() if row.required]:
            made["required"] = needed
        if self.short_schema:
            return {"oneOf": [*map(dict, self.short_schema), made]}
        return made

    def child(self, step: str | int) -> Shape:
        """Return the attribute's shape."""
        row = self.record.__attrs__.get(str(step))
        return row.shape if row else ANY

    def canon(self, node: Node) -> Node:
        """Read the short form."""
        kind = type(node.value)
        if self.short and kind is not dict and kind is not list and node.value is not None:
            return self.short(node)
        return node

    def fill(self, node: Node) -> Node:
        """Fill in defaults."""
        return self.complete(node) if self.complete and node.is_mapping else node

    def bind(self, node: Node) -> Any:
        """Return the record."""
        if node.value is None:
            return self.record.trusted({"node": node})
        if not node.is_mapping:
            message = "must be a mapping"
            raise Misfit(message, node)
        rows = self.record.__attrs__
        fields: dict[str, Any] = {"node": node}
        extensions: dict[str, Any] = {}
        for key, entry in node.value.items():
            row = rows.get(key)
            if row:
                if entry.value is not None:
                    fields[key] = row.shape.bind(entry)
            elif key.startswith("x-"):
                extensions[key] = raw(entry)
        if extensions:
            fields["extensions"] = extensions
        return self.record.trusted(fields)

    def render(self, value: Any, form: Form) -> Any:
        """Print the attributes that are set, in the registry's order."""
        return render_record(value, form)


def render_record(value: Record, form: Form, *, leave: frozenset[str] = frozenset()) -> Any:
    """Return *value* as Compose prints it: JSON without ``x-`` blocks, YAML with them."""
    made: dict[str, Any] = {}
    given = value.__dict__
    for name, row in value.__attrs__.items():
        if name in leave or form in row.hide:
            continue
        item = given.get(name, row.default)
        kept = row.always and (form == "json" or item is not None)
        if not kept and (item is None or _left_out(item, row.default, form)):
            continue
        key = row.shown if row.shown and form == "json" else name
        made[key] = None if item is None else row.shape.render(item, form)
    if form == "yaml":
        made |= arranged(value.extensions, form)
    return made


def _left_out(item: Any, default: Any, form: Form) -> bool:
    """Tell whether an empty value is omitted; JSON keeps structures that are not optional."""
    if default is None:
        return False
    if isinstance(default, Record):
        return form == "yaml" and not render_record(item, form)
    return bool(not item) if not default else bool(item == default)


def filled(node: Node, **defaults: Any) -> Node:
    """Return mapping *node* with each of *defaults* that it lacks."""
    for key, value in defaults.items():
        if key not in node.value:
            node = node.with_entry(key, build(value, node.pos))
    return node
