"""Speaking with a registry: manifests and blobs by their digests, with logins.

Certificates are checked as everywhere (SSL_CERT_FILE names further authorities). A registry on
this machine may do without TLS, as Docker's engine allows.

May import: oci, errors.
"""

import base64
import hashlib
import http.client
import ipaddress
import json
import re
import ssl
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from email.message import Message
from typing import Any, NamedTuple

from composer.errors import ComposerError
from composer.oci.artifact import INDEX, MANIFEST, digest
from composer.oci.names import Reference

TIMEOUT_S = 60
LIMIT = 1 << 26
"""Bytes of a manifest, or of a file of a project. Layers of images go through block by block."""
_DOCKER = "application/vnd.docker.distribution.manifest."
ACCEPTED = (MANIFEST, INDEX, f"{_DOCKER}v2+json", f"{_DOCKER}list.v2+json")
_PARAMETER = re.compile(r'(\w+)="([^"]*)"')
_UNAUTHORIZED = 401
Json = dict[str, Any]
Login = Callable[[str], tuple[str, str]]
"""Returns user and password for a registry; an identity token has no user; both may be empty."""


class Answer(NamedTuple):
    """What a registry answered; *headers* are found however it spells them."""

    status: int
    headers: Message
    content: bytes


class Repository:
    """One repository of a registry."""

    def __init__(self, where: Reference, login: Login) -> None:
        self._where = where
        self._login = login
        self._scheme = "https"
        self._authorization = ""

    def manifest(self, version: str) -> tuple[bytes, str]:
        """Return a manifest by tag or digest, and its media type. Raises ComposerError."""
        headers = {"Accept": ", ".join(ACCEPTED)}
        answer = self._ask("GET", f"manifests/{version}", headers=headers, accepted=(404,))
        if answer.status == http.HTTPStatus.NOT_FOUND:
            raise ComposerError(
                f"{self._where}{'@' if ':' in version else ':'}{version}: not found"
            )
        if ":" in version and digest(answer.content) != version:
            raise _other_content(self._where, version)
        return answer.content, answer.headers.get("Content-Type", MANIFEST)

    def blob(self, wanted: str) -> bytes:
        """Return a blob by its digest. Raises ComposerError."""
        content = self._ask("GET", f"blobs/{wanted}").content
        if digest(content) != wanted:
            raise _other_content(self._where, wanted)
        return content

    def has(self, wanted: str) -> bool:
        """Tell whether the repository has a blob."""
        return self._ask("HEAD", f"blobs/{wanted}", accepted=(404,)).status == http.HTTPStatus.OK

    def put_blob(self, content: bytes) -> None:
        """Upload a blob, unless the repository has it."""
        name = digest(content)
        if not self.has(name):
            self._upload(name, content, len(content))

    def copy_blob(self, source: "Repository", wanted: str, size: int) -> None:
        """Upload a blob of another repository as it comes, unless this one has it."""
        if not self.has(wanted):
            self._upload(wanted, lambda: source.opened(wanted), size)

    @contextmanager
    def opened(self, wanted: str) -> Iterator["Checked"]:
        """Give a blob to be read. Raises ComposerError."""
        with self._open("GET", f"blobs/{wanted}") as found:
            yield Checked(found, wanted, str(self._where))

    def _upload(self, name: str, content: "Content", size: int) -> None:
        begun = self._ask("POST", "blobs/uploads/", content=b"")
        place = urllib.parse.urljoin(self._url(""), begun.headers.get("Location", ""))
        together = "&" if "?" in place else "?"
        headers = {"Content-Type": "application/octet-stream", "Content-Length": str(size)}
        where = f"{place}{together}digest={urllib.parse.quote(name)}"
        self._ask("PUT", where, content=content, headers=headers)

    def put_manifest(self, version: str, content: bytes, kind: str) -> None:
        """Upload a manifest under a tag or its digest."""
        self._ask("PUT", f"manifests/{version}", content=content, headers={"Content-Type": kind})

    def _url(self, path: str) -> str:
        if path.startswith(("http://", "https://")):
            return path
        return f"{self._scheme}://{self._where.host}/v2/{self._where.repository}/{path}"

    def _ask(
        self,
        method: str,
        path: str,
        *,
        content: "Content" = None,
        headers: Mapping[str, str] = {},
        accepted: tuple[int, ...] = (),
    ) -> Answer:
        """Make a call; return the whole answer. Raises ComposerError."""
        with self._open(method, path, content, headers, accepted) as found:
            try:
                answer = Answer(_status(found), found.headers, found.read(LIMIT + 1))
            except (OSError, http.client.HTTPException) as failed:
                raise self._unreachable(failed, method, self._url(path)) from failed
        if len(answer.content) > LIMIT:
            raise ComposerError(f"{self._where} answered with more than {LIMIT} bytes")
        return answer

    @contextmanager
    def _open(
        self,
        method: str,
        path: str,
        content: "Content" = None,
        headers: Mapping[str, str] = {},
        accepted: tuple[int, ...] = (),
    ) -> Iterator["Open"]:
        """Make a call, once more with a login where that is asked for; give the answer, unread.

        Raises ComposerError, also for a refusal that is not *accepted*.
        """
        found = self._call(method, path, content, headers)
        if _status(found) == _UNAUTHORIZED:
            with found:
                refused = Answer(_status(found), found.headers, found.read(LIMIT))
            if not self._log_in(refused):
                raise self._refusal(refused)
            found = self._call(method, path, content, headers)
        with found:
            if _status(found) >= http.HTTPStatus.BAD_REQUEST and _status(found) not in accepted:
                raise self._refusal(Answer(_status(found), found.headers, found.read(LIMIT)))
            yield found

    def _call(
        self, method: str, path: str, content: "Content", headers: Mapping[str, str]
    ) -> "Open":
        """Return the answer, also one that refuses; without TLS where that may be."""
        with content() if callable(content) else nullcontext(content) as data:
            request = self._request(method, path, headers, data)
            try:
                return urllib.request.urlopen(request, timeout=TIMEOUT_S)  # type: ignore[no-any-return]  # noqa: S310
            except urllib.error.HTTPError as refused:
                return refused
            except (OSError, http.client.HTTPException) as failed:
                if not self._may_do_without_tls(failed):
                    raise self._unreachable(failed, method, request.full_url) from failed
        self._scheme = "http"
        return self._call(method, path, content, headers)

    def _request(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        data: "bytes | Checked | None",
    ) -> urllib.request.Request:
        request = urllib.request.Request(  # noqa: S310 - http or https
            self._url(path),
            data=data,  # type: ignore[arg-type]  # what has a method read will do
            headers=dict(headers),
            method=method,
        )
        if self._authorization:  # kept from other hosts that the registry may send us to
            request.add_unredirected_header("Authorization", self._authorization)
        return request

    def _may_do_without_tls(self, failed: Exception) -> bool:
        reason = getattr(failed, "reason", failed)
        wrong = isinstance(reason, (ssl.SSLError, ConnectionResetError, http.client.HTTPException))
        verified = isinstance(reason, ssl.SSLCertVerificationError)
        return self._scheme == "https" and wrong and not verified and _is_local(self._where.host)

    def _unreachable(self, failed: Exception, method: str, url: str) -> ComposerError:
        reason = getattr(failed, "reason", failed)
        if isinstance(reason, ssl.SSLCertVerificationError):
            return ComposerError(
                f"{self._where}: the registry's certificate is not trusted:"
                f" {reason.verify_message}",
                hint="name the file of its authority with SSL_CERT_FILE",
            )
        why = (reason.strerror or "").lower() if isinstance(reason, OSError) else ""
        return ComposerError(
            f'failed to do request: {method} "{url}": {why or reason}',
            hint="no registry answers: check its name, and the network",
        )

    def _refusal(self, answer: Answer) -> ComposerError:
        try:
            errors = json.loads(answer.content)["errors"]
            said = "; ".join(str(one.get("message") or one.get("code")) for one in errors)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            said = ""
        message = f"{self._where}: {said or f'the registry answered with status {answer.status}'}"
        if answer.status in {_UNAUTHORIZED, 403}:
            return ComposerError(message, hint=f"log in with `docker login {self._where.registry}`")
        return ComposerError(message)

    def _log_in(self, answer: Answer) -> bool:
        """Take the login that the registry asks for; tell whether there is something new to try."""
        before = self._authorization
        kind, _, rest = answer.headers.get("WWW-Authenticate", "").partition(" ")
        user, password = self._login(self._where.login)
        basic = base64.b64encode(f"{user}:{password}".encode()).decode()
        if kind.lower() == "bearer":
            asked = dict(_PARAMETER.findall(rest))
            self._authorization = f"Bearer {self._token(asked, user, password, basic)}"
        elif user:
            self._authorization = f"Basic {basic}"
        return self._authorization != before

    def _token(self, asked: Mapping[str, str], user: str, password: str, basic: str) -> str:
        """Return a token of the server that the registry names."""
        realm = asked.get("realm", "")
        if not realm.startswith(("http://", "https://")):
            raise ComposerError(f"{self._where} names no server of tokens")
        query = {key: asked[key] for key in ("service", "scope") if asked.get(key)}
        data = None
        if password and not user:
            fields = {**query, "grant_type": "refresh_token", "refresh_token": password}
            data = urllib.parse.urlencode({**fields, "client_id": "composer"}).encode()
        else:
            realm = f"{realm}?{urllib.parse.urlencode(query)}"
        request = urllib.request.Request(realm, data=data)  # noqa: S310 - checked above
        if user:
            request.add_unredirected_header("Authorization", f"Basic {basic}")
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as found:  # noqa: S310
                told = json.loads(found.read(LIMIT))
                token = told.get("token") or told.get("access_token") or ""
        except urllib.error.HTTPError as refused:
            with refused:
                answer = Answer(refused.code, refused.headers, refused.read(LIMIT))
                raise self._refusal(answer) from refused
        except (OSError, ValueError, http.client.HTTPException) as failed:
            raise self._unreachable(failed, request.get_method(), realm) from failed
        except (AttributeError, RecursionError) as wrong:
            raise ComposerError(f"{self._where}: {realm} gives no token") from wrong
        return str(token)


