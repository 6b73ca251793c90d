"""DockerEngine: the port's methods, each one call of the Engine API.

May import: errors, spec.platforms, engine.docker, engine.frames, engine.port.
"""

import json
import platform as host
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from composer.engine.docker import answers
from composer.engine.docker.address import Address, proxies
from composer.engine.docker.answers import Shape
from composer.engine.docker.failures import of_message
from composer.engine.docker.http import QUICK, SLOW, Http, Query, path
from composer.engine.docker.streams import BLOCK, Events, RawStream, messages
from composer.engine.docker.talking import Talking
from composer.engine.frames import Demux, join
from composer.engine.port import EngineVersion, Filters, Json
from composer.errors import EngineError, EngineSilent, EngineUnsupported
from composer.spec.platforms import whole_platform

OLDEST = (1, 41)
NEWEST = (1, 51)
"""The Engine API versions that Composer knows; between them it takes the engine's."""
TAR = {"Content-Type": "application/x-tar"}
PLAIN = {"Accept-Encoding": "identity"}
"""An archive that is not compressed: the HTTP libraries ask for gzip otherwise."""
USUAL_GRACE = 10
"""Seconds that the engine gives a container to stop where nothing else was said."""
NO_CREDENTIALS = {"X-Registry-Auth": "e30="}
"""``{}``: older engines refuse a push without the header."""


