"""The use cases as a library, on an engine in memory."""

import hashlib
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import pytest

from composer.api import Composer, DownPolicy, UpPolicy
from composer.engine.port import Filters, Json
from composer.errors import (
    ConsistencyError,
    EngineConflict,
    EngineError,
    EngineUnsupported,
    ExecutionError,
    LoadError,
    PlanError,
    UsageError,
)
from composer.identity import CONFIG_HASH
from composer.load.reader import MemoryReader
from composer.run import waits
from composer.run.events import Ended, Event, Notice
from composer.run.oneoff import OneOff
from composer.spec.mounts import BindOptions, Mount
from composer.spec.shapes import EMPTY
from tests.memory_engine import IMAGE, MemoryEngine
from tests.memory_parts import MemoryEvents

TWO = f"""
services:
  web: {{image: "{IMAGE}", command: sleep 1000, depends_on: [db]}}
  db: {{image: "{IMAGE}", command: sleep 1000, volumes: ["data:/data"]}}
volumes: {{data: }}
"""


class Stand:
    """A project with one file, an engine in memory, and the events of what was done."""

    def __init__(
        self,
        text: str,
        engine: MemoryEngine | None = None,
        environ: Mapping[str, str] = EMPTY,
        project_name: str = "",
        **files: str,
    ) -> None:
        self.engine = engine or MemoryEngine()
        self.events: list[Event] = []
        self.warned: list[str] = []
        paths = {f"/shop/{name}": content for name, content in files.items()}
        self.app = Composer(
            reader=MemoryReader({"/shop/compose.yaml": text, **paths}),
            cwd="/shop",
            environ=environ,
            project_name=project_name,
            engine=self.engine,
            emit=self.events.append,
            warned=lambda found: self.warned.extend(one.message for one in found),
        )

    def told(self, verb: str) -> list[str]:
        return [one.resource for one in self.events if isinstance(one, Ended) and one.verb == verb]

    @property
    def names(self) -> list[str]:
        return sorted(one.name for one in self.app.ps())


def test_up_makes_everything_and_a_second_one_changes_nothing() -> None:
    stand = Stand(TWO)
    stand.app.up()
    assert stand.names == ["shop-db-1", "shop-web-1"]
    before = stand.engine.calls.copy()
    stand.app.up()
    changing = ("create_container", "start_container", "create_network", "create_volume")
    assert all(stand.engine.calls[call] == before[call] for call in changing)
    assert stand.told("Running") == ["Container shop-db-1", "Container shop-web-1"]


def test_what_was_created_and_never_started_is_not_told_to_run() -> None:
    stand = Stand(TWO)
    stand.app.up(UpPolicy(start=False))
    stand.app.up(UpPolicy(start=False))
    assert stand.told("Running") == []


class Deaf(MemoryEngine):
    """An engine of whose events none arrives; a container is killed once it was looked at."""

    def __init__(self) -> None:
        super().__init__()
        self.victim = ""

    def events(self, filters: Filters, since: str = "", until: str = "") -> MemoryEvents:  # noqa: ARG002
        return MemoryEvents({"event": ["nothing"]})

    def inspect_container(self, container: str) -> Json:
        found = super().inspect_container(container)
        if victim := self.victim:
            self.victim = ""
            self.kill_container(victim)
        return found


