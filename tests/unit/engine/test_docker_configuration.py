"""The configuration of Docker's own clients, where some of it is not as they write it."""

import json
from pathlib import Path
from typing import Any

import pytest

from composer.api import Composer
from composer.engine.docker.configuration import configuration, misfit_of
from composer.errors import EngineUnreachable


def read(folder: Path, content: str) -> tuple[dict[str, Any], str]:
    """Return what fits of *content*, and what is said of the rest."""
    (folder / "config.json").write_text(content)
    return configuration(folder), misfit_of({"DOCKER_CONFIG": str(folder)})


@pytest.mark.parametrize(
    ("content", "fitting", "others"),
    [
        ({"psFormat": 1, "detachKeys": "a"}, {"detachKeys": "a"}, "psFormat"),
        ({"HttpHeaders": ["x"]}, {}, "HttpHeaders"),
        ({"HttpHeaders": {"x": 1, "y": "2"}}, {"HttpHeaders": {"y": "2"}}, "HttpHeaders.x"),
        ({"proxies": {"default": {"httpProxy": 1}}}, {"proxies": {}}, "proxies.default"),
        ({"auths": {"a": {"auth": "?"}, "b": {}}}, {"auths": {"b": {}}}, "auths.a"),
        ({"auths": {"a": {"auth": 3}}, "credHelpers": 3}, {"auths": {}}, "auths.a, credHelpers"),
        ({"cliPluginsExtraDirs": "/a"}, {}, "cliPluginsExtraDirs"),
    ],
)
def test_what_does_not_fit_is_left_out_and_named(
    tmp_path: Path, content: object, fitting: object, others: str
) -> None:
    found, wrong = read(tmp_path, json.dumps(content))
    assert found == fitting
    assert wrong.endswith(f"({tmp_path}/config.json): not of Docker's form: {others}")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{ nope", "line 1 column 3"),
        ("[]", "it is no object"),
        ('{"auths":' + "[" * 100_000 + "]" * 100_000 + "}", "it is nested too deeply"),
    ],
)
def test_a_file_that_cannot_be_read_is_as_good_as_none(tmp_path: Path, text: str, why: str) -> None:
    found, wrong = read(tmp_path, text)
    assert found == {}
    assert why in wrong


@pytest.mark.parametrize(
    "text", ["", '{"currentContext": null}', '{"auths": {}, "features": {"x": true}} x']
)
def test_nothing_is_said_of_what_does_no_harm(tmp_path: Path, text: str) -> None:
    assert not read(tmp_path, text)[1]


def test_a_folder_in_the_place_of_the_file_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "config.json").mkdir()
    assert "is a directory" in misfit_of({"DOCKER_CONFIG": str(tmp_path)})
    assert not misfit_of({"DOCKER_CONFIG": str(tmp_path / "none")})


def test_a_file_in_the_place_of_the_folder_is_told_of(tmp_path: Path) -> None:
    """As where somebody names the file itself."""
    (tmp_path / "config.json").write_text("{}")
    told = misfit_of({"DOCKER_CONFIG": str(tmp_path / "config.json")})
    assert "not a directory" in told


def test_capitals_in_names_make_no_difference(tmp_path: Path) -> None:
    assert read(tmp_path, '{"currentcontext": "x"}') == ({"currentContext": "x"}, "")


def test_who_needs_an_engine_is_warned(tmp_path: Path) -> None:
    """Before what may fail for it: a context that is not heeded, a login that is missing."""
    (tmp_path / "config.json").write_text("{ nope")
    warned: list[str] = []
    environ = {"DOCKER_CONFIG": str(tmp_path), "DOCKER_HOST": f"unix://{tmp_path}/none"}
    app = Composer(
        environ=environ,
        cwd=tmp_path,
        warned=lambda found: warned.extend(f"{one.severity}: {one.message}" for one in found),
    )
    with pytest.raises(EngineUnreachable):
        _ = app.engine
    (told,) = warned
    assert told.startswith("warning: Error parsing config file")
