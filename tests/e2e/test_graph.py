"""`composer graph` draws which service needs which, with what runs."""

from xml.etree import ElementTree as ET

import pytest

from tests.e2e.stage import IS_PEER, Stage

pytestmark = [
    pytest.mark.engine,
    pytest.mark.skipif(IS_PEER, reason="the peer has no such command"),
]

STACK = """
    services:
      web: {<<: *idle, depends_on: {api: {condition: service_healthy}}}
      api:
        <<: *idle
        healthcheck: {test: exit 0, interval: 300ms}
        depends_on: {setup: {condition: service_completed_successfully}}
      setup: {<<: *idle, command: "true"}
"""


def test_without_containers_there_is_no_state(stage: Stage) -> None:
    stage.compose(STACK)
    shown = stage.run("graph").ok().stdout
    assert shown == "web\n└── api  [healthy]\n    └── setup  [done]\n"
    assert stage.run("graph", "api").ok().stdout == "api\n└── setup  [done]\n"


def test_with_containers_their_state_is_shown(stage: Stage) -> None:
    stage.compose(STACK)
    stage.up()
    assert stage.run("graph").ok().stdout == (
        "web: running\n└── api: running (healthy)  [healthy]\n    └── setup: exited (0)  [done]\n"
    )
    assert "running" not in stage.run("graph", "--no-state").ok().stdout


def test_every_format(stage: Stage) -> None:
    stage.compose(STACK)
    assert "flowchart TD" in stage.run("graph", "--format", "mermaid").ok().stdout
    assert '"web" -> "api"' in stage.run("graph", "--format", "dot").ok().stdout
    drawing = stage.run("graph", "--format", "svg").ok().stdout
    assert len(list(ET.fromstring(drawing).iter("{http://www.w3.org/2000/svg}rect"))) == 3  # noqa: S314 - ours


def test_without_an_engine_the_files_are_enough(stage: Stage) -> None:
    stage.compose(STACK)
    result = stage.run("graph", env={"DOCKER_HOST": "unix:///nowhere.sock"}).ok()
    assert result.stdout.startswith("web\n")
    result.says("without state")
