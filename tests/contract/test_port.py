"""What every engine behind the port does: the real ones, and the one in memory."""

import io
import os
import tarfile
import threading
import time
import uuid
from collections.abc import Iterator

import pytest

from composer.engine.frames import Demux, join
from composer.engine.observe import containers_of
from composer.engine.port import ByteStream, Engine, EngineEvent, EventStream
from composer.engine.snapshot import containers, observe
from composer.errors import EngineConflict, EngineError, EngineNotFound
from composer.identity import CONFIG_HASH, NUMBER, ONE_OFF, PROJECT, SERVICE
from composer.spec.network import Network, Volume
from composer.spec.project import Project
from composer.spec.service import Service
from tests.memory_engine import IMAGE, MemoryEngine

HOSTS = ["", *os.environ.get("COMPOSER_TEST_HOSTS", "").split()]
FOREVER = ["sleep", "300"]
PATIENCE = 60.0


@pytest.fixture(params=["memory", *(pytest.param(h, marks=pytest.mark.engine) for h in HOSTS)])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    if request.param == "memory":
        yield MemoryEngine()
        return
    from composer.engine.docker import connect

    environ = dict(os.environ)
    if request.param:
        environ["DOCKER_HOST"] = request.param
    made = connect(environ)
    yield made
    made.close()


