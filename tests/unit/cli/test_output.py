"""What a command writes to a file is whole, or not there."""

import os
from pathlib import Path

import pytest

from composer.cli.output import written
from composer.errors import ComposerError


def test_a_file_is_replaced_when_it_is_whole(tmp_path: Path) -> None:
    """With the mode that it had."""
    path = tmp_path / "out"
    path.write_text("before")
    path.chmod(0o640)
    with written(str(path)) as file:
        file.write(b"after")
        assert path.read_text() == "before"
    assert path.read_text() == "after"
    assert path.stat().st_mode & 0o777 == 0o640
    assert os.listdir(tmp_path) == ["out"]


def test_a_file_gets_the_mode_that_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "out"
    for _ in range(2):
        with written(str(path), 0o600) as file:
            file.write(b"after")
        assert path.stat().st_mode & 0o777 == 0o600
        path.chmod(0o666)


def test_a_link_still_leads_there(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("out")
    with written(str(tmp_path / "link")) as file:
        file.write(b"after")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "out").read_text() == "after"


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    """And nothing beside it."""
    path = tmp_path / "out"
    path.write_text("before")
    with pytest.raises(ComposerError, match=r"cannot write .*out: no space left"):
        _full(path)
    assert path.read_text() == "before"
    assert os.listdir(tmp_path) == ["out"]


def _full(path: Path) -> None:
    with written(str(path)) as file:
        file.write(b"half")
        raise OSError(28, "No space left on device")


def test_a_device_is_written_to() -> None:
    """Nothing takes its place."""
    with pytest.raises(ComposerError, match="cannot write /dev/full"), written("/dev/full") as file:
        file.write(b"x")


def test_no_such_folder(tmp_path: Path) -> None:
    with (
        pytest.raises(ComposerError, match=r"cannot write .*: no such file"),
        written(f"{tmp_path}/a/b"),
    ):
        pass
