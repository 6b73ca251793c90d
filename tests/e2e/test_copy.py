"""cp: both directions, files, folders, archives in pipes."""

import io
import json
import os
import shutil
import subprocess
import tarfile

import pytest

from tests.e2e.stage import IS_PEER, PROGRAM, Stage

pytestmark = pytest.mark.engine


@pytest.fixture
def one(stage: Stage) -> Stage:
    stage.compose("services: {web: *idle}")
    stage.write("file", "content\n")
    stage.write("folder/inner/file", "inner\n")
    os.symlink("inner/file", stage.folder / "folder/link")
    stage.up()
    return stage


def piped(stage: Stage, *arguments: str, data: bytes = b"") -> bytes:
    done = subprocess.run(
        [*PROGRAM, *arguments], cwd=stage.folder, env=stage.env, input=data,
        capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_file_goes_in_and_comes_out(one: Stage) -> None:
    one.run("cp", "file", "web:/tmp/").ok().says("Copied")
    one.run("cp", "file", "web:/tmp/renamed").ok()
    assert one.inside("web", "cat", "/tmp/file", "/tmp/renamed") == "content\n" * 2
    one.run("cp", "web:/tmp/renamed", "back").ok()
    assert (one.folder / "back").read_text() == "content\n"
    one.run("cp", "web:/tmp/renamed", ".").ok()
    assert (one.folder / "renamed").read_text() == "content\n"


def test_programs_are_told_of_the_container_apart_from_what_is_done(one: Stage) -> None:
    """As JSON; of what else takes something out of a container, too."""
    name = one.container("web")["Name"].lstrip("/")
    for command in (
        ["cp", "file", "web:/tmp/"],
        ["export", "-o", "all.tar", "web"],
        ["commit", "web", f"{one.name}-image"],
    ):
        told = one.run("--progress", "json", *command).ok().stderr.splitlines()
        assert {json.loads(line)["id"] for line in told} == {name}
    one.engine.remove_image(f"{one.name}-image")


def test_a_folder_goes_in_and_comes_out_with_its_links(one: Stage) -> None:
    one.run("cp", "folder", "web:/tmp/new").ok()
    one.run("cp", "folder", "web:/tmp").ok()
    one.run("cp", "folder/.", "web:/tmp/contents").ok()
    for place in ("new", "folder", "contents"):
        assert one.inside("web", "cat", f"/tmp/{place}/link") == "inner\n"
    one.run("cp", "web:/tmp/new", "back").ok()
    assert os.readlink(one.folder / "back/link") == "inner/file"
    one.run("cp", "web:/tmp/new/.", "back").ok()
    assert sorted(os.listdir(one.folder / "back")) == ["inner", "link"]


@pytest.mark.parametrize("end", ["/.", "/./", "/.//"])
def test_the_contents_of_a_folder_are_copied_where_a_dot_ends_it(one: Stage, end: str) -> None:
    (one.folder / "here").mkdir()
    one.write("here/file", "text")
    one.inside("web", "mkdir", "/there")
    one.run("cp", f"./here{end}", "web:/there").ok()
    assert one.inside("web", "ls", "/there").split() == ["file"]
    for flags in ((), ("-L",)):
        back = one.folder / f"back{len(flags)}"
        back.mkdir()
        one.run("cp", *flags, f"web:/there{end}", back.name).ok()
        assert [path.name for path in back.iterdir()] == ["file"]


def test_links_are_followed_when_asked(one: Stage) -> None:
    one.run("cp", "-L", "folder/link", "web:/tmp/plain").ok()
    assert one.inside("web", "cat", "/tmp/plain") == "inner\n"
    one.inside("web", "ln", "-s", "plain", "/tmp/alias")
    one.run("cp", "web:/tmp/alias", "alias").ok()
    assert (one.folder / "alias").is_symlink()
    one.run("cp", "--follow-link", "web:/tmp/alias", "followed").ok()
    assert (one.folder / "followed").read_text() == "inner\n"


def test_archives_go_through_pipes(one: Stage) -> None:
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as files:
        files.add(one.folder / "file", "packed")
    piped(one, "cp", "-", "web:/tmp", data=archive.getvalue())
    assert one.inside("web", "cat", "/tmp/packed") == "content\n"
    with tarfile.open(fileobj=io.BytesIO(piped(one, "cp", "web:/tmp/packed", "-"))) as files:
        assert files.getnames() == ["packed"]


def test_a_slash_behind_a_link_means_what_it_leads_to(one: Stage) -> None:
    """Here and there; the dot behind it means the contents, also where links are not followed."""
    os.symlink("folder", one.folder / "alias")
    one.run("cp", "alias/", "web:/tmp/whole").ok()
    assert one.inside("web", "cat", "/tmp/whole/link") == "inner\n"
    one.inside("web", "ln", "-s", "whole", "/tmp/alias")
    for way in ("/tmp/alias/.", "/tmp/alias/"):
        one.run("cp", f"web:{way}", "back").ok()
        assert (one.folder / "back/link").read_text() == "inner\n"
        shutil.rmtree(one.folder / "back")
    with tarfile.open(fileobj=io.BytesIO(piped(one, "cp", "web:/tmp/alias/.", "-"))) as files:
        assert sorted(files.getnames()) == [".", "./inner", "./inner/file", "./link"]


def test_everything_can_be_copied_with_links_between_files(one: Stage) -> None:
    """The root of a container has no name; a second name of a file stays one."""
    one.inside("web", "sh", "-c", "cd /tmp; mkdir pair; echo x > pair/a; ln pair/a pair/b")
    for way in ("/tmp/pair", "/tmp/pair/."):
        one.run("cp", f"web:{way}", "back").ok()
        assert os.path.samefile(one.folder / "back/a", one.folder / "back/b")
        shutil.rmtree(one.folder / "back")
    one.run("cp", "web:/", "root").ok()
    assert (one.folder / "root/tmp/pair/b").read_text() == "x\n"


def test_what_is_there_gives_way_to_links_of_a_folder(one: Stage) -> None:
    """Copying again meets the files of the first time."""
    one.inside("web", "sh", "-c", "cd /tmp; mkdir pair; echo x > pair/a; ln pair/a pair/b")
    os.mkdir(one.folder / "back")
    os.mkfifo(one.folder / "back/a")
    for _ in range(2):
        one.run("cp", "web:/tmp/pair/.", "back").ok()
        assert os.path.samefile(one.folder / "back/a", one.folder / "back/b")
    assert (one.folder / "back/b").read_text() == "x\n"


def test_a_link_outside_is_written_through(one: Stage) -> None:
    """Also one to what is not there yet; the link stays."""
    one.write("shared/known", "old\n")
    os.symlink("shared/known", one.folder / "first")
    os.symlink("shared/new", one.folder / "second")
    for name in ("first", "second"):
        one.run("cp", "web:/etc/hostname", name).ok()
        assert (one.folder / name).is_symlink()
        assert (one.folder / name).read_text() == one.inside("web", "cat", "/etc/hostname")
    os.symlink("nowhere/file", one.folder / "third")
    one.run("cp", "web:/etc/hostname", "third").ended(1).says("nowhere")


def test_an_archive_from_a_pipe_reaches_all_replicas(stage: Stage) -> None:
    stage.compose("services: {web: {<<: *idle, scale: 2}}")
    stage.up()
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as files:
        files.addfile(tarfile.TarInfo("packed"))
    piped(stage, "cp", "-", "web:/tmp", data=archive.getvalue())
    for number in "12":
        stage.run("exec", "-T", "--index", number, "web", "test", "-f", "/tmp/packed").ok()


def test_a_link_that_leads_nowhere_is_replaced(one: Stage) -> None:
    """The engine cannot say what is at such a place, which is no reason not to write there."""
    one.inside("web", "sh", "-c", "cd /tmp; ln -s b a; ln -s a b")
    one.run("cp", "file", "web:/tmp/a").ok()
    assert one.inside("web", "cat", "/tmp/a") == "content\n"


def test_all_replicas_get_the_file_unless_one_is_chosen(stage: Stage) -> None:
    stage.compose("services: {web: {<<: *idle, scale: 2}}")
    stage.write("file", "content\n")
    stage.up()
    stage.run("cp", "file", "web:/tmp/both").ok()
    stage.run("cp", "--index", "2", "file", "web:/tmp/second").ok()
    found = [
        stage.run("exec", "-T", "--index", n, "web", "ls", "/tmp").ok().stdout.split() for n in "12"
    ]
    assert found == [["both"], ["both", "second"]]
    stage.run("cp", "--index", "9", "file", "web:/tmp").ended(1).says("#9")


def test_one_off_containers_count_when_asked(one: Stage) -> None:
    one.run("run", "-d", "--name", f"{one.name}-job", "web", "sleep", "600").ok()
    one.run("cp", "file", "web:/tmp/only").ok()
    one.run("cp", "--all", "file", "web:/tmp/every").ok()
    made = one.engine.exec_create(f"{one.name}-job", ["ls", "/tmp"])
    assert one.engine.exec_start(made["Id"]).decode().split() == ["every"]


def test_owners_are_the_container_users_in_archive_mode(stage: Stage) -> None:
    if os.geteuid():
        pytest.skip("only root can give files away")
    stage.compose("services: {web: {<<: *idle, user: root}}")
    os.chown(stage.write("file", "content\n"), 7, 8)
    stage.up()
    stage.run("cp", "file", "web:/tmp/kept").ok()
    stage.run("cp", "-a", "file", "web:/tmp/given").ok()
    found = stage.inside("web", "stat", "-c", "%u:%g", "/tmp/kept", "/tmp/given")
    assert found == "7:8\n0:0\n"


@pytest.mark.differs("keeps no owners")
def test_owners_come_out_in_archive_mode(one: Stage) -> None:
    if os.geteuid():
        pytest.skip("only root can give files away")
    one.inside("web", "sh", "-c", "echo x > /tmp/own; chown 7:8 /tmp/own")
    one.run("cp", "-a", "web:/tmp/own", "own").ok()
    one.run("cp", "web:/tmp/own", "mine").ok()
    assert (one.folder / "own").stat().st_uid == 7
    assert (one.folder / "mine").stat().st_uid == 0


def test_what_leads_out_of_the_destination_is_refused(one: Stage) -> None:
    one.inside("web", "sh", "-c", "mkdir /tmp/evil; echo bad > /tmp/evil/file")
    outside = one.folder / "outside"
    outside.mkdir()
    (one.folder / "evil").mkdir()
    os.symlink(outside, one.folder / "evil/sub")
    one.inside("web", "sh", "-c", "mkdir /tmp/evil/sub; echo bad > /tmp/evil/sub/file")
    one.run("cp", "web:/tmp/evil", ".")
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("file", "elsewhere"), "unknown copy direction"),
        (("web:/a", "web:/b"), "between services"),
        (("file", "nobody:/tmp"), "no container found"),
        (("missing", "web:/tmp"), "no such file"),
        (("web:/missing", "."), "could not find"),
        (("web:/etc", "nowhere/deep"), "does not exist"),
        (("file", "web:/missing/file"), "could not find"),
        (("file", "web:"), "is empty"),
        (("", "web:/tmp/new"), "source can not be empty"),
        (("web:/etc/passwd", ""), "destination can not be empty"),
        (("web:/etc/passwd", "/dev/null"), "must be a directory or a regular file"),
        (("web:/tmp/over/.", "inverse"), "cannot overwrite"),
        (("web:", "."), "is empty"),
        (("file", "web:/etc/passwd/"), "no such directory"),
        (("folder", "web:/etc/passwd/"), "cannot overwrite non-directory"),
        (("web:/etc/passwd/", "out"), "not a directory"),
        (("web:/etc/passwd", "file/"), "/file/: not a directory"),
        (("web:/etc/passwd", "file/new"), "/file/new: not a directory"),
        (("-L", "astray", "web:/tmp"), "/nowhere: no such file"),
        (("-L", "web:/tmp/astray", "out"), "could not find the file /tmp/nowhere"),
        (("web:/etc", "file/"), "cannot copy directory"),
    ],
)
def test_mistakes_are_named(one: Stage, words: tuple[str, ...], said: str) -> None:
    one.write("inverse/folder", "a file\n")
    os.symlink("nowhere", one.folder / "astray")
    one.inside("web", "ln", "-s", "nowhere", "/tmp/astray")
    one.inside("web", "mkdir", "-p", "/tmp/over/folder")
    done = one.run("cp", *words)
    assert done.code in {1, 2}
    assert ("Copying" in done.stderr) == (" Error" in done.stderr) or IS_PEER
    done.says(said)


@pytest.mark.differs("shows the id")
def test_what_the_engine_refuses_names_the_container(one: Stage) -> None:
    for source in ("file", "folder", "folder/."):
        done = one.run("cp", source, "web:/gone/new").ended(1)
        done.says(f"could not find the file /gone in container {one.name}-web-1")


@pytest.mark.differs("fails")
def test_a_dry_run_copies_nothing(one: Stage) -> None:
    one.run("--dry-run", "cp", "file", "web:/tmp/dry").ok()
    assert "dry" not in one.inside("web", "ls", "/tmp")
