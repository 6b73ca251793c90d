"""A service's build section as parameters of the classic builder."""

import io
import json
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from composer.api import Composer
from composer.build import build_image
from composer.build.classic import query, refuse, text
from composer.build.options import tags
from composer.engine.port import Json
from composer.errors import ComposerError, EngineError, ExecutionError
from composer.load.reader import MemoryReader
from composer.run.events import Event, Output
from composer.spec.build import Build
from composer.spec.files import FileReference
from composer.spec.project import Project
from composer.spec.service import Service
from tests.memory_engine import MemoryEngine


def project(image: str = "", platform: str = "", **build: Any) -> Project:
    service = Service(build=Build(context=".", **build), image=image, platform=platform)
    return Project("shop", "/w", services={"web": service}, environment={"FROM_ENV": "e"})


def asked(wanted: Project) -> dict[str, Any]:
    return query(wanted, "web")


def test_only_what_is_set() -> None:
    made = asked(project())
    assert set(made) == {"labels", "forcerm"}
    assert json.loads(made["labels"]) == {"com.docker.compose.image.builder": "classic"}


def test_arguments_take_the_environment() -> None:
    made = asked(project(args={"A": "1", "FROM_ENV": None, "UNSET": None}))
    assert json.loads(made["buildargs"]) == {"A": "1", "FROM_ENV": "e"}


def test_options() -> None:
    made = asked(
        project(
            platform="linux/arm64", target="prod", cache_from=("a", "b"), network="host",
            extra_hosts=(("db", "10.0.0.1"), ("db", "10.0.0.2")), shm_size=1024, labels={"x": "y"},
            no_cache=True, pull=True,
        )
    )  # fmt: skip
    assert made["platform"] == "linux/arm64"
    assert made["target"] == "prod"
    assert json.loads(made["cachefrom"]) == ["a", "b"]
    assert made["extrahosts"] == ["db:10.0.0.1", "db:10.0.0.2"]
    assert (made["nocache"], made["pull"], made["networkmode"]) == ("1", "1", "host")
    assert made["shmsize"] == "1024"
    assert json.loads(made["labels"])["x"] == "y"


def test_names_of_the_image() -> None:
    assert tags(project(), "web") == ("shop-web",)
    assert tags(project(image="app:1", tags=("app:2", "app:1")), "web") == ("app:1", "app:2")


@pytest.mark.parametrize(
    ("build", "named"),
    [
        ({"secrets": (FileReference(source="s"),)}, "secrets"),
        ({"ssh": {"default": ""}}, "ssh"),
        ({"additional_contexts": {"a": "b"}}, "additional_contexts"),
        ({"privileged": True}, "privileged"),
        ({"cache_to": ("type=local,dest=/c",)}, "cache_to"),
    ],
)
def test_what_only_buildkit_can_do_is_refused(build: dict[str, Any], named: str) -> None:
    with pytest.raises(ComposerError, match=f"{named} needs BuildKit"):
        refuse(Build(context=".", **build), "web")


class Classic(MemoryEngine):
    """Keeps the context that it is sent, and says *messages*."""

    def __init__(self, *messages: Json) -> None:
        super().__init__()
        self.messages = messages
        self.dockerfile = ""
        self.files: dict[str, bytes] = {}

    def build_image(
        self, context: BinaryIO, query: Mapping[str, str | list[str]]
    ) -> Iterator[Json]:
        self.dockerfile = str(query["dockerfile"])
        with tarfile.open(fileobj=io.BytesIO(context.read()), mode="r:gz") as tar:
            for one in tar:
                found = tar.extractfile(one)
                self.files[one.name] = found.read() if found else b""
        return self._said()

    def _said(self) -> Iterator[Json]:
        for message in self.messages:
            if "error" in message:
                raise EngineError(message["error"])
            yield message
        yield {"aux": {"ID": "sha256:1"}}


def built(engine: Classic, folder: Path, **build: Any) -> list[str]:
    """Build from *folder*; return the lines that are told."""
    events: list[Event] = []
    service = Service(build=Build(context=".", **build))
    wanted = Project("shop", str(folder), services={"web": service})
    build_image(engine, wanted, "web", events.append)
    return [one.text for one in events if isinstance(one, Output)]


def test_an_ignored_dockerfile_comes_with_the_ignore_file(tmp_path: Path) -> None:
    """The engine needs both: by the one it takes the other out of what the build may copy."""
    (tmp_path / "Dockerfile").write_text("FROM one")
    (tmp_path / ".dockerignore").write_text("Dockerfile\n.dockerignore\nprivate")
    (tmp_path / "private").touch()
    engine = Classic()
    built(engine, tmp_path)
    assert engine.dockerfile == "Dockerfile"
    assert set(engine.files) == {"Dockerfile", ".dockerignore"}


@pytest.mark.parametrize("ignored", ["private\n", None])
def test_a_dockerfile_that_is_not_of_the_context_cannot_be_copied(
    tmp_path: Path, ignored: str | None
) -> None:
    """It is sent in the context, and an ignore file tells the engine to take it out."""
    (tmp_path / "file").touch()
    if ignored:
        (tmp_path / ".dockerignore").write_text(ignored)
    engine = Classic()
    built(engine, tmp_path, dockerfile_inline="FROM one")
    assert set(engine.files) == {engine.dockerfile, ".dockerignore", "file"}
    assert engine.files[engine.dockerfile] == b"FROM one"
    lines = engine.files[".dockerignore"].decode().split()
    assert lines == [(ignored or ".dockerignore").strip(), engine.dockerfile]


def test_what_the_builder_says_is_told_line_by_line(tmp_path: Path) -> None:
    engine = Classic(
        {"stream": "Step 1/2 : FROM one"}, {"stream": "\n"}, {"stream": "a\nb"}, {"stream": "c\nd"}
    )
    first, *told = built(engine, tmp_path, dockerfile_inline="FROM one")
    assert first.startswith("Sending build context to Docker daemon ")
    assert first.endswith("B\n")
    assert told == ["Step 1/2 : FROM one\n", "a\n", "bc\n", "d\n"]


def test_a_failure_repeats_the_lines_that_were_said_last(tmp_path: Path) -> None:
    engine = Classic({"stream": "Step 2/2 : RUN x"}, {"stream": "\n"}, {"error": "code: 3"})
    with pytest.raises(ComposerError, match=r"code: 3\n.*\nStep 2/2 : RUN x$"):
        built(engine, tmp_path, dockerfile_inline="FROM one")


def test_the_code_of_a_command_that_failed_is_that_of_the_build(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").touch()
    text = "services: {web: {build: .}}"
    engine = Classic({"error": "The command '/bin/sh -c exit 7' returned a non-zero code: 7"})
    app = Composer(
        reader=MemoryReader({f"{tmp_path}/compose.yaml": text}), cwd=str(tmp_path), environ={},
        engine=engine,
    )  # fmt: skip
    with pytest.raises(ExecutionError) as failed:
        app.build()
    assert failed.value.exit_code == 7


def test_of_a_pull_each_state_is_told_but_not_how_far_it_is() -> None:
    assert text({"status": "Pulling from one", "id": "1"}) == "1: Pulling from one\n"
    assert text({"status": "Digest: x"}) == "Digest: x\n"
    assert not text({"status": "Downloading", "id": "a", "progressDetail": {"current": 1}})
    assert not text({"aux": {"ID": "a"}})
