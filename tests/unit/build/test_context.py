"""The build context as a tar: what is in it, and that half of it never looks whole."""

import io
import os
import tarfile
import threading
from pathlib import Path
from typing import BinaryIO

import pytest

from composer.build import context
from composer.build.context import read_ignore, streamed, write_tar
from composer.errors import ComposerError
from composer.patterns import Ignore


def packed(folder: Path, *patterns: str, keep: frozenset[str] = frozenset()) -> tarfile.TarFile:
    buffer = io.BytesIO()
    write_tar(buffer, folder, Ignore(patterns), keep, {"extra": b"more"})
    buffer.seek(0)
    return tarfile.open(fileobj=buffer, mode="r:gz")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "src" / "deep").mkdir(parents=True)
    (tmp_path / "src" / "a.py").write_text("a")
    (tmp_path / "src" / "deep" / "b.py").write_text("b")
    (tmp_path / "run.sh").write_text("#!/bin/sh")
    (tmp_path / "run.sh").chmod(0o755)
    (tmp_path / "link").symlink_to("src/a.py")
    os.link(tmp_path / "run.sh", tmp_path / "same.sh")
    os.mkfifo(tmp_path / "pipe")
    return tmp_path


def test_what_is_sent(folder: Path) -> None:
    with packed(folder) as tar:
        assert tar.getnames() == [
            "extra", "link", "pipe", "run.sh", "same.sh",
            "src", "src/a.py", "src/deep", "src/deep/b.py",
        ]  # fmt: skip
        assert tar.getmember("run.sh").mode == 0o755
        assert tar.getmember("link").linkname == "src/a.py"
        assert tar.getmember("same.sh").isreg()
        assert tar.getmember("pipe").isfifo()
        assert {(one.uid, one.gid, one.uname) for one in tar} == {(0, 0, "")}
        same = tar.extractfile("same.sh")
        assert same
        assert same.read() == b"#!/bin/sh"


def test_what_is_ignored_is_not_even_read(folder: Path) -> None:
    (folder / "src" / "a.py").chmod(0)
    (folder / "src" / "broken").symlink_to("nowhere")
    with packed(folder, "src", "*.sh", "pipe") as tar:
        assert tar.getnames() == ["extra", "link"]


def test_exceptions_and_what_is_kept_in_any_case(folder: Path) -> None:
    with packed(folder, "*", "!src/deep", keep=frozenset({"run.sh"})) as tar:
        assert tar.getnames() == ["extra", "run.sh", "src/deep", "src/deep/b.py"]


def test_the_ignore_file_of_the_dockerfile_comes_first(folder: Path) -> None:
    (folder / ".dockerignore").write_text("src\n")
    assert read_ignore(folder, folder / "Dockerfile")("src")
    (folder / "Dockerfile.dockerignore").write_text("\ufeffother\n")
    assert not read_ignore(folder, folder / "Dockerfile")("src")
    assert read_ignore(folder, folder / "Dockerfile")("other")
    assert not read_ignore(folder / "src", folder / "src" / "Dockerfile")("src")


def test_comments_of_an_ignore_file_begin_its_lines(tmp_path: Path) -> None:
    (tmp_path / ".dockerignore").write_bytes(b"#one\r\n #two\r\nthree\x0cb\r\n")
    ignored = read_ignore(tmp_path, tmp_path / "Dockerfile")
    found = [one for one in ("#one", "#two", "three", "b", "three\x0cb") if ignored(one)]
    assert found == ["#two", "three\x0cb"]


def test_the_line_of_the_ignore_file_that_is_no_pattern_is_named(tmp_path: Path) -> None:
    (tmp_path / ".dockerignore").write_text("#[\na\n\n[\n")
    with pytest.raises(ComposerError, match=r"/\.dockerignore:4: '\[': syntax error in pattern"):
        read_ignore(tmp_path, tmp_path / "Dockerfile")


def test_a_stream_is_the_same(folder: Path) -> None:
    with (
        streamed(folder, Ignore(["src"]), frozenset(), {}) as upload,
        io.BufferedReader(upload) as whole,
        tarfile.open(fileobj=whole, mode="r|gz") as tar,
    ):
        assert tar.getnames() == ["link", "pipe", "run.sh", "same.sh"]


def test_what_cannot_be_read_breaks_the_stream(folder: Path) -> None:
    with streamed(folder / "gone", Ignore(()), frozenset(), {}) as upload:
        with pytest.raises(FileNotFoundError):
            upload.readall()
        assert isinstance(upload.error, FileNotFoundError)


def test_a_reader_that_leaves_ends_the_writer(folder: Path) -> None:
    (folder / "big").write_bytes(os.urandom(1 << 20))
    with streamed(folder, Ignore(()), frozenset(), {}) as upload:
        upload.read(10)
    assert upload.error is None


def test_a_reader_that_takes_nothing_ends_the_writer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What fits into the writer's buffer is written when that is closed."""
    gone = threading.Event()

    def write(target: BinaryIO, *_: object) -> None:
        target.write(b"little")
        gone.wait(10)

    monkeypatch.setattr(context, "write_tar", write)
    with streamed(tmp_path, Ignore(()), frozenset(), {}) as upload:
        upload.close()
        gone.set()
    assert upload.error is None


def test_an_ignore_file_that_cannot_be_read_is_not_taken_for_none(tmp_path: Path) -> None:
    """Or what was to be left out would be sent; and one that nobody writes is not waited for."""
    os.mkfifo(tmp_path / ".dockerignore")
    with pytest.raises(ComposerError, match="is a device, pipe or socket"):
        read_ignore(tmp_path, tmp_path / "Dockerfile")
    (tmp_path / "Dockerfile.dockerignore").mkdir()
    with pytest.raises(ComposerError, match="is a directory"):
        read_ignore(tmp_path, tmp_path / "Dockerfile")
