"""Scalar shapes, and what every shape can do.

A shape is the single description of an attribute's forms: the JSON Schema it prints, how a
replaced variable is cast, how its short form becomes the long one, how it binds to a Python value,
and how that value is printed again. The vocabulary is closed: add a row to a Record before you add
a shape here.

May import: spec.units, spec.words, tree, source, value.
"""

import posixpath
from collections.abc import Mapping
from math import isfinite
from typing import Any, ClassVar, Literal

from composer.spec.units import (
    float32,
    format_duration,
    format_number,
    json_number,
    parse_duration,
    parse_integer,
    parse_number,
    parse_size,
)
from composer.spec.words import split_words
from composer.tree import Node
from composer.value import Value

Form = Literal["json", "yaml"]
Schema = dict[str, Any]
EMPTY: Mapping[str, Any] = {}
LARGEST_INT64 = 2**63 - 1


class Misfit(Exception):
    """A node that does not fit its shape; *node* is where, *code* the diagnostic's."""

    def __init__(
        self, message: str, node: Node, code: str = "invalid-value", hint: str = ""
    ) -> None:
        super().__init__(message)
        self.message, self.node, self.code, self.hint = message, node, code, hint


class Shape(Value):
    """Any value, kept as it is; the base of all shapes."""

    leaf: ClassVar[bool] = False
    """Whether nothing below this shape has a shape of its own, so that stages need not descend."""

    def schema(self) -> Schema:
        """Return the JSON Schema of the forms that a file may hold."""
        return {}

    def child(self, step: str | int) -> "Shape":  # noqa: ARG002 - part of the interface
        """Return the shape of an entry."""
        return ANY

    def cast(self, node: Node, text: str) -> Any:  # noqa: ARG002 - part of the interface
        """Return *text*, a string after interpolation, as this shape's own type, else as it is."""
        return text

    def canon(self, node: Node) -> Node:
        """Return *node* in the long form; what does not fit is left for validation to reject."""
        return node

    def joined(self, node: Node) -> Node:
        """Return *node* in the form in which it is put together with another file's."""
        return self.canon(node)

    def fill(self, node: Node) -> Node:
        """Return *node* (in long form, after merging) with the specification's defaults."""
        return node

    def bind(self, node: Node) -> Any:
        """Return the typed value of *node* in long form; raise Misfit where it is none."""
        return raw(node)

    def render(self, value: Any, form: Form) -> Any:  # noqa: ARG002 - part of the interface
        """Return *value* as Compose prints it."""
        return value


def raw(node: Node) -> Any:
    """Return an opaque tree (``x-`` blocks) as plain values."""
    value = node.value
    if type(value) is dict:
        return {key: raw(entry) for key, entry in value.items()}
    if type(value) is list:
        return [raw(entry) for entry in value]
    return value


def as_text(node: Node) -> str:
    """Return a scalar in a text's place; numbers are printed again as Compose does."""
    value = node.value
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, (bool, int, float)):
        return format_number(value)
    message = "must be a string"
    raise Misfit(message, node)


class Text(Shape):
    """A string; *choices* and *pattern* limit it, *also* names further types the schema allows."""

    leaf = True
    choices: tuple[str, ...] = ()
    pattern: str = ""
    also: tuple[str, ...] = ()

    def schema(self) -> Schema:
        """Return ``type: string`` with the limits."""
        made: Schema = {"type": ["string", *self.also] if self.also else "string"}
        if self.choices:
            made["enum"] = list(self.choices)
        if self.pattern:
            made["pattern"] = self.pattern
        return made

    def bind(self, node: Node) -> str:
        """Return the text; a whole number is printed again."""
        value = node.value
        if isinstance(value, str):
            return value
        flag = isinstance(value, bool) and "boolean" not in self.also
        large = isinstance(value, int) and value > LARGEST_INT64
        if flag or large or isinstance(value, float):
            message = "must be a string"
            raise Misfit(message, node, "wrong-type")
        return as_text(node)


