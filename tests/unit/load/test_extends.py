"""``extends`` and ``include``: however long the way is that they lead, and from where it goes."""

import posixpath

import pytest

from composer.errors import ConsistencyError, CycleError, ParseError
from composer.load.files import DEPTH
from composer.spec.build import Build
from tests.loading import load_files, resolved

LONG = 5000
"""Far beyond the levels that Python can call, were each step a call."""


def _chain(last: str) -> str:
    lines = [f"  s{n}: {{extends: s{n + 1}}}" for n in range(LONG)]
    return "\n".join(["services:", *lines, f"  s{LONG}: {{{last}}}"])


def test_a_long_chain_of_extends_is_followed_to_its_end() -> None:
    services = resolved(_chain("image: x, command: c"))["services"]
    assert services["s0"]["command"] == ["c"]


def test_a_long_circle_of_extends_is_an_error() -> None:
    with pytest.raises(CycleError, match=r"Circular reference: s0 .* → s0"):
        resolved(_chain("extends: s0"))


def test_a_base_is_merged_once_for_each_service_that_extends_it() -> None:
    """What one service says itself does not reach another one with the same base."""
    text = """
        services:
          base: {image: x, environment: {A: base}}
          a: {extends: base, environment: {A: own}}
          b: {extends: base, environment: {B: own}}
          c: {extends: a}
    """
    services = resolved(text)["services"]
    assert services["a"]["environment"] == {"A": "own"}
    assert services["b"]["environment"] == {"A": "base", "B": "own"}
    assert services["c"]["environment"] == {"A": "own"}


@pytest.mark.parametrize("levels", [100, 101])
def test_files_include_each_other_up_to_a_hundred_levels(levels: int) -> None:
    files = {f"f{n}.yaml": f"include: [f{n + 1}.yaml]\n" for n in range(1, levels)}
    files[f"f{levels}.yaml"] = "services: {a: {image: x}}\n"
    files["compose.yaml"] = "include: [f1.yaml]\n"
    if levels <= DEPTH:
        assert load_files(files).project.services["a"].image == "x"
    else:
        with pytest.raises(ConsistencyError, match="more than 100 levels deep") as wrong:
            load_files(files)
        assert str(wrong.value).startswith("f100.yaml:1:11: ")


def test_an_override_in_short_form_replaces_what_the_base_says() -> None:
    text = """
        services:
          base: {image: x, environment: {A: base}, depends_on: {b: {condition: service_started}}}
          a: {extends: base, environment: !override [B=own], depends_on: !override [c]}
          b: {image: x}
          c: {image: x}
    """
    made = resolved(text)["services"]["a"]
    assert made["environment"] == {"B": "own"}
    assert list(made["depends_on"]) == ["c"]


def test_short_forms_are_reset_in_the_file_of_a_base_too() -> None:
    base = """
        services:
          a: {extends: b, depends_on: !reset [c], dns: !reset 1.1.1.1, networks: !reset [n]}
          b: {image: x, depends_on: [c], dns: 8.8.8.8, networks: [n]}
    """
    text = "services: {a: {extends: {file: base.yaml, service: a}}}"
    made = load_files({"compose.yaml": text, "base.yaml": base}).project.services["a"]
    assert (made.depends_on, made.dns, list(made.networks)) == ({}, (), ["default"])


def test_what_is_reset_beside_an_include_is_what_the_include_says() -> None:
    text = "include: [other.yaml]\nservices: {a: !reset {image: x}}\nnetworks: !reset {n: }\n"
    other = "services: {a: {image: there, networks: [n]}}\nnetworks: {n: {name: own}}\n"
    made = load_files({"compose.yaml": text, "other.yaml": other}).project
    assert (made.services["a"].image, made.networks["n"].name) == ("there", "own")


def test_an_include_with_an_empty_list_of_environment_files_reads_its_own() -> None:
    text = "include: [{path: sub/i.yaml, env_file: []}]"
    files = {"sub/i.yaml": "services: {a: {image: '${X-}'}}", "sub/.env": "X=found"}
    assert load_files({"compose.yaml": text, **files}).project.services["a"].image == "found"


