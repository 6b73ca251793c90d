"""What is read out of the engine's lists."""

from typing import Any

import pytest

from composer.engine.observe import (
    container_state,
    containers_of,
    exit_code,
    familiar,
    health,
    images_of,
    is_for,
    last_tagged,
    networks_of,
    volumes_of,
)
from composer.engine.snapshot import observe
from composer.errors import EngineUnauthorized
from composer.spec.network import Network, Volume
from composer.spec.project import Project
from composer.spec.service import Service
from composer.state import MountState, PublishedPort
from tests.memory_engine import IMAGE, MemoryEngine

LABELS = {
    "com.docker.compose.project": "p",
    "com.docker.compose.service": "web",
    "com.docker.compose.container-number": "2",
    "com.docker.compose.config-hash": "abc",
    "com.docker.compose.oneoff": "False",
}


def listed(**more: Any) -> dict[str, Any]:
    return {"Id": "1", "Names": ["/p-web-2"], "Labels": LABELS, **more}


@pytest.mark.parametrize(
    ("platform", "same"),
    [
        ("linux/arm64", True),
        ("linux/arm64/v8", True),
        ("linux/arm64/8", True),
        ("aarch64", True),
        ("linux", True),
        ("linux/amd64", False),
        ("linux/arm64/v9", False),
        ("windows", False),
        ("arm", False),
    ],
)
def test_an_image_is_for_its_platform(platform: str, same: bool) -> None:  # noqa: FBT001
    image = {"Os": "linux", "Architecture": "arm64", "Variant": "v8"}
    assert is_for(image, platform) is same


class OnArm(MemoryEngine):
    def inspect_image(self, image: str) -> dict[str, Any]:
        return {**super().inspect_image(image), "Os": "linux", "Architecture": "arm64"}


def test_an_image_for_another_platform_is_as_if_it_were_not_there() -> None:
    engine = OnArm()
    services = {"web": Service(image=IMAGE, platform="linux/arm64")}
    found = observe(engine, Project(name="p", working_dir="/p", services=services))
    assert IMAGE in found.images
    services = {"web": Service(image=IMAGE, platform="linux/riscv64")}
    assert (
        IMAGE not in observe(engine, Project(name="p", working_dir="/p", services=services)).images
    )


@pytest.mark.parametrize(
    ("text", "code", "state"),
    [
        ("Created", None, ""),
        ("Up 5 seconds", None, ""),
        ("Up 5 seconds (health: starting)", None, "starting"),
        ("Up About a minute (healthy)", None, "healthy"),
        ("Up 2 hours (unhealthy)", None, "unhealthy"),
        ("Up 2 hours (Paused)", None, ""),
        ("Exited (0) Less than a second ago", 0, ""),
        ("Exited (137) 2 minutes ago", 137, ""),
        ("Restarting (1) 5 seconds ago", 1, ""),
        ("Dead", None, ""),
        ("Removal In Progress", None, ""),
        ("", None, ""),
    ],
)
def test_status_texts(text: str, code: int | None, state: str) -> None:
    assert exit_code(text) == code
    assert health(text) == state


def test_a_container() -> None:
    found = container_state(
        listed(
            Names=["/p-db-1/web", "/p-web-2"],
            Image="web:1",
            ImageID="sha256:1",
            State="running",
            Status="Up 1 second (healthy)",
            Created=7,
            Command="sleep 1",
            NetworkSettings={"Networks": {"p_default": {"NetworkID": "n"}}},
            Mounts=[
                {
                    "Type": "volume",
                    "Name": "v",
                    "Source": "/x",
                    "Destination": "/d",
                    "Driver": "local",
                }
            ],
            Ports=[
                {"PrivatePort": 90, "Type": "udp"},
                {"IP": "::", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp"},
            ],
        )
    )
    assert (found.name, found.service, found.number, found.config_hash) == (
        "p-web-2", "web", 2, "abc",
    )  # fmt: skip
    assert (found.status, found.health, found.exit_code) == ("running", "healthy", None)
    assert (found.running, found.one_off) == (True, False)
    assert found.networks == {"p_default": "n"}
    assert found.mounts == (MountState("volume", "/x", "/d", "v", "local"),)
    assert found.ports == (PublishedPort(80, "tcp", 8080, "::"), PublishedPort(90, "udp"))


def test_a_container_of_which_little_is_known() -> None:
    found = container_state({"Id": "1", "Names": None, "Labels": None, "Status": None})
    assert (found.name, found.service, found.number) == ("", "", 0)
    assert container_state(listed(Labels={**LABELS, "com.docker.compose.oneoff": "True"})).one_off


def test_containers_are_in_order() -> None:
    def one(key: str, service: str, number: str) -> dict[str, Any]:
        labels = {
            **LABELS,
            "com.docker.compose.service": service,
            "com.docker.compose.container-number": number,
        }
        return listed(Id=key, Labels=labels)

    found = [one("a", "web", "10"), one("b", "web", "9"), one("c", "db", "1")]
    assert [state.id for state in containers_of(found)] == ["c", "b", "a"]


def test_networks_that_are_ours_or_wanted() -> None:
    ours = {"com.docker.compose.project": "p"}
    found = networks_of(
        "p",
        frozenset({"p_default", "shared", "123"}),
        [
            {"Id": "0", "Name": "p_default", "Labels": {}},
            {"Id": "1", "Name": "p_default", "Labels": ours},
            {"Id": "2", "Name": "p_default", "Labels": None},
            {"Id": "3", "Name": "p_old", "Labels": ours},
            {"Id": "4", "Name": "shared", "Labels": {}},
            {"Id": "123", "Name": "by-id"},
            {"Id": "5", "Name": "foreign", "Labels": {}},
        ],
    )
    assert {name: network.id for name, network in found.items()} == {
        "p_default": "1", "p_old": "3", "shared": "4", "123": "123",
    }  # fmt: skip


def test_networks_of_one_name_are_told_together() -> None:
    ours = {"com.docker.compose.project": "p"}
    for order in ("312", "123", "231"):
        listed = [{"Id": one, "Name": "p_default", "Labels": ours} for one in order]
        found = networks_of("p", frozenset(), listed)["p_default"]
        assert (found.id, set(found.twins)) == ("1", {"2", "3"})


def test_volumes_that_are_ours_or_wanted() -> None:
    ours = {"com.docker.compose.project": "p"}
    found: list[dict[str, Any]] = [
        {"Name": "p_data", "Labels": ours},
        {"Name": "shared", "Labels": None},
        {"Name": "foreign", "Labels": {}},
    ]
    assert list(volumes_of("p", frozenset({"shared"}), found)) == ["p_data", "shared"]


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ("redis", "redis:latest"),
        ("redis:7", "redis:7"),
        ("library/redis", "redis:latest"),
        ("docker.io/library/redis:7", "redis:7"),
        ("docker.io/team/app", "team/app:latest"),
        ("localhost:5000/app", "localhost:5000/app:latest"),
        ("localhost:5000/app:1", "localhost:5000/app:1"),
    ],
)
def test_names_as_the_engine_lists_them(reference: str, name: str) -> None:
    assert familiar(reference) == name
    assert images_of([reference], [{"Id": "sha256:1", "RepoTags": [name]}]) == {
        reference: "sha256:1"
    }