class ContainerPath(Text):
    """A path inside a container, kept without detours (``/a/../b/``)."""

    def canon(self, node: Node) -> Node:
        """Return the shortest path that means the same."""
        path = node.value
        if not isinstance(path, str):
            return node
        short = posixpath.normpath(path)
        short = f"/{short.lstrip('/')}" if short.startswith("/") else short
        return node if short == path else node.with_value(short)


class Flag(Shape):
    """A boolean; with *words* also a text that reads as one after interpolation."""

    leaf = True
    words: bool = True

    def schema(self) -> Schema:
        """Return boolean, or boolean and string."""
        return {"type": ["boolean", "string"] if self.words else "boolean"}

    def cast(self, node: Node, text: str) -> Any:
        """Read the words of YAML 1.1's booleans."""
        if not self.words:
            return text
        try:
            return _BOOLEANS[text.lower()]
        except KeyError:
            message = f"invalid boolean: {text or repr(text)}; write true or false"
            raise Misfit(message, node) from None

    def bind(self, node: Node) -> bool:
        """Return the boolean."""
        if isinstance(node.value, str):
            return bool(self.cast(node, node.value))
        if isinstance(node.value, bool):
            return node.value
        message = "must be a boolean"
        raise Misfit(message, node)


_BOOLEANS = {
    "true": True, "y": True, "yes": True, "on": True,
    "false": False, "n": False, "no": False, "off": False,
}  # fmt: skip


class Integer(Shape):
    """A whole number, or a text that reads as one."""

    leaf = True
    minimum: int | None = None
    maximum: int | None = None
    number: bool = False
    """Whether the schema says number where it means an integer."""
    text: bool = True
    """Whether the schema also allows a string."""
    signed: bool = True
    read: bool = True
    """Whether a string, where the schema allows it, is read as a number."""

    def schema(self) -> Schema:
        """Return integer (or number) and string."""
        kind = "number" if self.number else "integer"
        if self.minimum is None:
            return {"type": [kind, "string"] if self.text else kind}
        limits: Schema = {"type": kind, "minimum": self.minimum}
        if self.maximum is not None:
            limits["maximum"] = self.maximum
        return {"oneOf": [{"type": "string"}, limits]}

    def cast(self, node: Node, text: str) -> Any:
        """Read a decimal integer."""
        if not self.text or not self.read:
            return text
        try:
            return parse_integer(text)
        except ValueError:
            message = f"{text!r} is not a whole number"
            raise Misfit(message, node) from None

    def bind(self, node: Node) -> int:
        """Return the integer; a fraction is cut off."""
        value = node.value
        if isinstance(value, str) and self.read:
            value = Integer().cast(node, value)
        if not isinstance(value, (int, float)) or isinstance(value, bool) or not isfinite(value):
            message = "must be a whole number"
            raise Misfit(message, node)
        if value > LARGEST_INT64:
            message = f"must fit in 64 bits, which {value} does not"
            raise Misfit(message, node, "out-of-range")
        if value < 0 and not self.signed:
            message = f"must be greater than or equal to 0, not {value}"
            raise Misfit(message, node, "out-of-range")
        return int(value)


class Number(Shape):
    """A number with a fraction, kept in 32 bits as Compose does, or a text that reads as one."""

    leaf = True
    minimum: int | None = None
    maximum: int | None = None

    def schema(self) -> Schema:
        """Return number and string."""
        if self.minimum is None:
            return {"type": ["number", "string"]}
        limits = {"type": "integer", "minimum": self.minimum, "maximum": self.maximum}
        return {"oneOf": [{"type": "string"}, limits]}

    def cast(self, node: Node, text: str) -> Any:
        """Read a number."""
        try:
            return parse_number(text)
        except ValueError as wrong:
            raise Misfit(str(wrong), node) from None

    def bind(self, node: Node) -> float:
        """Return the number."""
        value = node.value
        if isinstance(value, str):
            value = self.cast(node, value)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            number = float32(value)
            if isfinite(number):
                return number
        message = "must be a finite number of 32 bits"
        raise Misfit(message, node)

    def render(self, value: float, form: Form) -> float:
        """Print without a fraction where there is none."""
        return json_number(value) if form == "json" else value


