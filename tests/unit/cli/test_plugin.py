"""Composer as a plugin of the Docker CLI."""

import os

import pytest

from composer.cli.plugin import METADATA, metadata, own_arguments, run


def test_the_metadata_call_answers_what_the_docker_cli_asks(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run([METADATA]) == 0
    assert '"SchemaVersion": "0.1.0"' in capsys.readouterr().out
    assert metadata()["Vendor"]


def test_what_follows_the_plugins_name_is_its_own() -> None:
    assert own_arguments(["composer", "-f", "a.yaml", "ps"], os.environ) == ["-f", "a.yaml", "ps"]


def test_called_directly_all_arguments_are_its_own() -> None:
    assert own_arguments(["-f", "a.yaml", "ps"], os.environ) == ["-f", "a.yaml", "ps"]


def test_options_of_docker_go_to_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DOCKER_HOST", "DOCKER_CONTEXT"):
        monkeypatch.setenv(name, "")  # so that it is put back: what was unset would stay as it is
    arguments = ["-H", "unix:///there.sock", "--context=far", "-D", "composer", "ps"]
    assert own_arguments(arguments, os.environ) == ["ps"]
    assert os.environ["DOCKER_HOST"] == "unix:///there.sock"
    assert os.environ["DOCKER_CONTEXT"] == "far"
