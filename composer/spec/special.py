"""Shapes of single attributes that no other shape describes.

May import: spec.containers, spec.record, spec.shapes, spec.short, spec.order, tree.
"""

from collections.abc import Mapping
from typing import Any

from composer.spec import short
from composer.spec.containers import KeyValues, Many
from composer.spec.order import in_order
from composer.spec.record import RecordOf, filled
from composer.spec.shapes import (
    ANY,
    LARGEST_INT64,
    Flag,
    Form,
    Integer,
    Misfit,
    Number,
    Schema,
    Shape,
    as_text,
    flag,
)
from composer.tree import Node, build


class HealthTest(Shape):
    """``healthcheck.test``: a list, or a text that a shell runs (``CMD-SHELL``)."""

    leaf = True

    def schema(self) -> Schema:
        """Return string or a list of strings."""
        return {"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}

    def bind(self, node: Node) -> tuple[str, ...]:
        """Return the list form."""
        if node.is_sequence:
            return tuple(as_text(item) for item in node.value)
        return ("CMD-SHELL", as_text(node))

    def render(self, value: tuple[str, ...], form: Form) -> Any:  # noqa: ARG002
        """Print the list."""
        return list(value)


class Hosts(Shape):
    """``extra_hosts``: bound to sorted (host, address) pairs."""

    leaf = True

    def schema(self) -> Schema:
        """Return the specification's ``extra_hosts``."""
        many = {"type": "array", "items": {"type": "string"}, "uniqueItems": False}
        table = {
            "type": "object",
            "patternProperties": {".+": {"oneOf": [{"type": "string"}, many]}},
            "additionalProperties": False,
        }
        words = {"type": "array", "items": {"type": "string"}, "uniqueItems": True}
        return {"oneOf": [table, words]}

    def joined(self, node: Node) -> Node:
        """Turn a mapping into a list of ``HOST=IP``."""
        if not node.is_mapping:
            return node
        return node.with_value(
            [
                one.with_value(f"{host}={as_text(one)}")
                for host, entry in node.value.items()
                for one in (entry.value if entry.is_sequence else [entry])
            ]
        )

    def bind(self, node: Node) -> tuple[tuple[str, str], ...]:
        """Return the pairs, sorted as Compose prints them."""
        return tuple(sorted(short.host_list(node), key=lambda pair: f"{pair[0]}={pair[1]}"))

    def render(self, value: tuple[tuple[str, str], ...], form: Form) -> Any:  # noqa: ARG002
        """Print ``HOST=IP`` entries."""
        return [f"{host}={address}" for host, address in value]


class Late(Shape):
    """A mark of shapes whose text counts only once all files are put together.

    What an override replaces may be wrong there, such as a variable that is not set.
    """


class LateFlag(Flag, Late):
    """A boolean that is read late."""


class LateInteger(Integer, Late):
    """A whole number that is read late."""


class LateNumber(Number, Late):
    """A number that is read late."""


class DeviceCount(LateInteger):
    """``count`` of a device request: a number, or ``all`` for -1."""

    def cast(self, node: Node, text: str) -> Any:
        """Read ``all`` or an integer."""
        if text == "all":
            return -1
        try:
            return super().cast(node, text)
        except Misfit:
            message = f"invalid value \"{text}\", the only value allowed is 'all' or a number"
            raise Misfit(message, node) from None

    def bind(self, node: Node) -> int:
        """Return the number, -1 for all."""
        if isinstance(node.value, float):
            message = "must be a whole number"
            raise Misfit(message, node)
        if isinstance(node.value, str):
            node = node.with_value(self.cast(node, node.value))
        return super().bind(node)


class Gpus(Many):
    """``gpus``: ``all``, or a list of device requests."""

    def canon(self, node: Node) -> Node:
        """Turn ``all`` into a request for all."""
        return build([{"count": -1}], node.pos) if node.value == "all" else node


class Contexts(KeyValues):
    """``build.additional_contexts``: folders, URLs, images and services by name."""

    valued = True

    def bind(self, node: Node) -> Mapping[str, str | None]:
        """Return the contexts by name; each must be a string."""
        for entry in node.value.values() if node.is_mapping else ():
            if not isinstance(entry.value, str):
                message = "must be a string"
                raise Misfit(message, entry, "wrong-type")
        return super().bind(node)


class Ssh(KeyValues):
    """``build.ssh``: ids with optional paths."""

    def canon(self, node: Node) -> Node:
        """Turn the list into a mapping; an id without a path can only be ``default``."""
        for item in node.value if node.is_sequence else ():
            if isinstance(item.value, str) and item.value != "default" and "=" not in item.value:
                message = f'invalid ssh key "{item.value}"; write default, or ID=PATH'
                raise Misfit(message, item)
        return super().canon(node)

    def bind(self, node: Node) -> Mapping[str, str]:
        """Return the paths by id, an empty one for the agent's default."""
        if not node.is_mapping:
            return {as_text(node): ""}
        return {key: as_text(entry) for key, entry in node.value.items()}

    def render(self, value: Mapping[str, str | None], form: Form) -> Any:
        """Print ids, and paths where they are set."""
        joint = "=" if form == "json" else ": "
        return [f"{key}{joint}{path}" if (path := value[key]) else key for key in sorted(value)]


class Ulimit(RecordOf):
    """One ulimit: a number for both limits, or soft and hard."""

    def schema(self) -> Schema:
        """Return integer, string or an object."""
        limits = super().schema()
        del limits["properties"]["single"]
        return {"oneOf": [{"type": ["integer", "string"]}, limits]}

    def cast(self, node: Node, text: str) -> Any:
        """Read an integer."""
        return Integer().cast(node, text)

    def bind(self, node: Node) -> Any:
        """Return the record; a number is its single limit."""
        limits = [one for key in ("soft", "hard") if (one := node.get(key))]
        for one in limits if node.is_mapping else [node]:
            if type(one.value) is not int or one.value > LARGEST_INT64:
                message = "must be a whole number of 64 bits without quotes"
                raise Misfit(message, one, "wrong-type")
        return super().bind(node if node.is_mapping else short.long(node, single=node.value))

    def render(self, value: Any, form: Form) -> Any:
        """Print the number, or soft and hard."""
        if value.single:
            return value.single
        if form == "yaml":
            return {"soft": value.soft, "hard": value.hard}
        return super().render(value, form)


class BuildUlimit(Ulimit):
    """A ulimit of a build: only numbers, a text does not become one."""

    def child(self, step: str | int) -> Shape:  # noqa: ARG002
        """Leave the limits as they are."""
        return ANY

    def cast(self, node: Node, text: str) -> Any:  # noqa: ARG002
        """Leave a text, to be refused."""
        return text


class ProviderOptions(Shape):
    """``provider.options``: each a scalar or a list of scalars, bound to tuples of text.

    One without any scalar goes.
    """

    leaf = True

    def schema(self) -> Schema:
        """Return an object of scalars or lists of them."""
        one = {"type": ["string", "number", "boolean"]}
        value = {"oneOf": [one, {"type": "array", "items": one}]}
        return {"type": "object", "patternProperties": {"^.+$": value}}

    def bind(self, node: Node) -> Mapping[str, tuple[str, ...]]:
        """Return the texts by option."""
        if not node.is_mapping:
            message = "must be a mapping"
            raise Misfit(message, node)
        listed = {
            key: entry.value if entry.is_sequence else [entry] for key, entry in node.value.items()
        }
        return {key: tuple(map(as_text, many)) for key, many in listed.items() if many}

    def render(self, value: Mapping[str, tuple[str, ...]], form: Form) -> Any:
        """Print a list an option."""
        return {key: list(value[key]) for key in in_order(value, form)}


class External(Shape):
    """``external``: a boolean, or the deprecated mapping with a name."""

    leaf = True
    closed: bool = False

    def schema(self) -> Schema:
        """Return boolean, string or object."""
        made: Schema = {
            "type": ["boolean", "string", "object"],
            "properties": {"name": {"type": "string", "deprecated": True}},
        }
        if self.closed:
            made |= {"additionalProperties": False, "patternProperties": {"^x-": {}}}
        return made

    def cast(self, node: Node, text: str) -> Any:
        """Read a boolean."""
        return flag.cast(node, text)

    def bind(self, node: Node) -> bool:
        """Return whether it is external."""
        return flag.bind(node)


class MaybeMissing(RecordOf):
    """``env_file`` entries: a path alone unless the file may be missing."""

    def render(self, value: Any, form: Form) -> Any:
        """Print the path, or the mapping where it says more."""
        return super().render(value, form) if value.required is False else value.path


class Expose(Many):
    """``expose``: ports and ranges, as texts."""

    def child(self, step: str | int) -> Shape:  # noqa: ARG002
        """Numbers and texts are both kept."""
        return ANY


def device_request(node: Node) -> Node:
    """All devices are wanted where neither a count nor ids are given."""
    if "count" in node.value or "device_ids" in node.value:
        return node
    return filled(node, count=-1)


late_flag = LateFlag()
late_integer = LateInteger()
late_number = LateNumber()
