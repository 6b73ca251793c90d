"""Each folder of validate/ is checked as `composer validate .` does; expect.txt is its output.

A folder is named for the code that it shows, or, with a leading underscore, for a behaviour.
"""

import os
from pathlib import Path

import pytest

from composer.cli.root import run
from composer.lint.codes import CODES

HERE = Path(__file__).parent / "validate"
CASES = sorted(one.name for one in HERE.iterdir() if one.is_dir())
WITHOUT_CASE = {
    "no-file": "a usage error, in tests/unit/lint/test_command.py",
    "no-home": "needs an environment without HOME, in tests/unit/load/test_paths.py",
    "name-of-link": "needs a link, in tests/unit/test_disk.py",
    "several-files": "needs files that are looked for, in tests/e2e/test_same_words.py",
    "project-name": "needs -p, in tests/unit/lint/test_command.py",
    "unknown-service": "of commands that take services",
}


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("COMPOSE_")]:
        monkeypatch.delenv(name)


@pytest.mark.parametrize("case", CASES)
def test_case(
    case: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(HERE / case)
    code = run(["validate", "."])
    output = capsys.readouterr().out.replace(str(HERE / case), "")
    assert output == Path("expect.txt").read_text()
    assert code == (1 if " error: " in output else 0)


@pytest.mark.parametrize("case", [one for one in CASES if not one.startswith("_")])
def test_case_shows_its_code(case: str) -> None:
    assert f"[{case}]" in (HERE / case / "expect.txt").read_text()


def test_every_code_has_a_case() -> None:
    assert set(CODES) - set(CASES) == set(WITHOUT_CASE)
