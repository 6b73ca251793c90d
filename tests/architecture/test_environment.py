"""Each variable of the environment that the code reads is on its page, and none besides."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/environment.md").read_text()
CODE = "".join(path.read_text() for path in (ROOT / "composer").rglob("*.py"))


def test_every_variable_of_the_tools_is_on_the_page() -> None:
    named = set(re.findall(r'"((?:COMPOSE|COMPOSER|DOCKER|BUILDKIT)_[A-Z_]+)"', CODE))
    assert {one for one in named if f"`{one}`" not in PAGE} == set()


def test_every_variable_on_the_page_is_read() -> None:
    rows = [line.split("|")[1] for line in PAGE.splitlines() if line.startswith("| `")]
    named = {one for row in rows for one in re.findall("`([A-Z_]+)`", row)}
    assert {one for one in named if f'"{one}"' not in CODE} == set()
    assert len(named) > 20
