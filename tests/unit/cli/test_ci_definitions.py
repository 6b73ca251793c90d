"""The GitHub Action and the pre-commit hooks of this repository do what docs/validate.md says."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[3]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
UNUSED = "services: {a: {image: x}}\nvolumes: {v: }\n"


def _step(name: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = [
        one for one in ACTION["runs"]["steps"] if one.get("name") == name
    ]
    return found[0]


@pytest.fixture
def runner(tmp_path: Path) -> Path:
    """Return the runner's folder, in which composer is as if it had been installed."""
    home = tmp_path / "runner temp"
    program = home / "composer" / "bin" / "composer"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m composer "$@"\n')
    program.chmod(0o755)
    return home


def _validate(
    runner: Path, folder: Path, given: Mapping[str, str], *, refused: bool = False
) -> tuple[int, str]:
    """Run the step as the runner does: inputs reach it through the environment, in bash."""
    inputs = {name: one["default"] for name, one in ACTION["inputs"].items()}
    inputs.update(given)
    step = _step("Validate")
    env = {
        name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: inputs[found[1]], text)
        for name, text in step["env"].items()
    }
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        cwd=folder, env={**os.environ, **env, "RUNNER_TEMP": str(runner)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert bool(done.stderr) == refused
    return done.returncode, done.stdout


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    (folder / "one").mkdir(parents=True)
    (folder / "one" / "compose.yaml").write_text(UNUSED)
    (folder / "stack.yaml").write_text("services: {a: {image: x, nope: 1}}\n")
    return folder


def test_the_action_annotates_every_project_by_default(runner: Path, repository: Path) -> None:
    code, output = _validate(runner, repository, {})
    assert code == 0
    assert output.startswith("::warning file=one/compose.yaml,line=2,col=11,title=unused-volume::")


def test_the_action_takes_patterns_codes_and_strictness(runner: Path, repository: Path) -> None:
    given = {"paths": "*.yaml one", "format": "text", "ignore": "unused-volume"}
    code, output = _validate(runner, repository, given)
    assert code == 1
    assert "stack.yaml:1:26: error: " in output
    assert "unused" not in output
    given = {
        "paths": "one",
        "strict": "true",
        "ignore": "unused-volume",
        "select": "unpinned-image",
    }
    code, output = _validate(runner, repository, given)
    assert code == 1
    assert "title=unpinned-image" in output


def test_the_action_writes_the_report_to_a_file(runner: Path, repository: Path) -> None:
    given = {"paths": "*.yaml", "format": "sarif", "output": "a report.sarif"}
    code, output = _validate(runner, repository, given)
    assert (code, output) == (1, "")
    (run,) = json.loads((repository / "a report.sarif").read_text())["runs"]
    assert [one["ruleId"] for one in run["results"]] == ["unknown-attribute"]


def test_inputs_reach_the_shell_as_data_only(runner: Path, repository: Path) -> None:
    text = "".join(str(one.get("run", "")) for one in ACTION["runs"]["steps"])
    assert "${{" not in text
    given = {"paths": "$(touch${IFS}owned) one", "ignore": '"; touch owned; "'}
    _validate(runner, repository, given, refused=True)
    assert not (repository / "owned").exists()


def test_the_action_is_what_the_published_schema_of_actions_wants() -> None:
    pytest.importorskip("check_jsonschema", reason="of the lint group, not installed")
    program = [sys.executable, "-m", "check_jsonschema"]
    command = [*program, "--builtin-schema", "vendor.github-actions", str(ROOT / "action.yml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("hook", HOOKS, ids=lambda one: str(one["id"]))
def test_hooks_check_the_files_that_commands_look_for(hook: Mapping[str, Any]) -> None:
    pattern = re.compile(hook["files"])
    wanted = ["compose.yaml", "a/docker-compose.yml", "compose.override.yml", "b/compose.yml"]
    assert all(map(pattern.search, wanted))
    assert not any(map(pattern.search, ["mycompose.yaml", "compose.txt", "compose.yaml.j2"]))
    assert hook["entry"].split()[:2] == ["composer", "validate"]
    assert hook["language"] == "python"
    assert hook["require_serial"]
