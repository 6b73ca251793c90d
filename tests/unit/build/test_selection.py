"""Which files of a folder BuildKit is given."""

from pathlib import Path

import pytest

from composer.build.selection import followed, select


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a/one.txt", "a/two.py", "a.txt", "b/c/deep.txt", "b/c.log", "top"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "link").symlink_to("b/c")
    (tmp_path / "b" / "up").symlink_to("../a")
    (tmp_path / "loop").symlink_to("loop")
    return tmp_path


def names(
    folder: Path,
    include: tuple[str, ...] = (),
    follow: tuple[str, ...] = (),
    exclude: tuple[str, ...] = (),
) -> list[str]:
    return [name for name, _, _ in select(folder, include, follow, exclude)]


def test_everything_in_the_order_of_folders(folder: Path) -> None:
    assert names(folder) == [
        "a", "a/one.txt", "a/two.py", "a.txt", "b", "b/c", "b/c/deep.txt", "b/c.log", "b/up",
        "link", "loop", "top",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("follow", "found"),
    [
        (("top",), ["top"]),
        (("b/c/deep.txt",), ["b", "b/c", "b/c/deep.txt"]),
        (("a",), ["a", "a/one.txt", "a/two.py"]),
        (("a/*.py", "gone"), ["a", "a/two.py"]),
        (("link/deep.txt",), ["b", "b/c", "b/c/deep.txt", "link"]),
        (("b/up/one.txt",), ["a", "a/one.txt", "b", "b/up"]),
        (("lin*",), ["b", "b/c", "b/c/deep.txt", "link"]),
        (("loop/x",), ["loop"]),
        (("../top",), ["top"]),
    ],
)
def test_only_what_is_needed(folder: Path, follow: tuple[str, ...], found: list[str]) -> None:
    assert names(folder, follow=follow) == found


def test_the_whole_context_is_everything(folder: Path) -> None:
    assert names(folder, follow=(".",)) == names(folder)
    assert names(folder, follow=("/",)) == names(folder)


def test_what_is_excluded_brings_its_folders_back_with_an_exception(folder: Path) -> None:
    assert names(folder, exclude=("a", "b", "l*")) == ["a.txt", "top"]
    assert names(folder, exclude=("*", "!b/c")) == ["b", "b/c", "b/c/deep.txt"]


def test_an_exception_takes_back_of_a_folder_only_what_was_left_out_with_it(folder: Path) -> None:
    assert "a/two.py" not in names(folder, exclude=("**/*.py", "!a"))
    assert "a/two.py" in names(folder, exclude=("a", "!a"))
    assert "a/two.py" in names(folder, exclude=("**/*.py", "!a/*"))
    assert names(folder, exclude=("*", "!b", "b/c")) == ["b", "b/c.log", "b/up"]


def test_a_folder_that_holds_nothing_of_it_is_not_entered(folder: Path) -> None:
    (folder / "a").chmod(0)
    assert names(folder, follow=("top",)) == ["top"]
    (folder / "a").chmod(0o755)


def test_links_are_followed_within_the_folder(folder: Path) -> None:
    (folder / "out").symlink_to("../../../etc")
    assert followed(folder, ["out/passwd"]) == ["etc/passwd", "out"]
