"""What each module's docstring says that it may import is what it imports.

How the sentence is written: docs/architecture.md, "Layers".
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "composer"
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(ROOT.rglob("*.py"))
}
SENTENCE = re.compile(r"May import:\s+(.*?)\.(?=\s|$)", re.DOTALL)
REMARK = re.compile(r"\s*\([^)]*\)")
ALL_BUT = "all but "
NOTHING = "nothing of the package"


def said(docstring: str) -> str:
    """Return what the sentence names, without remarks in brackets; empty where there is none."""
    found = SENTENCE.search(docstring)
    return REMARK.sub("", " ".join(found[1].split())) if found else ""


def names(sentence: str) -> list[str]:
    """Return the packages and modules that *sentence* names."""
    if sentence.startswith(ALL_BUT):
        return sentence.removeprefix(ALL_BUT).split(" and ")
    return [] if sentence in {"", NOTHING} else sentence.split(", ")


def imported(tree: ast.Module) -> Iterator[str]:
    """Yield the modules of the package that are imported, wherever that is done."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            full = [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom):
            full = [f"{node.module}.{one.name}" for one in node.names]
        else:
            continue
        for one in full:
            package, _, name = one.partition(".")
            if package == "composer":
                yield name if name in MODULES else name.rpartition(".")[0]


def allows(sentence: str, module: str) -> bool:
    """Tell whether *sentence* lets *module* be imported."""
    hit = any(module == one or module.startswith(f"{one}.") for one in names(sentence))
    return hit != sentence.startswith(ALL_BUT)


@pytest.mark.parametrize("name", [one for one in MODULES if one not in {"__init__", "__main__"}])
def test_a_module_imports_what_its_docstring_says(name: str) -> None:
    tree = ast.parse(MODULES[name].read_text())
    sentence = said(ast.get_docstring(tree) or "")
    found = set(imported(tree))
    assert sentence or not found, "there is no sentence"
    assert [one for one in names(sentence) if one not in MODULES] == []
    assert sorted(one for one in found if not allows(sentence, one)) == []


@pytest.mark.parametrize(
    ("docstring", "module", "allowed"),
    [
        ("May import: plan.ops, spec.", "plan.ops", True),
        ("May import: plan.ops, spec.", "spec.units", True),
        ("May import: plan.ops, spec.", "plan.up", False),
        ("May import: plan.ops,\nspec (to name them).\nMore.", "spec.units", True),
        ("May import: nothing of the package.", "value", False),
        ("May import: all but cli and ui.", "ui.plain", False),
        ("May import: all but cli and ui.", "run.feed", True),
    ],
)
def test_what_a_sentence_allows(docstring: str, module: str, *, allowed: bool) -> None:
    assert allows(said(docstring), module) == allowed
