"""Builds on a real engine."""

import os
import re
import socket
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from composer.build import build_image, filesync
from composer.engine.docker import connect
from composer.engine.port import Engine
from composer.errors import (
    ComposerError,
    ConsistencyError,
    EngineError,
    EngineNotFound,
    ExecutionError,
    Interrupted,
)
from composer.identity import PROJECT
from composer.run.cancel import Cancel
from composer.run.events import Event, Listener, Notice, Output, Progress
from composer.spec.build import Build
from composer.spec.files import FileReference, Secret
from composer.spec.project import Project
from composer.spec.service import Service

pytestmark = pytest.mark.engine
BASE = "FROM composer-test/busybox:latest AS one\n"
OLDEST_WITH_EXCERPTS = (1, 42)
"""The BuildKit of older engines does not send the Dockerfile that it read."""


class Bench:
    """A folder to build from, and what the builder told."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine = engine
        self.folder = folder
        self.name = f"crun-{uuid.uuid4().hex[:10]}"
        self.events: list[Event] = []
        self.listen: Listener = self.events.append
        self.secrets: dict[str, Secret] = {}
        self.environment: dict[str, str] = {}
        self.cancel = Cancel()

    def build(self, instructions: str = "", **build: Any) -> str:
        if instructions:
            (self.folder / "Dockerfile").write_text(BASE + instructions)
        service = Service(build=Build(**{"context": ".", **build}))
        project = Project(
            self.name, str(self.folder), services={"web": service}, secrets=self.secrets,
            environment=self.environment,
        )  # fmt: skip
        return build_image(self.engine, project, "web", self.listen, self.cancel)

    @property
    def printed(self) -> str:
        return "".join(event.text for event in self.events if isinstance(event, Output))

    @property
    def steps(self) -> list[str]:
        return [event.text for event in self.events if isinstance(event, Progress)]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    engine = connect(os.environ)
    made = Bench(engine, tmp_path)
    yield made
    for image in engine.list_images({"reference": [f"{made.name}*"]}):
        for tag in image["RepoTags"]:
            engine.remove_image(tag, force=True)
    for image in engine.list_images({"label": [f"{PROJECT}={made.name}"]}):  # lost their names
        engine.remove_image(image["Id"], force=True)
    engine.close()


def test_an_image_with_its_labels_and_names(bench: Bench) -> None:
    image = bench.build("RUN echo hello", labels={"x": "y"}, tags=(f"{bench.name}-more:1",))
    found = bench.engine.inspect_image(f"{bench.name}-web")
    assert found["Id"] == image
    assert set(found["RepoTags"]) == {f"{bench.name}-web:latest", f"{bench.name}-more:1"}
    assert found["Config"]["Labels"] == {
        "x": "y",
        "com.docker.compose.project": bench.name,
        "com.docker.compose.service": "web",
        "com.docker.compose.version": "2.40.3",
    }
    assert any("RUN echo hello" in text for text in bench.steps)


def test_arguments_target_and_the_context(bench: Bench) -> None:
    (bench.folder / "kept").write_text(bench.name)
    (bench.folder / "left").write_text("secret")
    (bench.folder / ".dockerignore").write_text("left\n")
    bench.build(
        "ARG A\nCOPY . /c\nRUN echo $A $(cat /c/kept) $(ls /c)\nFROM scratch\nRUN not this",
        args={"A": "given"},
        target="one",
    )
    assert f"given {bench.name} Dockerfile kept" in bench.printed


def test_inline_and_outside_dockerfiles(
    bench: Bench, tmp_path_factory: pytest.TempPathFactory
) -> None:
    bench.build(dockerfile_inline=f"{BASE}RUN echo inline {bench.name}")
    assert f"inline {bench.name}" in bench.printed
    outside = tmp_path_factory.mktemp("outside") / "My.Dockerfile"
    outside.write_text(f"{BASE}RUN echo outside {bench.name}")
    bench.build(dockerfile=str(outside))
    assert f"outside {bench.name}" in bench.printed


def test_a_second_build_is_cached(bench: Bench) -> None:
    (bench.folder / "data").write_text(bench.name)
    first = bench.build("COPY data /data\nRUN cat /data")
    bench.events.clear()
    assert bench.build() == first
    assert bench.steps.count("CACHED") >= 2


def test_a_failing_step_is_explained(bench: Bench) -> None:
    with pytest.raises(ExecutionError) as failed:
        bench.build("RUN echo before; exit 3")
    lines = str(failed.value).splitlines()
    assert "exit code: 3" in lines[0]
    assert lines[1].endswith("RUN echo before; exit 3:")
    if bench.engine.version().api < OLDEST_WITH_EXCERPTS:
        assert lines[2:] == ["before"]
        return
    assert lines[2:] == [
        "before",
        "Dockerfile:2",
        "--------------------",
        "   1 |     FROM composer-test/busybox:latest AS one",
        "   2 | >>> RUN echo before; exit 3",
        "--------------------",
    ]


def test_a_broken_dockerfile(bench: Bench) -> None:
    """The line is shown, whether it is in a file or written in the Compose file."""
    told = bench.engine.version().api >= OLDEST_WITH_EXCERPTS
    here, there = ("2 | >>> NONSENSE here", "1 | >>> NONSENSE there") if told else ("", "")
    with pytest.raises(ComposerError, match=rf"(?i)unknown instruction(.|\n)*{re.escape(here)}"):
        bench.build("NONSENSE here")
    with pytest.raises(ComposerError, match=rf"(?i)unknown (.|\n)*{re.escape(there)}"):
        bench.build(dockerfile_inline="NONSENSE there")


def test_a_failing_step_of_a_huge_dockerfile_is_explained(bench: Bench) -> None:
    """The failure comes with the whole file, in what is sent last."""
    comment = f"# {'a long comment ' * 20}\n"
    with pytest.raises(ExecutionError, match="exit code: 3"):
        bench.build(f"{comment * 1000}RUN exit 3")


def test_what_is_missing_is_told_before_the_engine_is_asked(bench: Bench) -> None:
    with pytest.raises(ConsistencyError, match="failed to read dockerfile"):
        bench.build()
    with pytest.raises(ConsistencyError, match="unable to prepare context"):
        bench.build(context="nowhere")


def test_a_context_that_cannot_be_read_builds_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    (bench.folder / "data").write_text(bench.name)

    def unreadable(_: str) -> Iterator[bytes]:
        raise PermissionError(13, "not yours", "data")

    monkeypatch.setattr(filesync, "_pieces", unreadable)
    with pytest.raises(ComposerError, match="cannot read the build context"):
        bench.build(f"COPY data /c-{bench.name}")
    with pytest.raises(EngineError):
        bench.engine.inspect_image(f"{bench.name}-web")


def test_secrets_from_files_and_variables_reach_the_build_and_not_the_image(bench: Bench) -> None:
    (bench.folder / "key").write_text(f"file {bench.name}")
    (bench.folder / ".dockerignore").write_text("key\n")
    bench.secrets = {"key": Secret(file="key"), "token": Secret(environment="TOKEN")}
    bench.environment = {"TOKEN": f"variable {bench.name}"}
    bench.build(
        "RUN --mount=type=secret,id=key --mount=type=secret,id=t cat /run/secrets/* "
        f"# {bench.name}: what secrets contain does not count for the cache",
        secrets=(FileReference(source="key"), FileReference(source="token", target="t")),
    )
    assert f"file {bench.name}variable {bench.name}" in bench.printed
    history = bench.engine.inspect_image(f"{bench.name}-web")
    assert f"variable {bench.name}" not in str(history)


def test_a_secret_whose_file_is_missing_is_named_before_anything_is_built(bench: Bench) -> None:
    bench.secrets = {"key": Secret(file="gone")}
    with pytest.raises(ComposerError, match="file of the build secret key is missing"):
        bench.build("RUN true", secrets=(FileReference(source="key"),))


def test_a_secret_whose_variable_is_not_set_is_empty_and_that_is_told(bench: Bench) -> None:
    bench.secrets = {"token": Secret(environment="TOKEN")}
    bench.build(
        f"RUN --mount=type=secret,id=token test -f /run/secrets/token && echo {bench.name}",
        secrets=(FileReference(source="token"),),
    )
    assert bench.name in bench.printed
    told = [one.text for one in bench.events if isinstance(one, Notice)]
    assert told == ["the build secret token is empty: the variable TOKEN is not set"]


def test_the_users_ssh_agent_can_be_asked(bench: Bench, tmp_path: Path) -> None:
    """The build finds a socket; what is said there reaches the agent."""
    address = str(tmp_path / "agent")
    with socket.socket(socket.AF_UNIX) as agent:
        agent.bind(address)
        agent.listen()
        bench.build(
            f"RUN --mount=type=ssh,id=mine test -S $SSH_AUTH_SOCK && echo {bench.name}",
            ssh={"mine": address},
        )
    assert bench.name in bench.printed
    with pytest.raises(ComposerError, match="no ssh key or agent"):
        bench.build(ssh={"mine": str(tmp_path / "gone")})
    with pytest.raises(ComposerError, match="none is running"):
        bench.build(ssh={"default": ""})


def test_further_contexts(bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A folder and an image; an older BuildKit has no such thing, and that is said."""
    more = tmp_path_factory.mktemp("more")
    (more / "data").write_text(bench.name)
    instructions = (
        "COPY --from=more data /data\nRUN cat /data\nFROM image\nCOPY --from=one /data /d"
    )
    contexts = {"more": str(more), "image": "docker-image://composer-test/busybox:latest"}
    if bench.engine.version().api < (1, 42):
        with pytest.raises(EngineError, match="too old for additional_contexts"):
            bench.build(instructions, additional_contexts=contexts)
        return
    bench.build(instructions, additional_contexts=contexts)
    assert bench.name in bench.printed


