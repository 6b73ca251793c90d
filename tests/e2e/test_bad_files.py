"""Files that are wrong: one clear message with its place, exit code 1, and nothing is made."""

import os
from typing import NamedTuple

import pytest

from tests.e2e.stage import Stage

pytestmark = pytest.mark.engine


class Wrong(NamedTuple):
    """A file, the place of its mistake, and words that the message must have."""

    name: str
    text: str
    place: str
    words: tuple[str, ...]


FILES = (
    Wrong(
        "unknown attribute",
        """\
        services:
          web:
            image: busybox
            comand: sleep 1
        """,
        "4:5",
        ("additional properties", "comand", "command"),
    ),
    Wrong(
        "wrong type",
        """\
        services:
          web:
            image: busybox
            ports: "80:80"
        """,
        "4:5",
        ("services.web.ports", "list"),
    ),
    Wrong(
        "invalid port",
        """\
        services:
          web:
            image: busybox
            ports: ["80:http"]
        """,
        "4:13",
        ("80:http",),
    ),
    Wrong(
        "undefined network",
        """\
        services:
          web:
            image: busybox
            networks: [front]
        """,
        "4:16",
        ('service "web" refers to undefined network front',),
    ),
    Wrong(
        "undefined volume",
        """\
        services:
          web:
            image: busybox
            volumes: ["data:/data"]
        """,
        "4:15",
        ('service "web" refers to undefined volume data',),
    ),
    Wrong(
        "undefined secret",
        """\
        services:
          web:
            image: busybox
            secrets: [key]
        """,
        "4:15",
        ("web", "key"),
    ),
    Wrong(
        "undefined service",
        """\
        services:
          web:
            image: busybox
            depends_on: [db]
        """,
        "4:18",
        ("web", "db"),
    ),
    Wrong(
        "cycle",
        """\
        services:
          web: {image: busybox, depends_on: [db]}
          db: {image: busybox, depends_on: [web]}
        """,
        "3:37",
        ("web", "db", "cycle"),
    ),
    Wrong(
        "missing variable",
        """\
        services:
          web:
            image: ${IMAGE_OF_WEB:?set it in .env}
        """,
        "3:12",
        ("IMAGE_OF_WEB", "set it in .env"),
    ),
    Wrong(
        "invalid yaml",
        """\
        services:
          web:
            image: busybox
           command: sleep
        """,
        "4:4",
        ("compose.yaml",),
    ),
    Wrong(
        "neither image nor build",
        """\
        services:
          web:
            command: sleep 1
        """,
        "2:3",
        ("web", "image", "build"),
    ),
    Wrong(
        "missing environment file",
        """\
        services:
          web:
            image: busybox
            env_file: nowhere.env
        """,
        "4:15",
        ("nowhere.env",),
    ),
)
EACH = pytest.mark.parametrize("wrong", FILES, ids=lambda one: one.name.replace(" ", "-"))


@EACH
def test_a_wrong_file_makes_nothing(stage: Stage, wrong: Wrong) -> None:
    """The exit code is 1, and the engine is as it was."""
    stage.write("compose.yaml", wrong.text)
    stage.run("up", "-d").ended(1)
    assert (stage.names(), stage.networks(), stage.volumes()) == ([], {}, {})


@EACH
@pytest.mark.differs("gives no place of the mistake")
def test_a_mistake_is_shown_at_its_place(stage: Stage, wrong: Wrong) -> None:
    """file:line:column, what is wrong, on standard error; no traceback."""
    stage.write("compose.yaml", wrong.text)
    result = stage.run("up", "-d").ended(1)
    result.says(f"compose.yaml:{wrong.place}: ", *wrong.words)
    assert result.stdout == ""
    assert "Traceback" not in result.stderr


@pytest.mark.differs("stops at the first mistake")
def test_all_mistakes_are_reported_at_once(stage: Stage) -> None:
    """Nobody wants to run a command once for each of them."""
    stage.write(
        "compose.yaml",
        """
        services:
          web: {image: busybox, networks: [front]}
          db: {image: busybox, volumes: ["data:/data"], secrets: [key]}
    """,
    )
    result = stage.run("up", "-d").ended(1)
    result.says("compose.yaml:2:", "compose.yaml:3:", "front", "data", "key")


def test_no_file_at_all(stage: Stage) -> None:
    """The message says what was looked for."""
    stage.run("up", "-d").ended(1).says("no", "file")


