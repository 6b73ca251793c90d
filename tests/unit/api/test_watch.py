"""Watching on an engine in memory: what is told, and what an engine that goes away changes."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pytest

from composer.api import Composer
from composer.api.watch import WatchOptions
from composer.api.watch_work import replace
from composer.engine.port import Json
from composer.errors import (
    ComposerError,
    ConsistencyError,
    EngineConflict,
    EngineError,
    EngineUnreachable,
)
from composer.load.reader import MemoryReader
from composer.run.cancel import Cancel
from composer.run.events import Event, LogBlock, Notice, WatchNote
from tests.memory_engine import IMAGE, MemoryEngine
from tests.memory_parts import frame

PATIENCE = 30


class Flaky(MemoryEngine):
    """An engine that goes away while files arrive, as often as *away* says."""

    away = 0

    def put_archive(
        self, container: str, path: str, archive: bytes | BinaryIO, *, to_user: bool = False
    ) -> None:
        if self.away:
            self.away -= 1
            raise EngineUnreachable("the engine went away")
        super().put_archive(container, path, archive, to_user=to_user)


class Unbuilt(MemoryEngine):
    """An engine on which no build succeeds."""

    def build_image(
        self,
        context: BinaryIO,
        query: Mapping[str, str | list[str]],  # noqa: ARG002  the port has it
    ) -> Iterator[Json]:
        context.read()
        raise EngineError("a step failed")


class Busy(MemoryEngine):
    """An engine that refuses the first start: another command is at work. It counts what it made.

    Which container's start is the first, nobody knows.
    """

    made = 0
    busy = False

    def create_container(self, name: str, body: Json, platform: str = "") -> tuple[str, list[str]]:
        self.made += 1
        return super().create_container(name, body, platform)

    def start_container(self, container: str) -> None:
        if self.busy:
            self.busy = False
            raise EngineConflict("another command is at work")
        super().start_container(container)


class Said:
    """What a command prints, piece by piece. Implements the port's Duplex."""

    def __init__(self, *pieces: bytes) -> None:
        self._pieces = list(pieces)

    def read(self, size: int) -> bytes:  # noqa: ARG002  the port has it
        return self._pieces.pop(0) if self._pieces else b""

    def write(self, data: bytes) -> None:
        raise NotImplementedError

    def finish(self) -> None:
        pass

    def close(self) -> None:
        pass


class Talking(MemoryEngine):
    """An engine on which every command prints lines that come in pieces."""

    def exec_attach(self, exec_id: str, *, tty: bool, size: tuple[int, int] | None) -> Said:  # noqa: ARG002
        return Said(frame(b"half "), frame("lin\u00e9".encode()[:-1]), frame(b"\xa9\nno end"))