def test_a_wait_ends_though_no_event_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a silence the containers are looked at."""
    monkeypatch.setattr(waits, "QUIET", 0.01)
    stand = Stand(TWO, Deaf())
    stand.app.up()
    assert isinstance(stand.engine, Deaf)
    stand.engine.victim = "shop-web-1"
    assert stand.app.wait(["web"]) == 137


class Forgetful(MemoryEngine):
    """An engine that was killed while it started containers: these it never starts again."""

    def __init__(self) -> None:
        super().__init__()
        self.lost: set[str] = set()

    def start_container(self, container: str) -> None:
        if container in self.lost:
            raise EngineError(f"Error response from daemon: task {container}: already exists")
        super().start_container(container)


@pytest.mark.parametrize("recreate", ["diverged", "never"])
def test_a_container_that_the_engine_cannot_start_any_more_is_made_anew(
    recreate: Literal["diverged", "never"],
) -> None:
    """Seen with 20.10: nothing else helps, not even its restart."""
    engine = Forgetful()
    stand = Stand(TWO, engine)
    stand.app.up(UpPolicy(start=False))
    engine.lost = {one.id for one in stand.app.ps() if one.service == "db"}
    stand.app.up(UpPolicy(recreate=recreate))
    assert stand.names == ["shop-db-1", "shop-web-1"]
    assert all(one.running and one.id not in engine.lost for one in stand.app.ps())


class Removing(Forgetful):
    """An engine that starts nothing, and is removing what it is asked to remove already."""

    def start_container(self, container: str) -> None:
        self.lost.add(container)
        super().start_container(container)

    def remove_container(
        self, container: str, *, force: bool = False, volumes: bool = False
    ) -> None:
        super().remove_container(container, force=force, volumes=volumes)
        raise EngineConflict(f"removal of container {container} is already in progress")


def test_a_one_off_container_that_is_being_removed_is_gone_when_the_command_ends() -> None:
    stand = Stand(TWO, Removing())
    asked = OneOff(remove=True)
    made = stand.app.create_one_off("web", asked, dependencies=False)
    with pytest.raises(EngineError, match="already exists"):
        stand.app.start_one_off(made, asked)
    assert stand.names == []
    assert stand.engine.calls["remove_container"] == 2


@pytest.mark.parametrize(
    ("volumes", "told", "binds"),
    [
        ((), "fbd181b01ec6506a08e266dc3f4ab332b97084030d72e566b89579af28998c06", []),
        (
            (
                Mount(
                    type="bind",
                    source="./src",
                    target="/b",
                    bind=BindOptions(create_host_path=True),
                ),
            ),
            "12886ab71950cb4ece87664d3096af6fe78da05cf5d1773f2ac577a4e5eada61",
            ["/shop/src:/b:rw"],
        ),
    ],
)
def test_a_one_off_container_has_the_hash_that_docker_compose_gives_it(
    volumes: tuple[Mount, ...], told: str, binds: list[str]
) -> None:
    """That of its name, and of a folder as it is asked for; what is mounted is where it is."""
    stand = Stand("services: {web: {image: x}}")
    stand.engine.add_image("x:latest")
    made = stand.app.create_one_off("web", OneOff(name="qq", volumes=volumes))
    found = stand.engine.inspect_container(made)
    assert found["Config"]["Labels"][CONFIG_HASH] == told
    assert found["HostConfig"].get("Binds", []) == binds


def test_the_folder_of_a_one_off_container_stays_as_it_is_written_where_it_is_absolute() -> None:
    stand = Stand("services: {web: {image: x}}")
    stand.engine.add_image("x:latest")
    volumes = tuple(
        Mount(type="bind", source=source, target=target, bind=BindOptions(create_host_path=True))
        for source, target in (("/a//b/../c", "/1"), ("../d/./e", "/2"))
    )
    made = stand.app.create_one_off("web", OneOff(volumes=volumes))
    binds = stand.engine.inspect_container(made)["HostConfig"]["Binds"]
    assert binds == ["/a//b/../c:/1:rw", "/d/e:/2:rw"]


def calls_of_a_second_look(count: int) -> dict[str, Counter[str]]:
    """Return the engine calls of an `up` with nothing to do, and of a `ps`, with *count* services.

    Each has an image, a network and a volume of its own.
    """
    numbers = range(count)
    lines = ["services:"]
    lines += [
        f"  s{n}: {{image: 'i:{n}', networks: [n{n}], volumes: ['v{n}:/d']}}" for n in numbers
    ]
    lines += ["networks:", *(f"  n{n}: {{}}" for n in numbers)]
    lines += ["volumes:", *(f"  v{n}: {{}}" for n in numbers)]
    stand = Stand("\n".join(lines), MemoryEngine(images=[f"i:{n}" for n in numbers]))
    stand.app.up()
    found = {}
    for name, command in (("up", stand.app.up), ("ps", stand.app.ps)):
        before = stand.engine.calls.copy()
        command()
        found[name] = stand.engine.calls - before
    return found


def test_looking_costs_the_same_number_of_engine_calls_for_any_number_of_services() -> None:
    few = calls_of_a_second_look(2)
    assert few["up"].total() > 0
    assert few["ps"].total() > 0
    assert calls_of_a_second_look(20) == few


class Healthy(MemoryEngine):
    """Health checks succeed as soon as their container has started."""

    def start_container(self, container: str) -> None:
        super().start_container(container)
        self.health(container, "healthy")


@pytest.mark.parametrize("count", [2, 12])
def test_all_waits_of_an_up_share_one_event_stream(count: int) -> None:
    engine = Healthy()
    lines = [
        f'  s{n}: {{image: "{IMAGE}", healthcheck: {{test: "true"}}'
        + (f", depends_on: {{s{n - 1}: {{condition: service_healthy}}}}}}" if n else "}")
        for n in range(count)
    ]
    stand = Stand("\n".join(["services:", *lines]), engine)
    stand.app.up(UpPolicy(wait=True))
    assert len(stand.names) == count
    assert engine.calls["events"] == 1


def test_down_removes_what_up_made_and_keeps_volumes() -> None:
    stand = Stand(TWO)
    stand.app.up()
    stand.app.down()
    assert stand.names == []
    assert [one["Name"] for one in stand.engine.list_volumes({})] == ["shop_data"]
    stand.app.down(DownPolicy(volumes=True))
    assert stand.engine.list_volumes({}) == []


def test_an_image_that_cannot_be_had_leaves_nothing_behind() -> None:
    stand = Stand(f'services: {{a: {{image: "nowhere:1"}}, b: {{image: "{IMAGE}"}}}}')
    with pytest.raises(ExecutionError) as raised:
        stand.app.up()
    assert "compose.yaml:1:16" in str(raised.value)
    assert stand.names == []
    assert stand.engine.calls["create_network"] == 0


def test_a_missing_secret_file_is_refused_before_anything_is_made() -> None:
    stand = Stand(
        f'services: {{a: {{image: "{IMAGE}", secrets: [s]}}}}\nsecrets: {{s: {{file: ./s.txt}}}}'
    )
    with pytest.raises(ConsistencyError, match=r"compose\.yaml:2:15"):
        stand.app.up()
    assert stand.engine.calls["create_network"] == 0


def test_an_unset_variable_of_a_secret_is_refused_before_a_container_is_replaced() -> None:
    text = f"""
