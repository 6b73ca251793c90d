"""An engine in memory: the port's methods with an engine's rules, and no processes.

It passes the same contract suite as the real ones, so what plans and executions do with it, they
do with those. A container's command is acted out by `act`: what it prints and how it ends.
`health` plays a health check's result, `finish` the end of a process, `registry` holds what can
be pulled, `calls` counts calls.
"""

import io
import itertools
import tarfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO

from composer.engine.port import Duplex, EngineEvent, EngineVersion, Filters, Json
from composer.errors import EngineConflict, EngineError, EngineNotFound
from tests.memory_parts import Act, MemoryBytes, MemoryEvents, act, frame, matches, status
from tests.memory_talking import MemoryTalking

IMAGE = "composer-test/busybox:latest"
_ALIVE = ("running", "paused")


class MemoryEngine(MemoryTalking):
    """An engine in memory. Implements the port's Engine."""

    def __init__(self, api: tuple[int, int] = (1, 51), images: Sequence[str] = (IMAGE,)) -> None:
        self.api = api
        self.calls: Counter[str] = Counter()
        self.registry: dict[str, str] = {}
        self.act = act
        self._containers: dict[str, Json] = {}
        self._networks: dict[str, Json] = {}
        self._volumes: dict[str, Json] = {}
        self._images: dict[str, Json] = {}
        self._execs: dict[str, Act] = {}
        self._streams: list[MemoryEvents] = []
        self._past: list[EngineEvent] = []
        self._ids = itertools.count(1)
        self._changed = threading.Condition(threading.RLock())
        for name in images:
            self.add_image(name)

    # What a test plays

    def add_image(self, name: str, *, volumes: Sequence[str] = (), image_id: str = "") -> str:
        """Let an image exist; return its id."""
        image_id = image_id or f"sha256:{self._id()}"
        for other in self._images.values():
            other["RepoTags"] = [tag for tag in other["RepoTags"] if tag != name]
        config = {"Volumes": dict.fromkeys(volumes)}
        new = {"Id": image_id, "RepoTags": [], "Config": config}
        image = self._images.setdefault(image_id, new)
        image["RepoTags"].append(name)
        return image_id

    def health(self, container: str, status: str) -> None:
        """Let the health check of *container* have this result."""
        with self._changed:
            found = self._container(container)
            found["Health"] = status
            self._tell("container", f"health_status: {status}", found)

    def finish(self, container: str, code: int) -> None:
        """Let the process of *container* end."""
        with self._changed:
            found = self._container(container)
            found.update(State="exited", ExitCode=code)
            self._tell("container", "die", found, exitCode=str(code))
            self._changed.notify_all()

    def _id(self) -> str:
        return f"{next(self._ids):064x}"

    def _tell(self, kind: str, action: str, found: Json, **more: str) -> None:
        labels = (found.get("Body") or {}).get("Labels") or {}
        named = {**labels, "name": found["Name"], "image": found.get("Image", ""), **more}
        event = EngineEvent(kind, action, found["Id"], named, 0)
        self._past.append(event)
        for stream in self._streams:
            if stream.wants(event):
                stream.inbox.put(event)

    def _enter(self, call: str) -> threading.Condition:
        self.calls[call] += 1
        return self._changed

    # The engine

    def credentials(self) -> Mapping[str, Any]:
        return {}

    def proxies(self) -> Mapping[str, str]:
        return {}

    def version(self) -> EngineVersion:
        return EngineVersion(self.api, "memory")

    def clock(self) -> float:
        return time.time()

    def close(self) -> None:
        for stream in self._streams:
            stream.close()

    def events(self, filters: Filters, since: str = "", until: str = "") -> MemoryEvents:
        with self._enter("events"):
            stream = MemoryEvents(filters)
            for event in filter(stream.wants, self._past) if since else ():
                stream.inbox.put(event)
            if until:
                stream.close()
            else:
                self._streams.append(stream)
            return stream

    # Containers

    def _container(self, name: str) -> Json:
        for key, one in self._containers.items():
            if name in (key, one["Name"]) or (len(name) >= 12 and key.startswith(name)):
                return one
        raise EngineNotFound(f"No such container: {name}")

    def list_containers(self, filters: Filters, *, everything: bool = True) -> list[Json]:
        with self._enter("list_containers"):
            return [
                self._summary(one)
                for one in self._containers.values()
                if (everything or one["State"] in {"running", "paused"}) and matches(one, filters)
            ]

    def _summary(self, one: Json) -> Json:
        body = one["Body"]
        return {
            "Id": one["Id"],
            "Names": [f"/{one['Name']}"],
            "Image": body["Image"],
            "ImageID": one["Image"],
            "Command": " ".join(one["Words"]),
            "Created": 0,
            "State": one["State"],
            "Status": status(one),
            "Labels": body.get("Labels") or {},
            "NetworkSettings": {"Networks": one["Networks"]},
            "Mounts": one["Mounts"],
            "Ports": [],
        }

    def inspect_container(self, container: str) -> Json:
        with self._enter("inspect_container"):
            one = self._container(container)
            state: Json = {
                "Status": one["State"],
                "Running": one["State"] in _ALIVE,
                "Paused": one["State"] == "paused",
                "ExitCode": one["ExitCode"] or 0,
            }
            if one["Health"]:
                state["Health"] = {"Status": one["Health"], "Log": []}
            return {
                "Id": one["Id"],
                "Name": f"/{one['Name']}",
                "Image": one["Image"],
                "Config": one["Body"],
                "HostConfig": one["Body"].get("HostConfig") or {},
                "State": state,
                "NetworkSettings": {"Networks": one["Networks"]},
                "Mounts": one["Mounts"],
            }

    def create_container(self, name: str, body: Json, platform: str = "") -> tuple[str, list[str]]:  # noqa: ARG002
        with self._enter("create_container"):
            if any(one["Name"] == name for one in self._containers.values()):
                raise EngineConflict(f'Conflict. The container name "/{name}" is already in use')
            image = self._image(body["Image"])
            words = [*(body.get("Entrypoint") or ()), *(body.get("Cmd") or ())]
            one: Json = {
                "Id": self._id(), "Name": name, "Body": body, "Image": image["Id"],
                "Words": words, "State": "created", "ExitCode": None, "Health": "", "Log": b"",
                "Networks": {}, "Mounts": self._mounts(body, image), "Files": {},
            }  # fmt: skip
            endpoints = (body.get("NetworkingConfig") or {}).get("EndpointsConfig") or {}
            mode = (body.get("HostConfig") or {}).get("NetworkMode")
            for network in endpoints or ([mode] if mode in self._by_name() else []):
                self._join(one, network, endpoints.get(network) or {})
            self._containers[one["Id"]] = one
            self._tell("container", "create", one)
            return one["Id"], []

    def _mounts(self, body: Json, image: Json) -> list[Json]:
        host = body.get("HostConfig") or {}
        wanted: dict[str, tuple[str, str]] = {}
        for destination in image["Config"]["Volumes"]:
            wanted[destination] = ("volume", "")
        for bind in host.get("Binds") or ():
            source, destination = bind.split(":")[:2]
            wanted[destination] = ("bind" if source.startswith("/") else "volume", source)
        for mount in host.get("Mounts") or ():
            wanted[mount["Target"]] = (mount["Type"], mount.get("Source", ""))
        made = []
        for destination, (kind, source) in wanted.items():
            volume = kind == "volume" and self._make_volume({"Name": source or self._id()})["Name"]
            made.append(
                {"Type": kind, "Source": source, "Destination": destination, "RW": True}
                | ({"Name": volume, "Anonymous": not source} if volume else {})
            )
        return made

    def start_container(self, container: str) -> None:
        with self._enter("start_container"):
            one = self._container(container)
            if one["State"] == "paused":
                raise EngineConflict("cannot start a paused container, try unpause instead")
            if one["State"] == "running":
                return
            printed, code = self.act(one["Words"])
            checked = (one["Body"].get("Healthcheck") or {}).get("Test") not in (None, ["NONE"])
            one.update(State="running", ExitCode=None, Health="starting" if checked else "")
            one["Log"] += printed if one["Body"].get("Tty") else frame(printed)
            self._tell("container", "start", one)
            self._changed.notify_all()
            if code is not None:
                self.finish(one["Id"], code)

    def stop_container(self, container: str, timeout: int | None = None, signal: str = "") -> None:
        with self._enter("stop_container"):
            one = self._container(container)
            if one["State"] not in _ALIVE:
                return
            self._tell("container", "kill", one, signal=signal or "15")
            self.finish(one["Id"], 137 if timeout == 0 else 143)
            self._tell("container", "stop", one)

    def kill_container(self, container: str, signal: str = "SIGKILL") -> None:
        with self._enter("kill_container"):
            one = self._container(container)
            if one["State"] not in _ALIVE:
                raise EngineConflict(f"Container {one['Id']} is not running")
            self._tell("container", "kill", one, signal=signal)
            if signal in {"SIGKILL", "SIGTERM", "SIGINT"}:
                self.finish(one["Id"], {"SIGKILL": 137, "SIGTERM": 143}.get(signal, 130))

    def restart_container(self, container: str, timeout: int | None = None) -> None:
        self.stop_container(container, timeout)
        self.start_container(container)
        with self._changed:
            self._tell("container", "restart", self._container(container))

    def pause_container(self, container: str) -> None:
        self._freeze(container, "running", "paused", "pause")

    def unpause_container(self, container: str) -> None:
        self._freeze(container, "paused", "running", "unpause")

    def _freeze(self, container: str, before: str, after: str, action: str) -> None:
        with self._enter(f"{action}_container"):
            one = self._container(container)
            if one["State"] != before:
                raise EngineConflict(f"Container {one['Id']} is not {before}")
            one["State"] = after
            self._tell("container", action, one)

    def top_container(self, container: str) -> Json:
        with self._enter("top_container"):
            one = self._container(container)
            if one["State"] != "running":
                raise EngineConflict(f"Container {one['Id']} is not running")
            return {"Titles": ["PID", "CMD"], "Processes": [["1", " ".join(one["Words"])]]}

    def remove_container(
        self, container: str, *, force: bool = False, volumes: bool = False
    ) -> None:
        with self._enter("remove_container"):
            one = self._container(container)
            if one["State"] in _ALIVE:
                if not force:
                    state = one["State"]
                    raise EngineConflict(f"cannot remove {state} container {one['Id']}: stop it")
                self.finish(one["Id"], 137)
            del self._containers[one["Id"]]
            if volumes:
                for mount in one["Mounts"]:
                    if mount.get("Anonymous"):
                        self._volumes.pop(mount["Name"], None)
            self._tell("container", "destroy", one)

    def rename_container(self, container: str, name: str) -> None:
        with self._enter("rename_container"):
            one = self._container(container)
            if any(other["Name"] == name for other in self._containers.values()):
                raise EngineConflict(f'Conflict. The container name "/{name}" is already in use')
            one["Name"] = name
            self._tell("container", "rename", one)

    def container_logs(  # noqa: PLR0913 - the port's
        self,
        container: str,
        *,
        follow: bool = False,
        stdout: bool = True,
        stderr: bool = True,  # noqa: ARG002 - nothing is printed there
        since: str = "",  # noqa: ARG002 - lines have no time
        until: str = "",  # noqa: ARG002
        tail: str = "all",  # noqa: ARG002
        timestamps: bool = False,  # noqa: ARG002
    ) -> MemoryBytes:
        with self._enter("container_logs"):
            one = self._container(container)
        return MemoryBytes(
            lambda: (one["Log"] if stdout else b"", not follow or one["State"] != "running"),
            self._changed,
        )

    def put_archive(
        self,
        container: str,
        path: str,
        archive: bytes | BinaryIO,
        *,
        to_user: bool = False,  # noqa: ARG002
    ) -> None:
        with self._enter("put_archive"):
            one = self._container(container)
            data = archive if isinstance(archive, bytes) else archive.read()
            with tarfile.open(fileobj=io.BytesIO(data)) as files:
                for entry in files:
                    content = files.extractfile(entry) if entry.isreg() else None
                    if content:
                        one["Files"][f"{path.rstrip('/')}/{entry.name}"] = content.read()

    def get_archive(self, container: str, path: str) -> MemoryBytes:
        with self._enter("get_archive"):
            content = self._container(container)["Files"].get(path)
        if content is None:
            raise EngineNotFound(f"Could not find the file {path} in container {container}")
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w") as files:
            entry = tarfile.TarInfo(path.rpartition("/")[2])
            entry.size = len(content)
            files.addfile(entry, io.BytesIO(content))
        return MemoryBytes(lambda: (buffer.getvalue(), True), self._changed)

    def exec_create(self, container: str, body: Json) -> str:
        with self._enter("exec_create"):
            one = self._container(container)
            if one["State"] != "running":
                raise EngineConflict(f"Container {one['Id']} is not running")
            if not body.get("Cmd"):
                raise EngineError("No exec command specified")
            exec_id = self._id()
            self._execs[exec_id] = self.act(body["Cmd"])
            return exec_id

    def exec_run(self, exec_id: str) -> tuple[int, bytes]:
        with self._enter("exec_run"):
            if exec_id not in self._execs:
                raise EngineNotFound(f"No such exec instance: {exec_id}")
            printed, code = self._execs[exec_id]
            return code or 0, printed

    # Networks

    def _by_name(self) -> dict[str, Json]:
        return {one["Name"]: one for one in self._networks.values()}

    def _network(self, name: str) -> Json:
        found = self._networks.get(name) or self._by_name().get(name)
        if not found:
            raise EngineNotFound(f"network {name} not found")
        return found

    def _members(self, network: Json) -> list[Json]:
        return [one for one in self._containers.values() if network["Name"] in one["Networks"]]

    def _join(self, one: Json, network: str, endpoint: Json) -> None:
        found = self._network(network)
        one["Networks"][found["Name"]] = {**endpoint, "NetworkID": found["Id"]}

    def list_networks(self, filters: Filters) -> list[Json]:
        with self._enter("list_networks"):
            return [one for one in self._networks.values() if matches(one, filters)]

    def inspect_network(self, network: str) -> Json:
        with self._enter("inspect_network"):
            found = self._network(network)
            alive = (one for one in self._members(found) if one["State"] in _ALIVE)
            return {**found, "Containers": {one["Id"]: {"Name": one["Name"]} for one in alive}}

    def create_network(self, body: Json) -> str:
        with self._enter("create_network"):
            if body["Name"] in self._by_name():
                raise EngineConflict(f"network with name {body['Name']} already exists")
            made = {"Driver": "bridge", "Labels": {}, **body, "Id": self._id()}
            self._networks[made["Id"]] = made
            return str(made["Id"])

    def remove_network(self, network: str) -> None:
        with self._enter("remove_network"):
            found = self._network(network)
            if any(one["State"] in _ALIVE for one in self._members(found)):
                raise EngineConflict(f"network {found['Name']} has active endpoints")
            del self._networks[found["Id"]]

    def connect_network(self, network: str, body: Json) -> None:
        with self._enter("connect_network"):
            one = self._container(body["Container"])
            self._join(one, network, body.get("EndpointConfig") or {})

    def disconnect_network(self, network: str, container: str, *, force: bool = False) -> None:  # noqa: ARG002
        with self._enter("disconnect_network"):
            found, one = self._network(network), self._container(container)
            if found["Name"] not in one["Networks"]:
                raise EngineError(f"container {container} is not connected to {network}")
            del one["Networks"][found["Name"]]

    # Volumes

    def _make_volume(self, body: Json) -> Json:
        name = body.get("Name") or self._id()
        new = {"Driver": "local", "Labels": {}, **body, "Name": name}
        return self._volumes.setdefault(name, new)

    def list_volumes(self, filters: Filters) -> list[Json]:
        with self._enter("list_volumes"):
            return [one for one in self._volumes.values() if matches(one, filters)]

    def create_volume(self, body: Json) -> Json:
        with self._enter("create_volume"):
            return self._make_volume(body)

    def remove_volume(self, volume: str, *, force: bool = False) -> None:
        with self._enter("remove_volume"):
            used = [
                one
                for one in self._containers.values()
                if any(mount.get("Name") == volume for mount in one["Mounts"])
            ]
            if used:
                raise EngineConflict(f"remove {volume}: volume is in use")
            if self._volumes.pop(volume, None) is None and not force:
                raise EngineNotFound(f"get {volume}: no such volume")

    # Images

    def _image(self, name: str) -> Json:
        tag = name if ":" in name.rpartition("/")[2] else f"{name}:latest"
        for key, image in self._images.items():
            if tag in image["RepoTags"] or name == key:
                return image
        raise EngineNotFound(f"No such image: {name}")

    def list_images(self, filters: Filters) -> list[Json]:
        with self._enter("list_images"):
            wanted = set(filters.get("reference") or ())
            labels = {"label": filters.get("label") or ()}
            return [
                image
                for image in self._images.values()
                if (not wanted or wanted & set(image["RepoTags"])) and matches(image, labels)
            ]

    def inspect_image(self, image: str) -> Json:
        with self._enter("inspect_image"):
            return self._image(image)

    def pull_image(self, image: str, platform: str = "") -> Iterator[Json]:  # noqa: ARG002
        with self._enter("pull_image"):
            if image not in self.registry:
                raise EngineNotFound(f"pull access denied for {image}, repository does not exist")
            self.add_image(image, image_id=self.registry[image])
        yield {"status": f"Status: Downloaded newer image for {image}"}

    def push_image(self, image: str) -> Iterator[Json]:
        with self._enter("push_image"):
            self.registry[image] = str(self._image(image)["Id"])
        yield {"status": f"{image}: pushed"}

    def remove_image(self, image: str, *, force: bool = False) -> None:  # noqa: ARG002
        with self._enter("remove_image"):
            found = self._image(image)
            found["RepoTags"] = [tag for tag in found["RepoTags"] if tag != image]
            if not found["RepoTags"]:
                del self._images[found["Id"]]

    def tag_image(self, image: str, repository: str, tag: str) -> None:
        with self._enter("tag_image"):
            self.add_image(f"{repository}:{tag}", image_id=self._image(image)["Id"])

    def build_image(
        self, context: BinaryIO, query: Mapping[str, str | list[str]]
    ) -> Iterator[Json]:
        with self._enter("build_image"):
            context.read()
            image_id = self.add_image(str(query.get("t", "built:latest")))
        yield {"aux": {"ID": image_id}}

    def info(self) -> Json:
        return {"DriverStatus": []}

    def open_builder(self) -> Duplex:
        with self._enter("open_builder"):
            raise EngineNotFound("page not found")

    def open_session(self, session: str, methods: Sequence[str], shared_key: str) -> Duplex:  # noqa: ARG002
        with self._enter("open_session"):
            raise EngineNotFound("page not found")

    def registry_login(self, registry: str) -> tuple[str, str]:  # noqa: ARG002
        return "", ""

    def registry_image(self, image: str) -> Json:
        with self._enter("registry_image"):
            if image not in self.registry:
                raise EngineNotFound(f"{image}: not found")
            return {"Descriptor": {"digest": self.registry[image]}, "Platforms": []}