def test_images_without_a_name_are_skipped() -> None:
    assert images_of(["redis"], [{"Id": "sha256:1", "RepoTags": None}]) == {}


@pytest.mark.parametrize(
    ("time", "seconds"),
    [
        ("1970-01-01T00:01:00.123456789Z", 60.123456),
        ("1970-01-01T01:01:00+01:00", 60),
        ("0001-01-01T00:00:00Z", 0),
        ("", 0),
        (None, 0),
    ],
)
def test_when_an_image_got_its_name(time: str | None, seconds: float) -> None:
    assert last_tagged({"Metadata": {"LastTagTime": time}}) == seconds


def test_an_image_without_a_time_has_no_age() -> None:
    assert last_tagged({}) == 0


def test_a_snapshot_looks_at_the_age_of_images_that_are_to_be_refreshed() -> None:
    services = {
        "daily": Service(image=IMAGE, pull_policy="daily"),
        "gone": Service(image="gone", pull_policy="every_1h"),
        "pinned": Service(image=f"{IMAGE}@sha256:0", pull_policy="weekly"),
        "plain": Service(image=IMAGE),
    }
    found = observe(MemoryEngine(), Project("p", "/", services=services))
    assert found.tagged == {IMAGE: 0, "gone": 0}


@pytest.mark.parametrize(
    ("state", "swarm"),
    [("active", True), ("pending", True), ("inactive", False), ("locked", False)],
)
def test_whether_it_is_in_a_swarm_counts_where_an_external_network_is_missing(
    state: str, *, swarm: bool
) -> None:
    engine = MemoryEngine()
    engine.info = lambda: {"Swarm": {"LocalNodeState": state}}  # type: ignore[method-assign]
    project = Project("p", "/", networks={"n": Network(name="far", external=True)})
    assert observe(engine, project).swarm is swarm
    engine.create_network({"Name": "far"})
    assert observe(engine, project).swarm is False


def test_an_engine_that_must_not_be_asked_for_its_swarm_has_none() -> None:
    def forbidden() -> Any:
        raise EngineUnauthorized("403 Forbidden")

    engine = MemoryEngine()
    engine.info = forbidden  # type: ignore[method-assign]
    project = Project("p", "/", networks={"n": Network(name="far", external=True)})
    assert observe(engine, project).swarm is False


def test_a_snapshot_takes_as_many_calls_for_many_services_as_for_one() -> None:
    engine = MemoryEngine()
    image_id = engine.inspect_image(IMAGE)["Id"]
    engine.calls.clear()
    services = {f"s{number}": Service(image=IMAGE) for number in range(50)}
    services["exact"] = Service(image=image_id)
    services["gone"] = Service(image="app@sha256:0")
    services["built"] = Service()
    found = observe(
        engine,
        Project("p", "/", services=services, networks={"n": Network(name="p_n")},
                volumes={"v": Volume(name="p_v")}),
    )  # fmt: skip
    assert found.images == {IMAGE: image_id, image_id: image_id}
    assert engine.calls == {
        "list_containers": 1, "list_networks": 1, "list_volumes": 1, "list_images": 1,
        "inspect_image": 2,
    }  # fmt: skip
