"""The model as transformers read it."""

import pytest

from composer.errors import ConsistencyError
from composer.load.bridge import contents, for_transformers
from composer.load.reader import MemoryReader
from composer.spec.project import Project
from composer.spec.service import EnvFile, Service
from tests.loading import FOLDER, load_text

FILE = """
services:
  web:
    image: base
    command: echo $$HOME
    expose: ["7"]
    ports: ["8080:80", "81:81"]
    x-own: {b: [{d: 1, c: {a10: 1, a9: 2}}], a: 1}
  made: {build: .}
  elsewhere: {provider: {type: model}}
configs:
  c: {file: ./c}
  empty: {file: ./empty}
secrets:
  s: {environment: S}
  unset: {environment: U}
  out: {external: true}
"""


def handed(exposed: dict[str, list[str]], contained: dict[tuple[str, str], str]) -> str:
    project = load_text(FILE, env={"S": "secret"}).project
    return for_transformers(project, project.services, exposed, contained)


def test_services_have_the_ports_and_the_names_of_their_images() -> None:
    shown = handed({"web": ["80", "443"]}, {})
    assert (
        """
    made:
        build:
            context: /project
            dockerfile: Dockerfile
        image: project-made
"""
        in shown
    )
    assert (
        """
        expose:
            - "7"
            - "80"
            - "81"
            - "443"
        image: base
"""
        in shown
    )
    assert (
        """
    elsewhere:
        provider:
            type: model
"""
        in shown
    )


def test_keys_are_in_order_and_a_dollar_is_one() -> None:
    shown = handed({}, {("configs", "c"): "a\n"})
    assert "            - $HOME\n" in shown
    assert (
        """
    c:
        content: |
            a
        file: /project/c
        name: project_c
"""
        in shown
    )
    assert (
        """
        x-own:
            a: 1
            b:
                - c:
                    a9: 2
                    a10: 1
                  d: 1
"""
        in shown
    )


def test_files_that_variables_came_from_are_named() -> None:
    """How they are read is of no use any more: the variables are there."""
    project = Project("p", "/p", services={"a": Service(image="x", environment={"E": "1"})})
    files = (EnvFile(path="/p/e", format="raw"), EnvFile(path="/p/f", format="raw", required=False))
    named = {"a": Service(image="x", env_file=files, label_file=("/p/l",))}
    assert (
        for_transformers(project, named, {}, {})
        == """name: p
services:
    a:
        env_file:
            - /p/e
            - path: /p/f
              required: false
        environment:
            E: "1"
        image: x
        label_file:
            - /p/l
"""
    )


def test_what_files_and_variables_of_secrets_contain_is_known() -> None:
    project = load_text(FILE, env={"S": "secret"}).project
    reader = MemoryReader({f"{FOLDER}/c": b"\xff", f"{FOLDER}/empty": ""})
    assert contents(project, reader) == {("configs", "c"): "\udcff", ("secrets", "s"): "secret"}


def test_a_file_that_is_missing_is_told() -> None:
    project = load_text(FILE).project
    with pytest.raises(ConsistencyError, match=r"open /project/c: .*\[missing-config-file\]"):
        contents(project, MemoryReader({}))
