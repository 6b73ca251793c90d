"""`composer validate` as a command: paths, exit codes, settings."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from composer.cli.root import run

GOOD = "services: {web: {image: 'nginx:1.27'}}\n"
DOUBTFUL = GOOD + "volumes: {spare: }\n"
BAD = "services: {web: {imge: nginx}}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("COMPOSE_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def put(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_yaml", ".yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def problems(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[tuple[str, str]]:
    run(["validate", "--format", "json", *arguments])
    found = json.loads(capsys.readouterr().out)["problems"]
    return [(one["file"], one["code"]) for one in found]


@pytest.mark.parametrize(
    ("text", "options", "code"),
    [
        (GOOD, [], 0),
        (GOOD, ["--strict"], 0),
        (DOUBTFUL, [], 0),
        (DOUBTFUL, ["--strict"], 1),
        (DOUBTFUL, ["--strict", "--ignore", "unused-volume"], 0),
        (BAD, [], 1),
        (BAD, ["--quiet"], 1),
        (GOOD, ["--select", "no-such-code"], 2),
        (GOOD, ["--format", "xml"], 2),
        (GOOD, ["nowhere"], 2),
        (GOOD, ["-f", "compose.yaml", "."], 2),
    ],
)
def test_exit_codes(folder: Path, text: str, options: list[str], code: int) -> None:
    put(folder, compose_yaml=text)
    assert run(["validate", *options]) == code


def test_no_file_is_a_usage_error(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "empty").mkdir()
    assert run(["validate", "empty"]) == 2
    assert "no Compose file at empty" in capsys.readouterr().err


def test_a_bad_project_name_does_not_hide_the_rest(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(folder, compose_yaml=BAD)
    run(["-p", "Not Valid", "validate", "--format", "json"])
    codes = [one["code"] for one in json.loads(capsys.readouterr().out)["problems"]]
    assert codes == ["project-name", "unknown-attribute"]


def test_files_folders_and_patterns(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(folder, a__compose_yaml=BAD, b__c__compose_yaml=BAD, b__other_yaml=BAD)
    everywhere = {name for name, _ in problems(capsys, ".")}
    assert everywhere == {"a/compose.yaml", "b/c/compose.yaml"}
    assert {name for name, _ in problems(capsys, "b/other.yaml")} == {"b/other.yaml"}
    assert {name for name, _ in problems(capsys, "*/*.yaml")} == {"a/compose.yaml", "b/other.yaml"}


def test_an_override_is_checked_with_its_base(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(folder, compose_yaml=GOOD)
    (folder / "compose.override.yaml").write_text("services: {web: {ports: ['80:80', '80:81']}}\n")
    for named in (".", "compose.yaml", "compose.override.yaml"):
        assert problems(capsys, named) == [("compose.override.yaml", "port-conflict")]


def test_an_exact_combination(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(
        folder,
        a_yaml="services: {web: {image: 'nginx:${V:?}', depends_on: [db]}}\n",
        b_yaml="services: {db: {image: 'postgres:16', profiles: [data]}}\n",
        vars="V=1.27\n",
    )
    given = ["-f", "a.yaml", "-f", "b.yaml", "--env-file", "vars", "--profile", "data"]
    assert problems(capsys, *given) == []
    assert problems(capsys, *given[:6]) == [("a.yaml", "undefined-service")]


def test_the_table_of_a_repository(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(folder, compose_yaml=DOUBTFUL, old__compose_yaml=BAD, sub__compose_yaml=DOUBTFUL)
    (folder / "pyproject.toml").write_text(
        '[tool.composer]\nignore = ["unused-volume"]\nexclude = ["old"]\n'
    )
    assert problems(capsys, ".") == []
    assert problems(capsys, ".", "--select", "unused-volume") != []
    (folder / ".composer.toml").write_text('ignroe = ["unused-volume"]\n')
    assert run(["validate", "."]) == 2
    assert "did you mean 'ignore'?" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["pyproject.toml", ".composer.toml"])
@pytest.mark.parametrize(
    ("text", "what"), [("tool = 1", "tool"), ("tool.composer = 1", "tool.composer")]
)
def test_settings_that_are_no_table_are_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str, text: str, what: str
) -> None:
    put(folder, compose_yaml=DOUBTFUL)
    (folder / name).write_text(f"{text}\n")
    assert run(["validate", "."]) == 2
    assert f"{name}: {what} must be a table" in capsys.readouterr().err


def test_all_codes_can_be_ignored_but_those_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(folder, compose_yaml=DOUBTFUL + "networks: {spare: }\n")
    assert problems(capsys, ".", "--ignore", "all") == []
    named = problems(capsys, ".", "--ignore", "all", "--select", "unused-volume")
    assert named == [("compose.yaml", "unused-volume")]
    assert problems(capsys, ".", "--select", "all", "--ignore", "all") == []


def test_standard_input(folder: Path) -> None:  # noqa: ARG001 - changes the folder
    done = subprocess.run(
        [sys.executable, "-m", "composer", "-f", "-", "validate"],
        input=BAD, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stdout.startswith("<stdin>:1:18: error: services.web.imge: additional properties")


def test_values_of_secrets_are_never_printed(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    token = "ghp_" + "x1" * 18
    put(
        folder, compose_yaml=f"services: {{web: {{image: 'x:1', environment: {{TOKEN: {token}}}}}}}"
    )
    run(["validate", "--select", "all"])
    output = capsys.readouterr().out
    assert "secret-in-environment" in output
    assert token not in output


HEAVY = ("docker", "requests", "urllib3", "rich", "networkx", "jsonschema", "asyncio")


def test_nothing_heavy_is_imported(folder: Path) -> None:
    put(folder, compose_yaml=DOUBTFUL)
    script = (
        "import sys\nfrom composer.cli.root import run\nrun(['validate', '.'])\n"
        f"print([one for one in {HEAVY!r} if one in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
