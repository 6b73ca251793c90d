"""The examples of docs/library.md and of the README print what the documents say."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.stage import IMAGE, IS_PEER, Stage

pytestmark = [
    pytest.mark.engine,
    pytest.mark.skipif(IS_PEER, reason="the peer is no Python library"),
]
ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "library.md").read_text()
FILES = dict(re.findall(r"```yaml\n# (\S+)\n(.*?)```", PAGE, re.DOTALL))
EXAMPLES = re.findall(r"```python\n(.*?)```\n\n```\n(.*?)```", PAGE, re.DOTALL)


def test_every_example_has_its_output() -> None:
    assert len(EXAMPLES) == PAGE.count("```python") > 0


def play(stage: Stage, program: str) -> str:
    """Run an example in a project of the stage; return what it prints, under the page's names."""

    def mine(text: str) -> str:
        return text.replace("shop", stage.name).replace("image: busybox", f"image: {IMAGE}")

    for name, text in FILES.items():
        (stage.folder / name).write_text(mine(text))
    done = subprocess.run(
        [sys.executable, "-c", mine(program)],
        cwd=stage.folder, capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    return done.stdout.replace(stage.name, "shop").replace(IMAGE, "busybox")


@pytest.mark.parametrize(("program", "printed"), EXAMPLES)
def test_an_example_of_the_page_prints_what_it_says(
    stage: Stage, program: str, printed: str
) -> None:
    assert play(stage, program) == printed


def test_the_example_of_the_readme_runs(stage: Stage) -> None:
    (program,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    program = program.replace('"example"', '"shop"')
    assert play(stage, program).splitlines()[0] == "web db"
