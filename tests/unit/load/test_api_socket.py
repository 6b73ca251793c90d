"""What ``use_api_socket`` gives a service."""

import json
from typing import Any

from composer.identity import config_hash
from composer.load.api_socket import with_api_socket
from composer.spec.project import Project
from composer.spec.service import Service


def equipped(**attributes: Any) -> Project:
    services = {"web": Service(image="busybox", networks={"default": None}, **attributes)}
    return with_api_socket(Project("t", "/p", services=services), lambda: {"hub": {"auth": "dTpw"}})


def test_a_service_gets_the_socket_and_the_credentials() -> None:
    made = equipped(use_api_socket=True)
    service = made.services["web"]
    assert [(one.source, one.target) for one in service.volumes] == [
        ("/var/run/docker.sock", "/var/run/docker.sock")
    ]
    assert service.environment == {"DOCKER_CONFIG": "/run/secrets/docker"}
    (reference,) = service.configs
    assert reference.target == "/run/secrets/docker/config.json"
    content = made.configs[reference.source].content
    assert json.loads(content) == {"auths": {"hub": {"auth": "dTpw"}}}


def test_its_own_variable_stays() -> None:
    made = equipped(use_api_socket=True, environment={"DOCKER_CONFIG": "/mine"})
    assert made.services["web"].environment == {"DOCKER_CONFIG": "/mine"}


def test_the_hash_is_that_of_docker_compose() -> None:
    made = equipped(use_api_socket=True)
    assert config_hash(made.services["web"]) == (
        "d6575c07861a3798c9deb5dc58f51b6d6f98b44cd6505af0e75927d99cda29cb"
    )


def test_without_it_nothing_is_asked_for() -> None:
    project = Project("t", "/p", services={"web": Service(image="busybox")})
    assert with_api_socket(project, lambda: 1 / 0) is project  # type: ignore[arg-type, return-value]
