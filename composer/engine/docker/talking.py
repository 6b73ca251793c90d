"""The port's methods that talk with processes, and those that look at one container closely.

May import: engine.docker, engine.port, errors.
"""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence

from composer.engine.docker import answers
from composer.engine.docker.failures import half, shaped
from composer.engine.docker.hijack import UPGRADE, UPGRADE_H2C, Hijacked
from composer.engine.docker.http import QUICK, SLOW, Body, Http, Query, path
from composer.engine.docker.streams import BLOCK, RawStream, messages
from composer.engine.port import EngineVersion, Json
from composer.errors import EngineError, EngineNotFound, EngineUnreachable

SIZED = (1, 42)
"""Since here a command can be started with the size of its terminal."""


class Talking:
    """A part of DockerEngine, which sets what is declared here."""

    _http: Http
    _version: EngineVersion

    def attach_container(
        self, container: str, *, stdin: bool = False, detach_keys: str = ""
    ) -> Hijacked:
        """Attach to the streams of a container, also before it starts: frames, or raw bytes."""
        query: Query = {
            "stream": True, "stdin": stdin, "stdout": True, "stderr": True,
            "detachKeys": detach_keys,
        }  # fmt: skip
        return self._hijack(path("/containers/{}/attach", container), query=query)

    def wait_container(self, container: str, condition: str = "not-running") -> "Wait":
        """Begin to wait; the engine has accepted when this returns."""
        where = path("/containers/{}/wait", container)
        stream = self._http.stream("POST", where, query={"condition": condition}, limit=QUICK)
        return Wait(stream, where)

    def resize_container(self, container: str, rows: int, columns: int) -> None:
        """Tell the size of its terminal."""
        query: Query = {"h": rows, "w": columns}
        self._http.call("POST", path("/containers/{}/resize", container), query=query)

    def exec_attach(self, exec_id: str, *, tty: bool, size: tuple[int, int] | None) -> Hijacked:
        """Start a prepared command, attached."""
        body: Json = {"Detach": False, "Tty": tty}
        if tty and size and self._version.api >= SIZED:
            body["ConsoleSize"] = list(size)
        return self._hijack(path("/exec/{}/start", exec_id), body=body)

    def exec_detach(self, exec_id: str, *, tty: bool = False) -> None:
        """Start a prepared command in the background."""
        self._http.call("POST", path("/exec/{}/start", exec_id), body={"Detach": True, "Tty": tty})

    def exec_inspect(self, exec_id: str) -> Json:
        """Return ``GET /exec/{id}/json``."""
        found: Json = self._http.json("GET", path("/exec/{}/json", exec_id), answers.EXEC)
        return found

    def exec_resize(self, exec_id: str, rows: int, columns: int) -> None:
        """Tell the size of its terminal."""
        query: Query = {"h": rows, "w": columns}
        self._http.call("POST", path("/exec/{}/resize", exec_id), query=query)

    def export_container(self, container: str) -> RawStream:
        """Open a tar archive of the whole file system."""
        return self._http.stream("GET", path("/containers/{}/export", container))

    def commit_container(self, container: str, query: Mapping[str, str | bool]) -> str:
        """Make an image of a container; return its id."""
        asked: Query = {**query, "container": container}
        made: Json = self._http.json(
            "POST", "/commit", answers.COMMITTED, query=asked, body={}, timeout=SLOW
        )
        return str(made["Id"])

    def container_stats(self, container: str, *, follow: bool = False) -> "Objects":
        """Open ``GET /containers/{id}/stats``: one object, or one a second."""
        where, limit = path("/containers/{}/stats", container), None if follow else QUICK
        stream = self._http.stream("GET", where, query={"stream": follow}, limit=limit)
        return Objects(stream, where)

    def stat_path(self, container: str, path_: str) -> Json:
        """Return what is at a path of a container, running or not."""
        where = path("/containers/{}/archive", container)
        try:
            answer = self._http.call("HEAD", where, query={"path": path_})
        except (EngineUnreachable, EngineNotFound):
            raise
        except EngineError:  # without a reason, which such an answer has no room for
            self._http.call("GET", where, query={"path": path_}, stream=True).close()
            raise
        header = answer.headers.get("X-Docker-Container-Path-Stat", "")
        try:
            found: Json = json.loads(base64.b64decode(header))
        except ValueError as failure:
            raise half(f"HEAD {where}") from failure
        return dict(shaped(found, answers.PLACE, f"HEAD {where}"))

    def open_builder(self) -> Hijacked:
        """Open a connection to BuildKit."""
        response = self._http.upgrade("/grpc", UPGRADE_H2C)
        return Hijacked(response, self._http.address, "POST /grpc")

    def open_session(self, session: str, methods: Sequence[str], shared_key: str) -> Hijacked:
        """Open a connection on which BuildKit calls us."""
        told = [("Uuid", session), ("Name", "composer"), ("Sharedkey", shared_key)]
        told += [("Grpc-Method", one) for one in methods]
        headers = [(f"X-Docker-Expose-Session-{name}", value) for name, value in told]
        response = self._http.upgrade("/session", [*UPGRADE_H2C, *headers])
        return Hijacked(response, self._http.address, "POST /session")

    def _hijack(self, where: str, *, query: Query | None = None, body: Body = None) -> Hijacked:
        response = self._http.call(
            "POST", where, query=query, body=body, headers=UPGRADE, stream=True
        )
        return Hijacked(response, self._http.address, f"POST {where}")


class Wait:
    """A wait that the engine has begun. Implements the port's Waiting."""

    def __init__(self, stream: RawStream, call: str) -> None:
        self._stream, self._call = stream, call

    def result(self) -> int:
        """Return the exit code, once there is one."""
        text = b""
        while block := self._stream.read(BLOCK):
            text += block
        try:
            answer = json.loads(text)
            return int(answer["StatusCode"])
        except (ValueError, KeyError, TypeError) as failure:
            raise half(f"POST {self._call}") from failure

    def close(self) -> None:
        """Give up; idempotent."""
        self._stream.close()


class Objects:
    """JSON objects as they come. Implements the port's JsonStream."""

    def __init__(self, stream: RawStream, call: str) -> None:
        self._stream = stream
        self._call = f"GET {call}"

    def __iter__(self) -> Iterator[Json]:
        """Yield objects until the end."""
        for one in messages(self._stream, self._call):
            yield shaped(one, answers.SAMPLE, self._call)

    def close(self) -> None:
        """End the stream; idempotent."""
        self._stream.close()
