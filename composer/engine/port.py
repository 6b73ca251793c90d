"""What Composer asks of an engine, in its own types.

Payloads are the Engine API's own JSON, so that an attribute newer than any client library works.
Every method raises the EngineError family only: EngineUnreachable, EngineNotFound (404),
EngineConflict (409), EngineUnauthorized (401, 403), EngineUnsupported, EngineError (all else; the
message is the engine's own words).

May import: errors, value.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO, Protocol

from composer.value import Value

Json = dict[str, Any]
Filters = Mapping[str, Sequence[str]]


class EngineVersion(Value):
    """Who answers. *api* is the version that was negotiated, as a pair (1, 41)."""

    api: tuple[int, int]
    engine: str = ""
    os: str = "linux"
    arch: str = ""


class EngineEvent(Value):
    """One event of ``GET /events``; *time* in nanoseconds of the engine's clock."""

    type: str
    action: str
    id: str
    attributes: Mapping[str, str]
    time: int

    @property
    def exit_code(self) -> int | None:
        """The code that a container ended with, None where the event tells none."""
        told = self.attributes.get("exitCode", "")
        return int(told) if told.removeprefix("-").isdecimal() else None


class ByteStream(Protocol):
    """Raw bytes from the engine (logs, archives). Closing from another thread ends a read."""

    def read(self, size: int) -> bytes:
        """Return at most *size* bytes as soon as some are there, b"" at the end."""

    def close(self) -> None:
        """End the stream; idempotent."""


class Duplex(ByteStream, Protocol):
    """A conversation with a process: its output is read, its input written, in any threads."""

    def write(self, data: bytes) -> None:
        """Send all of *data* to the process's input."""

    def finish(self) -> None:
        """End the process's input; its output can still be read."""


class Waiting(Protocol):
    """A wait for the end of a container that the engine has begun."""

    def result(self) -> int:
        """Return the exit code, once there is one."""

    def close(self) -> None:
        """Give up; idempotent. Closing from another thread ends the wait with an EngineError."""


class JsonStream(Protocol):
    """JSON objects as they come. Closing from another thread ends the iteration."""

    def __iter__(self) -> Iterator[Json]:
        """Yield objects until the end."""

    def close(self) -> None:
        """End the stream; idempotent."""


class EventStream(Protocol):
    """Events as they happen. Closing from another thread ends the iteration."""

    def __iter__(self) -> Iterator[EngineEvent]:
        """Yield events until closed; raise EngineError when the connection is lost."""

    def close(self) -> None:
        """End the stream; idempotent."""


