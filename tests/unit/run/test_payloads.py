"""What is sent for one container, as far as it depends on what the engine holds."""

from typing import Any

from composer.engine.port import Json
from composer.run.payloads import connection
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
