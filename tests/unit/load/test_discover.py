"""Finding files and variables."""

from collections.abc import Mapping
from typing import Any

import pytest

from composer.errors import ConsistencyError, UsageError
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
    assert found(files, env={"COMPOSE_PROFILES": "a, b,"}).profiles == ("a", "b", "")
    assert found(files, env={"COMPOSE_PROFILES": ","}).profiles == ()
    assert found(files, env={"COMPOSE_PROFILES": "a"}, profiles=["c"]).profiles == ("c",)
    assert found(files).profiles == ()


def test_the_project_is_where_the_first_file_on_disk_is() -> None:
    files = {"/p/s/a.yaml": "", "/p/s/.env": "V=s", "/p/.env": "V=top"}
    request = found(files, files=["-", "s/a.yaml"])
    assert request.files == ("-", "/p/s/a.yaml")
    assert (request.working_dir, request.environment["V"]) == ("/p/s", "s")


@pytest.mark.parametrize("listed", ["", "a.yaml:", ":a.yaml"])
def test_an_empty_path_in_compose_file(listed: str) -> None:
    with pytest.raises(UsageError, match="COMPOSE_FILE names an empty path"):
        found({"/p/a.yaml": "", "/p/compose.yaml": ""}, env={"COMPOSE_FILE": listed})


@pytest.mark.parametrize("said", ["", "yes", "2"])
def test_a_switch_that_is_neither_true_nor_false(said: str) -> None:
    with pytest.raises(UsageError, match="COMPOSE_DISABLE_ENV_FILE is"):
        found({"/p/compose.yaml": ""}, env={"COMPOSE_DISABLE_ENV_FILE": said})


def test_a_project_directory_that_is_a_file() -> None:
    with pytest.raises(UsageError, match="is a file"):
        found({"/p/compose.yaml": ""}, project_directory="compose.yaml")


@pytest.mark.parametrize("how", ["flag", "environment", "dotenv"])
def test_an_address_is_fetched_wherever_the_user_names_it(how: str) -> None:
    """Its colons separate nothing; name and .env are those of the user's folder."""
    address = "oci://registry.example:5000/team/shop:1.0"
    dotenv = "A=1\n" + (f"COMPOSE_FILE={address}\n" if how == "dotenv" else "")
    asked: list[str] = []

    def fetch(name: str) -> str:
        asked.append(name)
        return "/cache/shop/compose.yaml"

    request = found(
        {"/p/.env": dotenv},
        files=[address] if how == "flag" else [],
        env={"COMPOSE_FILE": address} if how == "environment" else {},
        fetch=fetch,
    )
    assert asked == [address]
    assert request.files == ("/cache/shop/compose.yaml",)
    assert (request.working_dir, request.default_name) == ("/cache/shop", "p")
    assert request.environment["A"] == "1"


def test_addresses_among_other_files() -> None:
    env = {"COMPOSE_FILE": "a.yaml;oci://r.example/b:1", "COMPOSE_PATH_SEPARATOR": ";"}
    request = found({"/p/a.yaml": ""}, env=env, fetch=lambda _: "/cache/compose.yaml")
    assert request.files == ("/p/a.yaml", "/cache/compose.yaml")
    assert request.working_dir == "/p"


GIT = "in a git repository, which is not fetched"
WEB = "on the web, from where no files are fetched"


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("https://example.com/a.git", GIT),
        ("http://example.com/a.git#v1:sub", GIT),
        ("https://example.com/a.git?ref=v1", GIT),
        ("git@example.com:a.git", GIT),
        ("ssh://example.com/a", GIT),
        ("git://example.com/a", GIT),
        ("github.com/a/b", GIT),
        ("https://example.com/compose.yaml", WEB),
        ("http://example.com/a.github", WEB),
        ("https://example.com/a#v1", WEB),
    ],
)
def test_an_address_that_is_not_fetched(address: str, told: str) -> None:
    with pytest.raises(ConsistencyError, match=told):
        found({"/p/compose.yaml": ""}, files=[address])


def test_of_several_override_files_the_first_counts_with_a_warning() -> None:
    names = ("compose.yaml", "compose.override.yml", "docker-compose.override.yml")
    reader = MemoryReader({f"/p/{name}": b"" for name in names})
    request = discover(reader, "/p", {})
    assert request.files == ("/p/compose.yaml", "/p/compose.override.yml")
    assert [one.code for one in request.warnings] == ["several-files"]
    assert "multiple override files" in request.warnings[0].message