services: {{web: {{image: "{IMAGE}", secrets: [token]}}}}
secrets: {{token: {{environment: TOKEN}}}}
"""
    stand = Stand(text)
    given = Composer(
        reader=MemoryReader({"/shop/compose.yaml": text}),
        cwd="/shop",
        environ={"TOKEN": "1"},
        engine=stand.engine,
    )
    given.up()
    before = given.ps()
    with pytest.raises(PlanError, match='"TOKEN" required by secret "shop_token" is not set'):
        stand.app.up(UpPolicy(recreate="force"))
    assert given.ps() == before
    stand.app.up(UpPolicy(recreate="force", start=False))
    assert given.ps() != before, "files are not needed before it starts"


def test_a_file_that_only_a_build_needs_is_not_looked_for_where_nothing_is_built() -> None:
    build = "build: {context: ., secrets: [s]}"
    stand = Stand(f'services: {{a: {{image: "{IMAGE}", {build}}}}}\nsecrets: {{s: {{file: ./s}}}}')
    stand.app.up()
    assert stand.names == ["shop-a-1"]


def test_a_folder_can_be_mounted_as_a_secret() -> None:
    stand = Stand(
        f'services: {{a: {{image: "{IMAGE}", secrets: [s]}}}}\nsecrets: {{s: {{file: .}}}}',
        one="1",
    )
    stand.app.up()
    (made,) = stand.engine.list_containers({})
    assert [one["Source"] for one in made["Mounts"]] == ["/shop"]


def test_what_services_left_out_need_is_made_as_docker_compose_does() -> None:
    stand = Stand(TWO)
    stand.app.up(services=["web"], dependencies=False)
    assert stand.names == ["shop-web-1"]
    assert [one["Name"] for one in stand.engine.list_volumes({})] == ["shop_data"]


def test_the_label_of_dependencies_names_those_that_take_part() -> None:
    stand = Stand(
        f'services: {{a: {{image: "{IMAGE}", depends_on: {{b: {{condition: service_started,'
        f' required: false}}}}}}, b: {{image: "{IMAGE}", profiles: [p]}}}}'
    )
    stand.app.up()
    (made,) = stand.engine.list_containers({})
    assert made["Labels"]["com.docker.compose.depends_on"] == ""


def test_what_the_engines_version_cannot_do_is_refused_with_its_place() -> None:
    stand = Stand(
        f'services: {{a: {{image: "{IMAGE}", healthcheck: {{test: x, start_interval: 1s}}}}}}',
        MemoryEngine(api=(1, 41)),
    )
    with pytest.raises(EngineUnsupported, match=r"compose.yaml:1:\d+: .*start_interval.*1\.44"):
        stand.app.up()
    assert stand.engine.calls["create_network"] == 0


def test_services_that_are_not_named_are_left_alone_and_are_no_orphans() -> None:
    stand = Stand(TWO)
    stand.app.up()
    stand.app.up(UpPolicy(recreate="force"), ["db"])
    assert stand.names == ["shop-db-1", "shop-web-1"]
    notices = [one for one in stand.events if isinstance(one, Notice)]
    assert not [one for one in notices if one.level != "info"]  # others may use the name, too


def test_an_unknown_service_is_refused() -> None:
    with pytest.raises(ConsistencyError, match="no such service: nope"):
        Stand(TWO).app.up(services=["nope"])


def test_a_name_in_the_environment_reaches_services_that_the_files_lack() -> None:
    engine = MemoryEngine()
    Stand(TWO, engine).app.up()
    files = {"/shop/compose.yaml": f'services: {{web: {{image: "{IMAGE}"}}}}'}
    named = {"COMPOSE_PROJECT_NAME": "shop"}
    app = Composer(reader=MemoryReader(files), cwd="/shop", environ=named, engine=engine)
    assert [one.name for one in app.ps(["db"])] == ["shop-db-1"]
    app.stop(["db", "nowhere"])
    assert [one.service for one in app.ps() if one.running] == ["web"]
    assert app.known(), "a name that the files lack is forgotten after the command"
    with pytest.raises(ConsistencyError, match="no such service: db"):
        app.up(services=["db"])
    alone = Composer(reader=MemoryReader(files), cwd="/shop", environ={}, engine=engine)
    with pytest.raises(ConsistencyError, match="no such service: db"):
        alone.stop(["db"])


def test_stop_ends_containers_and_up_starts_the_same_ones() -> None:
    stand = Stand(TWO)
    stand.app.up()
    ids = {one.id for one in stand.app.ps()}
    stand.app.stop()
    assert {one.status for one in stand.app.ps()} == {"exited"}
    stand.app.up()
    assert {one.id for one in stand.app.ps()} == ids
    assert {one.status for one in stand.app.ps()} == {"running"}


def test_a_missing_environment_file_hinders_only_what_needs_it() -> None:
    stand = Stand(
        f'services: {{a: {{image: "{IMAGE}", env_file: no.env}}, b: {{image: "{IMAGE}"}}}}'
    )
    stand.app.up(services=["b"])
    assert stand.names == ["shop-b-1"]
    stand.app.down()
    with pytest.raises(ConsistencyError, match=r"compose.yaml:1:\d+: .*env file no\.env not found"):
        stand.app.up()


def test_it_reads_real_files_where_no_reader_is_given(tmp_path: Path) -> None:
    tmp_path.joinpath("compose.yaml").write_text(TWO)
    with Composer(cwd=str(tmp_path), environ={}, engine=MemoryEngine()) as app:
        assert sorted(app.project.services) == ["db", "web"]


def test_a_project_without_an_active_service_may_be_created() -> None:
    stand = Stand(f'services: {{web: {{image: "{IMAGE}", profiles: [p]}}}}')
    with pytest.raises(ConsistencyError, match="no service selected"):
        stand.app.up(UpPolicy(start=False))
    stand.app.may_be_empty = True
    stand.app.up(UpPolicy(start=False))
    assert stand.names == []


def test_a_build_of_nothing_says_nothing() -> None:
    stand = Stand(TWO)
    stand.app.build()
    assert not [one for one in stand.events if isinstance(one, Notice)]


def test_a_name_that_is_no_service_has_no_events() -> None:
    stand = Stand(TWO)
    stand.app.up()
    assert not list(stand.app.events(["nobody"], since="1", until="2"))


def test_a_build_for_another_platform_than_the_environment_wants_is_refused() -> None:
    """Also of a service that is not to be built; another command looks at those that it takes."""
    text = """
