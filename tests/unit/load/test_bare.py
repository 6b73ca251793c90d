"""Names without a value in included files: they stand for what the included environment holds."""

from collections.abc import Mapping

import pytest

from composer.load.discover import discover
from composer.load.pipeline import load_tree
from composer.load.reader import MemoryReader
from composer.load.uninterpolated import Plain, uninterpolated
from tests.loading import FOLDER, load_files

LISTED = "services: {i: {image: x, environment: [A]}}\n"


def _environment(contents: Mapping[str, str], **more: str) -> Mapping[str, str | None]:
    return load_files(contents, env=more).project.services["i"].environment


def _untouched(contents: Mapping[str, str], **environ: str) -> Plain:
    """Return the services as ``config --no-interpolate`` prints them."""
    reader = MemoryReader({f"{FOLDER}/{name}": text for name, text in contents.items()})
    request = discover(reader, FOLDER, environ).replace(interpolate=False)
    services: Plain = uninterpolated(load_tree(request, reader).tree, "nm", "yaml")["services"]
    return services


@pytest.mark.parametrize(
    ("include", "more"),
    [
        ("sub/i.yaml", {"sub/.env": "A=own\n"}),
        ("{path: sub/i.yaml, env_file: b.env}", {"b.env": "A=own\n"}),
        ("{path: sub/i.yaml, project_directory: pd}", {"pd/.env": "A=own\n"}),
        (
            "{path: [sub/i.yaml, sub/o.yaml]}",
            {"sub/.env": "A=own\n", "sub/o.yaml": "services: {i: {command: c}}\n"},
        ),
        ("outer.yaml", {"outer.yaml": "include: [sub/i.yaml]\n", "sub/.env": "A=own\n"}),
    ],
)
def test_a_bare_name_in_a_list_takes_the_value_of_the_include(
    include: str, more: Mapping[str, str]
) -> None:
    files = {"compose.yaml": f"include: [{include}]\n", "sub/i.yaml": LISTED, **more}
    assert _environment(files) == {"A": "own"}
    assert _environment(files, A="outer") == {"A": "outer"}


def test_a_bare_name_of_a_service_that_an_included_one_extends_does_so_too() -> None:
    files = {
        "compose.yaml": "include: [sub/i.yaml]\n",
        "sub/i.yaml": "services: {i: {extends: {file: b.yaml, service: b}}}\n",
        "sub/b.yaml": "services: {b: {image: x, environment: [A]}}\n",
        "sub/.env": "A=own\n",
    }
    assert _environment(files) == {"A": "own"}


def test_a_bare_name_in_a_mapping_takes_only_the_projects_value() -> None:
    files = {
        "compose.yaml": "include: [sub/i.yaml]\n",
        "sub/i.yaml": "services: {i: {image: x, environment: {A: }}}\n",
        "sub/.env": "A=own\n",
    }
    assert _environment(files) == {"A": None}
    assert _environment(files, A="outer") == {"A": "outer"}


def test_a_filled_name_keeps_its_place() -> None:
    files = {"compose.yaml": "include: [sub/i.yaml]\n", "sub/i.yaml": LISTED, "sub/.env": "A=1\n"}
    service = load_files(files).project.services["i"]
    assert str(service.where("environment", "A")) == "sub/i.yaml:1:40"


def test_without_interpolation_only_environment_files_of_includes_and_the_name_count() -> None:
    files = {
        "compose.yaml": (
            "name: nm\ninclude: [sub/i.yaml]\nservices:\n"
            "  a: {image: x, environment: [A, COMPOSE_PROJECT_NAME],"
            " build: {context: ., args: [A, COMPOSE_PROJECT_NAME]}}\n"
            "  b: {image: x, environment: {A: , COMPOSE_PROJECT_NAME: }}\n"
        ),
        "sub/i.yaml": "services: {i: {image: x, environment: [A, COMPOSE_PROJECT_NAME, B]}}\n",
        "sub/.env": "A=own\n",
    }
    made = _untouched(files, A="outer", B="outer", HOME="/h")
    assert made["i"]["environment"] == ["A=own", "COMPOSE_PROJECT_NAME=nm", "B"]
    assert made["a"]["environment"] == ["A", "COMPOSE_PROJECT_NAME=nm"]
    assert made["a"]["build"]["args"] == ["COMPOSE_PROJECT_NAME=nm"]
    assert made["b"]["environment"] == {"A": None, "COMPOSE_PROJECT_NAME": "nm"}


@pytest.mark.parametrize("kind", ["secrets", "configs"])
def test_a_secret_or_config_of_an_included_file_contains_what_its_variable_holds_there(
    kind: str,
) -> None:
    files = {
        "compose.yaml": "include: [sub/i.yaml]\n",
        "sub/i.yaml": (
            f"services: {{i: {{image: x, {kind}: [s]}}}}\n{kind}: {{s: {{environment: A}}}}\n"
        ),
        "sub/.env": "A=own\n",
    }
    project = load_files(files).project
    assert project.variable(getattr(project, kind)["s"]) == "own"
    project = load_files(files, env={"A": "outer"}).project
    assert project.variable(getattr(project, kind)["s"]) == "outer"
    over = {**files, "o.yaml": f"{kind}: {{s: {{environment: B}}}}\n"}
    project = load_files(over, files=["compose.yaml", "o.yaml"]).project
    assert project.variable(getattr(project, kind)["s"]) is None
