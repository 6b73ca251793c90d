"""The engine in memory behind HTTP, for any client; it remembers what it was asked to change.

    python -m tests.conformance.served SOCKET API

serves one at the Unix socket SOCKET that answers as an engine of API version API (such as 1.41).
Beside the Engine API: ``POST /forget`` begins anew with an empty engine, ``GET /recorded`` returns
the changes since then as a list of `Call`, ``GET /state`` what there is, ``POST /renew/NAME`` gives
an image a new id, ``POST /finish/NAME/CODE`` ends a container's process, ``POST /die/NAME`` leaves
it dead, ``POST /next`` tells that another command begins.
"""

import io
import json
import re
import socketserver
import sys
import tarfile
import threading
from collections.abc import Callable
from functools import partial
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from composer.engine.port import EngineEvent, Json
from composer.errors import EngineConflict, EngineError, EngineNotFound
from tests.conformance.obliging import CREATED, ObligingEngine

_HEADERS = ("X-Registry-Auth", "X-Registry-Config")
_OURS = ("/forget", "/renew", "/next", "/finish", "/die")


class Call(NamedTuple):
    """A request that changes something; *query* has lists of values, *body* is decoded JSON."""

    method: str
    path: str
    query: dict[str, list[str]]
    body: Any
    headers: dict[str, str]


class Served:
    """What all connections share."""

    def __init__(self, api: str) -> None:
        self.api = api
        self.forget()

    def forget(self) -> None:
        """Begin anew."""
        major, minor = self.api.split(".")
        self.engine = ObligingEngine((int(major), int(minor)))
        self.calls: list[Call] = []
        self.lock = threading.Lock()


def _value(query: dict[str, list[str]], key: str) -> str:
    return (query.get(key) or [""])[0]


def _true(query: dict[str, list[str]], key: str) -> bool:
    return _value(query, key).lower() in {"1", "true"}