services:
  other: {build: .}
  pb: {build: {context: ., platforms: [linux/amd64]}}
"""
    stand = Stand(text, None, EMPTY, "", **{".env": "DOCKER_DEFAULT_PLATFORM=linux/arm64"})
    told = 'service "pb" build.platforms does not support value set by DOCKER_DEFAULT_PLATFORM: lin'
    with pytest.raises(PlanError, match=f":4:[0-9]+: {told}"):
        stand.app.build(["other"])
    with pytest.raises(PlanError, match=told):
        stand.app.bake(["other"])
    with pytest.raises(PlanError, match=told):
        stand.app.up(services=["pb"])
    stand.engine.add_image("shop-other:latest")
    stand.app.up(services=["other"])


def test_what_is_no_platform_is_refused_before_a_pull_or_a_build() -> None:
    text = """
services:
  web: {image: app, build: {context: ., platforms: [linux/amd64, bogus]}}
  other: {image: app, platform: linux/}
"""
    app = Stand(text).app
    with pytest.raises(PlanError, match=r":3:66: service web: platform .bogus.: unknown operating"):
        app.build(["web"])
    with pytest.raises(
        PlanError, match=r":4:23: service other: platform .linux/.: not of the form"
    ):
        app.pull(["other"])


def test_top_fails_where_a_container_is_about_to_restart() -> None:
    """One that ended meanwhile is left out."""
    stand = Stand(TWO)
    stand.app.up()
    web = next(one for one in stand.engine.list_containers({}) if "web" in one["Names"][0])
    real = stand.engine.list_containers

    def listed(filters: Filters, *, everything: bool = True) -> list[Json]:
        found = real(filters, everything=everything)
        return [{**one, "State": status} if one["Id"] == web["Id"] else one for one in found]

    stand.engine.list_containers = listed  # type: ignore[method-assign]
    stand.engine.stop_container(web["Id"])
    status = "running"
    assert [one.container.service for one in stand.app.top()] == ["db"]
    status = "restarting"
    with pytest.raises(EngineConflict):
        stand.app.top()
    found = stand.app.top(skip_restarting=True)
    assert [one.container.service for one in found] == ["db"]


TOLD = f"services: {{web: {{image: '{IMAGE}', command: sleep 1000, env_file: a.env}}}}"


def test_what_an_environment_file_lacks_is_told_once_however_often_it_is_read() -> None:
    stand = Stand(TOLD, None, EMPTY, "", **{"a.env": "A=${NOPE}"})
    stand.app.up()
    stand.app.up()
    stand.app.top()
    assert stand.warned == ['The "NOPE" variable is not set. Defaulting to a blank string.']


def test_what_only_looks_into_containers_tells_what_environment_files_lack() -> None:
    stand = Stand(TOLD, None, EMPTY, "", **{"a.env": "A=${NOPE}"})
    stand.app.images()
    assert stand.warned == ['The "NOPE" variable is not set. Defaulting to a blank string.']


def test_what_only_looks_into_containers_does_without_environment_files() -> None:
    stand = Stand(TOLD)
    assert stand.app.images() == []


PROFILES = f"""
services:
  web: {{image: "{IMAGE}", build: ., depends_on: [db], profiles: [web]}}
  db: {{image: "{IMAGE}", profiles: [db]}}
