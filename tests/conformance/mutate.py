"""Files with one thing changed: what is valid is made wrong, or odd, in a thousand small ways.

Each mutation takes a case that has just one file, drops an entry somewhere in it or puts another
value there. The choice is random but always the same for the same corpus, so the oracle's memory
serves again.
"""

import json
import random
from collections.abc import Iterable, Iterator
from typing import Any

from composer.errors import LoadError
from composer.load.parse import parse
from composer.source import Source
from composer.tree import plain
from tests.conformance.cases import Case

_VALUES: tuple[Any, ...] = (
    None, "", "text", "a:b", "a=b", "/p", "1", "1s", 0, 1, -1, 1.5, 70000, True, False,
    [], [None], ["x"], ["x", "x"], [1], [{}], {}, {"a": "b"}, {"a": None}, {"x-a": 1}, {"a": {}},
)  # fmt: skip


def mutated(cases: Iterable[Case], each: int) -> Iterator[Case]:
    """Yield up to *each* mutations of every case of one YAML file."""
    for case in cases:
        if set(case.files) != {"compose.yaml"} or case.args or case.env or case.parts:
            continue
        chance = random.Random(case.digest())  # noqa: S311 - to be repeated, not to be secret
        try:
            documents = parse(Source("compose.yaml", case.files["compose.yaml"].decode()))
        except LoadError:
            continue
        if len(documents) == 1:
            for index in range(each):
                changed = mutation(plain(documents[0]), chance)
                text = json.dumps(changed, ensure_ascii=False)
                yield Case(f"{case.name} mutation {index + 1}", {"compose.yaml": text.encode()})


def mutation(tree: Any, chance: random.Random) -> Any:
    """Change one entry of *tree*, chosen by *chance*, and return the tree."""
    places = list(_places(tree))
    holder, key = chance.choice(places)
    if chance.random() < 0.2:
        del holder[key]
    else:
        holder[key] = chance.choice(_VALUES)
    return tree


def _places(tree: Any) -> Iterator[tuple[Any, Any]]:
    for key in list(tree) if isinstance(tree, dict) else range(len(tree)):
        yield tree, key
        if isinstance(tree[key], (dict, list)):
            yield from _places(tree[key])
