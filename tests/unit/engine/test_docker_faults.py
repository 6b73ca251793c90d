"""Engines that are away, refuse, or break off: what the user is told."""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import pytest

from composer.engine.docker import adapter, connect, http
from composer.engine.docker.streams import Chunks
from composer.engine.port import Engine
from composer.errors import (
    EngineAway,
    EngineConflict,
    EngineError,
    EngineNotFound,
    EngineSilent,
    EngineUnauthorized,
    EngineUnreachable,
    EngineUnsupported,
)

VERSION = b'{"ApiVersion": "1.41", "MinAPIVersion": "1.12", "Version": "x"}'


def answer(content: bytes, status: str = "200 OK", length: int | None = None) -> bytes:
    size = len(content) if length is None else length
    head = f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {size}\r\n\r\n"
    return head.encode() + content


def chunked(*chunks: bytes, whole: bool = True) -> bytes:
    head = b"HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    body = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)
    return head + body + (b"0\r\n\r\n" if whole else b"")


class Server:
    """Answers GET /version, and everything else with *replies*, one a connection's request."""

    def __init__(self, path: Path | None) -> None:
        """It listens at *path*, or at a port of this machine."""
        self.replies: dict[str, bytes | None] = {"/version": answer(VERSION)}
        self.requests: list[str] = []
        self.headers: list[str] = []
        self._socket = socket.socket(socket.AF_UNIX if path else socket.AF_INET)
        self._socket.bind(str(path) if path else ("127.0.0.1", 0))
        self._socket.listen()
        name = self._socket.getsockname()
        self.address = f"unix://{name}" if path else f"tcp://{name[0]}:{name[1]}"
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                made, _ = self._socket.accept()
            except OSError:
                return
            self._open.append(made)
            threading.Thread(target=self._serve, args=(made,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            request = connection.recv(65536).decode()
            line, *headers = request.splitlines()
            self.requests.append(line)
            self.headers += headers
            reply = next(text for end, text in self.replies.items() if end in line)
            if reply is None:  # accepts, and never answers
                connection.recv(1)
            else:
                connection.sendall(reply)

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for one in self._open:
            one.close()


@pytest.fixture(params=["socket", "port"])
def server(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Server]:
    made = Server(tmp_path / "s" if request.param == "socket" else None)
    yield made
    made.close()


@pytest.fixture
def engine(server: Server, tmp_path: Path) -> Iterator[Engine]:
    made = connect({"DOCKER_HOST": server.address, "HOME": str(tmp_path)})
    yield made
    made.close()


def test_no_socket(tmp_path: Path) -> None:
    with pytest.raises(EngineUnreachable, match="no such socket") as caught:
        connect({"DOCKER_HOST": f"unix://{tmp_path}/none", "HOME": str(tmp_path)})
    known = f"Cannot connect to the Docker daemon at unix://{tmp_path}/none. Is the docker daemon"
    assert known in str(caught.value), "what scripts look for"
    assert "DOCKER_HOST" in caught.value.hint


def test_nobody_listens(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(f"{tmp_path}/left")
    with pytest.raises(EngineUnreachable, match="connection refused"):
        connect({"DOCKER_HOST": f"unix://{tmp_path}/left", "HOME": str(tmp_path)})


@pytest.mark.skipif(os.geteuid() == 0, reason="everything is permitted to root")
def test_a_socket_that_is_not_ours(server: Server, tmp_path: Path) -> None:
    assert not server.requests
    (tmp_path / "s").chmod(0)
    with pytest.raises(EngineUnreachable, match="permission denied while trying") as caught:
        connect({"DOCKER_HOST": server.address, "HOME": str(tmp_path)})
    assert "group docker" in caught.value.hint


@pytest.mark.parametrize(
    ("given", "expected"),
    [({}, "x-file: 1"), ({"DOCKER_CUSTOM_HEADERS": "x-given=2"}, "x-given: 2")],
)
def test_headers_of_the_variable_take_the_place_of_configured_ones(
    server: Server, tmp_path: Path, given: dict[str, str], expected: str
) -> None:
    (tmp_path / "config.json").write_text('{"HttpHeaders": {"x-file": "1"}}')
    environ = {"DOCKER_HOST": server.address, "DOCKER_CONFIG": str(tmp_path), **given}
    connect(environ).close()
    assert [one for one in server.headers if one.startswith("x-")] == [expected]


@pytest.mark.parametrize("host", ["ftp://x", "fd://", "npipe:////./x", "tcp://h:x", "h:x:y"])
def test_addresses_that_are_none(tmp_path: Path, host: str) -> None:
    with pytest.raises(EngineUnreachable, match="invalid bind address format") as caught:
        connect({"DOCKER_HOST": host, "HOME": str(tmp_path)})
    assert "tcp://HOST" in caught.value.hint


def test_tls_files_that_are_missing(tmp_path: Path) -> None:
    environ = {"DOCKER_HOST": "tcp://127.0.0.1:1", "DOCKER_TLS_VERIFY": "1"}
    with pytest.raises(EngineUnreachable, match=r"ca\.pem"):
        connect({**environ, "HOME": str(tmp_path), "DOCKER_CERT_PATH": str(tmp_path)})


@pytest.mark.parametrize(
    ("answered", "wanted", "agreed"),
    [
        (b'{"ApiVersion": "1.41", "MinAPIVersion": "1.12"}', "", (1, 41)),
        (b'{"ApiVersion": "1.99", "MinAPIVersion": "1.44"}', "", (1, 51)),
        (b'{"ApiVersion": "1.47", "MinAPIVersion": "1.24"}', "1.43", (1, 43)),
        (b'{"ApiVersion": "1.47", "MinAPIVersion": "1.24"}', "v1.44", (1, 44)),
    ],
)
def test_agrees_on_a_version(
    server: Server, tmp_path: Path, answered: bytes, wanted: str, agreed: tuple[int, int]
) -> None:
    server.replies["/version"] = answer(answered)
    made = connect(
        {
            "DOCKER_HOST": server.address,
            "HOME": str(tmp_path),
            "DOCKER_API_VERSION": wanted,
        }
    )
    assert made.version().api == agreed


@pytest.mark.parametrize(
    "answered", [b'{"ApiVersion": "1.30"}', b'{"ApiVersion": "1.70", "MinAPIVersion": "1.60"}']
)
def test_versions_without_overlap(server: Server, tmp_path: Path, answered: bytes) -> None:
    server.replies["/version"] = answer(answered)
    with pytest.raises(EngineUnsupported):
        connect({"DOCKER_HOST": server.address, "HOME": str(tmp_path)})


@pytest.mark.parametrize(
    ("answered", "wanted", "message"),
    [
        (b"{}", "", "the engine's answer to GET /version names no version"),
        (b'{"ApiVersion": "x"}', "", "the engine's answer to GET /version: 'x' is not a version"),
        (b'{"ApiVersion": "1.41"}', "new", "DOCKER_API_VERSION: 'new' is not a version"),
    ],
)
def test_what_is_no_version(
    server: Server, tmp_path: Path, answered: bytes, wanted: str, message: str
) -> None:
    server.replies["/version"] = answer(answered)
    env = {"HOME": str(tmp_path), "DOCKER_API_VERSION": wanted}
    with pytest.raises(EngineError, match=message):
        connect({"DOCKER_HOST": server.address, **env})


@pytest.mark.parametrize(
    ("status", "content", "kind", "message"),
    [
        ("404 Not Found", b'{"message": "no such thing"}', EngineNotFound, "no such thing"),
        ("409 Conflict", b'{"message": "taken"}', EngineConflict, "taken"),
        ("401 Unauthorized", b'{"message": "log in"}', EngineUnauthorized, "log in"),
        ("403 Forbidden", b'{"message": "denied"}', EngineUnauthorized, "denied"),
        ("403 Forbidden", b'{"message": "has active endpoints"}', EngineConflict, "active"),
        ("500 Internal Server Error", b"plain", EngineError, "plain"),
        ("500 Error", b'{"message": "unrecognized image ID sha256:1"}', EngineNotFound, "image ID"),
        ("502 Bad Gateway", b"", EngineError, "status 502"),
    ],
)
def test_refusals(
    server: Server, engine: Engine, status: str, content: bytes, kind: type, message: str
) -> None:
    server.replies["/networks/x"] = answer(content, status)
    with pytest.raises(EngineError, match=message) as caught:
        engine.inspect_network("x")
    assert type(caught.value) is kind


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (answer(b'{"Id": "1', length=99), "broke off its answer to GET /networks/x"),
        (answer(b'{"Id": "1'), "GET /networks/x is not whole JSON"),
        (chunked(b'{"Id":', whole=False), "broke off its answer to GET /networks/x"),
        (b"", "broke off its answer to GET /networks/x"),
        (answer(b"{}")[:25], "broke off its answer to GET /networks/x"),
        (b"nonsense\r\n\r\n", "GET /networks/x"),
    ],
)
def test_answers_that_are_cut(
    server: Server, engine: Engine, monkeypatch: pytest.MonkeyPatch, reply: bytes, message: str
) -> None:
    monkeypatch.setattr(http, "PATIENCE", 0.1)
    server.replies["/networks/x"] = reply
    with pytest.raises(EngineError, match=message):
        engine.inspect_network("x")


@pytest.mark.parametrize(
    ("make", "call"),
    [
        (lambda engine: engine.create_container("web", {}), "POST /containers/create"),
        (lambda engine: engine.create_network({}), "POST /networks/create"),
        (lambda engine: engine.exec_create("web", {}), "POST /containers/web/exec"),
    ],
)
def test_what_was_made_without_an_id_is_told_with_the_call(
    server: Server, engine: Engine, make: Callable[[Engine], object], call: str
) -> None:
    server.replies[call.split()[1]] = answer(b'{"Id": null}', "201 Created")
    with pytest.raises(EngineError, match=f"its answer to {call} without an id"):
        make(engine)


def test_a_conversation_whose_beginning_is_cut(server: Server, engine: Engine) -> None:
    """Cut headers look whole to the HTTP libraries: what comes of it must not be silence."""
    server.replies[""] = b"HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nApi"
    with pytest.raises(EngineAway, match="broke off its answer to POST /containers/x/attach"):
        engine.attach_container("x")


def test_an_engine_that_does_not_answer(
    server: Server, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.replies["/containers/json"] = None
    call: Callable[..., object] = http.Http.call

    def hurried(*words: object, **options: object) -> object:
        return call(*words, **{**options, "timeout": 0.05})

    monkeypatch.setattr(http.Http, "call", hurried)
    with pytest.raises(EngineUnreachable, match="did not answer GET /containers/json in time"):
        engine.list_containers({})


def test_a_stream_that_breaks_off(server: Server, engine: Engine) -> None:
    server.replies["/logs"] = chunked(b"one", b"two", whole=False)
    logs = engine.container_logs("x")
    with pytest.raises(EngineUnreachable, match="broke off its answer to GET /containers/x/logs"):
        list(iter(lambda: logs.read(65536), b""))


def test_a_whole_stream(server: Server, engine: Engine) -> None:
    server.replies["/logs"] = chunked(b"one", b"two")
    logs = engine.container_logs("x")
    assert b"".join(iter(lambda: logs.read(2), b"")) == b"onetwo"


def test_events_that_break_off(server: Server, engine: Engine) -> None:
    server.replies["/_ping"] = answer(b"OK")
    event = b'{"Type":"container","Action":"die","Actor":{"ID":"1"},"timeNano":7}\n'
    server.replies["/events"] = chunked(event, b'{"Type":', whole=False)
    stream = iter(engine.events({}))
    assert next(stream).id == "1"
    with pytest.raises(EngineUnreachable, match="GET /events"):
        next(stream)


def test_an_error_in_the_midst_of_a_pull(server: Server, engine: Engine) -> None:
    lines = b'{"status":"Pulling"}\r\n{"error":"unauthorized: no"}\r\n'
    server.replies["/images/create"] = chunked(lines)
    progress = engine.pull_image("app")
    assert next(progress) == {"status": "Pulling"}
    with pytest.raises(EngineUnauthorized, match="unauthorized") as caught:
        next(progress)
    assert "docker login" in caught.value.hint
    assert "tag=latest" in server.requests[-1]


def test_a_platform_is_made_whole_for_a_container_and_sent_as_written_for_a_pull(
    server: Server, engine: Engine
) -> None:
    server.replies["/containers/create"] = answer(b'{"Id": "a", "Warnings": []}')
    server.replies["/images/create"] = chunked(b'{"status":"Pulling"}\r\n')
    engine.create_container("a", {}, "X86_64")
    assert "platform=linux%2Famd64" in server.requests[-1]
    list(engine.pull_image("app", "X86_64"))
    assert "platform=x86_64" in server.requests[-1]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_chunks_of_any_cut(size: int) -> None:
    data = chunked(b"a" * 20, b"b", b"\r\n").partition(b"\r\n\r\n")[2]
    chunks = Chunks()
    found = b"".join(chunks.feed(data[at : at + size]) for at in range(0, len(data), size))
    assert found == b"a" * 20 + b"b\r\n"
    assert chunks.ended


def inspected(config: str) -> bytes:
    """Return the inspection of a container."""
    return f'{{"Id": "a", "Name": "/a", "Image": "i", "State": {{}}, "Config": {config}}}'.encode()


@pytest.fixture
def hasty(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """Give an engine for which silence counts as such very soon."""
    monkeypatch.setattr(adapter, "USUAL_GRACE", 0)
    environ = {"DOCKER_HOST": server.address, "HOME": str(tmp_path)}
    made = connect({**environ, "COMPOSE_HTTP_TIMEOUT": "0.5"})
    yield made
    made.close()


@pytest.mark.parametrize("timeout", [0, None])
def test_a_stop_that_is_never_answered_ends(
    hasty: Engine, server: Server, timeout: int | None
) -> None:
    """Also where the container's own grace period counts."""
    server.replies |= {"/stop": None, "/json": answer(inspected("{}"))}
    with pytest.raises(EngineSilent, match="did not answer POST /containers/a/stop in time"):
        hasty.stop_container("a", timeout)


def test_a_long_grace_period_of_the_container_is_heeded(hasty: Engine, server: Server) -> None:
    """It is not known beforehand, and asked for only when it matters."""
    server.replies |= {
        "/stop": None,
        "/json": answer(inspected('{"StopTimeout": 90}')),
        "/wait": answer(b'{"StatusCode": 0}'),
    }
    hasty.stop_container("a")
    assert "/containers/a/wait" in server.requests[-1]


def test_a_grace_period_may_be_longer_than_any_clock(hasty: Engine, server: Server) -> None:
    server.replies |= {"/stop": answer(b"", "204 No Content")}
    hasty.stop_container("a", 2**63 - 1)
    assert "t=9223372036854775807" in server.requests[-1]


@pytest.mark.parametrize(
    ("theirs", "seconds"), [(999, 0), (1000, 0), (1003, 0), (1004, 0), (1010, 9), (400, -601)]
)
def test_the_clock_of_the_engine(theirs: int, seconds: float) -> None:
    """It is the same where it may be: the answer tells seconds, and came from 1000 to 1003."""
    date = format_datetime(datetime.fromtimestamp(theirs, UTC), usegmt=True)
    assert http.ahead(date, 1000.0, 1003.0) == seconds


def test_an_engine_that_does_not_tell_the_time() -> None:
    assert http.ahead("", 1000.0, 1001.0) == 0
    assert http.ahead("soon", 1000.0, 1001.0) == 0


def test_durations_count_from_the_engines_clock(server: Server, tmp_path: Path) -> None:
    """What it logged has its times."""
    version = server.replies["/version"]
    assert version
    day = b"HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 2015 00:00:00 GMT\r\n"
    server.replies["/version"] = version.replace(b"HTTP/1.1 200 OK\r\n", day)
    found = connect({"DOCKER_HOST": server.address, "HOME": str(tmp_path)})
    assert abs(found.clock() - datetime(2015, 1, 1, tzinfo=UTC).timestamp()) < 3600
