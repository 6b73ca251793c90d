"""Files that somebody may have chosen to do harm: read to their end, or refused at once."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from composer.disk import Disk, make_folder, read_file, write_file
from composer.load.discover import discover
from composer.load.pipeline import load


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"\0\xff")
    (tmp_path / "link").symlink_to("file")
    assert read_file(tmp_path / "file") == b"\0\xff"
    assert Disk().read(str(tmp_path / "link")) == b"\0\xff"
    assert read_file(os.devnull) == b""


def test_what_may_never_end_is_refused_without_waiting(tmp_path: Path) -> None:
    """A pipe that nobody writes to would hold whoever opens it, also where it came just now."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket"))
        for name in (tmp_path / "pipe", tmp_path / "link", tmp_path / "socket", "/dev/zero"):
            with pytest.raises(OSError):  # noqa: PT011 - in the words of the system
                read_file(name)
    with pytest.raises(IsADirectoryError):
        read_file(tmp_path)


def test_what_is_too_large_is_refused(tmp_path: Path) -> None:
    """Also where the file system says that it is small."""
    with (tmp_path / "sparse").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(OSError, match="too large"):
        read_file(tmp_path / "sparse", limit=100)
    with pytest.raises(OSError, match="too large"):
        read_file("/proc/self/maps", limit=10)


def test_what_the_shell_passes_on_is_read() -> None:
    """As in ``-f <(make-a-file)``."""
    there, here = os.pipe()
    os.write(here, b"content")
    os.close(here)
    assert read_file(f"/dev/fd/{there}") == b"content"
    os.close(there)


def test_standard_input_is_read_by_its_path() -> None:
    """As in ``make-a-file | composer --env-file /dev/stdin up``."""
    code = "from composer.disk import Disk; assert Disk().is_file('/dev/stdin');"
    code += "print(Disk().read('/dev/stdin'))"
    done = subprocess.run(
        [sys.executable, "-c", code], input=b"content", capture_output=True, check=True
    )
    assert done.stdout == b"b'content'\n"


@pytest.mark.parametrize(
    ("folder", "name", "told"),
    [
        ("Link", "", True),
        ("Link", "name: own", False),
        ("Link/below", "", False),
        ("real", "", False),
    ],
)
def test_a_project_that_is_called_as_a_link_is_told(
    tmp_path: Path, folder: str, name: str, *, told: bool
) -> None:
    """The link itself counts, not one above it; whoever gives a name means it."""
    (tmp_path / "real" / "below").mkdir(parents=True)
    (tmp_path / "Link").symlink_to("real")
    place = tmp_path / folder
    (place / "compose.yaml").write_text(f"{name}\nservices: {{a: {{image: x}}}}\n")
    found = load(discover(Disk(), str(place), {}), Disk())
    assert [one.code for one in found.warnings] == ["name-of-link"] * told
    if told:
        assert found.project.name == "link"
        assert found.warnings[0].message.endswith('Using name "Link"')
    assert not load(discover(Disk(), str(place), {}, project_name="p"), Disk()).warnings


def test_an_emptied_folder_takes_the_place_of_anything(tmp_path: Path) -> None:
    """Of a link, not of what it leads to."""
    full, link = tmp_path / "full", tmp_path / "link"
    full.mkdir()
    (full / "x").touch()
    link.symlink_to(full)
    make_folder(str(link), 0o755, emptied=True)
    assert not link.is_symlink()
    assert (full / "x").exists()
    make_folder(str(full), 0o755)
    assert (full / "x").exists()
    make_folder(str(full), 0o755, emptied=True)
    make_folder(str(tmp_path / "new" / "folder"), 0o755, emptied=True)
    assert not os.listdir(full)


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "x"
    write_file(str(path), b"1", 0o600)
    assert path.read_bytes() == b"1"
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        write_file(str(path), b"2", 0o600)