class DockerEngine(Talking):
    """An engine behind the Docker SDK; implements the port's Engine. One serves all threads."""

    def __init__(self, address: Address, wanted: str = "", haste: float = 1.0) -> None:
        self._http = Http(address, haste)
        self._proxies = proxies(address)
        self._version = _negotiate(self._object("GET", "/version", answers.VERSION), wanted)
        self._http.version = ".".join(map(str, self._version.api))

    def credentials(self) -> Mapping[str, Any]:
        """Return the client's credentials for registries, as Docker's configuration has them."""
        return self._http.all_credentials()

    def proxies(self) -> Mapping[str, str]:
        """Return the variables of the proxies in Docker's configuration."""
        return self._proxies

    def version(self) -> EngineVersion:
        """Return who answers."""
        return self._version

    def clock(self) -> float:
        """Return the time by the engine's clock, in Unix seconds."""
        return self._http.clock()

    def info(self) -> Json:
        """Return ``GET /info``."""
        return self._object("GET", "/info", answers.INFO)

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    # Containers

    def list_containers(self, filters: Filters, *, everything: bool = True) -> list[Json]:
        """Return ``GET /containers/json``."""
        query = {"all": everything, "filters": _filters(filters)}
        return self._list("/containers/json", answers.LISTED_CONTAINER, query)

    def inspect_container(self, container: str) -> Json:
        """Return ``GET /containers/{id}/json``."""
        return self._object("GET", path("/containers/{}/json", container), answers.CONTAINER)

    def create_container(self, name: str, body: Json, platform: str = "") -> tuple[str, list[str]]:
        """Create a container; return its id and the engine's warnings."""
        made = self._object(
            "POST", "/containers/create", answers.CREATED, body=body, timeout=SLOW,
            query={"name": name, "platform": whole_platform(platform, host.machine())},
        )  # fmt: skip
        return _id(made, "POST /containers/create"), made.get("Warnings") or []

    def start_container(self, container: str) -> None:
        """Start; starting a running one is no error."""
        self._http.call("POST", path("/containers/{}/start", container), timeout=SLOW)

    def stop_container(self, container: str, timeout: int | None = None, signal: str = "") -> None:
        """Stop, killing after *timeout* seconds; stopping a stopped one is no error."""
        where = path("/containers/{}/stop", container)
        query = {"t": timeout, "signal": signal if self._version.api >= (1, 42) else ""}
        usual = USUAL_GRACE if timeout is None else timeout
        try:
            self._http.call("POST", where, query=query, grace=usual)
        except EngineSilent:
            if timeout is not None or 0 <= (grace := self._grace(container)) <= USUAL_GRACE:
                raise
            self._http.call("POST", path("/containers/{}/wait", container), grace=grace)

    def kill_container(self, container: str, signal: str = "SIGKILL") -> None:
        """Send a signal."""
        self._http.call("POST", path("/containers/{}/kill", container), query={"signal": signal})

    def restart_container(self, container: str, timeout: int | None = None) -> None:
        """Stop and start."""
        grace = self._grace(container) if timeout is None else timeout
        where = path("/containers/{}/restart", container)
        self._http.call("POST", where, query={"t": timeout}, grace=grace)

    def _grace(self, container: str) -> int:
        """Return the seconds that a container may take to stop, below 0 for any time."""
        configured = self.inspect_container(container)["Config"].get("StopTimeout")
        return USUAL_GRACE if configured is None else int(configured)

    def pause_container(self, container: str) -> None:
        """Freeze the processes; pausing a paused one is a conflict."""
        self._http.call("POST", path("/containers/{}/pause", container))

    def unpause_container(self, container: str) -> None:
        """Let frozen processes go on."""
        self._http.call("POST", path("/containers/{}/unpause", container))

    def top_container(self, container: str) -> Json:
        """Return ``GET /containers/{id}/top``: Titles, and a row of Processes each."""
        return self._object("GET", path("/containers/{}/top", container), answers.PROCESSES)

    def remove_container(
        self, container: str, *, force: bool = False, volumes: bool = False
    ) -> None:
        """Remove; *volumes* with its anonymous volumes."""
        query = {"force": force, "v": volumes}
        self._http.call("DELETE", path("/containers/{}", container), query=query, timeout=SLOW)

    def rename_container(self, container: str, name: str) -> None:
        """Rename."""
        self._http.call("POST", path("/containers/{}/rename", container), query={"name": name})

    def container_logs(  # noqa: PLR0913 - the query parameters of the call
        self,
        container: str,
        *,
        follow: bool = False,
        stdout: bool = True,
        stderr: bool = True,
        since: str = "",
        until: str = "",
        tail: str = "all",
        timestamps: bool = False,
    ) -> RawStream:
        """Open ``GET /containers/{id}/logs``: multiplexed frames, or raw bytes with a tty."""
        query = {
            "follow": follow, "stdout": stdout, "stderr": stderr, "since": since, "until": until,
            "tail": tail, "timestamps": timestamps,
        }  # fmt: skip
        return self._http.stream("GET", path("/containers/{}/logs", container), query=query)

    def put_archive(
        self, container: str, path_: str, archive: bytes | BinaryIO, *, to_user: bool = False
    ) -> None:
        """Unpack a tar archive into a folder; owners are kept, or all is the container's user's."""
        query: Query = {"path": path_, "noOverwriteDirNonDir": True, "copyUIDGID": to_user or None}
        self._http.call(
            "PUT", path("/containers/{}/archive", container), data=archive, headers=TAR,
            query=query, timeout=SLOW,
        )  # fmt: skip

    def get_archive(self, container: str, path_: str) -> RawStream:
        """Open a tar archive of a file or folder."""
        where = path("/containers/{}/archive", container)
        return self._http.stream("GET", where, query={"path": path_}, headers=PLAIN)

    def exec_create(self, container: str, body: Json) -> str:
        """Prepare a command in a running container; return its id."""
        where = path("/containers/{}/exec", container)
        return _id(self._object("POST", where, answers.CREATED, body=body), f"POST {where}")

    def exec_run(self, exec_id: str) -> tuple[int, bytes]:
        """Run a prepared command to its end; return its exit code and what it printed."""
        prepared = self.exec_inspect(exec_id)
        tty = bool((prepared.get("ProcessConfig") or {}).get("tty"))
        where = path("/exec/{}/start", exec_id)
        body = {"Detach": False, "Tty": tty}
        stream = self._http.stream("POST", where, body=body, limit=QUICK)
        printed = _everything(stream, framed=not tty)
        return int(self.exec_inspect(exec_id).get("ExitCode") or 0), printed

    # Networks

    def list_networks(self, filters: Filters) -> list[Json]:
        """Return ``GET /networks``."""
        return self._list("/networks", answers.NETWORK, {"filters": _filters(filters)})

    def inspect_network(self, network: str) -> Json:
        """Return ``GET /networks/{id}``, with the containers on it."""
        return self._object("GET", path("/networks/{}", network), answers.NETWORK)

    def create_network(self, body: Json) -> str:
        """Create a network; return its id."""
        return _id(
            self._object("POST", "/networks/create", answers.CREATED, body=body),
            "POST /networks/create",
        )

    def remove_network(self, network: str) -> None:
        """Remove."""
        self._http.call("DELETE", path("/networks/{}", network))

    def connect_network(self, network: str, body: Json) -> None:
        """``POST /networks/{id}/connect``."""
        self._http.call("POST", path("/networks/{}/connect", network), body=body)

    def disconnect_network(self, network: str, container: str, *, force: bool = False) -> None:
        """Disconnect a container."""
        body = {"Container": container, "Force": force}
        self._http.call("POST", path("/networks/{}/disconnect", network), body=body)

    # Volumes

    def list_volumes(self, filters: Filters) -> list[Json]:
        """Return the volumes of ``GET /volumes``."""
        answer = self._object(
            "GET", "/volumes", answers.VOLUMES, query={"filters": _filters(filters)}
        )
        return list(answer.get("Volumes") or [])

    def create_volume(self, body: Json) -> Json:
        """Create a volume; creating one that exists returns it."""
        return self._object("POST", "/volumes/create", answers.VOLUME, body=body, timeout=SLOW)

    def remove_volume(self, volume: str, *, force: bool = False) -> None:
        """Remove."""
        where = path("/volumes/{}", volume)
        self._http.call("DELETE", where, query={"force": force, "noprune": True}, timeout=SLOW)

    # Images

    def list_images(self, filters: Filters) -> list[Json]:
        """Return ``GET /images/json``."""
        return self._list("/images/json", answers.LISTED_IMAGE, {"filters": _filters(filters)})

    def inspect_image(self, image: str) -> Json:
        """Return ``GET /images/{name}/json``."""
        return self._object("GET", path("/images/{}/json", image), answers.IMAGE)

    def pull_image(self, image: str, platform: str = "") -> Iterator[Json]:
        """Pull; yield the progress messages; an error message of the stream is raised."""
        stream = self._http.stream(
            "POST", "/images/create", headers=self._http.credentials(image),
            query={"fromImage": image, "tag": _tag(image), "platform": platform.lower()},
        )  # fmt: skip
        return _progress(stream, "POST /images/create")

    def push_image(self, image: str) -> Iterator[Json]:
        """Push; yield the progress messages; an error message of the stream is raised."""
        name, _, tag = image.rpartition(":") if _tag(image) == "" else (image, "", "latest")
        headers = self._http.credentials(image) or NO_CREDENTIALS
        where = path("/images/{}/push", name)
        stream = self._http.stream("POST", where, headers=headers, query={"tag": tag})
        return _progress(stream, f"POST {where}")

    def remove_image(self, image: str, *, force: bool = False) -> None:
        """Remove or untag; untagged images that it was built upon stay."""
        where = path("/images/{}", image)
        self._http.call("DELETE", where, query={"force": force}, timeout=SLOW)

    def tag_image(self, image: str, repository: str, tag: str) -> None:
        """Give an image another name."""
        query = {"repo": repository, "tag": tag}
        self._http.call("POST", path("/images/{}/tag", image), query=query)

    def build_image(
        self, context: BinaryIO, query: Mapping[str, str | list[str]]
    ) -> Iterator[Json]:
        """``POST /build`` with a compressed tar *context*; yield the stream's messages."""
        headers = TAR | self._http.credentials_to_build()
        stream = self._http.stream("POST", "/build", query=query, data=context, headers=headers)
        return _progress(stream, "POST /build")

    def registry_login(self, registry: str) -> tuple[str, str]:
        """Return what Docker's configuration has for *registry*."""
        return self._http.login(registry)

    def registry_image(self, image: str) -> Json:
        """Return ``GET /distribution/{name}/json``: what the registry says of an image."""
        headers = self._http.credentials(image)
        return self._object(
            "GET", path("/distribution/{}/json", image), answers.REGISTERED, headers=headers
        )

    # Events

    def events(self, filters: Filters, since: str = "", until: str = "") -> Events:
        """Open ``GET /events``; returns once the engine has accepted the subscription."""
        query = {"filters": _filters(filters), "since": since, "until": until}
        stream = self._http.stream("GET", "/events", query=query, limit=QUICK)
        # The engine sends the headers just before it subscribes us. Another round trip gives it
        # the time to do so; without, an event of the next microseconds could be lost.
        self._http.call("GET", "/_ping")
        return Events(stream)

    def _object(self, method: str, where: str, shape: Shape, **options: Any) -> Json:
        found: Json = self._http.json(method, where, shape, **options)
        return found

    def _list(self, where: str, shape: Shape, query: Mapping[str, Any]) -> list[Json]:
        found: list[Json] = self._http.json("GET", where, [shape], query=query)
        return found


