"""Where a build's files and caches are, and what is said of those that are not there."""

from pathlib import Path
from typing import Any, cast

import pytest

from composer.build import build_image
from composer.build.source import find_source, with_usable_caches
from composer.engine.port import Duplex
from composer.errors import ComposerError, ConsistencyError
from composer.spec.build import Build
from composer.spec.project import Project
from composer.spec.service import Service
from tests.memory_engine import MemoryEngine


def project(folder: Path, token: str = "", **build: Any) -> Project:
    service = Service(build=Build(**{"context": ".", **build}))
    given = {"ACTIONS_RUNTIME_TOKEN": token}
    return Project("shop", str(folder), services={"web": service}, environment=given)


@pytest.mark.parametrize(
    ("build", "told"),
    [
        ({"context": "file"}, 'failed to evaluate path ".*/file/Dockerfile": not a directory'),
        ({"context": "file/x"}, 'failed to evaluate path ".*/x/Dockerfile": not a directory'),
        ({"context": "gone"}, 'unable to prepare context: path ".*/gone" not found'),
        ({"dockerfile": "sub"}, "failed to read dockerfile: read sub: is a directory"),
        ({"dockerfile": "gone"}, "failed to read dockerfile: open gone: no such file or directory"),
        ({"dockerfile": "file/x"}, 'failed to evaluate path ".*/file/x": not a directory'),
    ],
)
def test_what_is_wrong_with_a_path_is_said(
    tmp_path: Path, build: dict[str, str], told: str
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "sub").mkdir()
    with pytest.raises(ConsistencyError, match=told):
        find_source(project(tmp_path, **build), "web")


def caches(wanted: Project) -> tuple[Any, ...]:
    build = with_usable_caches(wanted, "web").services["web"].build
    assert build
    return build.cache_from, build.cache_to


def test_a_folder_that_holds_no_cache_is_not_read(tmp_path: Path) -> None:
    """The builder would tell of it as of an error; it is written to, all the same."""
    there, empty = "type=local,src=there", "type=local,src=empty"
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "index.json").touch()
    written = ("type=local,dest=empty",)
    wanted = project(tmp_path, cache_from=(there, empty, "image:1"), cache_to=written)
    assert caches(wanted) == ((there, "image:1"), written)


def test_the_cache_of_github_is_used_only_there(tmp_path: Path) -> None:
    both: dict[str, Any] = {"cache_from": ("type=gha",), "cache_to": ("type=gha",)}
    assert caches(project(tmp_path, **both)) == ((), ())
    there = project(tmp_path, "t", **both)
    assert caches(there) == (("type=gha",), ("type=gha",))


class WithBuilder(MemoryEngine):
    """Says that it has BuildKit."""

    def open_builder(self) -> Duplex:
        return cast("Duplex", object())


def test_a_cache_that_the_engine_cannot_write_is_refused_before_the_build(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").touch()
    wanted = project(tmp_path, cache_to=("type=inline", "type=local,dest=c"))
    told = "^Cache export is not supported for the docker driver.* of the type local\n"
    with pytest.raises(ComposerError, match=told):
        build_image(WithBuilder(), wanted, "web", lambda _: None)