class Bytes(Shape):
    """A size in bytes: an integer, or a text with a unit."""

    leaf = True
    types: tuple[str, ...] = ("integer", "string")
    minimum: int | None = None

    def schema(self) -> Schema:
        """Return the allowed types."""
        if self.minimum is not None:
            return {"oneOf": [{"type": "integer", "minimum": self.minimum}, {"type": "string"}]}
        return {"type": list(self.types) if len(self.types) > 1 else self.types[0]}

    def bind(self, node: Node) -> int:
        """Return the bytes; fractions and what no int64 holds count as unset, as for Compose."""
        value = node.value
        if isinstance(value, str):
            try:
                return parse_size(value)
            except ValueError as wrong:
                raise Misfit(str(wrong), node) from None
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return value if isinstance(value, int) and value <= LARGEST_INT64 else 0
        message = "must be a byte size"
        raise Misfit(message, node)

    def render(self, value: int, form: Form) -> str:  # noqa: ARG002
        """Print as a decimal string."""
        return str(value)


class Duration(Shape):
    """A duration in Go's form; bound to nanoseconds."""

    leaf = True

    def schema(self) -> Schema:
        """Return string."""
        return {"type": "string"}

    def bind(self, node: Node) -> int:
        """Return the nanoseconds."""
        try:
            return parse_duration(as_text(node))
        except ValueError as wrong:
            raise Misfit(str(wrong), node) from None

    def render(self, value: int, form: Form) -> str:  # noqa: ARG002
        """Print in Go's form."""
        return format_duration(value)


class FileMode(Shape):
    """Permission bits: an integer (``0o440``); with *text* also octal digits, printed as such."""

    leaf = True
    text: bool = True

    def schema(self) -> Schema:
        """Return number and string."""
        return {"type": ["number", "string"]}

    def bind(self, node: Node) -> int:
        """Return the bits."""
        value = node.value
        if self.text and isinstance(value, int) and not isinstance(value, bool):
            return value
        if not self.text:
            return Integer(signed=False, read=False).bind(node)
        digits = as_text(node).removeprefix("+")
        if isinstance(value, float) or not digits or digits.strip("01234567"):
            message = f"{as_text(node)!r} is not a file mode; write octal digits, as in 0440"
            raise Misfit(message, node)
        return int(digits, 8)

    def render(self, value: int, form: Form) -> Any:  # noqa: ARG002
        """Print as ``"0440"``, or as the bare integer."""
        return f"0{value:o}" if self.text else value


class Command(Shape):
    """A command: null, a list, or a text that is split as a shell would split it."""

    leaf = True

    def schema(self) -> Schema:
        """Return null, string, or a list of strings."""
        return {
            "oneOf": [
                {"type": "null"},
                {"type": "string"},
                {"type": "array", "items": {"type": "string"}},
            ]
        }

    def bind(self, node: Node) -> tuple[str, ...] | None:
        """Return the words; an empty text or list clears the image's own."""
        if node.value is None:
            return None
        if node.is_sequence:
            return tuple(as_text(item) for item in node.value)
        try:
            return split_words(as_text(node))
        except ValueError as wrong:
            message = f"invalid command line string: {wrong}"
            raise Misfit(message, node) from None

    def render(self, value: tuple[str, ...] | None, form: Form) -> Any:  # noqa: ARG002
        """Print as a list."""
        return None if value is None else list(value)


ANY = Shape()
text = Text()
flag = Flag()
strict_flag = Flag(words=False)
integer = Integer()
whole = Integer(number=True)
natural_number = Integer(signed=False, read=False)
number = Number()
bytes_ = Bytes()
duration = Duration()
file_mode = FileMode()
command_line = Command()
