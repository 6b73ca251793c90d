"""Which variables a project's files refer to (``config --variables``).

May import: load.template, tree.
"""

from collections.abc import Iterator

from composer.load.template import TemplateSyntaxError, Variable, variables
from composer.tree import Node, walk


def variables_of(tree: Node) -> dict[str, Variable]:
    """Return the variables that the texts below *tree*, not interpolated, name, by name.

    The project's name, which has to be known before, does not count.
    One that stands in several places is shown with what says most: required, then a default.
    """
    found: dict[str, Variable] = {}
    for one in _named(tree):
        known = found.get(one.name)
        if known is None or _weight(one) > _weight(known):
            found[one.name] = one
    return {name: found[name] for name in sorted(found)}


def _named(tree: Node) -> Iterator[Variable]:
    for path, node in walk(tree.without("name")):
        texts = [str(path[-1])] if path else []
        if isinstance(node.value, str):
            texts.append(node.value)
        for text in texts:
            if "$" in text:
                try:
                    yield from variables(text)
                except TemplateSyntaxError:
                    continue  # replacing will report it


def _weight(one: Variable) -> int:
    return 2 * one.required + (one.default is not None or one.alternative is not None)
