"""The follower and its tails: who joins, who has ended, and in which order it is told."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from composer.engine.port import EngineEvent, Filters, Json
from composer.errors import EngineConflict, EngineError, EngineUnreachable
from composer.logs import follow, tail
from composer.logs.follow import Follower
from composer.logs.read import LogOptions
from composer.run.cancel import Cancel
from composer.run.events import ContainerEvent, Event, LogBlock, LogsFound, Notice
from tests.unit.run.engine_in_memory import Stream

LABELS = {"com.docker.compose.project": "shop", "com.docker.compose.container-number": "1"}


class Blocks:
    """A log that goes on until it is ended or closed."""

    def __init__(self, text: bytes, *, whole: bool) -> None:
        self.text = text
        self.end = threading.Event()
        if whole:
            self.end.set()

    def read(self, size: int) -> bytes:
        found, self.text = self.text[:size], self.text[size:]
        if not found:
            assert self.end.wait(20)
        return found

    def close(self) -> None:
        self.end.set()


class Engine:
    """Containers with logs, as far as a follower asks for them."""

    def __init__(self) -> None:
        self.states: dict[str, str] = {}
        self.lines: dict[str, list[bytes]] = {}
        self.open: dict[str, Blocks] = {}
        self.streams: list[Stream] = []
        self.since: dict[str, str] = {}
        self.refuse: dict[str, Exception] = {}
        self.finished = "0001-01-01T00:00:00Z"
        self.started = "2026-11-20T23:26:00Z"
        self.listed: dict[str, str] = {}
        """How the list of containers has some, while it lags behind."""

    def clock(self) -> float:
        return 0.0

    def events(self, filters: Filters, since: str = "") -> Stream:  # noqa: ARG002
        self.streams.append(Stream())
        return self.streams[-1]

    def list_containers(self, filters: Filters, *, everything: bool = True) -> list[Json]:  # noqa: ARG002
        return [
            {
                "Id": name,
                "Names": [f"/shop-{name}-1"],
                "State": self.listed.get(name, state),
                "Labels": {**LABELS, "com.docker.compose.service": name},
            }
            for name, state in self.states.items()
        ]

    def inspect_container(self, container: str) -> Json:
        state = {
            "Status": self.states[container],
            "ExitCode": 9,
            "StartedAt": self.started,
            "FinishedAt": self.finished,
        }
        return {"Id": container, "Config": {}, "State": state}

    def container_logs(self, container: str, **options: Any) -> Blocks:
        if container in self.refuse:
            raise self.refuse[container]
        if options["follow"]:
            self.since.setdefault(container, f"{options['tail']} {options['since']}".strip())
        frames = b""
        for number, line in enumerate(self.lines.get(container, [])):
            payload = b"2026-11-20T23:26:%02d.000000000Z %b\n" % (number, line)
            frames += bytes([1, 0, 0, 0]) + len(payload).to_bytes(4, "big") + payload
        if not options["follow"]:
            return Blocks(frames, whole=True)
        running = self.states[container] == "running"
        self.open[container] = made = Blocks(frames, whole=not running)
        return made

    def start(self, container: str, *lines: bytes) -> None:
        self.states[container] = "running"
        self.lines.setdefault(container, []).extend(lines)
        self.tell("start", container)

    def die(self, container: str, code: int = 0, *last: bytes, status: str = "exited") -> None:
        self.states[container] = status
        self.lines.setdefault(container, []).extend(last)
        self.tell("die", container, exitCode=str(code))
        self.open[container].end.set()

    def tell(self, action: str, container: str, **more: str) -> None:
        attributes = {
            **LABELS,
            "name": f"shop-{container}-1",
            "com.docker.compose.service": container,
            **more,
        }
        for stream in self.streams:
            stream.inbox.put(EngineEvent("container", action, container, attributes, 0))


class Scene:
    """A follower that runs in a thread, and what it told."""

    def __init__(
        self,
        engine: Engine,
        *,
        new_only: bool = False,
        awaited: tuple[str, ...] = (),
        **options: Any,
    ) -> None:
        self.engine = engine
        self.told: list[Event] = []
        self.cancel = Cancel()
        self.failure: Exception | None = None
        self._changed = threading.Condition()
        surroundings: Any = engine
        self.follower = Follower(
            surroundings, "shop", LogOptions(**options), emit=self._hear, cancel=self.cancel,
            new_only=new_only, awaited=awaited,
        )  # fmt: skip
        self.follower.open()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self.follower.run()
        except Exception as error:  # noqa: BLE001 - looked at by the test
            self.failure = error

    def _hear(self, event: Event) -> None:
        with self._changed:
            self.told.append(event)
            self._changed.notify_all()

    @property
    def lines(self) -> list[str]:
        made = []
        for event in self.told:
            match event:
                case LogBlock(container=name, lines=lines):
                    made += [f"{name}: {line.decode()}" for line in lines]
                case ContainerEvent(container=name, action=action, exit_code=code):
                    made.append(f"{name} {action}" + ("" if code is None else f" {code}"))
                case Notice(text=text):
                    made.append(text)
                case _:
                    pass
        return made

    def until(self, condition: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(condition, 20), self.lines

    def ends(self) -> list[str]:
        self._thread.join(20)
        assert not self._thread.is_alive()
        return self.lines


@pytest.fixture
def engine() -> Engine:
    return Engine()


def test_without_containers_it_is_over(engine: Engine) -> None:
    scene = Scene(engine)
    scene.follower.finish_when_ended()
    assert scene.ends() == []


def test_an_engine_that_cannot_say_what_runs_is_no_end(engine: Engine) -> None:
    """Else what is still to come would be lost, and nobody told."""
    scene = Scene(engine)
    engine.list_containers = _away  # type: ignore[method-assign]
    scene.follower.finish_when_ended()
    assert scene.ends() == []
    assert isinstance(scene.failure, EngineUnreachable)


def _away(*_: object, **__: object) -> list[Json]:
    raise EngineUnreachable("away")


def test_what_has_ended_is_read_and_over(engine: Engine) -> None:
    engine.states["a"], engine.lines["a"] = "exited", [b"one"]
    scene = Scene(engine)
    scene.follower.finish_when_ended()
    assert scene.ends() == ["a-1: one"]


def test_all_containers_are_told_of_before_the_first_line(engine: Engine) -> None:
    for name in ("a", "b"):
        engine.states[name], engine.lines[name] = "exited", [b"one"]
    scene = Scene(engine, services=("a", "b"))
    scene.follower.finish_when_ended()
    scene.ends()
    assert scene.told[0] == LogsFound(("a-1", "b-1"))


def test_the_end_is_told_after_the_last_line(engine: Engine) -> None:
    scene = Scene(engine)
    engine.start("a", b"one")
    scene.until(lambda: "a-1: one" in scene.lines)
    scene.follower.finish_when_ended()
    engine.die("a", 3, b"last words")
    assert scene.ends() == ["a-1 start", "a-1: one", "a-1: last words", "a-1 die 3"]


def test_a_restart_goes_on(engine: Engine) -> None:
    scene = Scene(engine)
    engine.start("a", b"one")
    scene.until(lambda: "a-1: one" in scene.lines)
    scene.follower.finish_when_ended()
    engine.die("a", 1, status="restarting")
    scene.until(lambda: "a-1 die 1" in scene.lines)
    assert [one.then for one in scene.told if isinstance(one, ContainerEvent)] == ["", "restarting"]
    engine.start("a", b"two")
    scene.until(lambda: "a-1: two" in scene.lines)
    engine.die("a")
    assert scene.ends() == [
        "a-1 start", "a-1: one", "a-1 die 1", "a-1 start", "a-1: two", "a-1 die 0",
    ]  # fmt: skip


def running(engine: Engine) -> Scene:
    """Return a scene that ends with its only container."""
    scene = Scene(engine)
    engine.start("a", b"one")
    scene.until(lambda: "a-1: one" in scene.lines)
    scene.follower.finish_when_ended()
    return scene


def stopping(engine: Engine) -> Scene:
    """Return a scene in which somebody has stopped the only container."""
    scene = running(engine)
    engine.tell("kill", "a", signal="15")
    engine.die("a", 143)
    scene.until(lambda: "a-1 die 143" in scene.lines)
    return scene


def test_one_that_is_stopped_may_be_restarted(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`docker restart` stops and starts: between the two the container has ended."""
    monkeypatch.setattr(tail, "LINGER", 20)
    scene = stopping(engine)
    engine.start("a", b"two")
    scene.until(lambda: "a-1: two" in scene.lines)
    engine.die("a")
    assert scene.ends()[-1] == "a-1 die 0"


