"""Finding files and variables."""

from collections.abc import Mapping
from typing import Any

import pytest

from composer.errors import ConsistencyError
from composer.load.discover import discover
from composer.load.reader import MemoryReader
from composer.load.request import Request


def found(present: Mapping[str, str], cwd: str = "/p", /, **more: Any) -> Request:
    environ = more.pop("env", {})
    return discover(MemoryReader(present), cwd, environ, **more)


@pytest.mark.parametrize(
    ("present", "expected"),
    [
        (["compose.yaml", "compose.yml", "docker-compose.yml"], ["compose.yaml"]),
        (["compose.yml", "docker-compose.yml"], ["compose.yml"]),
        (["docker-compose.yaml"], ["docker-compose.yaml"]),
        (["compose.yaml", "compose.override.yaml"], ["compose.yaml", "compose.override.yaml"]),
        (["compose.yaml", "compose.override.yml", "compose.override.yaml"],
         ["compose.yaml", "compose.override.yml"]),
        (["compose.yml", "docker-compose.override.yml"],
         ["compose.yml", "docker-compose.override.yml"]),
    ],
)  # fmt: skip
def test_the_files_of_a_folder(present: list[str], expected: list[str]) -> None:
    request = found({f"/p/{name}": "" for name in present})
    assert request.files == tuple(f"/p/{name}" for name in expected)


def test_a_parent_folder() -> None:
    request = found({"/p/compose.yaml": "", "/p/.env": "A=1"}, "/p/a/b")
    assert request.files == ("/p/compose.yaml",)
    assert (request.working_dir, request.default_name) == ("/p", "p")
    assert request.environment["A"] == "1"


def test_no_file() -> None:
    with pytest.raises(ConsistencyError, match="no configuration file provided: not found in /p"):
        found({"/p/other.yaml": ""})
    with pytest.raises(ConsistencyError, match="not found in /q"):
        found({"/p/compose.yaml": ""}, project_directory="/q")


def test_flags_and_environment_name_files() -> None:
    files = {"/p/a.yaml": "", "/p/b.yaml": "", "/p/compose.yaml": ""}
    assert found(files, files=["a.yaml", "/p/b.yaml"]).files == ("/p/a.yaml", "/p/b.yaml")
    assert found(files, env={"COMPOSE_FILE": "a.yaml:b.yaml"}).files == ("/p/a.yaml", "/p/b.yaml")
    other = {"COMPOSE_FILE": "a.yaml;b.yaml", "COMPOSE_PATH_SEPARATOR": ";"}
    assert found(files, env=other).files == ("/p/a.yaml", "/p/b.yaml")
    assert found({**files, "/p/.env": "COMPOSE_FILE=b.yaml"}).files == ("/p/b.yaml",)
    assert found(files, files=["-"]).working_dir == "/p"


def test_the_folder_of_the_project() -> None:
    files = {"/p/sub/compose.yaml": "", "/p/other/.env": "A=other", "/p/sub/.env": "A=sub"}
    request = found(files, files=["sub/compose.yaml"])
    assert (request.working_dir, request.environment["A"]) == ("/p/sub", "sub")
    request = found(files, files=["sub/compose.yaml"], project_directory="other")
    assert (request.working_dir, request.environment["A"]) == ("/p/other", "other")


def test_environment_files() -> None:
    files = {"/p/compose.yaml": "", "/p/.env": "A=dot\nB=dot", "/p/x": "A=x", "/p/y": "C=$A"}
    assert found(files, env={"A": "shell"}).environment["A"] == "shell"
    request = found(files, env_files=["x", "y"])
    assert (request.environment["A"], request.environment["C"]) == ("x", "x")
    assert "B" not in request.environment
    assert request.env_files == ("/p/x", "/p/y")
    assert found(files, env={"COMPOSE_ENV_FILES": "x,y"}).environment["C"] == "x"
    assert "A" not in found(files, env={"COMPOSE_DISABLE_ENV_FILE": "1"}).environment


def test_profiles() -> None:
    files = {"/p/compose.yaml": ""}
    assert found(files, env={"COMPOSE_PROFILES": "a, b,"}).profiles == ("a", "b")
    assert found(files, env={"COMPOSE_PROFILES": "a"}, profiles=["c"]).profiles == ("c",)
    assert found(files).profiles == ()
