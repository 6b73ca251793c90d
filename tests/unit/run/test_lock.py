"""The lock of a project: one command at a time, and waiting that can be given up."""

import fcntl
from pathlib import Path

import pytest

from composer.run.cancel import Cancel
from composer.run.lock import project_lock


def test_a_wish_to_end_that_comes_before_the_waiting_is_heeded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It came while it was told that another command is waited for."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    cancel = Cancel()
    with project_lock("", "shop", Cancel(), lambda: None) as first:
        assert first
        with project_lock("", "shop", cancel, cancel.request) as second:
            assert not second


def test_where_a_lock_cannot_be_waited_for_the_command_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where no lock file can be made: nobody has interrupted it."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def flock(_: int, how: int) -> None:
        if how & fcntl.LOCK_NB:
            raise BlockingIOError
        raise OSError(37, "No locks available")

    monkeypatch.setattr(fcntl, "flock", flock)
    with project_lock("", "shop", Cancel(), lambda: None) as held:
        assert held
