"""Connect to an engine and agree on a version of its API.

May import: errors, engine.docker, engine.port.
"""

from collections.abc import Mapping

from composer.engine.docker.address import config_folder, resolve
from composer.engine.port import Engine


def connect(environ: Mapping[str, str]) -> Engine:
    """Return the engine that *environ* (DOCKER_HOST, DOCKER_CONTEXT, …) or a context names.

    Asks it for its version, so an engine that cannot be reached is reported here.
    """
    from composer.engine.docker.adapter import DockerEngine

    return DockerEngine(resolve(environ), environ.get("DOCKER_API_VERSION", ""))


def login(environ: Mapping[str, str], registry: str) -> tuple[str, str]:
    """Return the user and password for *registry*, without asking an engine; see the port."""
    from composer.engine.docker.http import login_of, logins

    return login_of(logins(str(config_folder(environ))), registry)
