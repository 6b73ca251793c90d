"""Conversions and the files that describe containers, on an engine in memory."""

import os
from pathlib import Path

import pytest

from composer.api import Composer
from composer.api.bridge import Conversion, ConvertRequest
from composer.errors import ComposerError, EngineNotFound, ExecutionError, UsageError
from composer.run.events import Ended, Event
from tests.memory_engine import IMAGE, MemoryEngine

TRANSFORMER = "transformer:latest"


@pytest.fixture
def engine() -> MemoryEngine:
    made = MemoryEngine()
    made.registry[TRANSFORMER] = "sha256:" + "7" * 64
    return made


@pytest.fixture
def app(tmp_path: Path, engine: MemoryEngine) -> Composer:
    (tmp_path / "compose.yaml").write_text(f"services: {{web: {{image: '{IMAGE}'}}}}")
    return Composer(cwd=tmp_path, environ={}, engine=engine)


def prepared(app: Composer, **asked: str) -> Conversion:
    return app.prepare_conversion(ConvertRequest(transformers=(TRANSFORMER,), **asked))


def test_images_that_are_missing_are_pulled_before_anything_else(
    app: Composer, engine: MemoryEngine, tmp_path: Path
) -> None:
    made = prepared(app, output="a/../b")
    assert engine.inspect_image(TRANSFORMER)["Id"] == engine.registry[TRANSFORMER]
    assert made.places == {"/out": str(tmp_path / "b")}
    assert made.model.startswith("name: ")
    with pytest.raises(ExecutionError, match="nowhere"):
        app.prepare_conversion(ConvertRequest(transformers=("nowhere",)))
    assert os.listdir(tmp_path) == ["compose.yaml"]


def test_a_folder_with_what_is_needed_is_not_emptied(app: Composer, tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    for output in (".", "..", "templates"):
        assert prepared(app, output=output, templates="templates").keeps
    assert not prepared(app, templates="templates").keeps


def test_templates_that_are_not_there_are_refused(app: Composer) -> None:
    with pytest.raises(UsageError, match=r"no folder /.*/templates with templates"):
        prepared(app, templates="templates")


def test_a_file_is_not_replaced_by_the_output(app: Composer, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"compose\.yaml is no folder"):
        prepared(app, output="compose.yaml")
    assert (tmp_path / "compose.yaml").is_file()


def test_a_rehearsal_tells_what_would_be_pulled_and_run(
    app: Composer, engine: MemoryEngine
) -> None:
    told: list[Event] = []
    app.emit = told.append
    app.rehearse_conversion(ConvertRequest(transformers=(TRANSFORMER,)))
    ended = [one.resource for one in told if isinstance(one, Ended)]
    assert ended == [f"Image {TRANSFORMER}", f"Transformation {TRANSFORMER}"]
    with pytest.raises(EngineNotFound):
        engine.inspect_image(TRANSFORMER)


def test_a_transformer_that_cannot_be_made_leaves_nothing_behind(
    app: Composer, tmp_path: Path
) -> None:
    with pytest.raises(EngineNotFound):
        app.create_transformer("new", "nowhere")
    with pytest.raises(ComposerError, match="already exists"):
        app.create_transformer("compose.yaml", TRANSFORMER)
    assert os.listdir(tmp_path) == ["compose.yaml"]


def test_containers_are_described_once_by_whatever_names_them(
    app: Composer, engine: MemoryEngine
) -> None:
    app.up()
    (web,) = app.ps()
    project = app.generate([web.name, web.id])
    assert project.services.keys() == {"web"}
    assert project.services["web"].scale == 1
    assert engine.list_containers({"name": [web.name]})
    with pytest.raises(ComposerError, match="at least one container"):
        app.generate([])
