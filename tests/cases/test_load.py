"""Run tests/cases/load/<case>/: what a project resolves to, or all that is wrong with it.

    compose.yaml …   the files, found as the command line finds them
    args, env        flags and variables, where needed
    expect.yaml      the model as `composer config` prints it, or
    expect.err       the diagnostics, each with file, line and column
    expect.warn      the warnings, where there are any

COMPOSER_WRITE=1 writes the expectation anew; look at the difference before you keep it.
"""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from composer.errors import LoadError
from composer.load.render import model, to_yaml
from composer.load.select import without_unused
from composer.source import Diagnostic, render
from tests.conformance.compare import arguments
from tests.loading import FOLDER, load_files

CASES = sorted(one for one in Path(__file__).with_name("load").iterdir() if one.is_dir())


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
def test_case(path: Path) -> None:
    found = outcome(path)
    if os.environ.get("COMPOSER_WRITE"):
        for kind in ("yaml", "err", "warn"):
            if kind in found:
                (path / f"expect.{kind}").write_text(found[kind])
            else:
                (path / f"expect.{kind}").unlink(missing_ok=True)
    expected = {one.suffix.removeprefix("."): one.read_text() for one in path.glob("expect.*")}
    assert found == expected


def outcome(path: Path) -> dict[str, str]:
    """Return the texts of the expectations by kind."""
    files = {
        str(one.relative_to(path)): one.read_text()
        for one in sorted(path.rglob("*"))
        if one.is_file() and not one.name.startswith("expect.")
    }
    flags = arguments().parse_args(files.pop("args", "").split())
    env = dict(line.split("=", 1) for line in files.pop("env", "").splitlines())
    try:
        loaded = load_files(
            files, env=env, files=flags.file, profiles=flags.profile,
            env_files=flags.env_file, project_directory=flags.project_directory,
        )  # fmt: skip
    except LoadError as wrong:
        return {"err": _lines(wrong.diagnostics)} | _warned(wrong.warnings)
    text = to_yaml(model(without_unused(loaded.project), "yaml"))
    return {"yaml": text.replace(FOLDER, "/…")} | _warned(loaded.warnings)


def _warned(warnings: Sequence[Diagnostic]) -> dict[str, str]:
    return {"warn": _lines(warnings)} if warnings else {}


def _lines(problems: Sequence[Diagnostic]) -> str:
    return "".join(f"{render(one)}\n" for one in problems)
