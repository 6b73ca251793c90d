"""The hashes are those in the labels of containers that Docker Compose 2.40 created."""

import pytest

from composer.identity import config_hash
from composer.plan.joins import namespace_owners, owners, resolved, volume_owners
from composer.spec.service import Service
from tests.unit.plan.stage import project_of

TEXT = """
services:
  own: {image: composer-test/busybox:latest, command: sleep 1000, stop_grace_period: 0s, volumes: [/data]}
  net: {image: composer-test/busybox:latest, command: sleep 1000, network_mode: "service:own", stop_grace_period: 0s}
  pid: {image: composer-test/busybox:latest, command: sleep 1000, pid: "service:own", stop_grace_period: 0s}
  vol: {image: composer-test/busybox:latest, command: sleep 1000, volumes_from: [own:ro], stop_grace_period: 0s}
  lnk: {image: composer-test/busybox:latest, command: sleep 1000, links: [own], stop_grace_period: 0s}
"""  # noqa: E501 - as it was given to Compose
OWNER = {"own": "3d93b6f86c7627d6a197c3e3cc0463311166c068f1864465225fec1b4b9dc14c"}
LABELS = {
    "own": "f685400d54509a9a7c95d34f1961b33307f42b8523ee8893e232b45f3a98e42c",
    "net": "96ab7e76685ee34f6077b272179fe7288cecd2425b38cd795596482262318a2e",
    "pid": "8cc15a5515e7108f0a5ea0222b467fd948e32fae9f76216c9469d7e28e6124e6",
    "vol": "2709c74c8aa4b667af3f0da09b44c7d4d056d7e2b5904ff15d2c58daca03f5fe",
    "lnk": "ad19f9dc2acde7fa7964db8a53dc81d4883741a9ed08b196b083823bbe1cf00c",
}


@pytest.mark.parametrize("name", LABELS)
def test_hash_of_a_service_that_joins_another(name: str) -> None:
    service = project_of(TEXT).services[name]
    assert config_hash(resolved(service, OWNER)) == LABELS[name]


def test_owners() -> None:
    service = Service(
        network_mode="service:vpn", ipc="service:db", pid="host", uts="service:vpn",
        volumes_from=("db:ro", "container:other:rw", "files"),
    )  # fmt: skip
    assert namespace_owners(service) == ("vpn", "db")
    assert volume_owners(service) == ("db", "files")
    assert owners(service) == ("vpn", "db", "files")


def test_an_owner_that_is_not_known_stays_as_it_is() -> None:
    service = Service(network_mode="service:vpn", volumes_from=("container:other:ro", "files:ro"))
    assert resolved(service, {}) == service.replace(volumes_from=("other", "files:ro"))