"""


@pytest.mark.parametrize("work", ["build", "pull", "push", "start", "up"])
def test_a_service_is_refused_whose_dependency_is_of_no_active_profile(work: str) -> None:
    app = Stand(PROFILES).app
    with pytest.raises(ConsistencyError, match="no such service: db"):
        getattr(app, work)(services=["web"])


def test_wrong_files_are_told_once_where_a_name_will_not_do() -> None:
    stand = Stand("services: {web: {imag: x}}", environ={"COMPOSE_PROJECT_NAME": "shop"})
    with pytest.raises(LoadError, match="imag"):
        stand.app.up()
    assert stand.warned == []
    stand.app.ps()
    stand.app.stop()
    assert stand.warned == ["additional properties 'imag' not allowed"]


def test_variables_that_are_not_set_are_told_beside_what_is_wrong_with_the_files() -> None:
    text = "services: {web: {image: x, volumes: ['$NOPE:/data']}}"
    stand = Stand(text, environ={"COMPOSE_PROJECT_NAME": "shop"})
    stand.app.ps()
    unset, wrong = stand.warned
    assert unset == 'The "NOPE" variable is not set. Defaulting to a blank string.'
    assert "empty section" in wrong
    with pytest.raises(LoadError) as raised:
        Stand(text).app.up()
    assert [one.message for one in raised.value.warnings] == [unset]


@pytest.mark.parametrize(
    ("environ", "name"), [({}, "shop"), ({"COMPOSE_PROJECT_NAME": "shop"}, "")]
)
def test_a_name_will_do_where_a_variable_keeps_the_files_from_being_read(
    environ: dict[str, str], name: str
) -> None:
    """It is told once. What needs the files fails."""
    stand = Stand(TWO, None, {"COMPOSE_DISABLE_ENV_FILE": "maybe", **environ}, name)
    assert not [*stand.app.ps(), *stand.app.ps()]
    told = [one.text for one in stand.events if isinstance(one, Notice)]
    assert told == ["COMPOSE_DISABLE_ENV_FILE is 'maybe', which is neither true nor false"]
    with pytest.raises(UsageError, match="COMPOSE_DISABLE_ENV_FILE is"):
        stand.app.up()


@pytest.mark.parametrize("name", ["", "shop"])
def test_what_the_users_environment_file_lacks_is_told_by_name_too(name: str) -> None:
    stand = Stand(TWO, None, EMPTY, name, **{".env": "A=$NOPE"})
    stand.app.ps()
    stand.app.stop()
    stand.app.up()
    assert stand.warned == ['The "NOPE" variable is not set. Defaulting to a blank string.']


def test_run_refuses_a_file_that_is_missing_at_its_place_before_anything_is_made() -> None:
    text = f"""
