"""Connect to an engine and agree on a version of its API.

May import: errors, engine.docker, engine.port.
"""

from collections.abc import Mapping

from composer.engine.docker.address import resolve
from composer.engine.docker.configuration import LOGINS, config_folder
from composer.engine.port import Engine
from composer.errors import UsageError

TIMEOUT = "COMPOSE_HTTP_TIMEOUT"
USUAL = 60.0
"""Seconds that a question, or a small change, may take where the variable does not say."""


def connect(environ: Mapping[str, str]) -> Engine:
    """Return the engine that *environ* (DOCKER_HOST, DOCKER_CONTEXT, …) or a context names.

    Asks it for its version, so an engine that cannot be reached is reported here. Raises UsageError
    where COMPOSE_HTTP_TIMEOUT is no number of seconds; calls that copy files get five times that.
    """
    from composer.engine.docker.adapter import DockerEngine

    haste = _seconds(environ) / USUAL
    return DockerEngine(resolve(environ), environ.get("DOCKER_API_VERSION", ""), haste)


def login(environ: Mapping[str, str], registry: str) -> tuple[str, str]:
    """Return the user and password for *registry*, without asking an engine; see the port."""
    from composer.engine.docker.logins import login_of, logins

    return login_of(logins(str(config_folder(environ)), environ.get(LOGINS, "")), registry)


def _seconds(environ: Mapping[str, str]) -> float:
    try:
        seconds = float(environ.get(TIMEOUT) or USUAL)
    except ValueError:
        seconds = 0
    if not 0 < seconds < float("inf"):
        raise UsageError(f"{TIMEOUT} is {environ[TIMEOUT]!r}, not a number of seconds")
    return seconds
