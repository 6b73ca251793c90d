"""What is watched, and what is heard, on a real disk."""

import queue
from collections.abc import Iterable
from pathlib import Path

from composer.errors import ComposerError
from composer.watch.notify import Notifier, anchors

DEADLINE = 30


def test_folders_are_watched_whole_and_files_through_their_folder(tmp_path: Path) -> None:
    """What does not exist is watched through the nearest folder above that does."""
    (tmp_path / "src/deep").mkdir(parents=True)
    (tmp_path / "a.txt").touch()
    wanted = ["src", "src/deep", "a.txt", "none/at/all"]
    deep, flat = anchors(str(tmp_path / one) for one in wanted)
    assert deep == {str(tmp_path / "src")}
    assert flat == {str(tmp_path)}


class Ear:
    """Collects what a notifier tells about *paths* below a folder."""

    def __init__(self, folder: Path, paths: Iterable[str]) -> None:
        self.folder = folder
        self.mail = queue.SimpleQueue[frozenset[str] | ComposerError]()
        self.notifier = Notifier([str(folder / one) for one in paths], self.mail.put)
        self.notifier.open()

    def until(self, *wanted: str) -> None:
        """Wait until all *wanted* paths were told."""
        heard: set[str] = set()
        while not heard.issuperset(wanted):
            told = self.mail.get(timeout=DEADLINE)
            assert not isinstance(told, ComposerError)
            found = self.notifier.settle(told)
            heard |= {str(Path(one).relative_to(self.folder)) for one in found}


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
