"""Where the engine is: DOCKER_HOST, else the current Docker context, else the default socket.

The environment is an argument.
May import: engine.docker.configuration, disk, errors, value.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from composer.disk import read_file
from composer.engine.docker.configuration import (
    LOGINS,
    config_folder,
    configuration,
    headers_of,
)
from composer.errors import EngineUnreachable
from composer.value import Value

DEFAULT_HOST = "unix:///var/run/docker.sock"
_SELECTED = "`docker context ls`; DOCKER_CONTEXT or `docker context use` selects one"
_TLS_HOST = "tcp://localhost:2376"
"""The default with TLS."""
_TCP = re.compile(r"tcp://(\[[^]]*\]|[^:/]*)(?::(\d*))?(/.*)?")
_PROXIES = {
    "HTTP_PROXY": "httpProxy",
    "HTTPS_PROXY": "httpsProxy",
    "FTP_PROXY": "ftpProxy",
    "NO_PROXY": "noProxy",
    "ALL_PROXY": "allProxy",
}
"""The variables of proxies, and what Docker's configuration calls them."""
_NAMED = {
    "authority": "COMPOSER_TLS_CACERT",
    "certificate": "COMPOSER_TLS_CERT",
    "key": "COMPOSER_TLS_KEY",
}
"""The variables that name single files of a TLS connection, wherever the others are."""


class Address(Value, hidden=("headers", "logins")):
    """An engine's address and the files of its TLS connection.

    *source* says where it comes from, for messages. With *tls*, *verify* tells whether the
    engine's certificate is checked; an empty path means that there is no such file. *config* is
    the folder of Docker's client configuration. *headers* go with each call, *logins* are those to
    registries; both as variables say, and empty where they say nothing.
    """

    host: str
    source: str = "default"
    config: str = ""
    tls: bool = False
    verify: bool = True
    authority: str = ""
    certificate: str = ""
    key: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    logins: str = ""


def resolve(environ: Mapping[str, str]) -> Address:
    """Return the address that the docker client would use with these variables."""
    headers = headers_of(environ)
    found = _resolve(environ)
    if wrong := _wrong_with_ssh(found.host):
        raise EngineUnreachable(
            f"ssh host connection is not valid: invalid SSH URL: {wrong}",
            hint="its form is ssh://[USER@]HOST[:PORT][/SOCKET]",
        )
    return found.replace(headers=headers, logins=environ.get(LOGINS, ""))


def _wrong_with_ssh(host: str) -> str:
    """Return what is wrong with an address for ssh, empty for all others."""
    if not host.startswith("ssh://"):
        return ""
    try:
        parts = urlsplit(host)
        _ = parts.port
    except ValueError as wrong:
        return str(wrong)
    told = {
        "plain-text password is not supported": parts.password,
        "query parameters are not allowed": parts.query,
        "fragments are not allowed": parts.fragment,
        "hostname is empty": not parts.hostname,
    }
    return next((text for text, found in told.items() if found), "")


def _resolve(environ: Mapping[str, str]) -> Address:
    config = config_folder(environ)
    if host := environ.get("DOCKER_HOST", "").strip():
        return _from_variables(_whole(host, environ), "DOCKER_HOST", environ, config)
    context = environ.get("DOCKER_CONTEXT") or configuration(config).get("currentContext")
    if context and context != "default":
        return _from_context(context, config)
    return _from_variables("", "default", environ, config)


def _whole(host: str, environ: Mapping[str, str]) -> str:
    """Return *host* with what it leaves out: TCP, this machine, the usual port or socket."""
    host = host if "://" in host else f"tcp://{host}"
    if host == "unix://":
        return DEFAULT_HOST
    if not (parts := _TCP.fullmatch(host)):
        return host
    name, port, path = parts.groups(default="")
    port = port or ("2376" if _asks_for_tls(environ) else "2375")
    return f"tcp://{name or 'localhost'}:{port}{path}"


def _asks_for_tls(environ: Mapping[str, str]) -> bool:
    return bool(environ.get("DOCKER_TLS_VERIFY") or environ.get("DOCKER_TLS"))


def proxies(address: Address) -> dict[str, str]:
    """Return the variables that containers and builds get from Docker's configuration.

    Its ``proxies`` has an entry for an engine, or ``default``. Each variable is there in capitals
    and in small letters, as programs read the one or the other.
    """
    known = configuration(address.config).get("proxies", {})
    given = known.get(address.host, known.get("default", {}))
    found = {name: given[key] for name, key in _PROXIES.items() if given.get(key)}
    return found | {name.lower(): value for name, value in found.items()}


def _from_variables(host: str, source: str, environ: Mapping[str, str], config: Path) -> Address:
    """Return the address of *host*, else the default one, and with TLS where a variable says so.

    TLS needs the authority's certificate, whatever the host is and even where it goes unchecked.
    """
    verify = bool(environ.get("DOCKER_TLS_VERIFY"))
    if not _asks_for_tls(environ):
        return Address(host or DEFAULT_HOST, source, str(config))
    folder = Path(environ.get("DOCKER_CERT_PATH") or config)
    named = {kind: environ[name] for kind, name in _NAMED.items() if environ.get(name)}
    files = {**_tls_files(folder), **named}
    if missing := _missing(files, folder):
        raise EngineUnreachable(
            f"TLS is asked for, and there is no file {missing}",
            hint="set DOCKER_CERT_PATH to the folder of the certificates, or unset "
            "DOCKER_TLS_VERIFY and DOCKER_TLS",
        )
    found = Address(host or _TLS_HOST, source, str(config), tls=True, verify=verify)
    return found.replace(**files)


def _missing(files: Mapping[str, str], folder: Path) -> str:
    """Return the first file that must be there and is not, empty where none is missing."""
    needed = {"authority": str(folder / "ca.pem"), **files}
    return next((one for one in needed.values() if not Path(one).is_file()), "")


def _from_context(name: str, config: Path) -> Address:
    folder = hashlib.sha256(name.encode()).hexdigest()
    endpoint = _endpoint(name, config / "contexts" / "meta" / folder / "meta.json")
    files = _tls_files(config / "contexts" / "tls" / folder / "docker")
    host = endpoint.get("Host") or DEFAULT_HOST
    verify = not endpoint.get("SkipTLSVerify")  # which asks for TLS, too, as for Docker's clients
    tls = bool(files) or not verify
    found = Address(host, f"context {name}", str(config), tls=tls, verify=verify)
    return found.replace(**files)


def _endpoint(name: str, file: Path) -> dict[str, Any]:
    """Return what the file of the context *name* says of its engine."""
    try:
        found = json.loads(read_file(file))
    except FileNotFoundError:
        message = f"the Docker context {name!r} does not exist"
        raise EngineUnreachable(message, hint=f"see {_SELECTED}") from None
    except (OSError, ValueError, RecursionError) as wrong:
        message = f"the Docker context {name!r} cannot be read: {wrong}"
        raise EngineUnreachable(message, hint=f"mend {file}, or see {_SELECTED}") from wrong
    for key in ("Endpoints", "docker"):
        found = found.get(key) if isinstance(found, dict) else None
    if not isinstance(found, dict) or not isinstance(found.get("Host") or "", str):
        message = f"the Docker context {name!r} names no engine"
        raise EngineUnreachable(message, hint=f"mend {file}, or see {_SELECTED}")
    return found


def _tls_files(folder: Path) -> dict[str, str]:
    names = {"authority": "ca.pem", "certificate": "cert.pem", "key": "key.pem"}
    return {kind: str(folder / name) for kind, name in names.items() if (folder / name).is_file()}