def test_limits_hosts_and_shared_memory(bench: Bench) -> None:
    bench.build(
        f"RUN ulimit -n; cat /etc/hosts # {bench.name}",
        extra_hosts=(("db", "10.1.2.3"),),
        shm_size=1 << 26,
    )
    assert "10.1.2.3\tdb" in bench.printed


def test_only_what_the_dockerfile_needs_is_read(bench: Bench) -> None:
    (bench.folder / "needed").write_text(bench.name)
    (bench.folder / "private").mkdir()
    os.mkfifo(bench.folder / "private" / "pipe")
    (bench.folder / "private").chmod(0)
    bench.build("COPY needed /\nRUN cat /needed")
    (bench.folder / "private").chmod(0o755)
    assert bench.name in bench.printed


def test_a_build_that_is_given_up_ends(bench: Bench) -> None:
    def give_up(event: Event) -> None:
        if isinstance(event, Output):
            bench.cancel.request()

    bench.listen = give_up
    with pytest.raises(Interrupted, match="given up"):
        bench.build(f"RUN echo {bench.name}; sleep 300")


def test_an_engine_without_buildkit_builds_classically(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As far as the classic builder can; what it cannot do is refused before."""

    def absent() -> None:
        raise EngineNotFound("page not found")

    monkeypatch.setattr(bench.engine, "open_builder", absent)
    (bench.folder / "data").write_text(bench.name)
    image = bench.build(
        "ARG A\nCOPY data /\nRUN echo $A $(cat /data); cat /etc/hosts",
        args={"A": "given"},
        tags=(f"{bench.name}-more:1",),
        extra_hosts=(("one", "10.1.2.3"), ("two", "10.1.2.4")),
    )
    assert f"given {bench.name}" in bench.printed
    assert "10.1.2.3\tone\n" in bench.printed
    assert "10.1.2.4\ttwo\n" in bench.printed
    found = bench.engine.inspect_image(f"{bench.name}-web")
    assert found["Id"] == image
    assert set(found["RepoTags"]) == {f"{bench.name}-web:latest", f"{bench.name}-more:1"}
    assert [one.text for one in bench.events if isinstance(one, Notice)] == [
        "the engine has no BuildKit: using the engine's classic builder"
    ]
    with pytest.raises(ExecutionError, match="non-zero code: 3"):
        bench.build(f"RUN echo {bench.name}; exit 3")
    commands = [one["Command"] for one in bench.engine.list_containers({"status": ["exited"]})]
    assert not [one for one in commands if bench.name in one]
    with pytest.raises(ComposerError, match="secrets needs BuildKit"):
        bench.build(secrets=(FileReference(source="key"),))


def test_an_external_secret_is_none_for_a_build_and_that_is_told(bench: Bench) -> None:
    bench.secrets = {"token": Secret(external=True)}
    references = (FileReference(source="token"),)
    bench.build(
        f"RUN --mount=type=secret,id=token ! test -e /run/secrets/token && echo {bench.name}",
        secrets=references,
    )
    told = [one.text for one in bench.events if isinstance(one, Notice)]
    assert told == ["the build secret token is external, which no build can read"]
    with pytest.raises(ExecutionError, match=r"secret token.*not found"):
        bench.build("RUN --mount=type=secret,id=token,required=true true", secrets=references)


def test_what_is_no_pattern_is_refused_before_the_engine_is_asked(bench: Bench) -> None:
    """Engine 28.5 crashes where two instructions look at such a pattern."""
    (bench.folder / ".dockerignore").write_text("[z-a]\n")
    with pytest.raises(ComposerError, match="syntax error in pattern"):
        bench.build("COPY a /\nCOPY a /b")
    assert not bench.printed