def _filters(query: dict[str, list[str]]) -> Json:
    """Return filters; clients send lists, or mappings to true."""
    return {key: list(one) for key, one in json.loads(_value(query, "filters") or "{}").items()}


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    served: Served

    def address_string(self) -> str:
        return "local"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's
        pass

    def do_GET(self) -> None:
        self._handle()

    do_HEAD = do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 - the base's names

    def _handle(self) -> None:
        parts = urlsplit(self.path)
        where = re.sub(r"^/v1\.\d+(?=/)", "", unquote(parts.path))
        query = parse_qs(parts.query, keep_blank_values=True)
        content = self._content()
        body = self._decoded(content)
        if self.command in {"POST", "PUT", "DELETE"} and not where.startswith(_OURS):
            headers = {name: self.headers[name] for name in _HEADERS if self.headers[name]}
            with self.served.lock:
                self.served.calls.append(Call(self.command, where, query, body, headers))
        sent = content if self.command == "PUT" else body
        for method, pattern, act in ROUTES:
            if method == self.command and (found := re.fullmatch(pattern, where)):
                self._answer(partial(act, self, query, sent, *found.groups()))
                return
        self._json({"message": f"page not found: {self.command} {where}"}, 404)

    def _answer(self, act: Callable[[], None]) -> None:
        try:
            act()
        except EngineNotFound as error:
            self._json({"message": str(error)}, 404)
        except EngineConflict as error:
            code = 403 if "active endpoints" in str(error) else 409
            self._json({"message": str(error)}, code)
        except EngineError as error:
            self._json({"message": str(error)}, 400)

    def _decoded(self, content: bytes) -> Any:
        """Return JSON, or what is in an archive; None for all else."""
        kind = self.headers.get_content_type()
        if content and kind == "application/json":
            return json.loads(content)
        if content and self.command == "PUT":
            with tarfile.open(fileobj=io.BytesIO(content)) as files:
                return [
                    [one.name.lstrip("/"), oct(one.mode), one.uid, one.gid, _text(files, one)]
                    for one in files
                ]
        return None

    def _content(self) -> bytes:
        if length := self.headers.get("Content-Length"):
            return self.rfile.read(int(length))
        content = b""
        if self.headers.get("Transfer-Encoding") == "chunked":
            while size := int(self.rfile.readline(), 16):
                content += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        return content

    @property
    def engine(self) -> ObligingEngine:
        return self.served.engine

    def _json(self, value: Any, code: int = 200) -> None:
        content = b"" if value is None else json.dumps(value).encode()
        self.send_response(204 if value is None else code)
        self.send_header("Api-Version", self.served.api)
        self.send_header("Ostype", "linux")
        self.send_header("Content-Type", "application/json")
        if value is not None:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    # What is asked

    def ping(self, *_: Any) -> None:
        self._json("OK")

    def version(self, *_: Any) -> None:
        self._json({
            "ApiVersion": self.served.api, "MinAPIVersion": "1.24", "Version": "28.5.2",
            "Os": "linux", "Arch": "amd64",
        })  # fmt: skip

    def info(self, *_: Any) -> None:
        self._json({"OSType": "linux", "Architecture": "x86_64", "Swarm": {}, "Driver": "overlay2"})

    def state(self, *_: Any) -> None:
        self._json(self.engine.state())

    def renew(self, _: Any, __: Any, name: str) -> None:
        self.engine.add_image(name)
        self._json({})

    def end_process(self, _: Any, __: Any, name: str, code: str) -> None:
        self.engine.end(name, int(code))
        self._json({})

    def die(self, _: Any, __: Any, name: str) -> None:
        self.engine.die(name)
        self._json({})

    def next(self, *_: Any) -> None:
        self.engine.next_command()
        self._json({})

    def forget(self, *_: Any) -> None:
        self.engine.close()
        self.served.forget()
        self._json({})

    def recorded(self, *_: Any) -> None:
        self._json({"calls": self.served.calls, "ids": self.engine.ids})

    def events(self, query: Any, _: Any) -> None:
        stream = self.engine.events(_filters(query), _value(query, "since"), _value(query, "until"))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.flush()
        for event in stream:
            content = json.dumps(_event(event)).encode() + b"\n"
            try:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(content), content))
            except OSError:
                break
        self.close_connection = True

    def list_containers(self, query: Any, _: Any) -> None:
        filters = _filters(query)
        self._json(self.engine.list_containers(filters, everything=_true(query, "all")))

    def inspect_container(self, _: Any, __: Any, name: str) -> None:
        found = self.engine.inspect_container(name)
        self._json({"Created": CREATED, "Platform": "linux", **found})

    def create_container(self, query: Any, body: Any) -> None:
        made, _ = self.engine.create_container(_value(query, "name"), body)
        self._json({"Id": made, "Warnings": []}, 201)

    def start_container(self, _: Any, __: Any, name: str) -> None:
        self.engine.start_container(name)
        self._json(None)

    def stop_container(self, query: Any, _: Any, name: str) -> None:
        self.engine.stop_container(name, int(_value(query, "t") or 10))
        self._json(None)

    def restart_container(self, query: Any, _: Any, name: str) -> None:
        self.engine.restart_container(name, int(_value(query, "t") or 10))
        self._json(None)

    def kill_container(self, query: Any, _: Any, name: str) -> None:
        self.engine.kill_container(name, _value(query, "signal") or "SIGKILL")
        self._json(None)

    def pause_container(self, _: Any, __: Any, name: str) -> None:
        self.engine.pause_container(name)
        self._json(None)

    def unpause_container(self, _: Any, __: Any, name: str) -> None:
        self.engine.unpause_container(name)
        self._json(None)

    def rename_container(self, query: Any, _: Any, name: str) -> None:
        self.engine.rename_container(name, _value(query, "name"))
        self._json(None)

    def remove_container(self, query: Any, _: Any, name: str) -> None:
        self.engine.remove_container(name, force=_true(query, "force"), volumes=_true(query, "v"))
        self._json(None)

    def wait_container(self, _: Any, __: Any, name: str) -> None:
        self._json({"StatusCode": self.engine.wait_container(name).result()})

    def put_archive(self, query: Any, body: Any, name: str) -> None:
        self.engine.put_archive(name, _value(query, "path"), body)
        self._json({})

    def exec_create(self, _: Any, body: Any, name: str) -> None:
        self._json({"Id": self.engine.exec_create(name, body)}, 201)

    def exec_start(self, _: Any, __: Any, name: str) -> None:
        self.engine.exec_detach(name)
        self._json({})

    def exec_inspect(self, _: Any, __: Any, name: str) -> None:
        self._json({"ContainerID": "", "ProcessConfig": {}, **self.engine.exec_inspect(name)})

    def commit(self, query: Any, _: Any) -> None:
        wanted = {key: one[0] for key, one in query.items()}
        made = self.engine.commit_container(wanted["container"], wanted)
        self._json({"Id": made}, 201)

    def list_networks(self, query: Any, _: Any) -> None:
        self._json(self.engine.list_networks(_filters(query)))

    def inspect_network(self, _: Any, __: Any, name: str) -> None:
        self._json(self.engine.inspect_network(name))

    def create_network(self, _: Any, body: Any) -> None:
        self._json({"Id": self.engine.create_network(body)}, 201)

    def remove_network(self, _: Any, __: Any, name: str) -> None:
        self.engine.remove_network(name)
        self._json(None)

    def connect_network(self, _: Any, body: Any, name: str) -> None:
        self.engine.connect_network(name, body)
        self._json({})

    def disconnect_network(self, _: Any, body: Any, name: str) -> None:
        self.engine.disconnect_network(name, body["Container"])
        self._json({})

    def list_volumes(self, query: Any, _: Any) -> None:
        self._json({"Volumes": self.engine.list_volumes(_filters(query)), "Warnings": []})

    def inspect_volume(self, _: Any, __: Any, name: str) -> None:
        self._json(self.engine.inspect_volume(name))

    def create_volume(self, _: Any, body: Any) -> None:
        self._json(self.engine.create_volume(body), 201)

    def remove_volume(self, query: Any, _: Any, name: str) -> None:
        self.engine.remove_volume(name, force=_true(query, "force"))
        self._json(None)

    def list_images(self, query: Any, _: Any) -> None:
        self._json(self.engine.list_images(_filters(query)))

    def inspect_image(self, _: Any, __: Any, name: str) -> None:
        self._json(self.engine.inspect_image(name))

    def pull_image(self, query: Any, _: Any) -> None:
        name = _value(query, "fromImage").removeprefix("docker.io/library/")
        self.engine.inspect_image(f"{name}:{_value(query, 'tag') or 'latest'}")
        self._json({"status": "Status: Image is up to date"})

    def tag_image(self, query: Any, _: Any, name: str) -> None:
        self.engine.tag_image(name, _value(query, "repo"), _value(query, "tag"))
        self._json({}, 201)

    def remove_image(self, _: Any, __: Any, name: str) -> None:
        self.engine.remove_image(name)
        self._json([])