MISSING = {
    "sub/i.yaml": "services: {a: {image: x, build: ./b, volumes: ['./v:/v']}}\n",
    "n.yaml": "services: {n: {image: x, volumes: ['./v:/v']}}\n",
}
"""Files to be included with a folder that does not exist."""


@pytest.mark.parametrize(
    ("directory", "start"), [("/abs/pd", "/abs/pd"), ("pd", "/project"), ("../pd", "/")]
)
def test_paths_count_from_an_absolute_folder_that_does_not_exist_else_from_the_one_above(
    directory: str, start: str
) -> None:
    text = f"include: [{{path: sub/i.yaml, project_directory: {directory}}}]\n"
    service = load_files({**MISSING, "compose.yaml": text}).project.services["a"]
    assert (service.build or Build()).context == posixpath.join(start, "b")
    assert service.volumes[0].source == posixpath.join(start, "v")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("include: [PLACE]", False),
        ("include: [../PLACE]", True),
        ("services: {n: {extends: {file: PLACE, service: n}}}", False),
        ("services: {n: {extends: {file: ../PLACE, service: n}}}", True),
    ],
)
def test_files_are_looked_for_in_a_folder_that_does_not_exist(asked: str, *, found: bool) -> None:
    files = {
        **MISSING, "sub/i.yaml": asked.replace("PLACE", "n.yaml") + "\n",
        "compose.yaml": "include: [{path: sub/i.yaml, project_directory: pd}]\n",
    }  # fmt: skip
    if found:
        assert load_files(files).project.services["n"].volumes[0].source == "/v"
    else:
        with pytest.raises(ParseError, match=r"open pd/n\.yaml: no such file"):
            load_files(files)


_FOLDERS = {
    "compose.yaml": "services: {b: {image: b}}",
    "sub/x.yaml": "services: {a: {extends: {file: base.yml, service: a}}}",
    "sub/base.yml": "services: {a: {image: sub}}",
    "base.yml": "services: {a: {image: top}}",
}


def test_what_any_main_file_extends_is_sought_from_the_folder_of_the_project() -> None:
    loaded = load_files(_FOLDERS, files=("compose.yaml", "sub/x.yaml"))
    assert loaded.project.services["a"].image == "top"


def test_what_any_file_of_an_included_project_extends_is_sought_from_its_folder() -> None:
    files = {**_FOLDERS, "main.yaml": "include: [{path: [compose.yaml, sub/x.yaml]}]"}
    loaded = load_files(files, files=("main.yaml",))
    assert loaded.project.services["a"].image == "top"


def test_what_an_extended_file_extends_is_sought_from_its_own_folder_though_it_is_a_main_one() -> (
    None
):
    files = {
        "compose.yaml": "services: {a: {extends: {file: u/x.yaml, service: b}}}",
        "u/x.yaml": "services: {b: {extends: {file: u/base.yml, service: b}}}",
        "u/base.yml": "services: {b: {image: from-project}}",
        "u/u/base.yml": "services: {b: {image: from-file}}",
    }
    services = load_files(files, files=("compose.yaml", "u/x.yaml")).project.services
    assert (services["a"].image, services["b"].image) == ("from-file", "from-project")


def test_an_include_of_the_same_file_twice_is_put_onto_itself_with_a_warning() -> None:
    files = {
        "compose.yaml": "include: [{path: [i.yaml, i.yaml], env_file: [i.env, i.env]}]",
        "i.yaml": 'services: {a: {image: "${I}", cap_add: [A]}}',
        "i.env": "I=x",
    }
    loaded = load_files(files)
    assert loaded.project.services["a"].cap_add == ("A",)
    assert [one.code for one in loaded.warnings] == ["duplicate-item", "duplicate-item"]


def test_the_variables_of_an_include_are_read_though_it_names_no_file() -> None:
    with pytest.raises(ConsistencyError, match=r"nope\.env"):
        load_files({"compose.yaml": "include: [{env_file: nope.env}]\nservices: {a: {image: x}}"})
