"""Which line of the user's files asked for what the engine refused, and what to do about it. Pure.

May import: plan.ops, errors, spec, tree.
"""

import re
from collections.abc import Callable

from composer.errors import Failure
from composer.plan.ops import (
    BuildImage,
    CreateContainer,
    CreateNetwork,
    CreateVolume,
    Op,
    PullImage,
    PushImage,
    StartContainer,
)
from composer.spec.project import Project
from composer.tree import TreePath, dotted, position

_NUMBER = re.compile(r":(\d{1,5})\b")
_TAKEN = re.compile(r"address already in use|port is already allocated")


def blame(project: Project, op: Op, message: str) -> list[str]:
    """Return lines that name the place of what failed, and a hint; none where neither is known."""
    path = _path(project, op, message)
    place = position(project.node, path) if path and project.node else None
    lines = [f"asked for at {place} ({dotted(path)})"] if place else []
    if isinstance(op, PullImage) and op.platform:
        lines.append(f"for {op.platform}: an image for another platform does not do")
    hint = next((hint for kind, fits, hint in _HINTS if isinstance(op, kind) and fits(message)), "")
    return [*lines, f"hint: {hint}"] if hint and "hint: " not in message else lines


def placed(project: Project, op: Op, failure: Failure) -> Failure:
    """Return *failure* with the service that it is about, and the place that asked for *op*."""
    service = op.services[0] if isinstance(op, PullImage) and op.services else ""
    service = service or getattr(op, "service", "")
    path = _path(project, op, str(failure.error))
    if not path and service in project.all_services:
        path = ("services", service)
    place = position(project.node, path) if path and project.node else None
    return failure.replace(service=service, position=place, path=dotted(path) if place else "")


def _path(project: Project, op: Op, message: str) -> TreePath:
    path: TreePath = ()
    match op:
        case PullImage(services=(name, *_)):
            path = ("services", name, "image")
        case BuildImage(service=name):
            path = ("services", name, "build")
        case CreateNetwork(network=key):
            path = ("networks", key)
        case CreateVolume(volume=key):
            path = ("volumes", key)
        case StartContainer(service=name) | CreateContainer(service=name):
            taken = _TAKEN.search(message)
            path = ("services", name, *(_port(project, name, message) if taken else ()))
    return path


def _port(project: Project, name: str, message: str) -> TreePath:
    """Return the entry of ``ports`` that publishes a port named in *message*."""
    service = project.services.get(name)
    node = service.node.get("ports") if service and service.node else None
    if node is None or not node.is_sequence:
        return ()
    numbers = frozenset(_NUMBER.findall(message))
    for index, entry in enumerate(node.value):
        published = entry.get("published")
        if published is not None and str(published.value) in numbers:
            return ("ports", index)
    return ("ports",)


def _any(_: str) -> bool:
    return True


def _no_registry(message: str) -> bool:
    return "no such host" in message or "connection refused" in message or "timeout" in message


_HINTS: tuple[tuple[type[Op], Callable[[str], bool], str], ...] = (
    (PullImage, _no_registry, "no registry answers: load the image with docker load, or build it"),
    (PullImage, _any, "check the image's name and tag, and whether the registry has it"),
    (PushImage, _no_registry, "no registry answers: check the image's name, and the network"),
    (
        StartContainer,
        lambda message: bool(_TAKEN.search(message)),
        "another program uses the port: stop it, or publish another port",
    ),
)
