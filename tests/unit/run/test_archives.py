"""Archives from a container are not trusted: nothing is written outside the destination."""

import io
import tarfile
from pathlib import Path

import pytest

from composer.errors import ComposerError
from composer.run.archives import is_folder, unpack

Entry = tuple[str, bytes, str]
"""A name, a kind, and content or the target of a link."""
FILE, LINK, HARD, FOLDER = tarfile.REGTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE


class Stream:
    """An archive as the engine sends it."""

    def __init__(self, *entries: Entry) -> None:
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as archive:
            for name, kind, text in entries:
                entry = tarfile.TarInfo(name)
                entry.type = kind
                if kind in {LINK, HARD}:
                    entry.linkname = text
                content = text.encode() if kind == FILE else b""
                entry.size = len(content)
                archive.addfile(entry, io.BytesIO(content))
        self._content = io.BytesIO(packed.getvalue())

    def read(self, size: int) -> bytes:
        return self._content.read(size)

    def close(self) -> None:
        self._content.close()


@pytest.mark.parametrize(
    "entries",
    [
        [("top/../../evil", FILE, "x")],
        [("/etc/evil", FILE, "x")],
        [("top/out", LINK, "../.."), ("top/out/evil", FILE, "x")],
        [("top/out", LINK, "/"), ("top/out/evil", FILE, "x")],
        [("top/a", LINK, ".."), ("top/b", LINK, "a/.."), ("top/b/evil", FILE, "x")],
        [("top/out", LINK, "../../secret"), ("top/evil", HARD, "top/out/secret")],
        [("top/evil", HARD, "top/../../secret")],
    ],
    ids=[
        "dots",
        "absolute",
        "link up",
        "link to the root",
        "link by link",
        "hard link",
        "hard dots",
    ],
)
def test_an_entry_that_leads_out_is_refused(tmp_path: Path, entries: list[Entry]) -> None:
    (tmp_path / "secret").write_text("kept")
    folder = tmp_path / "in" / "here"
    folder.mkdir(parents=True)
    with pytest.raises(ComposerError, match="leads out"):
        unpack(Stream(*entries), str(folder), "made", owners=False)
    assert not list(tmp_path.rglob("*evil*"))
    assert (tmp_path / "secret").read_text() == "kept"


@pytest.mark.parametrize("name", ["top/a\0b", "top/" + "x" * 300, "top/\udcff\udcfe"])
def test_a_name_that_no_file_can_have(tmp_path: Path, name: str) -> None:
    """It is told, or it is a file below the destination."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        entry = tarfile.TarInfo("top/plain")
        entry.pax_headers = {"path": name}
        archive.addfile(entry)
    stream = Stream()
    stream._content = io.BytesIO(buffer.getvalue())
    try:
        unpack(stream, str(tmp_path), "made", owners=False)
    except ComposerError:
        assert not list(tmp_path.rglob("*.part"))
    else:
        assert [one.parent for one in tmp_path.rglob("*") if one.is_file()] == [tmp_path / "made"]


def test_a_link_in_the_way_is_replaced_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("kept")
    folder = tmp_path / "here"
    folder.mkdir()
    (folder / "made").symlink_to(tmp_path / "secret")
    unpack(Stream(("top", FILE, "new")), str(folder), "made", owners=False)
    assert (tmp_path / "secret").read_text() == "kept"
    assert (folder / "made").read_text() == "new"


def test_links_that_lead_out_are_kept_as_links(tmp_path: Path) -> None:
    """As `cp` does: what they point to is the reader's business."""
    unpack(Stream(("top", FOLDER, ""), ("top/out", LINK, "/etc")), str(tmp_path), "", owners=False)
    assert (tmp_path / "out").is_symlink()


def test_what_a_file_is_written_to_meanwhile_is_no_way_out(tmp_path: Path) -> None:
    """A link of the archive in that place is not followed."""
    (tmp_path / "secret").write_text("kept")
    folder = tmp_path / "here"
    folder.mkdir()
    entries = (("top", FOLDER, ""), ("top/.a.part", LINK, str(tmp_path / "secret")))
    unpack(Stream(*entries, ("top/a", FILE, "new")), str(folder), "", owners=False)
    assert (tmp_path / "secret").read_text() == "kept"
    assert (folder / "a").read_text() == "new"


@pytest.mark.parametrize("cut", [100, 700])
def test_an_archive_that_breaks_off(tmp_path: Path, cut: int) -> None:
    """What was there before stays, and nothing else is there."""
    (tmp_path / "made").write_text("before")
    whole = Stream(("top", FILE, "x" * 2000))
    half = Stream()
    half._content = io.BytesIO(whole.read(cut))
    with pytest.raises(ComposerError, match="broken"):
        unpack(half, str(tmp_path), "made", owners=False)
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("made", "before")]


def test_a_disk_that_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is named."""

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    archive = Stream(("top", FILE, "new"))
    monkeypatch.setattr("tarfile.copyfileobj", full)
    with pytest.raises(ComposerError, match=r"cannot write .*made: no space left on device"):
        unpack(archive, str(tmp_path), "made", owners=False)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("slash", ["", "/"])
def test_a_link_that_is_followed_to_nothing_is_told_by_what_is_missing(
    tmp_path: Path, slash: str
) -> None:
    (tmp_path / "link").symlink_to("gone")
    with pytest.raises(ComposerError) as caught:
        is_folder(f"{tmp_path}/link{slash}", follow=True)
    assert caught.value.message == f"lstat {tmp_path}/gone: no such file or directory"
    assert caught.value.hint == f"the link {tmp_path}/link leads there"
    with pytest.raises(ComposerError, match=f"lstat {tmp_path}/none: no such file"):
        is_folder(f"{tmp_path}/none", follow=True)
