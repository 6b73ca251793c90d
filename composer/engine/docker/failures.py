"""What the SDK and the HTTP libraries raise, as EngineErrors that a person understands.

May import: errors, engine.docker.
"""

import errno
import json
import re
import socket
import ssl
from collections.abc import Iterable, Iterator
from http.client import BadStatusLine
from typing import Any

import requests
from docker.errors import DockerException
from requests import Response
from urllib3.exceptions import HTTPError, NewConnectionError, ReadTimeoutError

from composer.engine.docker.answers import Shape, misfit
from composer.engine.docker.transports import SshRefused
from composer.errors import (
    EngineAway,
    EngineConflict,
    EngineError,
    EngineNotFound,
    EngineSilent,
    EngineUnauthorized,
    EngineUnreachable,
)

FOREIGN = (requests.RequestException, HTTPError, DockerException, OSError, ValueError)
"""Everything that a call can raise."""

_START = "start the engine, or name another with DOCKER_HOST or `docker context use`"
_LOGIN = ("unauthorized", "no basic auth credentials", "denied", "authentication required")
"""What registries say to those whom they do not know."""
BAD_REQUEST = 400
TO_TLS = "HTTP request to an HTTPS server"
"""What a server that speaks TLS answers to one who does not."""
NO_IMAGE = "unrecognized image ID"
"""What an engine says that took away an image's last two names at once; 20.10 with status 500."""
_BY_STATUS = {
    401: EngineUnauthorized,
    403: EngineUnauthorized,
    404: EngineNotFound,
    409: EngineConflict,
}


def of_status(response: Response, call: str) -> EngineError:
    """Return the error of a response that refuses; the message is the engine's own words."""
    try:
        message = json.loads(response.content)["message"]
    except (ValueError, KeyError, TypeError):
        text = response.text.strip()[:500]
        message = text or f"the engine answered {call} with status {response.status_code}"
    if response.status_code == BAD_REQUEST and TO_TLS in str(message):
        return EngineUnreachable(
            f"the engine wants TLS: {str(message).strip()}",
            hint="set DOCKER_TLS_VERIFY=1, and DOCKER_CERT_PATH to the folder of the certificates",
        )
    kind = _BY_STATUS.get(response.status_code, EngineError)
    if kind is EngineError and NO_IMAGE in str(message):
        kind = EngineNotFound
    if kind is EngineError and _wants_login(str(message)):  # a registry's words, passed on
        kind = EngineUnauthorized
    if kind is EngineUnauthorized and "endpoint" in message:  # the engine forbids, nobody denies
        kind = EngineConflict
    return kind(f"Error response from daemon: {str(message).strip()}")


def of_message(message: str) -> EngineError:
    """Return the error that the engine reports in the midst of a stream of messages."""
    lower = message.lower()
    if _wants_login(message):
        return EngineUnauthorized(message, hint="log in to the registry with `docker login`")
    if "not found" in lower or "manifest unknown" in lower:
        return EngineNotFound(message)
    return EngineError(message)


def _wants_login(message: str) -> bool:
    lower = message.lower()
    return any(words in lower for words in _LOGIN)


def of_exception(failure: Exception, address: str, call: str) -> EngineError:
    """Return what *failure* of *call* means."""
    causes = sorted(_causes(failure), key=_ssh_first)
    if _ceased(causes):
        return broken(address, call)
    for cause in causes:
        if isinstance(cause, EngineError):
            return cause
        found = _of_cause(cause, address, call)
        if found:
            return found
    return EngineError(f"{call} failed: {failure}")


def _ceased(causes: Iterable[BaseException]) -> bool:
    """Tell whether probes of a connection that was made were not answered any more."""
    made = not any(isinstance(one, NewConnectionError) for one in causes)
    return made and any(isinstance(one, OSError) and one.errno == errno.ETIMEDOUT for one in causes)


def _ssh_first(cause: BaseException) -> bool:
    """Sort what ssh said before the broken connection that it left behind."""
    return not isinstance(cause, SshRefused)


def _of_cause(cause: BaseException, address: str, call: str) -> EngineError | None:
    if isinstance(cause, (requests.Timeout, ReadTimeoutError, TimeoutError)):
        return EngineSilent(
            f"the engine at {address} did not answer {call} in time",
            hint="it may hang or be overloaded; COMPOSE_HTTP_TIMEOUT is how many seconds to wait",
        )
    if isinstance(cause, ssl.SSLError):
        return EngineUnreachable(
            f"no secure connection to the engine at {address}: {cause.reason or cause}",
            hint="check DOCKER_TLS_VERIFY and the files in DOCKER_CERT_PATH",
        )
    if isinstance(cause, BadStatusLine) and not isinstance(cause, ConnectionError):
        return EngineError(f"what answers {call} at {address} is not HTTP, so no engine")
    if isinstance(cause, PermissionError):
        return EngineUnreachable(
            f"permission denied while trying to connect to the Docker daemon socket at {address}",
            hint="add your user to the group docker and log in again, or use sudo",
        )
    return _of_connection(cause, address, call)


def _of_connection(cause: BaseException, address: str, call: str) -> EngineError | None:
    reason, away = "", False
    if isinstance(cause, SshRefused):
        host = re.split("[:/]", address.removeprefix("ssh://"), maxsplit=1)[0]
        return EngineAway(
            f"no engine answers at {address}: {cause}",
            hint=f"`ssh {host} docker version` must work without a question",
        )
    if isinstance(cause, FileNotFoundError):
        program = str(cause.filename or "")
        reason = f"the program {program} is missing" if program else "there is no such socket"
        away = not program
    elif isinstance(cause, ConnectionRefusedError):
        reason, away = "connection refused", True
    elif isinstance(cause, socket.gaierror):
        reason = "the host is unknown"
    elif isinstance(cause, (ConnectionError, requests.exceptions.ChunkedEncodingError)):
        return broken(address, call)
    elif isinstance(cause, OSError) and cause.errno in errno.errorcode:
        reason = (cause.strerror or str(cause)).lower()
    if not reason:
        return None
    if away:
        asked = f"Cannot connect to the Docker daemon at {address}. Is the docker daemon running?"
        return EngineAway(f"{asked} ({reason})", hint=_START)
    return EngineUnreachable(f"no engine answers at {address}: {reason}", hint=_START)


def broken(address: str, call: str) -> EngineAway:
    """Return the error of an answer that was cut off."""
    return EngineAway(f"the engine at {address} broke off its answer to {call}", cut=True)


def half(call: str) -> EngineAway:
    """Return the error of an answer that ends in the midst of its JSON."""
    return EngineAway(f"the engine's answer to {call} is not whole JSON", cut=True)


def shaped(found: Any, shape: Shape, call: str) -> Any:
    """Return an answer that is of *shape*; a list may be null. Raises EngineError otherwise."""
    if found is None and isinstance(shape, list):
        return []
    if what := misfit(found, shape):
        raise EngineError(
            f"the engine's answer to {call} is not what its API promises: {what}",
            hint="is it a Docker engine that answers there?",
        )
    return found


def _causes(failure: BaseException) -> Iterator[BaseException]:
    """Yield the innermost errors first: the libraries wrap the socket's own three times."""
    inner = [one for one in failure.args if isinstance(one, BaseException)]
    for one in (getattr(failure, "reason", None), failure.__cause__, failure.__context__):
        if isinstance(one, BaseException) and one not in inner:
            inner.append(one)
    for one in inner:
        yield from _causes(one)
    yield failure
