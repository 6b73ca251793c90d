"""Replacing variables in a tree, and casting what was replaced to the attribute's own type.

Keys are not touched. A text becomes a boolean, integer or number only where its shape is one, so
``privileged: ${P:-true}`` works and ``user: ${U:-1000}`` stays a text. What is none is an error
here, or, where the shape is Late, in what is left when the files are put together.

May import: load.template, load.lines, spec, tree, errors, source.
"""

from collections.abc import Callable, Collection, Mapping

from composer.load.lines import places_of_dollars
from composer.load.template import MAX_TOTAL, TemplateSyntaxError, substitute, too_long
from composer.source import Diagnostic, Position, error, warning
from composer.spec.shapes import EMPTY, Flag, Misfit, Shape
from composer.spec.special import External, Late
from composer.tree import RESET, Node, TreePath, dotted

Report = Callable[[Diagnostic], None]
_YAML_1_1_WORDS = frozenset({"y", "yes", "on", "n", "no", "off"})


def interpolate(
    node: Node,
    shape: Shape,
    environment: Mapping[str, str],
    report: Report,
    texts: Mapping[str, str] = EMPTY,
) -> Node:
    """Return *node* with variables replaced; every problem goes to *report*.

    In *texts*, the files' contents by name, the line is sought on which a variable stands.
    """
    return _Interpolation(environment, report, texts).visit(node, shape, ())


class _Interpolation:
    """One pass over one tree."""

    def __init__(
        self, environment: Mapping[str, str], report: Report, texts: Mapping[str, str]
    ) -> None:
        self.environment = environment
        self.texts = texts
        self.rows: dict[str, list[str]] = {}
        self.report = report
        self.warned: set[str] = set()
        self.made = 0

    def visit(self, node: Node, shape: Shape, path: TreePath) -> Node:
        """Return *node* with everything below it replaced, but for what ``!reset`` takes away."""
        value = node.value
        kind = type(value)
        if kind is str:
            return node if node.tag == RESET else self._text(node, value, shape, path)
        if kind is dict:
            child = shape.child
            made = {k: self.visit(entry, child(k), (*path, k)) for k, entry in value.items()}
            if all(made[key] is value[key] for key in made):
                return node
            return node.with_value(made)
        if kind is list and value:
            item = shape.child(0)
            items = [self.visit(entry, item, (*path, i)) for i, entry in enumerate(value)]
            if all(new is old for new, old in zip(items, value, strict=True)):
                return node
            return node.with_value(items)
        return node

    def _text(self, node: Node, text: str, shape: Shape, path: TreePath) -> Node:
        changed = text
        if "$" in text:
            try:
                done = substitute(text, self.environment)
                self.made += len(done.text)
                if self.made > MAX_TOTAL:
                    raise too_long(MAX_TOTAL)
            except TemplateSyntaxError as wrong:
                place = self._places(node, text, [wrong.offset]).get(wrong.offset, node.pos)
                self.report(
                    error(wrong.code, str(wrong), place, path=dotted(path), hint=wrong.hint)
                )
                return node
            self._warn_unset(done.unset, node, text)
            changed = done.text
        cast = self._cast(node, changed, shape, path)
        if cast is text:
            return node
        made = node.with_value(cast)
        made.template = text if changed is not text else node.template
        return made

    def _cast(self, node: Node, text: str, shape: Shape, path: TreePath) -> object:
        try:
            cast = shape.cast(node, text)
        except Misfit as wrong:
            if isinstance(shape, Late):
                return text
            message = f"failed to cast to expected type: {wrong.message}"
            self.report(error(wrong.code, message, node.pos, path=dotted(path)))
            return text
        if isinstance(shape, (Flag, External)) and text.lower() in _YAML_1_1_WORDS:
            message = f'"{text}" for boolean is not supported by YAML 1.2, please use '
            message += f"`{str(cast).lower()}`"
            self.report(warning("yaml-boolean", message, node.pos, path=dotted(path)))
        return cast

    def _places(self, node: Node, text: str, offsets: Collection[int]) -> dict[int, Position]:
        """Return where what stands at *offsets* does, if on a line of its own."""
        if not offsets or node.pos is None or node.pos.file not in self.texts:
            return {}
        file = node.pos.file
        if file not in self.rows:
            self.rows[file] = self.texts[file].split("\n")
        return places_of_dollars(self.rows[file], node.pos, text, offsets)

    def _warn_unset(self, unset: Mapping[str, int], node: Node, text: str) -> None:
        new = {name: offset for name, offset in unset.items() if name not in self.warned}
        places = self._places(node, text, new.values())
        for name, offset in new.items():
            self.warned.add(name)
            message = f'The "{name}" variable is not set. Defaulting to a blank string.'
            self.report(warning("unset-variable", message, places.get(offset, node.pos)))
