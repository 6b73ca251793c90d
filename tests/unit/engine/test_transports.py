"""Connections through the ssh program."""

import os

import pytest

from composer.engine.docker.transports import _connection


def test_nothing_stays_open_where_there_is_no_ssh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    before = os.listdir("/proc/self/fd")
    with pytest.raises(FileNotFoundError) as refused:
        _connection("ssh://somewhere", 1).connect()
    assert refused.value.filename == "ssh"
    assert os.listdir("/proc/self/fd") == before
