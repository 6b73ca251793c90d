"""Calls to the engine's HTTP API.

The SDK brings the transports (socket, TCP, TLS) and the registries' credentials. Paths, queries and
bodies are written here, so that nothing depends on which fields the SDK knows.

What an engine that restarts does not answer, or answers by half, is asked again, where asking
changes nothing. Changes are never sent twice: whoever asked for one looks at what is there, and
plans again.

May import: errors, value, engine.docker.
"""

import json
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from email.utils import parsedate_to_datetime
from typing import Any, BinaryIO
from urllib.parse import quote

from docker import auth
from docker.constants import DEFAULT_USER_AGENT
from docker.tls import TLSConfig
from docker.utils import parse_host
from requests import Request, Response, Session
from urllib3 import HTTPHeaderDict

from composer.engine.docker.address import Address
from composer.engine.docker.answers import Shape
from composer.engine.docker.configuration import configuration
from composer.engine.docker.failures import FOREIGN, half, of_exception, of_status, shaped
from composer.engine.docker.logins import as_configured, login_of, logins
from composer.engine.docker.streams import RawStream
from composer.engine.docker.transports import Adapter, NetAdapter
from composer.errors import EngineAway, EngineUnreachable

Body = dict[str, Any] | None
Data = bytes | BinaryIO | None
Query = Mapping[str, str | int | bool | list[str] | None]
"""Parameters; a list is one that is there several times."""

CONNECT = 15
QUICK = 60
"""Seconds to wait for the answer to a question, or to a small change."""
SLOW = 300
"""Seconds to wait where the engine copies or deletes files before it answers."""
_AGES = 1 << 30
"""Seconds that are as good as for ever."""
POOL = 32
PATIENCE = 30.0
"""Seconds for which a question is repeated to an engine that has answered before."""
BRIEF = 1.0
"""The same for one that never has, and for streams, whose readers try again by themselves."""
_PAUSE, _LONGEST_PAUSE = 0.05, 1.0
_SLACK = 1.0
"""Seconds by which two clocks that agree may be apart."""
HALVES = 3
"""Times that a question is asked while half of an answer comes."""
_QUESTIONS = frozenset({"GET", "HEAD"})


def path(template: str, *names: str) -> str:
    """Return *template* with each ``{}`` replaced by a quoted name."""
    return template.format(*(quote(name, safe="/:@") for name in names))


class Http:
    """The connection to one engine; may be used from several threads."""

    def __init__(self, address: Address, haste: float = 1.0) -> None:
        """*haste* is what all times of waiting are multiplied by."""
        self.address = address.host
        self._haste = haste
        self._met = False
        self._ahead = 0.0
        self._logins = logins(address.config, address.logins)
        try:
            self._client, self._base = _client(address)
        except FOREIGN as failure:
            raise of_exception(failure, self.address, "the connection") from failure
        self.version = ""

    def call(  # noqa: PLR0913 - what an HTTP request is made of
        self,
        method: str,
        where: str,
        *,
        query: Query | None = None,
        body: Body = None,
        data: Data = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = QUICK,
        grace: float = 0,
        stream: bool = False,
    ) -> Response:
        """Return the response; raise an EngineError where there is none or it refuses.

        *grace* are seconds that the engine was told to take, below 0 (or more than a socket can
        wait) for any time: they come on top of *timeout*, whatever the haste.
        """
        began, pause = time.monotonic(), _PAUSE
        timeout = timeout * self._haste + grace if timeout and 0 <= grace <= _AGES else None
        while True:
            try:
                return self._send(method, where, query, body, data, headers, timeout, stream)
            except EngineAway as away:
                patience = self._patience(away, brief=stream)
                if method not in _QUESTIONS or time.monotonic() - began >= patience:
                    raise
            time.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    def _patience(self, away: EngineAway, *, brief: bool) -> float:
        if brief or not self._met:
            return BRIEF if away.cut else 0
        return PATIENCE

    def _send(  # noqa: PLR0913, PLR0917 - as above
        self,
        method: str,
        where: str,
        query: Query | None,
        body: Body,
        data: Data,
        headers: Mapping[str, str] | None,
        timeout: float | None,
        stream: bool,  # noqa: FBT001
    ) -> Response:
        """Make one attempt."""
        prefix = f"/v{self.version}" if self.version else ""
        sent = dict(headers or {})
        content: Any = data
        if body is not None:
            content = json.dumps(body).encode()
            sent["Content-Type"] = "application/json"
        name, asked = f"{method} {where}", time.time()
        try:
            response: Response = self._client.request(
                method,
                f"{self._base}{prefix}{where}",
                params=_query(query),
                data=content,
                headers=sent,
                timeout=(CONNECT, timeout),
                stream=stream,
                allow_redirects=False,
            )
            if not self._met:
                self._met = True
                self._ahead = ahead(response.headers.get("Date", ""), asked, time.time())
            if response.status_code >= 400:  # noqa: PLR2004 - HTTP: from here on, refusals
                raise of_status(response, name)
        except FOREIGN as failure:
            raise of_exception(failure, self.address, name) from failure
        return response

    def clock(self) -> float:
        """Return the time by the engine's clock, in Unix seconds."""
        return time.time() + self._ahead

    def upgrade(self, where: str, headers: Sequence[tuple[str, str]]) -> Response:
        """Ask for another protocol on the connection; a header may be there several times."""
        name = f"POST {where}"
        wanted = Request("POST", f"{self._base}/v{self.version}{where}")
        try:
            prepared = self._client.prepare_request(wanted)
            prepared.headers = HTTPHeaderDict([*prepared.headers.items(), *headers])
            response: Response = self._client.send(
                prepared,
                timeout=(CONNECT, QUICK * self._haste),
                stream=True,
                allow_redirects=False,
            )
            if response.status_code >= 400:  # noqa: PLR2004 - as above
                raise of_status(response, name)
        except FOREIGN as failure:
            raise of_exception(failure, self.address, name) from failure
        return response

    def json(self, method: str, where: str, shape: Shape, **options: Any) -> Any:
        """Return the answer's JSON, which is of *shape*; half of it is as good as none.

        An answer whose headers were cut looks whole to the HTTP libraries, and empty.
        """
        asked = 1
        while True:
            response = self.call(method, where, **options)
            try:
                return shaped(json.loads(response.content), shape, f"{method} {where}")
            except (ValueError, RecursionError) as failure:
                if method not in _QUESTIONS or asked == HALVES:
                    raise half(f"{method} {where}") from failure
            asked += 1
            time.sleep(_PAUSE)

    def stream(
        self, method: str, where: str, *, limit: float | None = SLOW, **options: Any
    ) -> RawStream:
        """Return the answer as a stream; it may last for any time.

        *limit* are the seconds in which the engine begins to answer: where it does not, it hangs.
        """
        response = self.call(method, where, stream=True, timeout=limit, **options)
        return RawStream(response, self.address, f"{method} {where}")

    def credentials(self, image: str) -> dict[str, str]:
        """Return the header with the credentials for the registry of *image*, or none."""
        try:
            registry, _ = auth.resolve_repository_name(image.partition("@")[0])
        except FOREIGN as failure:
            raise of_exception(failure, self.address, f"the credentials for {image}") from failure
        found = self._logins.resolve_authconfig(registry)
        return {"X-Registry-Auth": _header(found)} if found else {}

    def credentials_to_build(self) -> dict[str, str]:
        """Return the header with the credentials for all registries that a build may need."""
        return {"X-Registry-Config": _header(self._every_login())}

    def all_credentials(self) -> dict[str, dict[str, str]]:
        """Return the credentials for all registries, those kept by helpers too."""
        return {registry: as_configured(one) for registry, one in self._every_login().items()}

    def _every_login(self) -> dict[str, dict[str, str]]:
        found = self._logins.get_all_credentials()
        return {registry: one for registry, one in found.items() if one}

    def login(self, registry: str) -> tuple[str, str]:
        """Return the user and password for *registry*; an identity token has no user."""
        return login_of(self._logins, registry)

    def close(self) -> None:
        """Close all connections."""
        self._client.close()


