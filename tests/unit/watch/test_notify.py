"""What is watched, and what is heard, on a real disk."""

import queue
from collections.abc import Iterable
from itertools import count
from pathlib import Path

import pytest

from composer.errors import ComposerError
from composer.watch import notify
from composer.watch.notify import Notifier
from composer.watch.places import Anchors, anchors

DEADLINE = 30


def test_folders_are_watched_whole_and_files_through_their_folder(tmp_path: Path) -> None:
    """What does not exist is watched through the nearest folder above that does."""
    (tmp_path / "src/deep").mkdir(parents=True)
    (tmp_path / "a.txt").touch()
    wanted = ["src", "src/deep", "a.txt", "none/at/all"]
    found = anchors(str(tmp_path / one) for one in wanted)
    assert found.deep == {str(tmp_path / "src")}
    assert found.flat == {str(tmp_path)}


class Ear:
    """Collects what a notifier tells about *paths* below a folder."""

    def __init__(self, folder: Path, paths: Iterable[str]) -> None:
        self.folder = folder
        self.mail = queue.SimpleQueue[frozenset[str] | ComposerError]()
        self.notifier = Notifier([str(folder / one) for one in paths], self.mail.put)
        self.notifier.open()

    def until(self, *wanted: str) -> set[str]:
        """Wait until all *wanted* paths were told; return all that were."""
        heard: set[str] = set()
        while not heard.issuperset(wanted):
            told = self.mail.get(timeout=DEADLINE)
            assert not isinstance(told, ComposerError)
            found = self.notifier.settle(told)
            heard |= {str(Path(one).relative_to(self.folder)) for one in found}
        return heard


def test_all_that_is_in_a_new_folder_is_heard(tmp_path: Path) -> None:
    """Also what was made before anybody could listen there."""
    ear = Ear(tmp_path, ["src"])
    (tmp_path / "src/a/b").mkdir(parents=True)
    (tmp_path / "src/a/b/c").write_text("x")
    ear.until("src/a", "src/a/b", "src/a/b/c")
    (tmp_path / "src/a").rename(tmp_path / "src/z")
    ear.until("src/a", "src/z/b/c")
    ear.notifier.close()


def test_a_folder_that_comes_back_is_watched_again(tmp_path: Path) -> None:
    """As when another branch is checked out."""
    (tmp_path / "src").mkdir()
    ear = Ear(tmp_path, ["src"])
    (tmp_path / "src").rmdir()
    ear.until("src")
    (tmp_path / "src").mkdir()
    (tmp_path / "src/a").write_text("x")
    ear.until("src/a")
    (tmp_path / "src/b").write_text("x")
    ear.until("src/b")
    ear.notifier.close()


def test_a_file_that_is_replaced_is_still_watched(tmp_path: Path) -> None:
    """Most editors write a new file and rename it."""
    (tmp_path / "a").write_text("1")
    ear = Ear(tmp_path, ["a"])
    for text in "23":
        (tmp_path / "b").write_text(text)
        (tmp_path / "b").replace(tmp_path / "a")
        ear.until("a")
    (tmp_path / "a").unlink()
    ear.until("a")
    ear.notifier.close()


def test_what_a_link_leads_to_is_heard_at_its_own_place(tmp_path: Path) -> None:
    """Also after the link leads elsewhere, or is gone."""
    for name in ("v1", "v2"):
        (tmp_path / "tree" / name).mkdir(parents=True)
    link = tmp_path / "tree/current"
    link.symlink_to("v1")
    ear = Ear(tmp_path, ["tree"])
    (tmp_path / "tree/v1/a").write_text("x")
    assert ear.until("tree/v1/a") == {"tree/v1/a"}
    link.unlink()
    link.symlink_to("v2")
    ear.until("tree/current")
    (tmp_path / "tree/v1/a").write_text("y")
    assert "tree/current/a" not in ear.until("tree/v1/a")
    link.unlink()
    (tmp_path / "tree/v2/b").write_text("x")
    assert ear.until("tree/current", "tree/v2/b") == {"tree/current", "tree/v2/b"}
    ear.notifier.close()


def test_where_a_link_leads_out_of_the_tree_nothing_is_heard(tmp_path: Path) -> None:
    (tmp_path / "src/sub").mkdir(parents=True)
    (tmp_path / "src/sub/up").symlink_to("../..")
    ear = Ear(tmp_path, ["src"])
    (tmp_path / "out").write_text("x")
    (tmp_path / "src/in").write_text("x")
    assert ear.until("src/in") == {"src/in"}
    ear.notifier.close()