def _event(event: EngineEvent) -> Json:
    actor = {"ID": event.id, "Attributes": dict(event.attributes)}
    return {
        "Type": event.type, "Action": event.action, "Actor": actor, "status": event.action,
        "id": event.id, "time": 1, "timeNano": event.time or 1,
    }  # fmt: skip


def _text(files: tarfile.TarFile, entry: tarfile.TarInfo) -> str:
    content = files.extractfile(entry)
    return content.read().decode(errors="replace") if content else ""


_C, _N, _V = "/containers/([^/]+)", "/networks/([^/]+)", "/volumes/([^/]+)"
ROUTES: tuple[tuple[str, str, Callable[..., None]], ...] = (
    ("HEAD", "/_ping", Handler.ping),
    ("GET", "/_ping", Handler.ping),
    ("GET", "/version", Handler.version),
    ("GET", "/info", Handler.info),
    ("POST", "/forget", Handler.forget),
    ("GET", "/recorded", Handler.recorded),
    ("GET", "/state", Handler.state),
    ("POST", "/renew/(.+)", Handler.renew),
    ("POST", "/next", Handler.next),
    ("POST", "/finish/([^/]+)/(.+)", Handler.end_process),
    ("POST", "/die/(.+)", Handler.die),
    ("GET", "/events", Handler.events),
    ("GET", "/containers/json", Handler.list_containers),
    ("POST", "/containers/create", Handler.create_container),
    ("GET", f"{_C}/json", Handler.inspect_container),
    ("POST", f"{_C}/start", Handler.start_container),
    ("POST", f"{_C}/stop", Handler.stop_container),
    ("POST", f"{_C}/restart", Handler.restart_container),
    ("POST", f"{_C}/kill", Handler.kill_container),
    ("POST", f"{_C}/pause", Handler.pause_container),
    ("POST", f"{_C}/unpause", Handler.unpause_container),
    ("POST", f"{_C}/rename", Handler.rename_container),
    ("POST", f"{_C}/wait", Handler.wait_container),
    ("PUT", f"{_C}/archive", Handler.put_archive),
    ("POST", f"{_C}/exec", Handler.exec_create),
    ("POST", "/exec/([^/]+)/start", Handler.exec_start),
    ("GET", "/exec/([^/]+)/json", Handler.exec_inspect),
    ("POST", "/commit", Handler.commit),
    ("DELETE", _C, Handler.remove_container),
    ("GET", "/networks", Handler.list_networks),
    ("POST", "/networks/create", Handler.create_network),
    ("GET", _N, Handler.inspect_network),
    ("POST", f"{_N}/connect", Handler.connect_network),
    ("POST", f"{_N}/disconnect", Handler.disconnect_network),
    ("DELETE", _N, Handler.remove_network),
    ("GET", "/volumes", Handler.list_volumes),
    ("POST", "/volumes/create", Handler.create_volume),
    ("GET", _V, Handler.inspect_volume),
    ("DELETE", _V, Handler.remove_volume),
    ("GET", "/images/json", Handler.list_images),
    ("POST", "/images/create", Handler.pull_image),
    ("GET", "/images/(.+)/json", Handler.inspect_image),
    ("POST", "/images/(.+)/tag", Handler.tag_image),
    ("DELETE", "/images/(.+)", Handler.remove_image),
)


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """Serves each connection in a thread."""

    daemon_threads = True
    request_queue_size = 64


def server(socket: str, api: str) -> Server:
    """Return a server that listens at *socket*."""
    Path(socket).unlink(missing_ok=True)
    return Server(socket, type("Bound", (Handler,), {"served": Served(api)}))


if __name__ == "__main__":
    server(sys.argv[1], sys.argv[2]).serve_forever()