class Scene:
    """A project that is watched in a folder of the real disk."""

    def __init__(
        self,
        folder: Path,
        engine: MemoryEngine,
        *rules: str,
        name: str = "develop",
        build: str = "",
        environ: Mapping[str, str] = {},
    ) -> None:
        self.folder = folder
        self.told: list[Event] = []
        self._changed = threading.Condition()
        rules = rules or ("action: sync, target: /app",)
        watch = ", ".join(f"{{path: {folder}, {rule}}}" for rule in rules)
        text = f"""
            services:
              web:
                image: {IMAGE}
                command: sleep 1000
                {name}: {{watch: [{watch}]}}
                {build}
        """
        self.engine = engine
        self.app = Composer(
            reader=MemoryReader({"/shop/compose.yaml": text}),
            cwd="/shop",
            environ=environ,
            engine=engine,
            emit=self._hear,
        )

    def _hear(self, event: Event) -> None:
        with self._changed:
            self.told.append(event)
            self._changed.notify_all()

    @property
    def lines(self) -> list[str]:
        return [one.text for one in self.told if isinstance(one, (WatchNote, Notice))]

    @property
    def blocks(self) -> list[LogBlock]:
        return [one for one in self.told if isinstance(one, LogBlock)]

    def until(self, condition: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(condition, PATIENCE), self.lines

    @contextmanager
    def watched(self, options: WatchOptions | None = None) -> Iterator[None]:
        cancel = Cancel()
        watching = self.app.watching(options=options, cancel=cancel)
        thread = threading.Thread(target=watching.run)
        thread.start()
        try:
            self.until(lambda: "Watch enabled" in self.lines)
            yield
        finally:
            cancel.request()
            thread.join(PATIENCE)
        assert not thread.is_alive()


def files(engine: MemoryEngine) -> dict[str, bytes]:
    (one,) = engine._containers.values()
    found: dict[str, bytes] = one["Files"]
    return found


def test_rules_under_the_earlier_name_are_warned_of(tmp_path: Path) -> None:
    """They count all the same."""
    engine = MemoryEngine()
    scene = Scene(tmp_path, engine, name="x-develop")
    scene.app.up()
    with scene.watched():
        (tmp_path / "a.py").write_bytes(b"print()")
        scene.until(lambda: 'Syncing service "web" after 1 changes were detected' in scene.lines)
    told = "services.web.x-develop is DEPRECATED, please use the official `develop` attribute"
    assert told in scene.lines


def test_what_an_absent_engine_missed_is_brought_when_it_is_back(tmp_path: Path) -> None:
    """Nothing that changed meanwhile is lost."""
    engine = Flaky()
    scene = Scene(tmp_path, engine)
    scene.app.up()
    with scene.watched():
        engine.away = 1
        (tmp_path / "a").write_text("new")
        scene.until(lambda: "the engine went away; trying again" in scene.lines)
        scene.until(lambda: len([one for one in scene.lines if one.startswith("Syncing")]) > 1)
    assert files(engine) == {"/app/a": b"new"}


def test_a_service_whose_build_failed_gets_nothing_else(tmp_path: Path) -> None:
    """The container keeps what goes with its image."""
    engine = Unbuilt()
    (tmp_path / "Dockerfile").write_text(f"FROM {IMAGE}")
    rules = ("action: rebuild", "action: sync+restart, target: /app")
    scene = Scene(tmp_path, engine, *rules, build=f"build: {tmp_path}")
    scene.app.up()
    with scene.watched():
        (tmp_path / "a").write_text("new")
        scene.until(lambda: any(one.startswith("Build failed") for one in scene.lines))
    assert files(engine) == {}
    assert not any(one.startswith("Syncing") for one in scene.lines)


def test_an_initial_sync_follows_the_path_of_the_rule_and_no_link_below(tmp_path: Path) -> None:
    """What lies outside stays outside."""
    engine = MemoryEngine()
    for name in ("real/d", "out"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "a").write_text(name)
    (tmp_path / "real/d/out").symlink_to(tmp_path / "out")
    (tmp_path / "src").symlink_to("real")
    scene = Scene(tmp_path / "src", engine, "action: sync, target: /app, initial_sync: true")
    scene.app.up()
    with scene.watched():
        pass
    assert files(engine) == {"/app/d/a": b"real/d"}


def test_a_rehearsal_touches_nothing(tmp_path: Path) -> None:
    engine = MemoryEngine()
    scene = Scene(tmp_path, engine)
    scene.app.up()
    with scene.watched(WatchOptions(dry_run=True)):
        (tmp_path / "a").write_text("new")
        scene.until(lambda: any(one.startswith("Syncing") for one in scene.lines))
    assert files(engine) == {}


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("action: rebuild", 'can\'t watch service "web" with action rebuild'),
        ("action: sync+exec, target: /a", "without a command"),
    ],
)
def test_a_rule_that_cannot_work_is_refused_with_its_place(
    tmp_path: Path, rule: str, words: str
) -> None:
    scene = Scene(tmp_path, MemoryEngine(), rule)
    with pytest.raises(ConsistencyError, match=words) as refused:
        scene.app.watching()
    (found,) = refused.value.diagnostics
    assert found.position is not None
    assert found.position.line == 6


def test_a_service_without_rules_is_nothing_to_watch() -> None:
    text = f"services: {{web: {{image: {IMAGE}}}}}"
    reader = MemoryReader({"/shop/compose.yaml": text})
    app = Composer(reader=reader, cwd="/shop", environ={}, engine=MemoryEngine())
    with pytest.raises(ComposerError, match="none of the selected services is configured"):
        app.watching()


def test_what_was_replaced_is_not_replaced_again_where_others_interfere() -> None:
    """The rest is done in another round."""
    service = f"{{image: {IMAGE}, command: sleep 1000, scale: 3}}"
    reader = MemoryReader({"/shop/compose.yaml": f"services: {{web: {service}}}"})
    engine = Busy()
    app = Composer(reader=reader, cwd="/shop", environ={}, engine=engine)
    app.up()
    engine.made, engine.busy = 0, True
    replace(app, app.selected(), ("web",), Cancel())
    assert engine.made == 3
    assert [one.running for one in app.ps()] == [True] * 3


@pytest.mark.parametrize("compatibility", ["false", "true"])
def test_the_lines_of_a_command_are_told_whole(tmp_path: Path, compatibility: str) -> None:
    """However the pieces come in which it prints them; the project's name is not told."""
    rule = "action: sync+exec, target: /app, exec: {command: [x]}"
    engine = Talking()
    scene = Scene(tmp_path, engine, rule, environ={"COMPOSE_COMPATIBILITY": compatibility})
    scene.app.up()
    with scene.watched():
        (tmp_path / "a").write_text("new")
        scene.until(lambda: len(scene.blocks) > 1)
    assert [one.lines for one in scene.blocks] == [["half lin\u00e9".encode()], [b"no end"]]
    (name,) = {one.container for one in scene.blocks}
    assert name == ("web_1" if compatibility == "true" else "web-1")
