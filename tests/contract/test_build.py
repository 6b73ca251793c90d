"""Builds on a real engine."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from composer.build import build_image, context
from composer.engine.docker import connect
from composer.engine.port import Engine
from composer.errors import ComposerError, ConsistencyError, EngineError, ExecutionError
from composer.run.events import Event, Output, Progress
from composer.spec.build import Build
from composer.spec.project import Project
from composer.spec.service import Service

pytestmark = pytest.mark.engine
BASE = "FROM composer-test/busybox:latest AS one\n"


class Bench:
    """A folder to build from, and what the builder told."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine = engine
        self.folder = folder
        self.name = f"crun-{uuid.uuid4().hex[:10]}"
        self.events: list[Event] = []

    def build(self, instructions: str = "", **build: Any) -> str:
        if instructions:
            (self.folder / "Dockerfile").write_text(BASE + instructions)
        service = Service(build=Build(**{"context": ".", **build}))
        project = Project(self.name, str(self.folder), services={"web": service})
        return build_image(self.engine, project, "web", self.events.append)

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
    assert lines[2:] == ["before"]


def test_a_broken_dockerfile(bench: Bench) -> None:
    with pytest.raises(EngineError, match=r"(?i)unknown instruction"):
        bench.build("NONSENSE here")


def test_what_is_missing_is_told_before_the_engine_is_asked(bench: Bench) -> None:
    with pytest.raises(ConsistencyError, match="there is no Dockerfile"):
        bench.build()
    with pytest.raises(ConsistencyError, match="is no folder"):
        bench.build(context="nowhere")


def test_a_context_that_cannot_be_read_builds_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(*_: Any) -> None:
        raise PermissionError(13, "not yours", "data")

    monkeypatch.setattr(context, "_add", unreadable)
    with pytest.raises(ComposerError, match="cannot read the build context"):
        bench.build("COPY . /c")
    with pytest.raises(EngineError):
        bench.engine.inspect_image(f"{bench.name}-web")
