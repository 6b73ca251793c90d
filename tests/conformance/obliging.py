"""An engine in memory on which every project comes up, so that what is asked of it can be compared.

Every image exists, health checks pass at once, and a container that others wait for to end has
ended. What an engine refuses is refused only where a comparison would be wrong otherwise.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from composer.engine.port import Filters, Json
from composer.errors import EngineConflict, EngineError, EngineNotFound
from composer.identity import CONTENT
from tests.memory_engine import MemoryEngine

_DEPENDS = "com.docker.compose.depends_on"
_REPLACE = "com.docker.compose.replace"
_SERVICE = "com.docker.compose.service"
VOLATILE = "v:latest"
"""The one image that brings a volume."""
CREATED = "2025-01-01T00:00:00Z"


class ObligingEngine(MemoryEngine):
    """An engine in memory that obliges.

    Ids are made from names, so that they are the same whatever is created first; `ids` tells what
    each stands for: ``container shop-web-1 2`` is the second that was created for this name.
    """

    def __init__(self, api: tuple[int, int]) -> None:
        self._naming, self._named = "", Counter[str]()
        self._era, self._made_in = 0, dict[str, int]()
        self._removed = Counter[str]()
        self.ids: dict[str, str] = {}
        super().__init__(api, images=())

    def _id(self) -> str:
        self._named[self._naming] += 1
        meant = f"{self._naming} {self._named[self._naming]}"
        made = hashlib.sha256(meant.encode()).hexdigest()
        self.ids[made] = meant
        return made

    def add_image(self, name: str, *, volumes: Sequence[str] = (), image_id: str = "") -> str:
        with self._changed:
            self._naming = f"image {name}"
            return super().add_image(name, volumes=volumes, image_id=image_id)

    def _mounts(self, body: Json, image: Json) -> list[Json]:
        """Make the volumes in the order of their places: clients list them in any."""
        host = body.get("HostConfig") or {}
        ordered = sorted(host.get("Mounts") or (), key=lambda one: str(one["Target"]))
        return super()._mounts({**body, "HostConfig": {**host, "Mounts": ordered}}, image)

    def list_containers(self, filters: Filters, *, everything: bool = True) -> list[Json]:
        """List the newest first; what one command made, by name: clients create it in any order."""
        found = super().list_containers(filters, everything=everything)
        return sorted(found, key=lambda one: (self._made_in[one["Id"]], one["Names"]), reverse=True)

    def next_command(self) -> None:
        """Take what is created from now on for newer than all that is there."""
        self._era += 1

    def connect_network(self, network: str, body: Json) -> None:
        """Refuse guests of another container's network, as an engine does."""
        with self._changed:
            found = self._container(body["Container"])
            mode = str((found["Body"].get("HostConfig") or {}).get("NetworkMode"))
            if mode.startswith("container:"):
                raise EngineError("container sharing network namespace with another container")
            super().connect_network(network, body)

    def create_network(self, body: Json) -> str:
        if not body.get("Name"):
            raise EngineError("network name cannot be empty")
        with self._changed:
            self._naming = f"network {body['Name']}"
            return super().create_network(body)

    def create_container(self, name: str, body: Json, platform: str = "") -> tuple[str, list[str]]:
        with self._changed:
            self._image(body["Image"])
            _refuse_missing(body)
            self._naming = f"container {re.sub('^[0-9a-f]{12}_', '', name)}"
            made = super().create_container(name, body, platform)
            self._made_in[made[0]] = self._era
            self.end_awaited()
            return made

    def _image(self, name: str) -> Json:
        try:
            return super()._image(name)
        except EngineNotFound:
            if name.startswith("sha256:"):
                raise
            tagged = name if ":" in name.rpartition("/")[2] else f"{name}:latest"
            self.add_image(tagged, volumes=("/own",) if tagged == VOLATILE else ())
            return super()._image(name)

    def inspect_image(self, image: str) -> Json:
        found = super().inspect_image(image)
        return {"Os": "linux", "Architecture": "amd64", "Created": CREATED, **found}

    def list_images(self, filters: Filters) -> list[Json]:
        for name in filters.get("reference") or ():
            self._image(name)
        return super().list_images(filters)

    def remove_image(self, image: str, *, force: bool = False) -> None:
        """Refuse where a container uses the image, as an engine does."""
        with self._changed:
            found = self._image(image)
            if any(one["Image"] == found["Id"] for one in self._containers.values()):
                raise EngineConflict(f"unable to remove {image}: a container is using its image")
            for tag in found["RepoTags"]:
                super().remove_image(tag, force=force)
                self._removed[tag] += 1

    def end(self, container: str, code: int) -> None:
        """Let the process of *container* end by itself, where it runs."""
        with self._changed:
            if self._container(container)["State"] == "running":
                self.finish(container, code)

    def die(self, container: str) -> None:
        """Leave *container* as an engine leaves one that it could not remove altogether."""
        with self._changed:
            self.end(container, 137)
            self._container(container)["State"] = "dead"

    def start_container(self, container: str) -> None:
        if self._container(container)["State"] == "dead":
            raise EngineConflict("container is marked for removal and cannot be started")
        super().start_container(container)
        with self._changed:
            found = self._container(container)
            if found["Health"]:
                self.health(container, "healthy")
        self.end_awaited()

    def end_awaited(self) -> None:
        """Let each running container end for whose end another one waits."""
        with self._changed:
            awaited = set()
            for one in self._containers.values():
                labels = one["Body"].get("Labels") or {}
                for text in filter(None, (labels.get(_DEPENDS) or "").split(",")):
                    name, condition, _ = text.split(":")
                    if condition == "service_completed_successfully":
                        awaited.add(name)
            for one in list(self._containers.values()):
                named = (one["Body"].get("Labels") or {}).get(_SERVICE)
                if one["State"] == "running" and named in awaited:
                    self.finish(one["Id"], 0)

    def exec_create(self, container: str, body: Json) -> str:
        with self._changed:
            self._naming = f"exec in {self._container(container)['Name']}"
            return super().exec_create(container, body)

    def inspect_volume(self, name: str) -> Json:
        if name not in self._volumes:
            raise EngineNotFound(f"get {name}: no such volume")
        return self._volumes[name]

    def state(self) -> Json:
        """Return what there is, by kind and name; ids are told as what they stand for."""
        with self._changed:
            starts = Counter(one.id for one in self._past if one.action == "start")
            made = {
                f"container {one['Name']}": self._seen(one, starts[one["Id"]])
                for one in self._containers.values()
            }
            for one in self._networks.values():
                made[f"network {one['Name']}"] = {"is": self.ids[one["Id"]]}
            for name, one in self._volumes.items():
                made[f"volume {self.ids.get(name, name)}"] = {"labels": one["Labels"]}
            return made | {f"image {name}": {"removed": n} for name, n in self._removed.items()}

    def _seen(self, one: Json, starts: int) -> Json:
        """Return what a user sees of a container; *starts* is how often it was started."""
        host = one["Body"].get("HostConfig") or {}
        modes = (str(host.get(name)) for name in ("NetworkMode", "IpcMode", "PidMode"))
        guest = any(mode.startswith("container:") for mode in modes)
        return {
            "is": self.ids[one["Id"]],
            "service": one["Body"].get("Labels", {}).get(_SERVICE),
            "content": one["Body"].get("Labels", {}).get(CONTENT),
            "state": one["State"],
            "guest starts" if guest else "starts": starts,
            "replaces": _REPLACE in one["Body"].get("Labels", {}),
            "networks": {
                name: [self.ids[joined["NetworkID"]], joined.get("Aliases"), *_addresses(joined)]
                for name, joined in one["Networks"].items()
            },
            "mounts": {
                mount["Destination"]: self.ids.get(mount.get("Name", ""), mount["Source"])
                for mount in one["Mounts"]
            },
        }


def _addresses(joined: Json) -> list[str]:
    given = joined.get("IPAMConfig") or {}
    return [str(one) for _, one in sorted(given.items()) if one]


def _refuse_missing(body: Json) -> None:
    """Refuse a bind mount of what does not exist, as an engine does."""
    for mount in (body.get("HostConfig") or {}).get("Mounts") or ():
        makes = (mount.get("BindOptions") or {}).get("CreateMountpoint")
        if mount["Type"] == "bind" and not makes and not Path(mount["Source"]).exists():
            raise EngineError(f"bind source path does not exist: {mount['Source']}")
