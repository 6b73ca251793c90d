"""Connections over a network, and through the ssh program."""

import errno
import os
import socket

import pytest
from urllib3.connection import HTTPSConnection
from urllib3.exceptions import NewConnectionError

from composer.engine.docker.failures import of_exception
from composer.engine.docker.transports import NetAdapter, SshRefused, _command, _connection
from composer.errors import EngineAway


def test_nothing_stays_open_where_there_is_no_ssh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    before = os.listdir("/proc/self/fd")
    with pytest.raises(FileNotFoundError) as refused:
        _connection("ssh://somewhere", 1).connect()
    assert refused.value.filename == "ssh"
    assert os.listdir("/proc/self/fd") == before


def test_a_connection_over_a_network_is_probed_while_it_is_silent() -> None:
    """Else a stream whose engine's machine has died would wait for ever."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        pool = NetAdapter().poolmanager.connection_from_url(f"http://127.0.0.1:{port}")
        made = pool._get_conn()
        made.connect()
        try:
            assert made.sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
            assert made.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        finally:
            made.close()


def test_nothing_is_said_of_a_certificate_that_is_not_to_be_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Warnings are errors here; a person would read one for each call."""
    monkeypatch.setattr(
        HTTPSConnection, "connect", lambda made: setattr(made, "is_verified", False)
    )
    pool = NetAdapter().poolmanager.connection_from_url("https://127.0.0.1:1")
    pool._validate_conn(pool._get_conn())


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("ssh://u@h:22", ["-l", "u", "-p", "22", "--", "h", "docker"]),
        ("ssh://h/", ["--", "h", "docker"]),
        ("ssh://h/run/d.sock", ["--", "h", "docker", "--host=unix:///run/d.sock"]),
        ("ssh://h/a%20b", ["--", "h", "docker", "'--host=unix:///a b'"]),
    ],
)
def test_ssh_leads_to_the_engine_behind_a_socket(address: str, words: list[str]) -> None:
    assert " ".join(_command(address)).endswith(" ".join([*words, "system", "dial-stdio"]))


def test_ssh_probes_the_other_end() -> None:
    assert "ServerAliveInterval=15" in _command("ssh://somewhere")


def test_a_connection_whose_probes_are_not_answered_is_a_broken_one() -> None:
    """Not an engine that is too slow: whoever follows a stream connects again."""
    silent = TimeoutError(errno.ETIMEDOUT, "Connection timed out")
    found = of_exception(silent, "tcp://somewhere", "GET /events")
    assert isinstance(found, EngineAway)
    assert found.cut


def test_a_connection_that_is_never_made_is_not_a_broken_one() -> None:
    refused = NewConnectionError(None, "failed")  # type: ignore[arg-type]
    refused.__cause__ = TimeoutError(errno.ETIMEDOUT, "Connection timed out")
    found = of_exception(refused, "tcp://somewhere", "GET /events")
    assert "broke off" not in found.message


@pytest.mark.parametrize("rest", ["", ":22", ":22/run/d.sock", "/run/d.sock"])
def test_what_is_to_be_tried_by_hand_has_the_machine_only(rest: str) -> None:
    found = of_exception(SshRefused("no route"), f"ssh://me@there{rest}", "GET /events")
    assert found.hint == "`ssh me@there docker version` must work without a question"
