"""Secrets stay where they belong: in the container, and nowhere else."""

import pytest

from tests.e2e.stage import IMAGE, Stage

pytestmark = pytest.mark.engine

VALUE = "s3cret-value-of-the-test"
STACK = f"""
services:
  web:
    image: {IMAGE}
    init: true
    network_mode: none
    stop_grace_period: 0s
    command: sleep 600
    secrets:
      - {{source: token, target: /run/token, uid: "1000", gid: "1001", mode: 0400}}
    configs:
      - {{source: key, target: /run/key, uid: "1000", gid: "1001", mode: 0440}}
secrets: {{token: {{environment: TOKEN}}}}
configs: {{key: {{environment: TOKEN}}}}
"""
ENV = {"TOKEN": VALUE}


def test_a_secret_is_its_owners_and_shown_nowhere(stage: Stage) -> None:
    """Neither before, nor while, nor after it is handed over."""
    stage.write("compose.yaml", STACK)
    said = [stage.run(*words, env=ENV).ok() for words in (
        ("plan",), ("--progress", "json", "up", "-d"), ("up", "-d", "--force-recreate"),
        ("--dry-run", "up", "-d", "--force-recreate"), ("ps", "-a", "--format", "json"),
    )]  # fmt: skip
    look = 'stat -c "%a %u:%g" /run/token /run/key; cat /run/token'
    shown = stage.inside("web", "sh", "-c", look)
    assert shown == f"400 1000:1001\n440 1000:1001\n{VALUE}"
    told = "".join(map(str, said))
    assert VALUE not in told + str(stage.containers())


def test_an_up_that_fails_does_not_tell_a_secret(stage: Stage) -> None:
    """Whatever the engine says of the container."""
    broken = STACK.replace("command: sleep 600", "command: /no/such/program")
    stage.write("compose.yaml", broken.replace("init: true", "init: false"))
    failed = stage.run("up", "-d", env=ENV).ended(1).says("/no/such/program")
    assert VALUE not in str(failed) + str(stage.containers())
    stage.write("compose.yaml", STACK.replace("image: ", "image: nobody/nowhere-"))
    assert VALUE not in str(stage.run("up", "-d", "--pull", "never", env=ENV).ended(1))
