"""Effects have homes: nothing else reads files or the environment, prints, or ends the process."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "composer"
HOMES = {
    "open": ("disk.py", "cli/", "build/", "build.py", "engine/docker/", "oci/remote.py"),
    "print": ("cli/", "ui/"),
    "input": ("ui/",),
    "os.environ": ("api/", "cli/", "ui/", "engine/docker/"),
    "os.getenv": (),
    "os.system": (),
    "sys.exit": ("__main__.py", "cli/"),
    "os._exit": ("__main__.py",),
    "sys.stdin": ("disk.py", "cli/", "ui/"),
    "sys.stdout": ("__main__.py", "cli/", "ui/"),
    "sys.stderr": ("__main__.py", "cli/", "ui/"),
}
"""What has an effect, and the modules or packages that may use it."""


def dotted(node: ast.AST) -> str:
    """Return ``a`` or ``a.b`` for a name or an attribute of one, else nothing."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return f"{node.value.id}.{node.attr}"
    return ""


def effects(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield what is used of HOMES, with its line; built-in functions where they are called."""
    for node in ast.walk(tree):
        used = dotted(node.func) if isinstance(node, ast.Call) else dotted(node)
        if used in HOMES and (isinstance(node, ast.Call) or "." in used):
            yield used, getattr(node, "lineno", 0)


def strays(name: str, source: str) -> list[str]:
    """Return where the module of that path uses an effect away from its home."""
    found = [(one, line) for one, line in effects(ast.parse(source)) if not at_home(name, one)]
    return sorted({f"composer/{name}:{line}: {one}" for one, line in found})


def at_home(name: str, effect: str) -> bool:
    """Tell whether the module of that path may use the effect."""
    return any(
        name == home or (home[-1] == "/" and name.startswith(home)) for home in HOMES[effect]
    )


def test_effects_stay_at_home() -> None:
    """Pure parts stay testable without an engine, a disk or a terminal."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        found += strays(path.relative_to(PACKAGE).as_posix(), path.read_text())
    assert found == []


@pytest.mark.parametrize(
    ("name", "source", "expected"),
    [
        ("load/parse.py", "def f():\n    return open('x')", ["composer/load/parse.py:2: open"]),
        ("load/parse.py", "import os\nos.environ['X']", ["composer/load/parse.py:2: os.environ"]),
        ("plan/up.py", "import sys\nsys.exit(1)", ["composer/plan/up.py:2: sys.exit"]),
        ("run/execute.py", "print('hello')", ["composer/run/execute.py:1: print"]),
        ("ui/plain.py", "print('hello')", []),
        ("disk.py", "open('x')", []),
        ("load/parse.py", "self.open('x')\nopen_files = 1", []),
    ],
)
def test_the_check_finds_strays(name: str, source: str, expected: list[str]) -> None:
    """A check that finds nothing would pass for ever."""
    assert strays(name, source) == expected
