"""Secrets stay where they belong: in the container, and nowhere else."""

import contextlib
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.stage import IMAGE, Stage
from tests.faults.place import played
from tests.faults.proxy import Fault
from tests.faults.scenarios import LIMIT_S

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
BUILT = f"""
services:
  web:
    build:
      dockerfile_inline: |
        FROM {IMAGE}
        RUN --mount=type=secret,id=token test $$(wc -c < /run/secrets/token) = {len(VALUE)}
      secrets: [token]
secrets: {{token: {{environment: TOKEN}}}}
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


def test_a_secret_is_nowhere_else_while_it_is_handed_over() -> None:
    """In no command line and no temporary file; nor is it told by one who asks for details."""
    with played() as (stage, proxy):
        temporary = stage.folder.parent / "temporary"
        temporary.mkdir()
        stage.write("compose.yaml", STACK)
        stage.env |= {"DOCKER_HOST": proxy.address, "TMPDIR": str(temporary), **ENV}
        proxy.harm(Fault("silence", "PUT /containers/*/archive"))
        process = stage.begin("--verbose", "up", "-d")
        assert proxy.struck.wait(LIMIT_S)
        assert [one for one in _command_lines() if VALUE in one] == []
        files = [one for one in temporary.rglob("*") if one.is_file()]
        assert [one for one in files if VALUE in one.read_text()] == []
        assert {one.stat().st_mode & 0o777 for one in files} == {0o600}
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=LIMIT_S)
        assert process.returncode in {128 + signal.SIGTERM, 128 + signal.SIGINT}
        assert VALUE not in stdout + stderr + str(stage.containers())


def test_a_secret_reaches_the_engine_in_an_archive_and_in_nothing_else() -> None:
    """No body, no query and no label of another call has it."""
    with played() as (stage, proxy):
        stage.write("compose.yaml", STACK)
        stage.env |= {"DOCKER_HOST": proxy.address, **ENV}
        stage.run("up", "-d").ok()
        stage.run("up", "-d", "--force-recreate").ok()
        assert stage.run("run", "--rm", "-T", "web", "cat", "/run/token").ok().stdout == VALUE
        stage.run("exec", "-T", "web", "cat", "/run/key").ok()
        having = [name for name, sent in proxy.sent if VALUE.encode() in sent]
        assert having == ["PUT /containers/*/archive"] * 3


def test_a_secret_of_a_build_stays_out_of_the_image() -> None:
    """It comes over the session, is there for one step, and nobody tells it."""
    with played() as (stage, proxy):
        stage.write("compose.yaml", BUILT)
        stage.env |= {"DOCKER_HOST": proxy.address, **ENV}
        said = stage.run("--progress", "plain", "build").ok()
        image = f"{stage.name}-web"
        engine: Any = stage.engine
        told = [engine.inspect_image(image), engine.history(image)]
        assert VALUE not in f"{said}{told}"
        assert [name for name, sent in proxy.sent if VALUE.encode() in sent] == []
        stage.env["TOKEN"] = "another"
        stage.run("build", "--no-cache").ended(1)


def _command_lines() -> Iterator[str]:
    for one in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # it has ended
            yield one.read_text(errors="replace")
