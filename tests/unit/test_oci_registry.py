"""Speaking with a registry that answers on this machine."""

import contextlib
import hashlib
import json
import threading
import tracemalloc
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from composer.errors import ComposerError
from composer.oci.artifact import MANIFEST
from composer.oci.names import reference
from composer.oci.registry import Repository

BLOCK = 1 << 16


class Server(ThreadingHTTPServer):
    """A registry with one manifest and one blob, and the server of tokens that it names.

    *header* is how it spells the header in which it asks for a login. *size* is that of the blob,
    whose bytes are all x, *received* the digest of what was uploaded, *tokens* are those that it
    gives, of which T is let in; *nonsense* is what it answers instead.
    """

    def __init__(self, header: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.header = header
        self.size = 0
        self.tokens: Iterator[str] = iter(("T",) * 9)
        self.nonsense = b""
        self.received = ""
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
            token = self.server.nonsense or json.dumps({"token": next(self.server.tokens)}).encode()
            self._answer(200, {}, token)
        elif allowed != "Bearer T":
            realm = f'Bearer realm="http://{self.server.address}/token",service="s",scope="r"'
            self._answer(401, {self.server.header: realm}, b"{}")
        elif "/blobs/" in path:
            self._send_blob()
        else:
            self._answer(200, {"Content-Type": MANIFEST}, b"{}")

    def do_HEAD(self) -> None:
        self._answer(404, {}, b"")

    def do_POST(self) -> None:
        self._answer(202, {"Location": "/upload"}, b"")

    def do_PUT(self) -> None:
        left, seen = int(self.headers["Content-Length"]), hashlib.sha256()
        while left and (block := self.rfile.read(min(left, BLOCK))):
            seen.update(block)
            left -= len(block)
        self.server.received = f"sha256:{seen.hexdigest()}"
        self._answer(201, {}, b"")

    def _send_blob(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(self.server.size))
        self.end_headers()
        for _ in range(self.server.size // BLOCK):
            self.wfile.write(b"x" * BLOCK)

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


def nobody(_: str) -> tuple[str, str]:
    return "", ""


def test_a_layer_goes_from_one_registry_to_the_other_block_by_block() -> None:
    """However large, and though the first registry asks for a login in between."""
    size = 1 << 25
    name = f"sha256:{hashlib.sha256(b'x' * size).hexdigest()}"
    with serving() as source, serving() as target:
        source.size = size
        here = Repository(reference(f"{target.address}/here"), nobody)
        there = Repository(reference(f"{source.address}/there"), nobody)
        tracemalloc.start()
        try:
            here.copy_blob(there, name, size)
            assert tracemalloc.get_traced_memory()[1] < size // 4
        finally:
            tracemalloc.stop()
        assert target.received == name


@pytest.mark.parametrize("what", ["manifest", "layer"])
def test_a_token_that_is_refused_is_not_tried_for_ever(what: str) -> None:
    """Though each time the server gives another one."""
    with serving() as source, serving() as target:
        source.tokens = map(str, range(100))
        there = Repository(reference(f"{source.address}/there"), nobody)
        here = Repository(reference(f"{target.address}/here"), nobody)
        with pytest.raises(ComposerError, match="registry answered with status 401") as refused:
            there.manifest("1") if what == "manifest" else here.copy_blob(there, "sha256:0", 1)
        assert "docker login" in refused.value.hint
    assert [path for path, _ in source.asked].count("/token") == 1


@pytest.mark.parametrize("nonsense", [b"[]", b"[" * 100_000 + b"]" * 100_000])
def test_a_server_of_tokens_that_gives_none_is_named(nonsense: bytes) -> None:
    with serving() as server:
        server.nonsense = nonsense
        with pytest.raises(ComposerError, match="gives no token"):
            Repository(reference(f"{server.address}/a/b"), nobody).manifest("1")


def test_a_layer_that_has_not_its_digest_is_refused() -> None:
    wanted = "sha256:" + "0" * 64
    with serving() as source, serving() as target:
        source.size = BLOCK
        here = Repository(reference(f"{target.address}/here"), nobody)
        there = Repository(reference(f"{source.address}/there"), nobody)
        there.manifest("1")
        with pytest.raises(ComposerError, match=f"there answered with other content than {wanted}"):
            here.copy_blob(there, wanted, BLOCK)
