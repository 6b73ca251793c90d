"""Providers and the model runner: how they are called, and what their answers come to.

The programs are scripts; what they were called with, they write down.
"""

import textwrap
from pathlib import Path

import pytest

from composer.errors import ExecutionError
from composer.run.models import prepare_model
from composer.run.plugins import Surroundings
from composer.run.provider import call_provider
from composer.spec.develop import Model, Provider
from composer.spec.project import Project
from composer.spec.service import Service

METADATA = '{"up": {"parameters": [{"name": "size", "required": true}, {"name": "tag"}]}}'


class Programs:
    """Scripts on a path of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "cli-plugins").mkdir()
        environ = {"PATH": f"{folder}:/usr/bin:/bin", "DOCKER_CONFIG": str(folder)}
        self.around = Surroundings("/", environ)
        self.told: list[str] = []

    def write(self, name: str, body: str) -> None:
        script = self.folder / name
        note = 'echo "$*" >> "${0%/*}/calls"'
        script.write_text(f"#!/bin/sh\n{note}\n{textwrap.dedent(body)}")
        script.chmod(0o755)

    def calls(self, folder: str = "") -> list[str]:
        return (self.folder / folder / "calls").read_text().splitlines()

    def provide(self, action: str = "up", **options: tuple[str, ...]) -> dict[str, str]:
        service = Service(provider=Provider(type="maker", options=options))
        project = Project("shop", str(self.folder), services={"db": service})
        return call_provider(
            project, "db", "down" if action == "down" else "up", self.around, self.told.append
        )

    def prepare(self, **attributes: object) -> dict[str, str]:
        model = Model(model="ai/small").replace(**attributes)
        project = Project("shop", str(self.folder), models={"llm": model})
        return prepare_model(project, "llm", self.around, self.told.append)


@pytest.fixture
def programs(tmp_path: Path) -> Programs:
    return Programs(tmp_path)


def test_a_provider_answers_with_variables_and_messages(programs: Programs) -> None:
    programs.write("maker", """
        [ "$2" = metadata ] && exit 1
        echo '{"type": "info", "message": "making it"}'
        echo '{"type": "debug", "message": "never shown"}'
        echo '{"type": "setenv", "message": "URL=tcp://db?a=b"}'
    """)  # fmt: skip
    assert programs.provide(size=("4",), tag=("a", "b")) == {"URL": "tcp://db?a=b"}
    assert programs.told == ["making it"]
    assert programs.calls() == [
        "compose metadata",
        "compose --project-name=shop up --size=4 --tag=a --tag=b db",
    ]


def test_a_provider_gets_the_options_that_it_knows(programs: Programs) -> None:
    programs.write("maker", f"""
        [ "$2" = metadata ] && echo '{METADATA}'
        exit 0
    """)  # fmt: skip
    programs.provide(size=("4",), other=("x",))
    programs.provide("down", size=("4",))
    assert [one for one in programs.calls() if "metadata" not in one] == [
        "compose --project-name=shop up --size=4 db",
        "compose --project-name=shop down db",
    ]


@pytest.mark.parametrize(
    ("metadata", "passed"),
    [
        ('{"version": 1}', "--tag=a "),
        ('{"up": {"parameters": null}, "down": {}}', "--tag=a "),
        ('{"up": ["tag"]}', "--tag=a "),
        ('{"up": {"parameters": ["tag"]}}', "--tag=a "),
        ('{"up": {"parameters": {"tag": 1}}}', "--tag=a "),
        ('{"up": {"parameters": 5}}', "--tag=a "),
        ('{"up": {"parameters": [{"name": ["tag"]}]}}', "--tag=a "),
        ('{"a":' * 5000, "--tag=a "),
        ('{"description": "makes"}', ""),
        ('{"up": {"parameters": []}}', ""),
        ('{"down": {"parameters": [{"name": "tag"}]}}', ""),
    ],
)
def test_a_provider_that_describes_nothing_gets_all_options(
    programs: Programs, metadata: str, passed: str
) -> None:
    programs.write("maker", f"[ \"$2\" = metadata ] && echo '{metadata}'; exit 0")
    programs.provide(tag=("a",))
    assert programs.calls()[-1] == f"compose --project-name=shop up {passed}db"


def test_a_provider_prints_objects_wherever_its_lines_end(programs: Programs) -> None:
    programs.write("maker", """
        [ "$2" = metadata ] && exit 1
        echo '{"type": "setenv", "message": "A=1"} {"type": "info"}'
        echo '{'
        echo '  "type": "setenv", "message": "B=2"}'
    """)  # fmt: skip
    assert programs.provide() == {"A": "1", "B": "2"}
    assert programs.told == [""]


def test_a_provider_is_called_where_the_command_is(programs: Programs) -> None:
    programs.write("maker", 'pwd >"${0%/*}/where"')
    programs.provide()
    assert (programs.folder / "where").read_text() == "/\n"


def test_plugins_are_looked_for_where_the_configuration_says(programs: Programs) -> None:
    (programs.folder / "config.json").write_text(
        f'{{"cliPluginsExtraDirs": ["{programs.folder}"]}}'
    )
    programs.write("docker-maker", "exit 0")
    programs.write("cli-plugins/docker-maker", "exit 1")
    programs.provide()
    assert programs.calls()[-1] == "compose --project-name=shop up db"


def test_a_plugin_of_the_docker_cli_comes_first(programs: Programs) -> None:
    programs.write("maker", "exit 1")
    programs.write("cli-plugins/docker-maker", "exit 0")
    programs.provide()
    assert programs.calls("cli-plugins")[-1] == "compose --project-name=shop up db"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (f"[ \"$2\" = metadata ] && echo '{METADATA}'; exit 0", 'required parameter "size"'),
        ('echo \'{"type": "error", "message": "no room"}\'', "no room"),
        ("echo words", "printed what is no message: words"),
        ('echo \'{"type": "info"\'', "printed what is no message: {"),
        ("echo '" + '{"a":' * 5000 + "'", "printed what is no message: {"),
        ('echo \'{"type": "info", "message": 1}\'', "printed what is no message"),
        ('echo \'{"type": "song", "message": "la"}\'', "invalid response from plugin: song"),
        ('echo \'{"type": "setenv", "message": "A"}\'', "invalid response from plugin: A"),
        ("echo broken >&2; exit 3", "exit status 3: broken"),
    ],
)
def test_a_provider_that_fails(programs: Programs, body: str, message: str) -> None:
    programs.write("maker", body)
    with pytest.raises(ExecutionError, match=message):
        programs.provide()


def test_compose_is_no_provider(programs: Programs) -> None:
    service = Service(provider=Provider(type="compose"))
    project = Project("shop", "/", services={"db": service})
    with pytest.raises(ExecutionError, match="'compose' is not a valid provider type"):
        call_provider(project, "db", "up", programs.around, programs.told.append)


def test_a_provider_that_is_not_installed(programs: Programs) -> None:
    with pytest.raises(ExecutionError, match='"maker": executable file not found') as raised:
        programs.provide()
    assert "docker-maker" in str(raised.value.hint)


RUNNER = """
    case $1 in
        ls) echo '[{"tags": ["ai/large"]}]' ;;
        status) echo '{"endpoint": "http://models/v1"}' ;;
        pull) echo 'half of it' ;;
    esac
