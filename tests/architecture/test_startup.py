"""What each command imports: starting up is a feature."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("docker", "requests", "urllib3", "networkx", "jsonschema", "rich", "hypothesis", "asyncio")
PLAIN = """
name: plain
services:
  web:
    image: busybox
    ports: ["8080:80"]
    environment: {A: b}
    volumes: ["data:/data"]
volumes: {data: }
"""
RUN = """
import json, os, sys
from composer.cli.root import run
code = run(json.loads(sys.argv[1]))
sys.stdout.flush()
with open(sys.argv[2], "w") as file:
    json.dump([code, sorted(sys.modules)], file)
"""
BARE = "import json, sys; before = set(sys.modules); {}; print(len(set(sys.modules) - before))"


def modules_after(folder: Path, *arguments: str) -> set[str]:
    """Return the modules that a command has imported when it ends well."""
    (folder / "compose.yaml").write_text(PLAIN)
    report = folder / "modules.json"
    command = [sys.executable, "-c", RUN, json.dumps(arguments), str(report)]
    subprocess.run(command, cwd=folder, capture_output=True, check=True, timeout=60)
    code, modules = json.loads(report.read_text())
    assert code == 0
    return set(modules)


@pytest.mark.parametrize(
    "arguments",
    [("config",), ("config", "-q"), ("config", "--format", "json"), ("config", "--services"),
     ("graph", "--no-state"), ("graph", "--no-state", "--format", "svg")],
    ids=" ".join,
)  # fmt: skip
def test_config_of_a_valid_file_loads_nothing_heavy(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    """No engine is asked, nothing is drawn, no dependency sorted, no mistake explained."""
    found = modules_after(tmp_path, *arguments)
    assert not found.intersection(HEAVY)
    assert not {one for one in found if one.startswith("composer.engine.docker")}
    if "config" in arguments:
        assert "composer.api" not in found


@pytest.mark.parametrize("arguments", [("version",), ("--help",), ("up", "--help")], ids=" ".join)
def test_what_needs_no_file_reads_none(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """Help and version do not even need a YAML parser."""
    found = modules_after(tmp_path, *arguments)
    assert not found.intersection({*HEAVY, "jsonschema_rs"})
    assert arguments[0] == "up" or "yaml" not in found


def test_one_command_does_not_pay_for_another(tmp_path: Path) -> None:
    """Commands are modules, imported when they are used."""
    found = modules_after(tmp_path, "config", "-q")
    commands = {"up", "down", "ps", "logs", "create", "install"}
    assert not found.intersection(f"composer.cli.{name}" for name in commands)


def test_importing_the_package_is_nearly_free() -> None:
    """A program that imports composer, and uses a part, pays for that part."""
    done = subprocess.run(
        [sys.executable, "-c", BARE.format("import composer")],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert int(done.stdout) <= 5
