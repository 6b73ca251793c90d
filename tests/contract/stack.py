"""A project of one test on a real engine: its name is unique, and nothing of it stays."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from composer.engine.docker import connect
from composer.engine.port import Engine, Json
from composer.errors import EngineError
from composer.identity import PROJECT
from composer.plan.ops import (
    CreateContainer,
    CreateNetwork,
    Op,
    Plan,
    Ref,
    StartContainer,
)
from composer.run.cancel import Cancel
from composer.run.events import Event
from composer.run.execute import execute
from composer.run.outcome import Outcome
from composer.spec.network import Network
from composer.spec.project import Project
from composer.spec.service import Service
from tests.e2e.stage import ANONYMOUS

IMAGE = "composer-test/busybox:latest"


class Stack:
    """Services with one container each, and what the executor told."""

    def __init__(self, engine: Engine, **services: Service) -> None:
        self.engine = engine
        self.name = f"crun-{uuid.uuid4().hex[:10]}"
        self.events = list[Event]()
        self.cancel = Cancel()
        self.heard = False
        self.project = Project(
            self.name,
            "/tmp",
            services=services,
            networks={"default": Network(name=f"{self.name}_default")},
        )

    def network(self) -> Op:
        return CreateNetwork("network", f"Network {self.name}_default", network="default")

    def create(self, service: str, number: int = 1, **more: Any) -> Op:
        name = more.pop("name", f"{self.name}-{service}-{number}")
        return CreateContainer(
            f"create {service}-{number}", f"Container {name}", service=service, number=number,
            name=name, **{"after": ("network",), **more},
        )  # fmt: skip

    def start(self, service: str, *after: str, number: int = 1) -> Op:
        key, name = f"create {service}-{number}", f"{self.name}-{service}-{number}"
        return StartContainer(
            f"start {service}-{number}", f"Container {name}", after=(key, *after),
            container=Ref(key), service=service,
        )  # fmt: skip

    def run(self, *ops: Op) -> Outcome:
        return execute(
            Plan(ops).checked(), self.project, self.engine, emit=self.events.append,
            cancel=self.cancel, heard=self.heard,
        )  # fmt: skip

    def up(self, *services: str) -> Outcome:
        """Create and start one container of each of *services*, or of all."""
        names = services or tuple(self.project.services)
        ops = [op for name in names for op in (self.create(name), self.start(name))]
        return self.run(self.network(), *ops)

    def inspect(self, service: str, number: int = 1) -> Json:
        return self.engine.inspect_container(f"{self.name}-{service}-{number}")

    def clear(self) -> None:
        ours = {"label": [f"{PROJECT}={self.name}"]}
        inherited = set()  # a recreated container's volumes are not anonymous to the engine
        for one in self.engine.list_containers(ours):
            names = (mount.get("Name", "") for mount in one["Mounts"])
            inherited |= {name for name in names if len(name) == ANONYMOUS}
            _quietly(self.engine.remove_container, one["Id"], force=True, volumes=True)
        for name in inherited:
            with suppress(EngineError):
                self.engine.remove_volume(name)
        for one in self.engine.list_networks(ours):
            _quietly(self.engine.remove_network, one["Id"])


def _quietly(remove: Any, *arguments: Any, **options: Any) -> None:
    try:
        remove(*arguments, **options)
    except EngineError as error:
        print(f"left behind: {error}")  # noqa: T201 - shown with a failed test


@contextmanager
def stack(**services: Service) -> Iterator[Stack]:
    """Yield a stack on the engine of the environment; remove all of it afterwards."""
    engine = connect(os.environ)
    made = Stack(engine, **services)
    try:
        yield made
    finally:
        made.clear()
        engine.close()


def shell(script: str, **more: Any) -> Service:
    """Return a service that runs *script* and obeys SIGTERM at once."""
    return Service(
        image=IMAGE, command=("sh", "-c", f"trap 'exit 0' TERM; {script}"),
        networks={"default": None}, **more,
    )  # fmt: skip


FOREVER = "sleep 300 & wait"