services: {{web: {{image: "{IMAGE}", secrets: [key]}}}}
secrets: {{key: {{file: ./none}}}}
"""
    stand = Stand(text)
    with pytest.raises(ConsistencyError, match=r"yaml:3:.*bind source path does not exist: none"):
        stand.app.create_one_off("web", OneOff())
    assert not stand.engine.calls["create_network"]


def test_nothing_is_missing_that_only_a_service_scaled_to_0_would_mount() -> None:
    text = f"""
services:
  db: {{image: "{IMAGE}"}}
  web: {{image: "{IMAGE}", secrets: [key]}}
secrets: {{key: {{file: ./none}}}}
"""
    stand = Stand(text)
    with pytest.raises(ConsistencyError, match="bind source path does not exist: none"):
        stand.app.up(UpPolicy())
    stand.app.up(UpPolicy(scale={"web": 0}))
    assert stand.names == ["shop-db-1"]


class Strict(MemoryEngine):
    """An engine that takes no digest."""

    def inspect_image(self, image: str) -> Json:
        if "@" in image:
            raise EngineError("invalid reference format")
        return super().inspect_image(image)


def test_an_image_whose_name_the_engine_refuses_is_told_at_its_place() -> None:
    stand = Stand('services: {web: {image: "busybox@sha256:abc"}}', Strict())
    with pytest.raises(EngineError, match=r"^compose\.yaml:1:18: invalid reference format"):
        stand.app.up()


def test_the_engines_place_is_the_same_however_it_is_named(tmp_path: Path) -> None:
    """Commands wait for each other by it, and for no command on another engine."""
    socket = tmp_path / "real" / "docker.sock"
    socket.parent.mkdir()
    socket.touch()
    (tmp_path / "link").symlink_to("real")
    name = hashlib.sha256(b"mine").hexdigest()
    meta = tmp_path / "contexts" / "meta" / name / "meta.json"
    meta.parent.mkdir(parents=True)
    meta.write_text(json.dumps({"Endpoints": {"docker": {"Host": f"unix://{socket}"}}}))

    def place(**variables: str) -> str:
        return Composer(environ={"DOCKER_CONFIG": str(tmp_path), **variables}).place

    default = place()
    assert place(DOCKER_HOST="unix:///var/run/docker.sock") == default
    assert place(DOCKER_CONTEXT="mine") == f"unix://{socket}" != default
    assert place(DOCKER_HOST=f"unix://{tmp_path}/link/docker.sock") == f"unix://{socket}"
    assert place(DOCKER_HOST="tcp://far:2376") == place(DOCKER_HOST="far:2376")


def test_the_library_gives_what_config_prints(tmp_path: Path) -> None:
    (tmp_path / "web.env").write_text("LEVEL=info\n")
    (tmp_path / "web.labels").write_text("a=b\n")
    (tmp_path / "compose.yaml").write_text(
        "services:\n"
        "  web: {image: a, env_file: web.env, label_file: web.labels, depends_on: [db]}\n"
        "  db: {image: b}\n"
        "  tool: {image: c, env_file: web.env, profiles: [dev]}\n"
        "networks: {unused: }\n"
    )
    app = Composer(cwd=tmp_path, environ={})
    for arguments in ([], ["db"], ["tool"], ["--format", "json"]):
        command = [sys.executable, "-m", "composer", "config", *arguments]
        printed = subprocess.run(
            command, cwd=tmp_path, env={}, capture_output=True, text=True, check=True
        )
        if arguments == ["--format", "json"]:
            assert app.config(form="json") == printed.stdout
        else:
            assert app.config(arguments) == printed.stdout


def test_the_library_lists_the_projects_of_the_engine() -> None:
    stand = Stand(TWO)
    assert stand.app.stacks() == []
    stand.app.up()
    (found,) = stand.app.stacks(pattern="^sh")
    assert (found.name, found.states) == ("shop", ("running", "running"))