class Engine(Protocol):
    """An engine. Methods may be called from several threads."""

    def credentials(self) -> Mapping[str, Any]:
        """Return what the client's configuration holds for registries, by their names.

        Each entry is one of ``auths`` in Docker's ``config.json``.
        """

    def proxies(self) -> Mapping[str, str]:
        """Return the variables that the client's configuration gives to containers and builds."""

    def version(self) -> EngineVersion:
        """Return who answers (asked once, then remembered)."""

    def clock(self) -> float:
        """Return the time by the engine's clock, in Unix seconds; asks nothing."""

    def info(self) -> Json:
        """Return ``GET /info``."""

    def close(self) -> None:
        """Close all connections."""

    def list_containers(self, filters: Filters, *, everything: bool = True) -> list[Json]:
        """Return ``GET /containers/json``; *everything* also lists those that do not run."""

    def inspect_container(self, container: str) -> Json:
        """Return ``GET /containers/{id}/json``."""

    def create_container(self, name: str, body: Json, platform: str = "") -> tuple[str, list[str]]:
        """Create a container; return its id and the engine's warnings."""

    def start_container(self, container: str) -> None:
        """Start; starting a running one is no error."""

    def stop_container(self, container: str, timeout: int | None = None, signal: str = "") -> None:
        """Stop, killing after *timeout* seconds; stopping a stopped one is no error."""

    def kill_container(self, container: str, signal: str = "SIGKILL") -> None:
        """Send a signal."""

    def restart_container(self, container: str, timeout: int | None = None) -> None:
        """Stop and start."""

    def pause_container(self, container: str) -> None:
        """Freeze the processes; pausing a paused one is a conflict."""

    def unpause_container(self, container: str) -> None:
        """Let frozen processes go on."""

    def top_container(self, container: str) -> Json:
        """Return ``GET /containers/{id}/top``: Titles, and a row of Processes each."""

    def remove_container(
        self, container: str, *, force: bool = False, volumes: bool = False
    ) -> None:
        """Remove; *volumes* with its anonymous volumes."""

    def rename_container(self, container: str, name: str) -> None:
        """Rename."""

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
    ) -> ByteStream:
        """Open ``GET /containers/{id}/logs``: multiplexed frames, or raw bytes with a tty."""

    def attach_container(
        self, container: str, *, stdin: bool = False, detach_keys: str = ""
    ) -> Duplex:
        """Attach to the streams of a container, also before it starts: frames, or raw bytes."""

    def wait_container(self, container: str, condition: str = "not-running") -> Waiting:
        """Begin to wait: for not-running, next-exit (also of one not started yet), removed."""

    def resize_container(self, container: str, rows: int, columns: int) -> None:
        """Tell the size of its terminal."""

    def export_container(self, container: str) -> ByteStream:
        """Open a tar archive of the whole file system."""

    def commit_container(self, container: str, query: Mapping[str, str | bool]) -> str:
        """Make an image of a container; return its id. *query*: repo, tag, author, changes, …."""

    def container_stats(self, container: str, *, follow: bool = False) -> JsonStream:
        """Open ``GET /containers/{id}/stats``: one object, or one a second."""

    def put_archive(
        self, container: str, path: str, archive: bytes | BinaryIO, *, to_user: bool = False
    ) -> None:
        """Unpack a tar archive into *path*; *to_user* gives all to the container's user."""

    def stat_path(self, container: str, path: str) -> Json:
        """Return what is at *path*: name, size, mode (as Go's os.FileMode), linkTarget."""

    def get_archive(self, container: str, path: str) -> ByteStream:
        """Open a tar archive of *path*."""

    def exec_create(self, container: str, body: Json) -> str:
        """Prepare a command in a running container; return its id."""

    def exec_run(self, exec_id: str) -> tuple[int, bytes]:
        """Run a prepared command to its end; return its exit code and what it printed."""

    def exec_attach(self, exec_id: str, *, tty: bool, size: tuple[int, int] | None) -> Duplex:
        """Start a prepared command, attached; *size* (rows, columns) of its terminal."""

    def exec_detach(self, exec_id: str, *, tty: bool = False) -> None:
        """Start a prepared command in the background."""

    def exec_inspect(self, exec_id: str) -> Json:
        """Return ``GET /exec/{id}/json``."""

    def exec_resize(self, exec_id: str, rows: int, columns: int) -> None:
        """Tell the size of its terminal."""

    def list_networks(self, filters: Filters) -> list[Json]:
        """Return ``GET /networks``."""

    def inspect_network(self, network: str) -> Json:
        """Return ``GET /networks/{id}``, with the containers on it."""

    def create_network(self, body: Json) -> str:
        """Create a network; return its id."""

    def remove_network(self, network: str) -> None:
        """Remove."""

    def connect_network(self, network: str, body: Json) -> None:
        """``POST /networks/{id}/connect``."""

    def disconnect_network(self, network: str, container: str, *, force: bool = False) -> None:
        """Disconnect a container."""

    def list_volumes(self, filters: Filters) -> list[Json]:
        """Return the volumes of ``GET /volumes``."""

    def create_volume(self, body: Json) -> Json:
        """Create a volume; creating one that exists returns it."""

    def remove_volume(self, volume: str, *, force: bool = False) -> None:
        """Remove."""

    def list_images(self, filters: Filters) -> list[Json]:
        """Return ``GET /images/json``."""

    def inspect_image(self, image: str) -> Json:
        """Return ``GET /images/{name}/json``."""

    def pull_image(self, image: str, platform: str = "") -> Iterator[Json]:
        """Pull; yield the progress messages; an error message of the stream is raised."""

    def push_image(self, image: str) -> Iterator[Json]:
        """Push; yield the progress messages; an error message of the stream is raised."""

    def remove_image(self, image: str, *, force: bool = False) -> None:
        """Remove or untag."""

    def tag_image(self, image: str, repository: str, tag: str) -> None:
        """Give an image another name."""

    def build_image(
        self, context: BinaryIO, query: Mapping[str, str | list[str]]
    ) -> Iterator[Json]:
        """Build classically: ``POST /build`` with a tar *context*; yield the stream's messages.

        A list in *query* is a parameter that is there several times.
        """

    def open_builder(self) -> Duplex:
        """Open a connection to BuildKit (``POST /grpc``), which speaks HTTP/2.

        Raises EngineNotFound where the engine has no BuildKit.
        """

    def open_session(self, session: str, methods: Sequence[str], shared_key: str) -> Duplex:
        """Open a connection on which BuildKit calls us (``POST /session``), for a build's needs.

        *methods* are the paths of the gRPC methods that are answered. Under *shared_key* BuildKit
        keeps the files that it got, so that the next build only sends what has changed.
        """

    def registry_login(self, registry: str) -> tuple[str, str]:
        """Return the user and password (or token) that Docker's configuration has for *registry*.

        An empty user means that the password is an identity token; both empty, that there are none.
        """

    def registry_image(self, image: str) -> Json:
        """Return ``GET /distribution/{name}/json``: Descriptor and Platforms, by the registry."""

    def events(self, filters: Filters, since: str = "", until: str = "") -> EventStream:
        """Open ``GET /events``; returns once the engine has accepted the subscription.

        *since* begins with past events, *until* ends the stream at that time (Unix seconds).
        """
