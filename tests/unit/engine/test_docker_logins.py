"""Logins to registries, from Docker's configuration and from DOCKER_AUTH_CONFIG."""

import base64
import json
from pathlib import Path

import pytest

from composer.engine.docker.connect import login
from composer.engine.docker.logins import logins
from composer.errors import EngineError


def entry(user: str) -> dict[str, str]:
    return {"auth": base64.b64encode(f"{user}:pw".encode()).decode()}


def auths(**users: str) -> str:
    """Return a configuration with a login to HOST.test for each ``HOST=USER``."""
    return json.dumps({"auths": {f"{host}.test": entry(user) for host, user in users.items()}})


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "config.json").write_text(auths(a="file", b="file"))
    return {"DOCKER_CONFIG": str(tmp_path)}


def test_the_variable_comes_before_the_configuration(environ: dict[str, str]) -> None:
    environ["DOCKER_AUTH_CONFIG"] = auths(b="given", c="given")
    found = [login(environ, f"{host}.test")[0] for host in ("a", "b", "c", "d")]
    assert found == ["file", "given", "given", ""]


def test_builds_are_given_the_logins_of_both(environ: dict[str, str]) -> None:
    found = logins(environ["DOCKER_CONFIG"], auths(b="given")).get_all_credentials()
    assert {host: one["username"] for host, one in found.items()} == {
        "a.test": "file",
        "b.test": "given",
    }


def test_the_variable_alone_is_enough(tmp_path: Path) -> None:
    environ = {"DOCKER_CONFIG": str(tmp_path), "DOCKER_AUTH_CONFIG": auths(a="given")}
    assert login(environ, "a.test") == ("given", "pw")


def test_a_folder_without_a_configuration_has_no_logins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of the home folder are for who names no folder."""
    (tmp_path / ".docker").mkdir()
    (tmp_path / ".docker" / "config.json").write_text(auths(a="home"))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert login({"HOME": str(tmp_path)}, "a.test") == ("home", "pw")
    assert login({"DOCKER_CONFIG": str(tmp_path)}, "a.test") == ("", "")


@pytest.mark.parametrize("text", ["", "{}", '{"auths": {}}', '{"auths": {"b.test": {}}}'])
def test_a_variable_without_logins_changes_nothing(environ: dict[str, str], text: str) -> None:
    assert login({**environ, "DOCKER_AUTH_CONFIG": text}, "a.test")[0] == "file"


@pytest.mark.parametrize(
    "text", ["{", "[]", "3", '{"auths": 3}', '{"auths": {"a": 3}}',
             '{"auths": {"a": {"auth": "?"}}}', '{"auths": {"a": {"auth": 3}}}',
             '{"auths": {"a": {"auth": "YQ=="}}}', "[" * 100_000 + "]" * 100_000],
)  # fmt: skip
def test_a_variable_that_holds_something_else_is_named(environ: dict[str, str], text: str) -> None:
    """But what it holds is not shown: it could be a password."""
    with pytest.raises(EngineError, match="DOCKER_AUTH_CONFIG cannot be read") as caught:
        login({**environ, "DOCKER_AUTH_CONFIG": text}, "a.test")
    assert "3" not in str(caught.value)
    assert "YQ" not in str(caught.value)


@pytest.mark.parametrize("other", [["x"], 3, {"auth": "YQ=="}, {"auth": 3}])
def test_an_entry_of_another_form_leaves_the_other_logins(
    environ: dict[str, str], other: object
) -> None:
    file = Path(environ["DOCKER_CONFIG"]) / "config.json"
    file.write_text(json.dumps({"auths": {"a.test": entry("file"), "b.test": other}}))
    assert [login(environ, f"{host}.test")[0] for host in ("a", "b")] == ["file", ""]


@pytest.mark.parametrize("more", [{}, {"auth": ""}])
def test_a_login_may_be_written_in_plain_text(
    environ: dict[str, str], more: dict[str, str]
) -> None:
    one = {"username": "plain", "password": "secret", **more}
    file = Path(environ["DOCKER_CONFIG"]) / "config.json"
    file.write_text(json.dumps({"auths": {"a.test": one}}))
    assert login(environ, "a.test") == ("plain", "secret")


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("", "docker-credential-test is not installed, or not in PATH"),
        ("echo it is locked; exit 1", "it is locked"),
        ("echo 3", "not subscriptable|has no attribute"),
        ("echo '{\"a.test\": 3}'", "Username"),
        ("echo what", "Expecting value"),
    ],
)
def test_a_helper_program_that_fails_is_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str, why: str
) -> None:
    if answer:
        helper = tmp_path / "docker-credential-test"
        helper.write_text(f"#!/bin/sh\n{answer}\n")
        helper.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    (tmp_path / "config.json").write_text('{"credsStore": "test"}')
    with pytest.raises(EngineError, match=rf"cannot get the login to a.test: .*({why})") as told:
        login({"DOCKER_CONFIG": str(tmp_path)}, "a.test")
    assert "credsStore" in told.value.hint
    with pytest.raises(EngineError, match=rf"cannot get the logins to registries: .*({why})"):
        logins(str(tmp_path), "").get_all_credentials()
