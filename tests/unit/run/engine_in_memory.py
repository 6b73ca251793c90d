"""An engine that records calls, refuses what it is told to, and tells events when a test wants."""

import queue
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from composer.engine.port import EngineEvent, EngineVersion, Filters, Json
from composer.errors import EngineError, EngineNotFound

_END = object()


class Stream:
    """Events that a test puts in."""

    def __init__(self) -> None:
        self.inbox: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def __iter__(self) -> Iterator[EngineEvent]:
        while (item := self.inbox.get()) is not _END:
            if isinstance(item, Exception):
                raise item
            yield item

    def close(self) -> None:
        self.inbox.put(_END)


class Bytes:
    """A stream of bytes in given blocks."""

    def __init__(self, *blocks: bytes) -> None:
        self.blocks = list(blocks)
        self.closed = False

    def read(self, size: int) -> bytes:
        block = self.blocks.pop(0) if self.blocks else b""
        if len(block) > size:
            self.blocks.insert(0, block[size:])
        return block[:size]

    def close(self) -> None:
        self.closed = True


class Recorder:
    """Stands for an engine where only the calls matter.

    *on* maps a call as text (``start web``) to what happens instead: an error to raise, or a
    function to call. *containers* are the inspections by id, *members* the ids on a network.
    """

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.on: dict[str, Exception | Callable[[], Any]] = {}
        self.containers: dict[str, Json] = {}
        self.members: dict[str, list[str]] = {}
        self.streams: list[Stream] = []
        self.logs: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def _call(self, text: str) -> Any:
        with self._lock:
            self.calls.append(text)
        answer = self.on.get(text)
        if isinstance(answer, Exception):
            raise answer
        return answer() if answer else None

    def has(self, container: str, **state: Any) -> None:
        """Let *container* exist; *state* are entries of its State, and ``check``."""
        check = {"Test": ["CMD", "true"]} if state.pop("check", False) else None
        self.containers[container] = {
            "Id": container,
            "Name": f"/p-{container}-1",
            "State": {"Status": "running", "Running": True, **state},
            "Config": {"Healthcheck": check},
        }

    def tell(self, action: str, container: str, **attributes: str) -> None:
        """Tell an event to all subscribers."""
        for stream in self.streams:
            stream.inbox.put(EngineEvent("container", action, container, attributes, 0))

    def version(self) -> EngineVersion:
        return EngineVersion((1, 41))

    def events(self, filters: Filters, since: str = "") -> Stream:  # noqa: ARG002
        self._call("events")
        self.streams.append(Stream())
        return self.streams[-1]

    def inspect_container(self, container: str) -> Json:
        self._call(f"inspect {container}")
        if container not in self.containers:
            raise EngineNotFound(f"no such container: {container}")
        return self.containers[container]

    def list_containers(self, _: Filters) -> list[Json]:
        return [{"Names": [one["Name"]]} for one in self.containers.values()]

    def start_container(self, container: str) -> None:
        self._call(f"start {container}")

    def stop_container(self, container: str, timeout: int | None = None, signal: str = "") -> None:
        self._call(f"stop {container}" + (f" {timeout}" if timeout is not None else "") + signal)

    def remove_container(
        self, container: str, *, force: bool = False, volumes: bool = False
    ) -> None:
        flags = " force" * force + " volumes" * volumes
        self._call(f"remove {container}{flags}")

    def rename_container(self, container: str, name: str) -> None:
        self._call(f"rename {container} {name}")

    def inspect_image(self, image: str) -> Json:
        return {"Id": f"sha256:{image}"}

    def create_container(self, name: str, body: Json, platform: str = "") -> tuple[str, list[str]]:  # noqa: ARG002
        self._call(f"create {name}")
        self.has(f"id-{name}")
        return f"id-{name}", []

    def create_network(self, body: Json) -> str:
        self._call(f"network {body['Name']}")
        return f"net-{body['Name']}"

    def remove_network(self, network: str) -> None:
        self._call(f"remove network {network}")

    def remove_volume(self, volume: str) -> None:
        self._call(f"remove volume {volume}")

    def inspect_network(self, network: str) -> Json:
        return {"Containers": {one: {} for one in self.members.get(network, ())}}

    def disconnect_network(self, network: str, container: str, *, force: bool = False) -> None:  # noqa: ARG002
        self._call(f"disconnect {network} {container}")

    def pull_image(self, image: str, platform: str = "") -> Iterator[Json]:  # noqa: ARG002
        self._call(f"pull {image}")
        yield {"id": "a1", "status": "Downloading", "progressDetail": {"current": 1, "total": 2}}

    def tag_image(self, image: str, repository: str, tag: str) -> None:
        self._call(f"tag {image} {repository} {tag}")

    def clock(self) -> float:
        return 0.0

    def container_logs(self, container: str, **options: Any) -> Bytes:  # noqa: ARG002
        self._call(f"logs {container}")
        return Bytes(self.logs.get(container, b""))

    def exec_create(self, container: str, body: Mapping[str, Any]) -> str:
        self._call(f"exec {container} {' '.join(body['Cmd'])}")
        return str(body["Cmd"][0])

    def exec_run(self, exec_id: str) -> tuple[int, bytes]:
        answer = self._call(f"run {exec_id}")
        return answer or (0, b"")

    def put_archive(self, container: str, path: str, archive: bytes) -> None:  # noqa: ARG002
        self._call(f"archive {container} {path}")


def refusal(text: str = "the engine refuses") -> EngineError:
    return EngineError(text)
