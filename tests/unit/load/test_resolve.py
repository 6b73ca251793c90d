"""What Compose implies and this loader writes out."""

from typing import Any

import pytest

from composer.errors import LoadError
from composer.load.pipeline import load
from composer.load.reader import MemoryReader
from composer.load.request import Request
from composer.spec.deploy import Deploy
from composer.spec.project import Project
from tests.loading import load_files, load_text, resolved, service


def _loaded(text: str, **switches: bool) -> Project:
    request = Request(files=("/p/c.yaml",), working_dir="/p", name="project")
    return load(request.replace(**switches), MemoryReader({"/p/c.yaml": text})).project


def test_the_default_network() -> None:
    found = resolved("services: {a: {image: x}}")
    assert found["services"]["a"]["networks"] == {"default": None}
    assert found["networks"] == {"default": {"name": "project_default", "ipam": {}}}
    for text in ("network_mode: host", "networks: [n]"):
        other = resolved(f"services: {{a: {{image: x, {text}}}}}\nnetworks: {{n: }}")
        assert "default" not in other.get("networks", {})


def test_the_default_network_is_only_for_what_has_no_mode_of_its_own() -> None:
    text = "services: {a: {image: x, network_mode: none, networks: [default]}}"
    assert "default" not in _loaded(text, consistency=False).networks


def test_scale_is_written_as_replicas_where_contradictions_are_looked_for() -> None:
    text = "services: {a: {image: x, scale: 2, deploy: {}}}"
    checked, unchecked = _loaded(text, normalize=False), _loaded(text, consistency=False)
    assert checked.services["a"].deploy == Deploy(replicas=2)
    assert unchecked.services["a"].deploy == Deploy()


def test_an_empty_secret_is_a_contradiction_like_others() -> None:
    text = "services: {a: {image: x, secrets: [s]}}\nsecrets: {s: {external: false}}"
    assert _loaded(text, consistency=False).secrets["s"].name == "project_s"
    with pytest.raises(LoadError, match="must declare either `file` or `environment`"):
        resolved(text)


def test_providers_have_no_network() -> None:
    assert "networks" not in resolved("services: {a: {provider: {type: p}}}")["services"]["a"]


def test_names_of_resources() -> None:
    text = """
services: {a: {image: x, volumes: ["one:/1", "two:/2", "three:/3"]}}
volumes: {one: , two: {name: own}, three: {external: true}}
"""
    volumes = resolved(text)["volumes"]
    assert {key: one["name"] for key, one in volumes.items()} == {
        "one": "project_one", "two": "own", "three": "three",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "restart"),
    [
        ("links: ['b:x']", True), ("network_mode: 'service:b'", True), ("ipc: 'service:b'", True),
        ("pid: 'service:b'", True), ("volumes_from: ['b:ro']", None),
    ],
)  # fmt: skip
def test_implied_dependencies(text: str, restart: object) -> None:
    found = resolved(f"services: {{a: {{image: x, {text}}}, b: {{image: y}}}}")
    needed = found["services"]["a"]["depends_on"]["b"]
    assert needed["condition"] == "service_started"
    assert needed.get("restart") is restart


def test_the_dockerfile_is_filled_in() -> None:
    def dockerfile(build: str) -> Any:
        return resolved(f"services: {{a: {{build: {build}}}}}")["services"]["a"]["build"]

    assert dockerfile(".")["dockerfile"] == "Dockerfile"
    assert "dockerfile" not in dockerfile("{context: ., dockerfile_inline: FROM x}")
    assert "dockerfile" not in dockerfile('{context: ., dockerfile: ""}')


def test_bare_variables_are_looked_up() -> None:
    found = service("environment: [A, B, C=1]", env={"A": "a"})
    assert found["environment"] == {"A": "a", "B": None, "C": "1"}


def test_environment_files_lose_to_environment() -> None:
    files = {
        "compose.yaml": "services: {a: {image: x, env_file: [a.env, b.env], environment: {C: c}}}",
        "a.env": "A=a\nB=a\nC=a\n",
        "b.env": "B=b$A\n",
    }
    project = load_files(files).project
    assert project.services["a"].environment == {"A": "a", "B": "ba", "C": "c"}
    assert project.services["a"].env_file == ()


def test_label_files_lose_to_labels() -> None:
    files = {
        "compose.yaml": "services: {a: {image: x, label_file: l, labels: {b: own}}}",
        "l": "a=1\nb=2\nbare\n",
    }
    assert load_files(files).project.services["a"].labels == {"a": "1", "b": "own"}


@pytest.mark.parametrize("attribute", ["env_file", "label_file"])
def test_missing_files_are_named(attribute: str) -> None:
    with pytest.raises(LoadError) as wrong:
        load_text(f"services:\n  a:\n    image: x\n    {attribute}: none\n")
    (found,) = wrong.value.diagnostics
    assert found.code == f"missing-{attribute.replace('_', '-')}"
    assert str(found.position).startswith("compose.yaml:4:")


def test_project_names() -> None:
    def name(text: str, **more: Any) -> str:
        return load_text(f"{text}\nservices: {{a: {{image: x}}}}", **more).project.name

    assert name("") == "project"
    assert name("name: My.Proj_1") == "myproj_1"
    assert name("name: ${N:-n}") == "n"
    assert name("name: file", project_name="flag") == "flag"
    assert name("name: file", env={"COMPOSE_PROJECT_NAME": "env"}) == "env"
    for wrong in ({"project_name": "Bad"}, {"env": {"COMPOSE_PROJECT_NAME": "Bad"}}):
        with pytest.raises(LoadError, match="invalid project name"):
            name("", **wrong)
    with pytest.raises(LoadError, match="project name must not be empty: nothing of '---'"):
        name("name: '---'")


def test_a_name_that_variables_leave_empty_is_refused_at_its_place_with_what_is_not_set() -> None:
    with pytest.raises(LoadError) as refused:
        load_text("name: ${NOPE}\nservices: {a: {image: x}}")
    unset, wrong = refused.value.diagnostics
    assert (unset.severity, unset.code, str(unset.position)) == (
        "warning",
        "unset-variable",
        "compose.yaml:1:7",
    )
    assert (wrong.severity, str(wrong.position)) == ("error", "compose.yaml:1:7")
    assert "give a default" in wrong.hint


@pytest.mark.parametrize(
    ("path", "why"),
    [("folder", "is a directory"), ("folder/x.env/y", "cannot be read: not a directory")],
)
@pytest.mark.parametrize("required", ["true", "false"])
def test_what_cannot_be_an_environment_file_is_refused_though_it_may_be_missing(
    path: str, why: str, required: str
) -> None:
    entry = f"{{path: {path}, required: {required}}}"
    files = {
        "compose.yaml": f"services: {{a: {{image: x, env_file: [{entry}]}}}}",
        "folder/x.env": "",
    }
    with pytest.raises(LoadError) as refused:
        load_files(files)
    [problem] = refused.value.diagnostics
    assert (problem.message, problem.hint) == (f"env file {path} {why}", "")
