"""What a container gets."""

import io
import tarfile
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from composer.engine.port import Json
from composer.errors import ComposerError, EngineConflict, EngineError, EngineNotFound
from composer.watch.batch import Transfer
from composer.watch.sync import FOLDER, Archive


class Container:
    """As much of an engine as a synchronisation asks; notes what it was asked."""

    def __init__(self, *, user: str = "", known: bool = True, running: bool = True) -> None:
        self.user, self.known, self.running = user, known, running
        self.commands: list[Json] = []
        self.entries: dict[str, tarfile.TarInfo] = {}
        self.to_user: bool | None = None
        self.code = 0
        self.folders: set[str] = set()
        """Places of folders that are there already."""

    def inspect_container(self, _: str) -> Json:
        return {"Config": {"User": self.user}}

    def exec_create(self, _: str, body: Json) -> str:
        if not self.running:
            raise EngineConflict("it is not running")
        self.commands.append(body)
        return "exec"

    def exec_run(self, _: str) -> tuple[int, bytes]:
        return self.code, b"no"

    def stat_path(self, _: str, path: str) -> Json:
        if path not in self.folders:
            raise EngineNotFound("no such file")
        return {"mode": FOLDER}

    def put_archive(self, _: str, path: str, archive: BinaryIO, *, to_user: bool = False) -> None:
        if to_user and not self.known:
            raise EngineError("unable to find user")
        self.to_user = to_user
        removed = {one for command in self.commands for one in command["Cmd"]}
        with tarfile.open(fileobj=io.BytesIO(archive.read())) as tar:
            entries = {path + one.name: one for one in tar}
        if any(one in self.folders - removed and not entries[one].isdir() for one in entries):
            raise EngineError("cannot overwrite directory with non-directory")
        self.entries |= entries


def bring(
    container: Any, *transfers: tuple[Path, str], own: tuple[Path, str] | None = None
) -> None:
    found = [Transfer(str(path), target) for path, target in transfers]
    Archive(found, [Transfer(str(own[0]), own[1])] if own else ()).bring(container, "one")


def test_modes_links_and_folders_are_kept(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d/tool").write_text("x")
    (tmp_path / "d/tool").chmod(0o750)
    (tmp_path / "d/twin").hardlink_to(tmp_path / "d/tool")
    (tmp_path / "link").symlink_to("nowhere")
    container = Container()
    names = ("d", "d/tool", "d/twin", "link")
    bring(container, *((tmp_path / name, f"/app/{name}") for name in names))
    found = container.entries
    assert list(found) == ["/app/d", "/app/d/tool", "/app/d/twin", "/app/link"]
    assert found["/app/d/tool"].mode == 0o750
    assert found["/app/d/twin"].isreg()
    assert found["/app/link"].linkname == "nowhere"
    assert {(one.uid, one.gid, one.uname) for one in found.values()} == {(0, 0, "")}
    assert container.to_user is True
    assert container.commands == []


def test_what_is_gone_is_removed_by_one_command(tmp_path: Path) -> None:
    """The folder goes with all below it; nothing is sent."""
    container = Container()
    bring(container, (tmp_path / "d", "/app/d"), (tmp_path / "d/x", "/app/d/x"))
    assert [one["Cmd"] for one in container.commands] == [["rm", "-rf", "/app/d"]]
    assert container.entries == {}


def test_root_removes_what_the_user_of_the_container_cannot(tmp_path: Path) -> None:
    container = Container()
    container.code = 1
    with pytest.raises(ComposerError, match="cannot remove /app/d: no"):
        bring(container, (tmp_path / "d", "/app/d"))
    assert [one["User"] for one in container.commands] == ["", "0"]


def test_a_stopped_container_can_lose_nothing(tmp_path: Path) -> None:
    with pytest.raises(ComposerError, match="does not run"):
        bring(Container(running=False), (tmp_path / "d", "/app/d"))


def test_a_user_without_a_name_owns_what_arrives(tmp_path: Path) -> None:
    """The engine only knows users of the container's passwd."""
    (tmp_path / "a").touch()
    container = Container(user="1000:1001", known=False)
    bring(container, (tmp_path / "a", "/a"))
    assert [(one.uid, one.gid) for one in container.entries.values()] == [(1000, 1001)]
    with pytest.raises(EngineError, match="unable to find user"):
        bring(Container(user="app", known=False), (tmp_path / "a", "/a"))


def test_a_folder_at_the_target_of_a_rule_is_never_removed(tmp_path: Path) -> None:
    """A file may have been meant to go into it. What else changed arrives."""
    for name in ("a", "b"):
        (tmp_path / name).touch()
    container = Container()
    container.folders = {"/app"}
    own = (tmp_path / "a", "/app")
    with pytest.raises(EngineError, match="cannot overwrite directory"):
        bring(container, own, (tmp_path / "b", "/b"), own=own)
    assert container.commands == []
    assert list(container.entries) == ["/b"]


def test_what_is_in_the_way_below_the_target_is_removed(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    container = Container()
    container.folders = {"/app/a"}
    bring(container, (tmp_path / "a", "/app/a"), own=(tmp_path, "/app"))
    assert [one["Cmd"] for one in container.commands] == [["rm", "-rf", "/app/a"]]
    assert list(container.entries) == ["/app/a"]


def test_a_rules_own_link_arrives_as_what_it_leads_to(tmp_path: Path) -> None:
    """What only leads nowhere for the moment is left as it is in the container."""
    (tmp_path / "a").write_text("text")
    (tmp_path / "link").symlink_to("a")
    container = Container()
    bring(container, (tmp_path / "link", "/ini"), own=(tmp_path / "link", "/ini"))
    assert container.entries["/ini"].isreg()
    assert container.entries["/ini"].size == len("text")
    (tmp_path / "a").unlink()
    bring(container, (tmp_path / "link", "/ini"), own=(tmp_path / "link", "/ini"))
    assert container.commands == []
