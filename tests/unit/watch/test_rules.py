"""Which change concerns which rule, and where it belongs in a container."""

from typing import Any

import pytest

from composer.patterns import Ignore
from composer.spec.develop import Develop, Trigger
from composer.spec.mounts import Mount
from composer.spec.service import Service
from composer.watch.rules import Rule, Scope, rules_of


def rule(context: Scope | None = None, **trigger: Any) -> Rule:
    given: dict[str, Any] = {"path": "/p/src", "action": "sync", "target": "/app", **trigger}
    (made,) = rules_of("web", Service(develop=Develop(watch=(Trigger(**given),))), context)
    return made


@pytest.mark.parametrize(
    ("path", "concerned"),
    [
        ("/p/src", True),
        ("/p/src/a/b", True),
        ("/p/srcs", False),
        ("/p", False),
        ("/p/src/a.swp", True),
        ("/p/src/.a.swp", False),
        ("/p/src/d/.git/index", False),
        ("/p/src/.gitignore", True),
        ("/p/src/a~", False),
        ("/p/src/.#a", False),
        ("/p/src/#a#", False),
        ("/p/src/4913", False),
    ],
)
def test_a_rule_concerns_what_is_below_its_path(path: str, *, concerned: bool) -> None:
    """Less what editors and Git leave beside the files."""
    assert rule().matches(path) == concerned


def test_patterns_are_relative_to_the_path_of_the_rule() -> None:
    """`*.py` is for the folder itself, `**/*.py` for all below it."""
    narrow = rule(include=("*.py", "lib/**/*.js"), ignore=("test_*",))
    matched = ["a.py", "lib/x.js", "lib/a/b/x.js"]
    others = ["a.txt", "d/a.py", "test_a.py", "x.js"]
    assert [one for one in [*matched, *others] if narrow.matches(f"/p/src/{one}")] == matched


def test_a_folder_that_is_ignored_is_ignored_whole() -> None:
    made = rule(ignore=("node_modules/",))
    assert not made.matches("/p/src/node_modules/a/b")
    assert made.matches("/p/src/deep/node_modules/a")


def test_what_the_build_leaves_out_is_left_out_here_too() -> None:
    """Its patterns are relative to the context, and exceptions count."""
    made = rule(Scope("/p", Ignore(["**/*.md", "!src/keep.md", "src/tmp"])))
    assert not made.matches("/p/src/a.md")
    assert made.matches("/p/src/keep.md")
    assert not made.matches("/p/src/tmp/x")


@pytest.mark.parametrize(
    ("path", "target", "changed", "expected"),
    [
        ("/p/src", "/app", "/p/src/a/b", "/app/a/b"),
        ("/p/src", "/app/", "/p/src", "/app"),
        ("/p/a.ini", "/etc/b.ini", "/p/a.ini", "/etc/b.ini"),
        ("/p/src", "app", "/p/src/a", "/app/a"),
        ("/", "/all", "/a", "/all/a"),
    ],
)
def test_the_target_takes_the_place_of_the_path(
    path: str, target: str, changed: str, expected: str
) -> None:
    assert rule(path=path, target=target).target(changed) == expected


@pytest.mark.parametrize(
    ("path", "target", "mounted", "there"),
    [
        ("/p/src", "/app", True, True),
        ("/p/src/a", "app/a/", True, True),
        ("/p/src/a", "/app", True, False),
        ("/p/src2", "/app", False, False),
        ("/p", "/app", False, False),
    ],
)
def test_a_path_below_a_bind_mount_need_not_be_brought(
    path: str, target: str, *, mounted: bool, there: bool
) -> None:
    for action in ("sync", "sync+restart", "sync+exec"):
        trigger = Trigger(path=path, action=action, target=target)
        mount = Mount(type="bind", source="/p/src", target="/app")
        (made,) = rules_of("web", Service(volumes=(mount,), develop=Develop(watch=(trigger,))))
        assert made.syncs is not there
        assert made.idle is (mounted and action != "sync+exec")


@pytest.mark.parametrize(
    ("lines", "path", "ignored", "kept"),
    [
        (["*", "!dist"], "/p/src", [], ["a", "b/c"]),
        (["src", "**/*.md"], "/p/src", ["a.md", "b/c.md"], ["a"]),
        (["*", "!src/a"], "/p/src", ["b"], ["a"]),
        (["*", "!dist"], "/p", ["src/a"], ["dist/a"]),
        (["src"], "/p/src/deep", [], ["a"]),
        (["src"], "/other", [], ["a"]),
    ],
)
def test_dockerignore_does_not_mute_a_rule_as_a_whole(
    lines: list[str], path: str, ignored: list[str], kept: list[str]
) -> None:
    """Who names a path wants it; patterns for what is below count, and exceptions."""
    made = rule(Scope("/p", Ignore(lines)), path=path)
    assert [one for one in ignored if made.matches(f"{path}/{one}")] == []
    assert [one for one in kept if not made.matches(f"{path}/{one}")] == []


def test_a_dockerfile_that_the_build_leaves_out_may_be_watched() -> None:
    made = rule(Scope("/p", Ignore(["Dockerfile"])), path="/p/Dockerfile", action="rebuild")
    assert made.matches("/p/Dockerfile")


@pytest.mark.parametrize("pattern", [".", "./", "**"])
def test_a_rule_may_include_the_whole_folder(pattern: str) -> None:
    made = rule(include=("*.py", pattern))
    assert made.matches("/p/src/a/b")
    assert made.matches("/p/src/c.txt")