def test_new_folders_beside_a_link_are_watched(tmp_path: Path) -> None:
    """Folders with a link are watched entry by entry, so each new one must be noticed."""
    (tmp_path / "src/old").mkdir(parents=True)
    (tmp_path / "src/link").symlink_to("old")
    ear = Ear(tmp_path, ["src"])
    (tmp_path / "src/new/deep").mkdir(parents=True)
    ear.until("src/new/deep")
    (tmp_path / "src/new/deep/a").write_text("x")
    ear.until("src/new/deep/a")
    (tmp_path / "src/old/b").write_text("x")
    ear.until("src/old/b")
    ear.notifier.close()


def test_a_path_that_is_a_link_is_watched_where_it_leads(tmp_path: Path) -> None:
    """What is heard has the path that was asked for, and its real one where that is, too."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    (tmp_path / "src").symlink_to("one")
    ear = Ear(tmp_path, ["src", "one"])
    (tmp_path / "one/a").write_text("x")
    ear.until("src/a", "one/a")
    (tmp_path / "two/b").write_text("x")
    (tmp_path / "next").symlink_to("two")
    (tmp_path / "next").rename(tmp_path / "src")
    ear.until("src/b")
    (tmp_path / "two/c").write_text("x")
    ear.until("src/c")
    ear.notifier.close()


def test_what_a_link_showed_before_is_told_when_it_leads_elsewhere(tmp_path: Path) -> None:
    """It is gone from there, or another file is in its place."""
    for name in ("one/both", "one/alone", "two/both"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "now").symlink_to("one")
    ear = Ear(tmp_path, ["now"])
    (tmp_path / "next").symlink_to("two")
    (tmp_path / "next").replace(tmp_path / "now")
    ear.until("now/both", "now/alone")
    (tmp_path / "two/late").touch()
    ear.until("now/late")
    ear.notifier.close()


def test_nothing_is_missed_while_folders_are_chosen_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even a removal, which leaves nothing behind that could be found later."""
    (tmp_path / "src/deep").mkdir(parents=True)
    (tmp_path / "src/link").symlink_to("deep")
    for name in ("src/old", "src/deep/old"):
        (tmp_path / name).touch()
    ear = Ear(tmp_path, ["src"])

    asked = count()

    def anew(paths: Iterable[str]) -> Anchors:
        if next(asked):  # first whether to, then what
            for name in ("src/old", "src/deep/old"):
                (tmp_path / name).unlink(missing_ok=True)
        return anchors(paths)

    monkeypatch.setattr(notify, "anchors", anew)
    (tmp_path / "src/new").mkdir()
    ear.until("src/new", "src/old", "src/deep/old")
    ear.notifier.close()


def test_a_link_to_a_file_is_heard_when_the_file_changes(tmp_path: Path) -> None:
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf/a").write_text("x")
    (tmp_path / "ini").symlink_to("conf/a")
    ear = Ear(tmp_path, ["ini"])
    (tmp_path / "conf/a").write_text("y")
    assert ear.until("ini") == {"ini"}
    ear.notifier.close()


def test_a_folder_made_anew_within_one_batch_is_still_watched(tmp_path: Path) -> None:
    """As tools do that empty what they write to."""
    (tmp_path / "dist").mkdir()
    ear = Ear(tmp_path, ["dist"])
    (tmp_path / "dist").rmdir()
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist/a").write_text("x")
    ear.until("dist/a")
    (tmp_path / "dist/b").write_text("x")
    ear.until("dist/b")
    ear.notifier.close()


def test_folders_with_a_link_below_are_watched_entry_by_entry(tmp_path: Path) -> None:
    """The others whole; a link is followed nowhere."""
    for name in ("a/plain/deep", "a/b/other", "c"):
        (tmp_path / "src" / name).mkdir(parents=True)
    (tmp_path / "src/a/b/root").symlink_to("/")
    found = anchors([str(tmp_path / "src")])
    below = {str(tmp_path / one) for one in ("src", "src/a", "src/a/b")}
    assert found.deep == {str(tmp_path / one) for one in ("src/a/plain", "src/a/b/other", "src/c")}
    assert found.flat == below | {str(tmp_path)}