"""


def test_a_model_is_pulled_and_configured(programs: Programs) -> None:
    programs.write("cli-plugins/docker-model", RUNNER)
    answer = programs.prepare(context_size=1024, runtime_flags=("--fast", "--small"))
    assert answer == {"URL": "http://models/v1", "MODEL": "ai/small"}
    assert programs.told == ["Pulling half of it", "Configuring"]
    assert programs.calls("cli-plugins") == [
        "ls --json",
        "pull ai/small",
        "configure --context-size 1024 ai/small -- --fast --small",
        "status --json",
    ]


def test_a_model_that_is_there_is_not_pulled(programs: Programs) -> None:
    programs.write("cli-plugins/docker-model", RUNNER)
    programs.prepare(model="ai/large")
    assert "pull ai/large" not in programs.calls("cli-plugins")


@pytest.mark.parametrize("listed", ["what", "3", "[3]", '[{"tags": 3}]', '[{"tags": [[3]]}]'])
def test_a_list_of_models_in_another_form_has_none(programs: Programs, listed: str) -> None:
    programs.write("cli-plugins/docker-model", RUNNER.replace('[{"tags": ["ai/large"]}]', listed))
    programs.prepare(model="ai/large")
    assert "pull ai/large" in programs.calls("cli-plugins")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("[ $1 = pull ] && { echo gone >&2; exit 1; }", "docker model pull: exit status 1: gone"),
        ("exit 0", "tells no endpoint"),
    ],
)
def test_a_model_runner_that_fails(programs: Programs, body: str, message: str) -> None:
    programs.write("cli-plugins/docker-model", body)
    with pytest.raises(ExecutionError, match=message):
        programs.prepare()


def test_without_a_model_runner(programs: Programs) -> None:
    with pytest.raises(ExecutionError, match="'models' support requires Docker Model plugin"):
        programs.prepare()
