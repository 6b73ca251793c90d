"""Services that a program provides instead of a container."""

import pytest

from tests.e2e.stage import Stage

pytestmark = pytest.mark.engine

MAKER = """#!/bin/sh
[ "$2" = metadata ] && exit 1
echo "$3" >> made
case "$3" in
    up) echo '{"type": "setenv", "message": "URL=tcp://somewhere"}' ;;
esac
"""
STACK = """
    services:
      db: {{provider: {{type: {maker}}}}}
      web: {{<<: *idle, depends_on: [db]}}
"""


def provided(stage: Stage, script: str = MAKER) -> None:
    maker = stage.write("maker", script)
    maker.chmod(0o755)
    stage.compose(STACK.format(maker=maker))


def test_dependents_get_what_the_provider_tells(stage: Stage) -> None:
    """The variable bears the service's name; `down` asks the provider, too."""
    provided(stage)
    stage.up()
    assert "DB_URL=tcp://somewhere" in stage.container("web")["Config"]["Env"]
    before = stage.starts()
    stage.up()
    assert stage.starts() == before
    stage.run("down").ok()
    assert (stage.folder / "made").read_text().split() == ["up", "up", "down"]


@pytest.mark.oracle
def test_docker_compose_takes_over_what_a_provider_serves(stage: Stage) -> None:
    """The variables are part of the hash, in both."""
    provided(stage)
    stage.up()
    before = stage.starts()
    stage.peer("up", "-d")
    assert stage.starts() == before


@pytest.mark.differs("Docker Compose has created the network by then")
def test_a_provider_that_fails_leaves_nothing(stage: Stage) -> None:
    """It is asked before anything is created."""
    provided(stage, '#!/bin/sh\necho \'{"type": "error", "message": "no room"}\'')
    stage.run("up", "-d").ended(1).says("no room")
    assert (stage.names(), stage.networks()) == ([], {})