def test_one_that_is_restarted_twice_while_its_log_is_read(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second signal belongs to the second run, though the first is not told to its end."""
    monkeypatch.setattr(tail, "LINGER", 20)
    scene = running(engine)
    first = engine.open["a"]
    engine.tell("kill", "a", signal="15")
    engine.tell("die", "a", exitCode="143")
    engine.start("a", b"two")
    engine.tell("kill", "a", signal="15")
    engine.start("b", b"heard")
    scene.until(lambda: "b-1: heard" in scene.lines)
    first.end.set()
    scene.until(lambda: "a-1: two" in scene.lines)
    engine.die("b")
    scene.until(lambda: "b-1 die 0" in scene.lines)
    engine.die("a", 143)
    scene.until(lambda: scene.lines.count("a-1 die 143") == 2)
    engine.start("a", b"three")
    scene.until(lambda: "a-1: three" in scene.lines)
    engine.die("a")
    assert scene.ends()[-1] == "a-1 die 0"


def test_one_that_stays_stopped_has_ended(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tail, "LINGER", 0.05)
    assert stopping(engine).ends() == ["a-1 start", "a-1: one", "a-1 die 143"]


def test_one_that_its_follower_stops_has_ended_at_once(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tail, "LINGER", 60)
    scene = stopping(engine)
    scene.follower.finish_with_ended()
    assert scene.ends() == ["a-1 start", "a-1: one", "a-1 die 143"]


def replacing(engine: Engine) -> Scene:
    """Return a scene in which the only container has ended, and another one was made for it."""
    scene = Scene(engine)
    engine.start("a", b"one")
    scene.until(lambda: "a-1: one" in scene.lines)
    scene.follower.finish_when_ended()
    place = {"com.docker.compose.service": "a", "com.docker.compose.replace": "a-1"}
    engine.tell("create", "new", **place)
    engine.die("a", 1)
    return scene


def test_one_that_takes_the_place_of_another_is_awaited(engine: Engine) -> None:
    """Somebody recreates the only container: its end is not the end of everything."""
    scene = replacing(engine)
    scene.until(lambda: "a-1 die 1" in scene.lines)
    end = scene.told[-1]
    assert isinstance(end, ContainerEvent)
    assert end.then == "recreated"
    engine.start("new", b"two")
    scene.until(lambda: "new-1: two" in scene.lines)
    engine.die("new")
    assert scene.ends()[-1] == "new-1 die 0"


def test_one_that_is_removed_before_it_starts_is_not_awaited(engine: Engine) -> None:
    scene = replacing(engine)
    engine.tell("destroy", "new")
    assert "a-1 die 1" in scene.ends()


def test_one_that_was_started_is_awaited_though_its_event_is_late(engine: Engine) -> None:
    scene = Scene(engine)
    engine.states["a"] = "running"
    scene.follower.finish_when_ended(["a"])
    engine.start("a", b"one")
    scene.until(lambda: "a-1: one" in scene.lines)
    engine.die("a")
    assert scene.ends()[-1] == "a-1 die 0"


@pytest.mark.parametrize("state", ["running", "exited"])
def test_a_start_that_nobody_tells_is_looked_up(
    engine: Engine, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Events can be lost; no line of what was started is."""
    monkeypatch.setattr(follow, "QUIET", 0.01)
    scene = Scene(engine, new_only=True)
    engine.states["a"], engine.lines["a"] = state, [b"one"]
    scene.follower.finish_when_ended(["a"])
    scene.until(lambda: "a-1: one" in scene.lines)
    if state == "running":
        engine.die("a")
    assert scene.ends()[0] == "a-1: one"
    assert scene.lines[-1] == ("a-1 die 0" if state == "running" else "a-1 die 9")


def test_only_what_is_new(engine: Engine) -> None:
    engine.states.update(ran="exited", runs="running", never="created")
    engine.finished = "2026-11-20T23:26:53.000000001Z"
    scene = Scene(engine, new_only=True)
    engine.start("ran", b"again")
    scene.until(lambda: "ran-1: again" in scene.lines)
    scene.until(lambda: "runs" in engine.since)
    assert engine.since == {"ran": "all 1795217213.000000002", "runs": "0"}
    scene.cancel.request()
    scene.ends()


def test_a_line_that_was_stamped_after_the_end_is_not_new(engine: Engine) -> None:
    """Engines stamp lines when they read them: under load, after they noted the end."""
    engine.states.update(ran="exited")
    engine.lines["ran"] = [b"in time", b"late"]
    engine.finished = "2026-11-20T23:26:00.500000000Z"
    scene = Scene(engine, new_only=True)
    engine.start("ran", b"again")
    scene.until(lambda: "ran" in engine.since)
    assert engine.since == {"ran": "all 1795217161.000000001"}
    scene.cancel.request()
    scene.ends()


def test_what_has_ended_is_told_before_it_is_given_up(engine: Engine) -> None:
    """One that goes on running is not waited for."""
    engine.states.update(job="created", web="created")
    scene = Scene(engine, new_only=True)
    engine.start("web", b"up")
    engine.start("job", b"at work")
    scene.until(lambda: {"job-1: at work", "web-1: up"} <= set(scene.lines))
    engine.die("job", 5)
    scene.follower.finish_with_ended()
    assert "job-1 die 5" in scene.ends()


def test_an_end_counts_before_the_list_of_containers_knows_it(engine: Engine) -> None:
    scene = running(engine)
    engine.listed["a"] = "running"
    engine.states["a"] = "exited"
    scene.follower.finish_with_ended()
    engine.die("a", 143)
    assert scene.ends()[-1] == "a-1 die 143"


def test_one_that_was_there_and_failed_at_once_is_told_before_it_is_given_up(
    engine: Engine,
) -> None:
    engine.states["job"] = "exited"
    scene = Scene(engine, new_only=True)
    engine.started = "2026-11-20T23:27:00Z"
    scene.follower.finish_with_ended()
    engine.lines["job"] = [b"boom"]
    engine.tell("start", "job")
    engine.tell("die", "job", exitCode="1")
    assert scene.ends() == ["job-1 start", "job-1: boom", "job-1 die 1"]


def test_events_of_others_are_told_without_their_lines(engine: Engine) -> None:
    engine.states["b"] = "running"
    scene = Scene(engine, services=("a",))
    engine.start("a", b"one")
    engine.start("c", b"not wanted")
    engine.tell("die", "b", exitCode="1")
    scene.until(lambda: {"a-1: one", "c-1 start", "b-1 die 1"} <= set(scene.lines))
    scene.cancel.request()
    assert "c-1: not wanted" not in scene.ends()


def test_what_follows_the_end_of_another_is_told(engine: Engine) -> None:
    """The engine starts it again, another one takes its place, or nothing follows."""
    engine.states.update(again="running", old="running", over="exited")
    scene = Scene(engine, services=("a",))
    place = {"com.docker.compose.service": "old", "com.docker.compose.replace": "old-1"}
    engine.tell("create", "new", **place)
    for name in ("again", "old", "over"):
        engine.tell("die", name, exitCode="1")
    scene.until(lambda: "over-1 die 1" in scene.lines)
    scene.cancel.request()
    scene.ends()
    told = [event for event in scene.told if isinstance(event, ContainerEvent)]
    then = {event.service: event.then for event in told}
    assert then == {"again": "restarting", "old": "recreated", "over": ""}


def test_the_end_of_what_is_awaited_is_the_end_though_others_are_shown(engine: Engine) -> None:
    """Also of one that ran before, and of which no line is wanted."""
    engine.states.update(shown="running", awaited="running")
    scene = Scene(engine, awaited=("awaited",), new_only=True, services=("shown",))
    engine.lines["awaited"] = [b"not wanted"]
    scene.follower.finish_when_ended()
    scene.until(lambda: "shown" in engine.open)
    engine.die("shown")
    scene.until(lambda: "shown-1 die 0" in scene.lines)
    engine.states["awaited"] = "exited"
    engine.tell("die", "awaited", exitCode="3")
    assert scene.ends() == ["shown-1 die 0", "awaited-1 die 3"]


def test_what_was_started_is_told_before_it_is_given_up_though_its_start_is_late(
    engine: Engine,
) -> None:
    engine.states["job"] = "created"
    scene = Scene(engine, new_only=True)
    engine.states["late"] = "exited"
    engine.lines["late"] = [b"done"]
    scene.follower.finish_with_ended()
    engine.tell("start", "late")
    engine.tell("die", "late", exitCode="0")
    assert scene.ends() == ["late-1 start", "late-1: done", "late-1 die 0"]


def test_a_log_that_cannot_be_read_is_told_and_the_container_still_followed(
    engine: Engine,
) -> None:
    engine.refuse["a"] = EngineError("its driver cannot be read")
    scene = Scene(engine)
    engine.start("a")
    scene.until(lambda: any("its driver cannot be read" in line for line in scene.lines))
    scene.follower.finish_when_ended()
    engine.open["a"] = Blocks(b"", whole=True)
    engine.die("a", 2)
    assert scene.ends()[-1] == "a-1 die 2"


def test_nothing_is_said_of_a_log_whose_container_is_just_being_removed(engine: Engine) -> None:
    refused = "can not get logs from container which is dead or marked for removal"
    engine.refuse["a"] = EngineConflict(refused)
    scene = Scene(engine)
    engine.start("a")
    scene.until(lambda: "a-1 start" in scene.lines)
    scene.follower.finish_when_ended()
    engine.open["a"] = Blocks(b"", whole=True)
    engine.die("a", 137)
    assert scene.ends() == ["a-1 start", "a-1 die 137"]


def test_a_conflict_of_another_kind_is_told(engine: Engine) -> None:
    engine.refuse["a"] = EngineConflict("a proxy does not like it")
    scene = Scene(engine)
    engine.start("a")
    scene.until(lambda: any("a proxy does not like it" in line for line in scene.lines))
    scene.follower.finish_when_ended()
    engine.open["a"] = Blocks(b"", whole=True)
    engine.die("a", 0)
    assert scene.ends()[-1] == "a-1 die 0"


def test_lost_events_are_made_up_for(engine: Engine) -> None:
    engine.states["a"], engine.lines["a"] = "running", [b"one"]
    scene = Scene(engine)
    scene.until(lambda: "a-1: one" in scene.lines)
    scene.follower.finish_when_ended()
    engine.states["a"] = "exited"
    engine.open["a"].end.set()
    engine.streams[0].inbox.put(EngineUnreachable("cut"))
    assert scene.ends() == ["a-1: one", "a-1 die 9"]


@pytest.mark.parametrize("refused", [False, True], ids=["line", "notice"])
def test_a_listener_that_fails_ends_it(engine: Engine, refused: bool) -> None:  # noqa: FBT001
    engine.states["a"], engine.lines["a"] = "running", [b"one"]
    if refused:
        engine.refuse["a"] = EngineError("cannot read")

    def closed(event: Event) -> None:
        if not isinstance(event, LogsFound):
            raise BrokenPipeError

    surroundings: Any = engine
    follower = Follower(surroundings, "shop", LogOptions(), emit=closed)
    follower.open()
    with pytest.raises(BrokenPipeError):
        follower.run()


def test_replacing_the_last_container_is_not_the_end(engine: Engine) -> None:
    """Whoever replaces it holds the follower until the new one runs."""
    engine.states["a"], engine.lines["a"] = "running", [b"old"]
    scene = Scene(engine)
    scene.follower.finish_when_ended()
    scene.follower.hold()
    scene.until(lambda: "a-1: old" in scene.lines)
    engine.die("a")
    scene.until(lambda: "a-1 die 0" in scene.lines)
    engine.start("b", b"new")
    scene.follower.release()
    scene.until(lambda: "b-1: new" in scene.lines)
    engine.die("b", 3)
    assert scene.ends()[-1] == "b-1 die 3"


def test_held_in_vain_it_ends_once_released(engine: Engine) -> None:
    scene = Scene(engine)
    scene.follower.hold()
    scene.follower.finish_when_ended()
    engine.start("a", b"one")
    scene.until(lambda: "a-1: one" in scene.lines)
    engine.die("a")
    scene.until(lambda: "a-1 die 0" in scene.lines)
    scene.follower.release()
    assert scene.ends() == ["a-1 start", "a-1: one", "a-1 die 0"]
