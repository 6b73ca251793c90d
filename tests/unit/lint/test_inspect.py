"""Going on after errors, comments, choices, projects; without a disk."""

import pytest

from composer.errors import UsageError
from composer.lint.choice import Choice, from_table
from composer.lint.comments import silenced
from composer.lint.inspect import Checked, inspect
from composer.lint.lines import Lines
from composer.lint.projects import group
from composer.load.reader import MemoryReader
from composer.load.request import Request
from composer.source import Position, error


def check(text: str, *, choice: Choice | None = None, **more: str) -> Checked:
    files = {"/p/compose.yaml": text, **{f"/p/{name}": one for name, one in more.items()}}
    request = Request(files=("/p/compose.yaml",), working_dir="/p", name="p", cwd="/p")
    return inspect(request, MemoryReader(files), choice)


def codes(found: Checked) -> list[str]:
    return [one.code for one in found.problems]


def test_errors_of_every_stage_in_one_run() -> None:
    found = check(
        "services:\n"
        "  web:\n"
        "    image: nginx:${V:?}\n"
        "    helthcheck: {}\n"
        "    ports: ['70000:1', '70001:1', '80:80', '80:81']\n"
        "    depends_on: [nobody]\n"
    )
    assert codes(found) == [
        "required-variable", "unknown-attribute", "invalid-port", "invalid-port", "port-conflict",
        "undefined-service",
    ]  # fmt: skip


def test_consequences_are_not_reported() -> None:
    found = check(
        "services:\n"
        "  web: {image: [x], networks: [front], secrets: [key]}\n"
        "  api: 5\n"
        "  job: {image: 'x:1', depends_on: [api]}\n"
        "networks: [front]\n"
        "secrets: {key: {fil: x}}\n"
    )
    assert codes(found) == ["wrong-type", "wrong-type", "wrong-type", "unknown-attribute"]


def test_a_missing_image_is_told_beside_other_errors() -> None:
    found = check("services: {web: {ports: ['70000:1']}, api: {imag: x, ports: ['70000:1']}}")
    assert codes(found) == ["no-image", "invalid-port", "unknown-attribute", "invalid-port"]


def test_many_errors_that_come_one_at_a_time() -> None:
    ports = "".join(f"    - '{70000 + n}:80'\n" for n in range(40))
    found = check(f"services:\n  web:\n    image: x:1\n    ports:\n{ports}")
    assert codes(found) == ["invalid-port"] * 40


def test_a_file_that_is_not_yaml_is_reported_alone() -> None:
    assert codes(check("services: [")) == ["yaml-syntax"]


@pytest.mark.parametrize(
    ("line", "silent"),
    [
        ("a: 1 # composer: ignore[wrong-type]", True),
        ("a: 1 # composer: ignore[other, wrong-type]", True),
        ("a: 1 # composer: ignore", True),
        ("a: 1 # why # composer: ignore[wrong-type] because", True),
        ("a: 1 # composer: ignore[other]", False),
        ("a: 1 # composer: ignored", False),
        ("a: 1", False),
        ("# composer: ignore[wrong-type]\na: 1", True),
        ("b: 2 # composer: ignore[wrong-type]\na: 1", False),
    ],
)
def test_comments(line: str, *, silent: bool) -> None:
    place = Position("x", line.count("\n") + 1, 1)
    assert silenced(error("wrong-type", "", place), Lines({"x": line})) is silent


def test_a_comment_beside_the_text_of_another_file() -> None:
    assert not silenced(error("wrong-type", "", Position("x", 1, 1)), Lines({}))
    assert not silenced(error("wrong-type", "", Position("x", 9, 1)), Lines({"x": ""}))
    assert not silenced(error("wrong-type", ""), Lines({"x": ""}))


def test_choice() -> None:
    choice = Choice()
    assert choice.wants("unused-volume")
    assert not choice.wants("privileged")
    more = choice.also(["privileged,host-path"], ["unused-volume"], strict=True)
    assert more.wants("privileged")
    assert more.wants("host-path")
    assert not more.wants("unused-volume")
    assert more.strict
    assert choice.also(["all"], [], strict=False).wants("no-restart")


@pytest.mark.parametrize(
    ("path", "excluded"),
    [
        ("/r/old/compose.yaml", True),
        ("/r/old", True),
        ("/r/new/old/compose.yaml", False),
        ("/r/x/vendor/y/compose.yaml", True),
        ("/r/vendor/compose.yaml", True),
        ("/r/test-1/compose.yaml", True),
        ("/elsewhere/old/compose.yaml", False),
    ],
)
def test_exclude(path: str, *, excluded: bool) -> None:
    table = {"exclude": ["./old/", "**/vendor", "test-*"]}
    assert from_table(table, "/r", ".composer.toml").excludes(path) is excluded


@pytest.mark.parametrize(
    "table", [{"selekt": []}, {"select": "all"}, {"ignore": [1]}, {"strict": 1}, {"select": ["x"]}]
)
def test_a_wrong_table_is_refused(table: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        from_table(table, "/r", ".composer.toml")


def test_projects() -> None:
    paths = [
        "/a/compose.yaml", "/a/compose.override.yml", "/a/extra.yaml", "/b/compose.override.yaml",
        "/c/docker-compose.override.yml",
    ]  # fmt: skip
    existing = frozenset({"/a/compose.yaml", "/a/compose.override.yml", "/c/docker-compose.yaml"})
    assert group(paths, existing) == [
        ("/a/compose.yaml", "/a/compose.override.yml"),
        ("/a/extra.yaml",),
        ("/b/compose.override.yaml",),
        ("/c/docker-compose.yaml", "/c/docker-compose.override.yml"),
    ]