class Checked:
    """A blob of *where* that is read block by block, and checked at its end."""

    def __init__(self, source: "Open", wanted: str, where: str) -> None:
        self._source = source
        self._wanted = wanted
        self._where = where
        self._seen = hashlib.sha256()

    def read(self, size: int) -> bytes:
        """Return the next block, nothing at the end. Raises ComposerError."""
        try:
            block = self._source.read(size)
        except (OSError, http.client.HTTPException) as failed:
            raise ComposerError(f"{self._where} broke off {self._wanted}: {failed}") from failed
        self._seen.update(block)
        if not block and f"sha256:{self._seen.hexdigest()}" != self._wanted:
            raise _other_content(self._where, self._wanted)
        return block


Open = http.client.HTTPResponse | urllib.error.HTTPError
"""An answer that is still to be read, and closed."""
Content = bytes | Callable[[], AbstractContextManager[Checked]] | None
"""What is sent: nothing, bytes, or what can be read, once more where the call is repeated."""


def _status(found: Open) -> int:
    return found.status or 0  # an HTTPError might have none, if it were not made by an answer


def _other_content(where: object, wanted: str) -> ComposerError:
    return ComposerError(f"{where} answered with other content than {wanted}")


def _is_local(host: str) -> bool:
    name = host.rpartition(":")[0] or host
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return name == "localhost"
