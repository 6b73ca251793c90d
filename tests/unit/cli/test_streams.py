"""Standard streams that are closed, full, or left by their reader: what the program ends with."""

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "compose.yaml").write_text("services: {web: {image: x}}\n")
    return tmp_path


def shell(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    """Run a line of the shell, in which COMPOSER stands for the program."""
    line = command.replace("COMPOSER", f"{sys.executable} -m composer")
    return subprocess.run(
        ["sh", "-c", line], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", ">&- 2>&- <&-"])
def test_who_closes_a_stream_does_not_want_it(folder: Path, closed: str) -> None:
    done = shell(folder, f"COMPOSER config {closed}")
    assert (done.returncode, done.stderr) == (0, "")
    assert ("name:" in done.stdout) == (">&-" not in closed.replace("2>&-", ""))


def test_a_closed_input_is_no_archive(folder: Path) -> None:
    none = f"DOCKER_HOST=unix://{folder}/none.sock"
    done = shell(folder, f"{none} COMPOSER cp - web:/tmp <&-")
    assert done.returncode == 1
    assert "standard input is closed" in done.stderr
    assert "Cannot connect" in shell(folder, f"{none} COMPOSER cp - web:/tmp </dev/null").stderr


def test_values_are_utf_8_whatever_the_locale(folder: Path) -> None:
    (folder / "compose.yaml").write_text("services: {web: {image: x, environment: {V: $U}}}\n")
    locale = "LC_ALL=C PYTHONUTF8=0 PYTHONCOERCECLOCALE=0"
    done = shell(folder, f"U=ü☃ {locale} COMPOSER config --format json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["services"]["web"]["environment"] == {"V": "ü☃"}


def test_an_error_without_standard_error_is_in_the_exit_code(folder: Path) -> None:
    assert shell(folder, "COMPOSER -f none.yaml config 2>&-").returncode == 1


def test_output_that_finds_no_room_is_an_error(folder: Path) -> None:
    done = shell(folder, "COMPOSER config >/dev/full")
    assert done.returncode == 1
    assert done.stderr.startswith("error: no space left on device\n")


def test_a_reader_that_leaves_is_none(folder: Path) -> None:
    services = "".join(f"  web{number}: {{image: x}}\n" for number in range(2000))
    (folder / "compose.yaml").write_text(f"services:\n{services}")
    done = shell(folder, "COMPOSER config | head -1")
    assert (done.stdout.count("\n"), done.stderr) == (1, "")