def _negotiate(answer: Json, wanted: str) -> EngineVersion:
    """Return the newest API version that both sides know, or the *wanted* one."""
    source = "the engine's answer to GET /version"
    newest = _pair(answer.get("ApiVersion"), source)
    oldest = _pair(answer.get("MinAPIVersion") or "1.0", source)
    api = _pair(wanted.removeprefix("v"), "DOCKER_API_VERSION") if wanted else min(newest, NEWEST)
    if api < max(oldest, OLDEST) or api > newest:
        raise EngineUnsupported(
            f"the engine speaks API {_text(oldest)} to {_text(newest)}, "
            f"Composer {_text(OLDEST)} to {_text(NEWEST)}"
            + (f"; DOCKER_API_VERSION asks for {wanted}" if wanted else "")
        )
    return EngineVersion(
        api, answer.get("Version", ""), answer.get("Os", "linux"), answer.get("Arch", "")
    )


def _id(made: Json, call: str) -> str:
    """Return the id of what was made."""
    if not (found := made.get("Id")):
        raise EngineError(f"the engine left its answer to {call} without an id")
    return str(found)


def _pair(version: str | None, source: str) -> tuple[int, int]:
    """Return the numbers of a version that *source* has."""
    if version is None:
        raise EngineError(
            f"{source} names no version of the API",
            hint="is it a Docker engine that answers there?",
        )
    try:
        major, minor = str(version).split(".")
        return int(major), int(minor)
    except ValueError:
        raise EngineError(f"{source}: {version!r} is not a version of the Engine API") from None


def _text(version: tuple[int, int]) -> str:
    return f"{version[0]}.{version[1]}"


def _filters(filters: Filters) -> str:
    return json.dumps({key: list(values) for key, values in filters.items()}) if filters else ""


def _tag(image: str) -> str:
    """Return the tag to pull; without one the engine would pull every tag of the repository."""
    name = image.rpartition("/")[2]
    return "" if ":" in name or "@" in name else "latest"


def _everything(stream: RawStream, *, framed: bool) -> bytes:
    demux, parts = Demux(), []
    while block := stream.read(BLOCK):
        parts.append(join(demux.feed(block)) if framed else block)
    return b"".join(parts)


def _progress(stream: RawStream, call: str) -> Iterator[Json]:
    for message in messages(stream, call):
        if error := message.get("error") or (message.get("errorDetail") or {}).get("message"):
            stream.close()
            raise of_message(str(error))
        yield message
