"""Composer as a plugin of the Docker CLI."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from composer.cli.plugin import METADATA, heed_docker, metadata, own_arguments, run


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


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (["-H", "unix:///s", "-c", "far"], ["--host=unix:///s", "--context=far"]),
        (["-Hunix:///s", "-cfar"], ["--host=unix:///s", "--context=far"]),
        (["-D", "-l", "error", "--context=far"], ["-D", "--log-level=error", "--context=far"]),
        (["--tlsverify", "--tlskey", "k"], ["--tlsverify", "--tlskey=k"]),
        (["--tls=false"], ["--tls=false"]),
    ],
)
def test_options_of_docker_are_ours(given: list[str], wanted: list[str]) -> None:
    assert own_arguments([*given, "composer", "-f", "a", "ps"], os.environ) == [
        *wanted, "-f", "a", "ps"
    ]  # fmt: skip


def test_the_folder_of_the_configuration_goes_to_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DOCKER_CONFIG", "")  # so that it is put back
    assert own_arguments(["--config", "/c", "composer", "ps"], os.environ) == ["ps"]
    assert os.environ["DOCKER_CONFIG"] == "/c"


WAITING = """
import os, signal, sys, time
from composer.cli.plugin import heed_docker
from composer.run.signals import note
signal.signal(signal.SIGINT, lambda *_: note())
heed_docker(os.environ)
print("ready", flush=True)
end = time.monotonic() + 1.5
while time.monotonic() < end: time.sleep(0.1)
"""


@pytest.mark.parametrize(("signalled", "code"), [(False, -signal.SIGTERM), (True, 0)])
def test_it_ends_when_docker_hangs_up(tmp_path: Path, code: int, *, signalled: bool) -> None:
    """But not twice, where the signal that docker heard of came here, too."""
    with socket.socket(socket.AF_UNIX) as docker:
        docker.bind(str(tmp_path / "s"))
        docker.listen()
        environ = {**os.environ, "DOCKER_CLI_PLUGIN_SOCKET": str(tmp_path / "s")}
        with subprocess.Popen(
            [sys.executable, "-c", WAITING], env=environ, stdout=subprocess.PIPE
        ) as plugin:
            connection, _ = docker.accept()
            assert plugin.stdout
            assert plugin.stdout.readline() == b"ready\n"
            if signalled:
                plugin.send_signal(signal.SIGINT)
            connection.close()
            assert plugin.wait(20) == code


def test_a_docker_that_has_gone_is_no_obstacle(tmp_path: Path) -> None:
    heed_docker({"DOCKER_CLI_PLUGIN_SOCKET": str(tmp_path / "none")})
    heed_docker({})
