from typing import Any, cast

import pytest

from composer.engine.holders import refuse_held
from composer.engine.port import Engine, Filters, Json
from composer.errors import PlanError
from composer.identity import CONFIG_HASH, PROJECT
from composer.plan.ops import CreateContainer, Op, Plan, RemoveNetwork, StartContainer
from composer.plan.reasons import CONFIGURATION
from composer.spec.mounts import Port
from composer.spec.project import Project
from composer.spec.service import Service

HELD = {"PrivatePort": 80, "PublicPort": 8080, "Type": "tcp", "IP": "0.0.0.0"}  # noqa: S104

ANY = "0.0.0.0"  # noqa: S104


class Others:
    """An engine that answers every list with the same containers, and notes what was asked."""

    def __init__(self, *found: Json) -> None:
        self.found = list(found)
        self.asked: list[Filters] = []

    def list_containers(self, filters: Filters, *, everything: bool = True) -> list[Json]:
        self.asked.append(filters)
        assert everything is ("name" in filters), "only a name is held by what is stopped too"
        return self.found


def container(name: str, project: str = "", ports: tuple[Json, ...] = ()) -> Json:
    labels = {PROJECT: project, CONFIG_HASH: "0"} if project else {}
    return {
        "Id": "c" * 64,
        "Names": [f"/{name}"],
        "Labels": labels,
        "State": "running",
        "Status": "Up 1 second",
        "Ports": list(ports),
    }


MAKE = CreateContainer("make", "Container p-web-1", service="web", name="p-web-1")
START = StartContainer("go", "Container p-web-1", container="c1", service="web")


def refused(others: Others, op: Op, **more: Any) -> str:
    """Return why *op* of a service web with these attributes is refused, empty if it is not."""
    project = Project("p", "/tmp", services={"web": Service(image="i", **more)})
    try:
        refuse_held(cast("Engine", others), project, Plan((op,)))
    except PlanError as error:
        return error.message
    return ""


def port(published: str, host_ip: str = "", protocol: str = "tcp") -> dict[str, Any]:
    made = Port(target=80, published=published, host_ip=host_ip, protocol=protocol)
    return {"ports": (made,)}


def test_a_name_that_another_project_uses_is_refused() -> None:
    others = Others(container("p-web-1", "q"))
    assert refused(others, MAKE) == (
        'Conflict. The container name "/p-web-1" is already in use by container'
        f' "{"c" * 64}". You have to remove (or rename) that container to be able to reuse that'
        " name. It is one of project q."
    )
    assert others.asked == [{"name": [r"^/p\-web\-1$"]}]


@pytest.mark.parametrize("op", [MAKE, START])
def test_a_container_of_the_project_itself_is_no_holder(op: Op) -> None:
    assert refused(Others(container("p-web-1", "p", (HELD,))), op, **port("8080")) == ""


@pytest.mark.parametrize("address", ["", ANY, "127.0.0.1"])
def test_a_port_that_another_container_publishes_is_refused(address: str) -> None:
    others = Others(container("other", ports=(HELD,)))
    assert refused(others, START, **port("8080", address)) == (
        f"Bind for {address or ANY}:8080 failed: port is already allocated by container other"
    )


@pytest.mark.parametrize(
    ("held", "wanted"),
    [
        (HELD, port("8081")),
        (HELD, port("")),
        (HELD, port("8080-8090")),
        (HELD, port("8080", protocol="udp")),
        ({**HELD, "IP": "127.0.0.2"}, port("8080", "127.0.0.1")),
        (HELD, port("8080", "::1")),
        ({**HELD, "IP": "::"}, port("8080", "127.0.0.1")),
        (HELD, {**port("8080"), "network_mode": "host"}),
    ],
)
def test_a_port_that_does_not_collide_is_not_refused(held: Json, wanted: dict[str, Any]) -> None:
    assert refused(Others(container("other", ports=(held,))), START, **wanted) == ""


def on_networks(one: Json, **networks: str) -> Json:
    settings = {name: {"NetworkID": ident} for name, ident in networks.items()}
    return {**one, "NetworkSettings": {"Networks": settings}}


REPLACE = RemoveNetwork("go", "Network p_default", reasons=CONFIGURATION, target="id of p_default")


REFUSED = (
    "network p_default is to be replaced (configuration changed), "
    "but container guest of project q is on it"
)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (
            on_networks(container("guest", "q"), p_default="id of p_default"),
            REFUSED,
        ),
        (on_networks(container("p-web-1", "p"), p_default="id of p_default"), ""),
        (on_networks(container("guest"), another="id of another"), ""),
    ],
)
def test_a_network_with_a_foreign_container_is_not_replaced(other: Json, expected: str) -> None:
    others = Others(other)
    assert refused(others, REPLACE) == expected
    assert others.asked == [{"network": ["id of p_default"]}]
