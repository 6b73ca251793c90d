"""The programs that are compared, and the engine's client for what must be neutral."""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

IMAGE = "composer-test/busybox:latest"
DEADLINE_S = 300
_LABEL = "com.docker.compose.project"


class Failed(Exception):
    """A command did not do what a benchmark needs."""


class Tool(NamedTuple):
    """A program that is measured."""

    name: str
    command: tuple[str, ...]


def composer(command: Sequence[str] = ()) -> Tool:
    """Return Composer: *command*, else the one of this Python's environment."""
    beside = Path(sys.executable).parent / "composer"
    default = (str(beside),) if beside.exists() else (sys.executable, "-m", "composer")
    return Tool("composer", tuple(command) or default)


def docker_compose(command: Sequence[str] = ()) -> Tool | None:
    """Return Docker Compose, or *command* in its place; None where it is absent."""
    tool = Tool("docker compose", tuple(command) or ("docker", "compose"))
    if not shutil.which(tool.command[0]):
        return None
    return tool if version(tool) else None


def version(tool: Tool) -> str:
    """Return what ``version`` prints, empty where it fails."""
    found = run([*tool.command, "version"])
    return found.stdout.strip() if found.returncode == 0 else ""


def run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; its input is empty, its output is kept."""
    return subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
    )


def engine_problem() -> str:
    """Return why benchmarks on an engine cannot run, empty where they can."""
    if not shutil.which("docker"):
        return "there is no docker client"
    if run(["docker", "version"]).returncode:
        return "no engine answers"
    if run(["docker", "image", "inspect", IMAGE]).returncode:
        return f"the engine has no image {IMAGE}"
    return ""


def remove_project(name: str) -> None:
    """Remove what is left of a project, whichever tool made it."""
    label = f"label={_LABEL}={name}"
    containers = run(["docker", "ps", "--all", "--quiet", "--filter", label]).stdout.split()
    if containers:
        run(["docker", "rm", "--force", "--volumes", *containers])
    networks = run(["docker", "network", "ls", "--quiet", "--filter", label]).stdout.split()
    if networks:
        run(["docker", "network", "rm", *networks])
    images = run(["docker", "image", "ls", "--quiet", "--filter", label]).stdout.split()
    if images:
        run(["docker", "image", "rm", "--force", *set(images)])
