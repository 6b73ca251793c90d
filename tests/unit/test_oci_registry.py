"""Speaking with a registry that answers on this machine."""

import contextlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from composer.oci.artifact import MANIFEST
from composer.oci.names import reference
from composer.oci.registry import Repository


class Server(ThreadingHTTPServer):
    """A registry with one manifest, and the server of tokens that it names.

    *header* is how it spells the header in which it asks for a login.
    """

    def __init__(self, header: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.header = header
        self.asked: list[tuple[str, str]] = []

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        allowed = self.headers.get("Authorization", "")
        path = self.path.partition("?")[0]
        self.server.asked.append((path, allowed))
        if path == "/token":
            self._answer(200, {}, json.dumps({"token": "T"}).encode())
        elif allowed != "Bearer T":
            realm = f'Bearer realm="http://{self.server.address}/token",service="s",scope="r"'
            self._answer(401, {self.server.header: realm}, b"{}")
        else:
            self._answer(200, {"Content-Type": MANIFEST}, b"{}")

    def _answer(self, status: int, headers: dict[str, str], content: bytes) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def serving(header: str = "WWW-Authenticate") -> Iterator[Server]:
    with Server(header) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()


@pytest.mark.parametrize("header", ["WWW-Authenticate", "Www-Authenticate", "www-authenticate"])
def test_a_token_is_asked_for_however_the_registry_spells_its_header(header: str) -> None:
    with serving(header) as server:
        repository = Repository(reference(f"{server.address}/a/b"), lambda _: ("me", "secret"))
        assert repository.manifest("1") == (b"{}", MANIFEST)
    assert server.asked == [
        ("/v2/a/b/manifests/1", ""),
        ("/token", "Basic bWU6c2VjcmV0"),
        ("/v2/a/b/manifests/1", "Bearer T"),
    ]