@pytest.mark.parametrize("command", [("up", "-d"), ("run", "--rm", "web", "true")])
def test_a_profile_that_is_none_is_refused_before_anything_is_made(
    stage: Stage, command: tuple[str, ...]
) -> None:
    stage.compose("""
        services:
          web: {<<: *idle, security_opt: ["seccomp:gone.json"], networks: [own]}
        networks: {own: {}}
    """)
    stage.run(*command).ended(1).says("gone.json", "no such file")
    stage.write("gone.json", "not JSON")
    stage.run(*command).ended(1).says("compose.yaml:", "gone.json is not JSON")
    assert stage.networks() == {}
    stage.write("gone.json", '{"defaultAction": "SCMP_ACT_ALLOW"}')
    stage.run(*command).ok()


def test_what_is_no_text_goes_out_as_it_came(stage: Stage) -> None:
    """To a pipe and a file; a terminal cannot be driven by it."""
    stage.write("compose.yaml", 'services: {web: {image: "a\\e[7mb"}}')
    env = {"BYTES": os.fsdecode(b"a\xffb"), "PYTHONIOENCODING": "utf-8:strict"}
    stage.run("config", "--environment", "-o", "out", env=env).ok()
    assert b"BYTES=a\xffb" in (stage.folder / "out").read_bytes().splitlines()
    assert stage.run("config", "--images").ok().stdout == "a\x1b[7mb\n"
    assert stage.terminal("config", "--images").until("a\\x1b[7mb")


def test_a_missing_file_is_named(stage: Stage) -> None:
    """-f names a file that is not there."""
    stage.run("-f", "nowhere.yaml", "up", "-d").ended(1).says("nowhere.yaml")


def test_an_unknown_service_on_the_command_line(stage: Stage) -> None:
    """Nothing is started for a typing error."""
    stage.compose("services: {web: {<<: *idle}}")
    stage.run("up", "-d", "wbe").ended(1).says("wbe")
    assert stage.names() == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("upp",), "unknown"),
        (("up", "--detached"), "--detached"),
        (("up", "--force-recreate", "--no-recreate"), "are incompatible"),
        (("up", "--build", "--no-build"), "are incompatible"),
        (("up", "--no-recreate", "-V"), "are incompatible"),
        (("up", "-d", "--attach", "web"), "--detach cannot be combined with"),
        (("up", "-d", "--exit-code-from", "web"), "--detach cannot be combined with"),
        (("up", "--wait", "--exit-code-from", "web"), "-exit, --attach or --attach-dependencies"),
        (
            ("up", "--wait", "--abort-on-container-failure"),
            "-exit, --abort-on-container-failure, --attach, --attach-dependencies or --watch",
        ),
        (
            ("up", "--abort-on-container-failure", "--abort-on-container-exit"),
            "--abort-on-container-failure cannot be combined with --abort-on-container-exit",
        ),
        (("up", "--attach", "nobody"), "cannot attach to services not included in up: nobody"),
        (("up", "--exit-code-from", "nobody"), "no such service: nobody"),
        (("up", "--scale", "web"), "should be service=num"),
        (("up", "--scale", "nobody=2"), "no such service: nobody"),
        (("scale", "web=x"), "can't parse replica value as int"),
        (("create", "--build", "--no-build"), "are incompatible"),
        (("down", "nobody"), "no such service: nobody"),
        (("down", "--rmi", "some"), 'invalid value for --rmi: "some"'),
        (("up", "--pull", "often"), 'invalid --pull option "often"'),
        (("run", "--pull", "policy", "web"), 'invalid --pull option "policy"'),
        (("exec", "web"), "requires at least 2 arg(s), only received 1"),
        (("scale",), "requires at least 1 arg(s), only received 0"),
        (("commit", "a", "b", "c"), "accepts between 1 and 2 arg(s), received 3"),
        (("cp", "a"), "cp' requires 2 arguments"),
        (("-f", "none.yaml", "ps"), "none.yaml: no such file or directory"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, tuple) else "",
)
def test_a_wrong_command_line_ends_with_1(
    stage: Stage, arguments: tuple[str, ...], words: str
) -> None:
    """It is told in the words that scripts look for, and changes nothing."""
    stage.compose("services: {web: {<<: *idle}}")
    stage.run(*arguments).ended(1).says(words)
    assert stage.names() == []