def ahead(date: str, asked: float, answered: float) -> float:
    """Return how many seconds the engine's clock is ahead, 0 where they may agree.

    *date* is what the header of an answer says, in whole seconds; *asked* and *answered* are when
    the answer came about, by our clock (Unix seconds).
    """
    try:
        theirs = parsedate_to_datetime(date).timestamp()
    except ValueError:
        return 0.0
    if asked - _SLACK <= theirs + 1 and theirs <= answered + _SLACK:
        return 0.0
    return theirs + 0.5 - (asked + answered) / 2


def _query(query: Query | None) -> dict[str, str | list[str]]:
    """Return the query as text; None and empty values are left out."""
    made: dict[str, str | list[str]] = {}
    for key, value in (query or {}).items():
        if isinstance(value, list):
            made[key] = value
        elif value is not None and value != "":
            made[key] = str(int(value)) if isinstance(value, bool) else str(value)
    return made


def _client(address: Address) -> tuple[Any, str]:
    """Return a client for *address*, which connects to nothing yet, and what its URLs begin with.

    The SDK's own would read the user's configuration by itself, and fail with it.
    """
    host = address.host
    client: Any = Session()
    client.trust_env = False  # neither a proxy nor .netrc stands between us and the engine
    client.headers["User-Agent"] = DEFAULT_USER_AGENT
    known = configuration(address.config)
    client.headers.update(dict(address.headers) or known.get("HttpHeaders", {}))
    if host.startswith(("unix://", "ssh://")):
        client.mount("http+docker://", Adapter(host, CONNECT, POOL))
        return client, "http+docker://localhost"
    secure = address.tls and host.startswith(("tcp://", "https://"))
    if secure:
        pair = (address.certificate, address.key)
        TLSConfig(
            client_cert=pair if all(pair) else None,
            ca_cert=address.authority or None,
            verify=address.verify,
        ).configure_client(client)
    for scheme in ("http://", "https://"):
        client.mount(scheme, NetAdapter(pool_maxsize=POOL))
    return client, _base(host, tls=secure)


def _base(host: str, *, tls: bool) -> str:
    """Return what URLs of an engine at *host* begin with. Raises EngineUnreachable."""
    with suppress(*FOREIGN):
        base = str(parse_host(host, tls=tls))
        if base.startswith(("http://", "https://")):
            return base
    raise EngineUnreachable(
        f"invalid bind address format: {host}",
        hint="its form is unix://PATH, tcp://HOST[:PORT] or ssh://[USER@]HOST[:PORT]",
    )


def _header(content: Mapping[str, Any]) -> str:
    return auth.encode_header(content).decode()
