"""What is sent for one container, as far as it depends on what the engine holds."""

from typing import Any

import pytest

from composer.engine.port import Filters, Json
from composer.identity import NUMBER, REPLACE
from composer.run.payloads import connection, linked
from composer.spec.network import Network, ServiceNetwork
from composer.spec.project import Project
from composer.spec.service import Service


class OneOff:
    """An engine with one container that ``run`` made."""

    def inspect_container(self, _: str) -> Json:
        labels = {"com.docker.compose.oneoff": "True", "com.docker.compose.service": "web"}
        return {"Name": "/shop-web-run-1", "Config": {"Labels": labels}}


def test_a_one_off_container_that_moves_gets_none_of_its_services_names() -> None:
    """Nor its fixed address: others look there for the service."""
    joined = ServiceNetwork(aliases=("www",), ipv4_address="10.0.0.5")
    project = Project(
        name="shop",
        working_dir="/shop",
        services={"web": Service(networks={"back": joined})},
        networks={"back": Network(name="shop_back")},
    )
    engine: Any = OneOff()
    body = connection(project, "web", "back", "c1", engine)
    assert body == {"Container": "c1", "EndpointConfig": {"Aliases": ["shop-web-run-1"]}}


class Linked:
    """An engine with the containers of a service that another one links to."""

    def __init__(self, *names: str) -> None:
        self._names = names

    def list_containers(self, filters: Filters) -> list[Json]:  # noqa: ARG002
        return [
            {
                "Id": f"id{number}",
                "Names": [f"/shop-web-1/{name}", f"/{name}"],
                "Labels": {NUMBER: name[-1], **({REPLACE: "old"} if "_" in name else {})},
            }
            for number, name in enumerate(self._names)
        ]


@pytest.mark.parametrize(
    ("names", "links"),
    [
        (["shop-db-2", "shop-db-1"], ("shop-db-1", "shop-db-2")),
        (["shop-db-1", "0123456789ab_shop-db-1"], ("shop-db-1",)),
        (["other-1"], ("other-1",)),
        (["other-1", "0123456789ab_shop-db-1"], ("shop-db-1",)),
    ],
    ids=["replicas", "being replaced", "renamed", "renamed and being replaced"],
)
def test_links_lead_to_the_names_that_containers_finally_bear(
    names: list[str], links: tuple[str, ...]
) -> None:
    services = {"web": Service(links=("db",)), "db": Service()}
    project = Project(name="shop", working_dir="/shop", services=services)
    engine: Any = Linked(*names)
    assert linked(project, "web", engine) == {"db": links}
