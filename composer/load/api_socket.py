"""``use_api_socket``: what it adds to a service, as Docker Compose adds it before it hashes.

The engine's socket is mounted, and the client's credentials for registries are copied in as a
Docker configuration.

May import: spec.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from composer.spec.files import Config, FileReference
from composer.spec.mounts import Mount
from composer.spec.project import Project
from composer.spec.service import Service

_SOCKET = "/var/run/docker.sock"
_FOLDER = "/run/secrets/docker"
_VARIABLE = "DOCKER_CONFIG"
_CONFIG = "#apisocket"
"""A name that no file can give."""

Credentials = Callable[[], Mapping[str, Any]]
"""Returns the entries of ``auths`` in Docker's configuration, by registry."""


def with_api_socket(project: Project, credentials: Credentials) -> Project:
    """Return the project with what services need that are to use the engine."""
    asking = {name: one for name, one in project.services.items() if one.use_api_socket}
    if not asking:
        return project
    content = json.dumps({"auths": dict(credentials())}, indent="\t", sort_keys=True)
    made = project.with_services({name: _equipped(one) for name, one in asking.items()})
    config = Config(name=_CONFIG, content=content)
    return made.replace(configs={**made.configs, _CONFIG: config})


def _equipped(service: Service) -> Service:
    mount = Mount(type="bind", source=_SOCKET, target=_SOCKET)
    reference = FileReference(source=_CONFIG, target=f"{_FOLDER}/config.json")
    return service.replace(
        volumes=(*service.volumes, mount),
        configs=(*service.configs, reference),
        environment={_VARIABLE: _FOLDER, **service.environment},
    )