class Place:
    """Names of one test; what bears them is removed afterwards."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.name = f"ceng-{uuid.uuid4().hex[:10]}"
        self.labels = {PROJECT: self.name, SERVICE: "web", NUMBER: "1", ONE_OFF: "False"}
        self.labels[CONFIG_HASH] = "0"
        self.filters = {"label": [f"{PROJECT}={self.name}"]}

    def container(self, *words: str, start: bool = True, name: str = "web", **body: object) -> str:
        made, _ = self.engine.create_container(
            f"{self.name}-{name}",
            {
                "Image": IMAGE,
                "Cmd": list(words or FOREVER),
                "Labels": self.labels,
                "StopSignal": "SIGKILL",
                **body,
            },
        )
        if start:
            self.engine.start_container(made)
        return made

    def events(self, *actions: str) -> EventStream:
        return self.engine.events({"type": ["container"], "event": actions, **self.filters})

    def clear(self) -> None:
        for one in self.engine.list_containers(self.filters):
            self.engine.remove_container(one["Id"], force=True, volumes=True)
        for one in self.engine.list_networks(self.filters):
            self.engine.remove_network(one["Id"])
        for one in self.engine.list_volumes(self.filters):
            self.engine.remove_volume(one["Name"])


@pytest.fixture
def place(engine: Engine) -> Iterator[Place]:
    made = Place(engine)
    yield made
    made.clear()


def until(stream: EventStream, action: str) -> EngineEvent:
    """Wait for an event; a stream that stays silent for long is closed."""
    silence = threading.Timer(PATIENCE, stream.close)
    silence.start()
    try:
        return next(event for event in stream if event.action == action)
    finally:
        silence.cancel()


def everything(stream: ByteStream) -> bytes:
    return b"".join(iter(lambda: stream.read(65536), b""))


def archive(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as made:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = len(content), 0o640
        made.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def test_says_which_version_was_agreed_on(engine: Engine) -> None:
    assert (1, 41) <= engine.version().api <= (1, 51)


def test_a_container_lives_and_goes(engine: Engine, place: Place) -> None:
    one = place.container(start=False)
    assert containers(engine, place.name)[0].status == "created"
    engine.start_container(one)
    engine.start_container(one)
    assert engine.inspect_container(one)["State"]["Status"] == "running"
    engine.stop_container(one, 0)
    engine.stop_container(one, 0)
    (state,) = containers(engine, place.name)
    assert (state.id, state.name) == (one, f"{place.name}-web")
    assert (state.status, state.exit_code) == ("exited", 137)
    engine.rename_container(one, f"{place.name}-other")
    assert engine.inspect_container(f"{place.name}-other")["Name"] == f"/{place.name}-other"
    engine.remove_container(one)
    assert not engine.list_containers(place.filters)


def test_restart_runs_the_same_container_again(engine: Engine, place: Place) -> None:
    one = place.container()
    with_events = place.events("die", "start")
    engine.restart_container(one, 0)
    assert until(with_events, "die").id == one
    assert until(with_events, "start").id == one
    with_events.close()
    assert engine.inspect_container(one)["State"]["Running"]


def test_only_running_ones_are_listed_on_request(engine: Engine, place: Place) -> None:
    place.container(start=False)
    assert engine.list_containers(place.filters)
    assert not engine.list_containers(place.filters, everything=False)


def test_a_name_that_is_taken_is_a_conflict(place: Place) -> None:
    place.container(start=False)
    with pytest.raises(EngineConflict, match="already in use"):
        place.container(start=False)


def test_an_image_that_is_missing_is_not_found(place: Place) -> None:
    with pytest.raises(EngineNotFound, match="No such image"):
        place.container(Image=f"{place.name}:none")


def test_what_does_not_exist_is_not_found(engine: Engine, place: Place) -> None:
    for call in (
        engine.inspect_container, engine.start_container, engine.stop_container,
        engine.kill_container, engine.restart_container, engine.remove_container,
        engine.inspect_network, engine.remove_network, engine.remove_volume, engine.inspect_image,
    ):  # fmt: skip
        with pytest.raises(EngineNotFound):
            call(place.name)


def test_a_running_container_is_removed_by_force_only(engine: Engine, place: Place) -> None:
    one = place.container()
    with pytest.raises(EngineConflict, match="running"):
        engine.remove_container(one)
    engine.remove_container(one, force=True)
    assert not engine.list_containers(place.filters)


def test_a_signal_ends_a_process(engine: Engine, place: Place) -> None:
    one = place.container()
    stream = place.events("die")
    engine.kill_container(one, "SIGKILL")
    assert until(stream, "die").attributes["exitCode"] == "137"
    stream.close()
    with pytest.raises(EngineConflict, match="not running"):
        engine.kill_container(one)


def test_events_come_in_order_and_only_those_asked_for(engine: Engine, place: Place) -> None:
    stream = place.events("start", "die", "destroy")
    one = place.container("sh", "-c", "exit 3")
    assert until(stream, "start").id == one
    died = until(stream, "die")
    assert (died.type, died.attributes["exitCode"]) == ("container", "3")
    assert died.attributes[PROJECT] == place.name
    engine.remove_container(one)
    assert until(stream, "destroy").attributes["name"] == f"{place.name}-web"
    stream.close()


def test_a_container_freezes_and_goes_on(engine: Engine, place: Place) -> None:
    one = place.container()
    engine.pause_container(one)
    assert containers(engine, place.name)[0].status == "paused"
    with pytest.raises(EngineConflict):
        engine.pause_container(one)
    engine.unpause_container(one)
    assert containers(engine, place.name)[0].status == "running"
    with pytest.raises(EngineError):
        engine.unpause_container(one)


def test_a_frozen_container_stops_but_does_not_start(engine: Engine, place: Place) -> None:
    one = place.container()
    engine.pause_container(one)
    with pytest.raises(EngineConflict, match="paused"):
        engine.start_container(one)
    with pytest.raises(EngineConflict, match="paused"):
        engine.remove_container(one)
    engine.stop_container(one, 0)
    assert containers(engine, place.name)[0].status == "exited"


def test_processes_of_a_running_container_are_listed(engine: Engine, place: Place) -> None:
    one = place.container()
    found = engine.top_container(one)
    commands = [dict(zip(found["Titles"], row, strict=True))["CMD"] for row in found["Processes"]]
    assert commands == [" ".join(FOREVER)]
    engine.kill_container(one)
    with pytest.raises(EngineError, match="not running"):
        engine.top_container(one)


def test_past_events_end_at_a_time(engine: Engine, place: Place) -> None:
    one = place.container()
    past = engine.events({"type": ["container"], **place.filters}, "1", f"{time.time():.9f}")
    assert [(event.action, event.id) for event in past] == [("create", one), ("start", one)]


def test_an_image_without_a_registry_cannot_be_pushed(engine: Engine, place: Place) -> None:
    image = f"localhost:1/{place.name}"
    engine.tag_image(IMAGE, image, "1")
    try:
        if isinstance(engine, MemoryEngine):
            assert list(engine.push_image(f"{image}:1"))
            return
        with pytest.raises(EngineError, match="refused"):
            list(engine.push_image(f"{image}:1"))
    finally:
        engine.remove_image(f"{image}:1")


def test_closing_a_silent_event_stream_ends_it(place: Place) -> None:
    stream = place.events()
    threading.Timer(0.05, stream.close).start()
    assert not list(stream)
    stream.close()


def test_logs_are_frames(engine: Engine, place: Place) -> None:
    stream = place.events("die")
    one = place.container("echo", "hello")
    until(stream, "die")
    stream.close()
    logs = engine.container_logs(one, follow=True)
    assert join(Demux().feed(everything(logs))) == b"hello\n"
    assert logs.read(1) == b""


def test_a_small_read_leaves_the_rest(engine: Engine, place: Place) -> None:
    stream = place.events("die")
    one = place.container("echo", "hello")
    until(stream, "die")
    stream.close()
    logs = engine.container_logs(one)
    assert [logs.read(8)[-1], logs.read(4), logs.read(9)] == [6, b"hell", b"o\n"]
    logs.close()


def test_closing_logs_ends_a_read_that_waits(engine: Engine, place: Place) -> None:
    one = place.container()
    logs = engine.container_logs(one, follow=True)
    threading.Timer(0.05, logs.close).start()
    assert logs.read(65536) == b""
    logs.close()


def test_files_go_in_and_come_out(engine: Engine, place: Place) -> None:
    one = place.container(start=False)
    engine.put_archive(one, "/", archive("new/folder/file", b"content"))
    data = everything(engine.get_archive(one, "/new/folder/file"))
    with tarfile.open(fileobj=io.BytesIO(data)) as files:
        (entry,) = files
        content = files.extractfile(entry)
        assert content
        assert (entry.name, content.read()) == ("file", b"content")
    with pytest.raises(EngineNotFound):
        engine.get_archive(one, "/no/such/file")


def test_a_command_runs_in_a_container(engine: Engine, place: Place) -> None:
    one = place.container()
    body = {"AttachStdout": True, "AttachStderr": True, "Cmd": ["sh", "-c", "echo out; exit 3"]}
    assert engine.exec_run(engine.exec_create(one, body)) == (3, b"out\n")
    engine.stop_container(one, 0)
    with pytest.raises(EngineConflict, match="not running"):
        engine.exec_create(one, body)


def test_networks(engine: Engine, place: Place) -> None:
    name = f"{place.name}_default"
    body = {"Name": name, "Labels": place.labels, "CheckDuplicate": True}
    network = engine.create_network(body)
    with pytest.raises(EngineConflict, match="already exists"):
        engine.create_network(body)
    assert [one["Name"] for one in engine.list_networks(place.filters)] == [name]
    one = place.container(HostConfig={"NetworkMode": name})
    assert containers(engine, place.name)[0].networks == {name: network}
    assert list(engine.inspect_network(network)["Containers"]) == [one]
    with pytest.raises(EngineConflict, match="endpoints"):
        engine.remove_network(name)
    engine.disconnect_network(network, one)
    assert not containers(engine, place.name)[0].networks
    endpoint = {"Aliases": ["other"]}
    engine.connect_network(name, {"Container": one, "EndpointConfig": endpoint})
    joined = engine.inspect_container(one)["NetworkSettings"]["Networks"][name]
    assert "other" in joined["Aliases"]
    engine.remove_container(one, force=True)
    engine.remove_network(network)
    assert not engine.list_networks(place.filters)


def test_volumes(engine: Engine, place: Place) -> None:
    name = f"{place.name}_data"
    body = {"Name": name, "Labels": place.labels}
    assert engine.create_volume(body)["Name"] == name
    assert engine.create_volume({"Name": name})["Labels"] == place.labels
    assert [one["Name"] for one in engine.list_volumes(place.filters)] == [name]
    one = place.container(start=False, HostConfig={"Binds": [f"{name}:/data"]})
    with pytest.raises(EngineConflict, match="in use"):
        engine.remove_volume(name)
    engine.remove_container(one, volumes=True)
    assert engine.list_volumes(place.filters), "only anonymous volumes go with a container"
    engine.remove_volume(name)
    engine.remove_volume(name, force=True)
    assert not engine.list_volumes(place.filters)


@pytest.mark.parametrize("gone", [True, False])
def test_anonymous_volumes_go_with_a_container_on_request(
    engine: Engine,
    place: Place,
    gone: bool,  # noqa: FBT001
) -> None:
    mount = {"Type": "volume", "Target": "/data"}
    one = place.container(start=False, HostConfig={"Mounts": [mount]})
    (state,) = containers(engine, place.name)
    (held,) = state.mounts
    assert (held.type, held.destination) == ("volume", "/data")
    engine.remove_container(one, volumes=gone)
    names = {volume["Name"] for volume in engine.list_volumes({})}
    assert (held.name not in names) == gone
    engine.remove_volume(held.name, force=True)


def test_images(engine: Engine, place: Place) -> None:
    tag = f"{place.name}:one"
    image_id = engine.inspect_image(IMAGE)["Id"]
    engine.tag_image(IMAGE, place.name, "one")
    assert engine.inspect_image(tag)["Id"] == image_id
    assert [one["Id"] for one in engine.list_images({"reference": [tag]})] == [image_id]
    engine.remove_image(tag)
    assert not engine.list_images({"reference": [tag]})
    assert engine.inspect_image(image_id)["Id"] == image_id


def test_a_pull_in_vain_is_an_error(engine: Engine) -> None:
    with pytest.raises(EngineError):
        list(engine.pull_image("localhost:1/composer-test/none"))


def test_a_health_check_shows_in_the_list(engine: Engine, place: Place) -> None:
    check = {"Test": ["CMD", "true"], "Interval": 200_000_000}
    stream = place.events("health_status", "health_status: healthy")
    one = place.container(Healthcheck=check)
    if isinstance(engine, MemoryEngine):
        assert containers(engine, place.name)[0].health == "starting"
        engine.health(one, "healthy")
    assert until(stream, "health_status: healthy").id == one
    stream.close()
    assert containers(engine, place.name)[0].health == "healthy"


def test_a_snapshot_of_a_project(engine: Engine, place: Place) -> None:
    project = Project(
        place.name,
        "/",
        services={"web": Service(image=IMAGE), "no": Service(image=f"{place.name}:none")},
        networks={"default": Network(name=f"{place.name}_default"), "b": Network(name="bridge")},
        volumes={"data": Volume(name=f"{place.name}_data")},
    )
    engine.create_network({"Name": f"{place.name}_default", "Labels": place.labels})
    engine.create_volume({"Name": f"{place.name}_data", "Labels": place.labels})
    one = place.container()
    place.labels = {**place.labels, ONE_OFF: "True"}
    other = place.container(name="run", start=False)
    found = observe(engine, project)
    assert [state.id for state in found.of_service("web")] == [one]
    assert {state.id for state in found.containers} == {one, other}
    assert found.of_service("web")[0].image_id == found.images[IMAGE]
    assert list(found.images) == [IMAGE]
    assert f"{place.name}_default" in found.networks
    assert list(found.volumes) == [f"{place.name}_data"]
    assert found.api == engine.version().api


def test_many_threads_share_an_engine(engine: Engine, place: Place) -> None:
    ids: list[str] = []
    threads = [
        threading.Thread(
            target=lambda n=number: ids.append(place.container(name=f"w{n}", start=False))
        )
        for number in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = containers_of(engine.list_containers(place.filters))
    assert {one.id for one in found} == set(ids)
    assert len(ids) == len(threads)
