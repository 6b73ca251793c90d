"""The engine calls of an ``up -d`` and a ``down`` and nothing else: the time that the engine takes.

    python benchmarks/run.py fifty --peer 'python benchmarks/raw.py'

compares Composer with it. The commands are those of the benchmark ``fifty``, on the services of its
file: each is created and started, or stopped and removed, by one of eight threads.
"""

import argparse
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import yaml
from docker import APIClient

THREADS = 8
_PROJECT = "com.docker.compose.project"


class Loop:
    """One project on the engine."""

    def __init__(self, name: str, file: str) -> None:
        self.name, self.file = name, file
        host = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")
        self.engine = APIClient(host, version="auto", num_pools=2 * THREADS)
        self.labels = {_PROJECT: name}

    def up(self) -> None:
        """Create what is not there."""
        if self.ids():
            return
        self.engine.create_network(f"{self.name}_default", labels=self.labels)
        services = yaml.safe_load(Path(self.file).read_text())["services"]
        with ThreadPoolExecutor(THREADS) as crew:
            list(crew.map(self._start, services, services.values()))

    def _start(self, name: str, service: dict[str, object]) -> None:
        host = {"NetworkMode": f"{self.name}_default", "Init": service.get("init")}
        body = {
            "Image": service["image"],
            "Cmd": service["command"],
            "StopTimeout": 0,
            "Labels": self.labels,
            "HostConfig": host,
        }
        made = self.engine.create_container_from_config(body, f"{self.name}-{name}-1")
        self.engine.start(made["Id"])

    def ids(self) -> list[str]:
        """Return the ids of the containers."""
        found = self.engine.containers(all=True, filters={"label": f"{_PROJECT}={self.name}"})
        return [str(one["Id"]) for one in found]

    def down(self) -> None:
        """Remove all."""
        with ThreadPoolExecutor(THREADS) as crew:
            list(crew.map(self._remove, self.ids()))
        self.engine.remove_network(f"{self.name}_default")

    def _remove(self, container: str) -> None:
        self.engine.stop(container)
        self.engine.remove_container(container, force=True)


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser()
    parser.add_argument("-f", "--file", default="compose.yaml")
    parser.add_argument("-p", "--project-name", default="raw")
    parser.add_argument("command", choices=("up", "ps", "down", "version"))
    flags, _ = parser.parse_known_args()
    if flags.command == "version":
        print("raw loop")
        return
    loop = Loop(flags.project_name, flags.file)
    if flags.command == "ps":
        print("\n".join(loop.ids()))
    else:
        {"up": loop.up, "down": loop.down}[flags.command]()


if __name__ == "__main__":
    main()
