"""Pairs of projects for the comparison of convergence: before, after, what happens between.

A pair is made from a number alone: some services that need one another, a few changes of the file,
something done to containers by hand, and the command that is to bring it all into line.
"""

import copy
from random import Random
from typing import Any, NamedTuple

Project = dict[str, Any]
NAME = "shop"
_CHANGES = (
    "image", "environment", "labels", "env_file", "scale", "remove", "add", "network", "join",
    "leave", "rename network", "volume", "rename volume", "mount", "depends_on", "container_name",
)  # fmt: skip
_FLAGS = (
    "", "", "", "--no-recreate", "--force-recreate", "--always-recreate-deps", "-V",
    "--no-deps {0}", "--remove-orphans", "--scale {0}=2", "{0}", "{0} --force-recreate",
    "{0} --force-recreate --always-recreate-deps", "--wait", "--force-recreate -V",
)  # fmt: skip
_OTHERS = (
    "create", "up --no-start", "stop", "stop {0}", "start", "restart", "restart {0}", "rm -f -s",
    "rm -fsv {0}", "down", "down -v", "down {0}", "scale {0}=3", "kill -s HUP {0}", "pause",
)  # fmt: skip


class Pair(NamedTuple):
    """*by_hand* are requests to the engine, *env_files* what ``f.env`` holds before and after."""

    before: Project
    after: Project
    env_files: tuple[str, str]
    by_hand: tuple[tuple[str, str], ...]
    command: tuple[str, ...]


def pair(number: int) -> Pair:
    """Return the pair with this number."""
    r = Random(number)  # noqa: S311 - the same each time
    before = _project(r)
    after = copy.deepcopy(before)
    changes = [r.choice(_CHANGES) for _ in range(r.choice((0, 1, 1, 2, 3)))]
    for change in changes:
        _change(r, after, change)
    by_hand = tuple(_meddling(r, before) for _ in range(r.choice((0, 0, 1, 2))))
    renewed = "F=2\n" if "env_file" in changes else "F=1\n"
    return Pair(before, after, ("F=1\n", renewed), by_hand, _command(r, after))


def _project(r: Random) -> Project:
    names = sorted(r.sample("abcdef", r.randint(2, 5)))
    services: Project = {}
    for at, name in enumerate(names):
        services[name] = _service(r, services, names[:at])
    return {
        "name": NAME,
        "services": services,
        "networks": {"n1": {}, "n2": {"labels": {"k": "1"}}},
        "volumes": {"vol": {}, "wol": {"labels": {"k": "1"}}},
    }


def _service(r: Random, known: Project, earlier: list[str]) -> Project:
    """Return a service; it needs those with one container only where that is shared."""
    service: Project = {"image": r.choice("xyz"), "command": ["run"]}
    if earlier and r.random() < 0.5:
        needed, condition = r.choice(earlier), r.choice(("service_started", "service_healthy"))
        known[needed]["healthcheck"] = {"test": "x"}
        restart = {"restart": True} if r.random() < 0.5 else {}
        service["depends_on"] = {needed: {"condition": condition, **restart}}
    owners = [one for one in earlier if "scale" not in known[one]]
    sharing = r.choice(("network_mode", "ipc", "volumes_from", "")) if owners else ""
    if sharing == "volumes_from":
        service[sharing] = [r.choice(owners)]
    elif sharing:
        service[sharing] = f"service:{r.choice(owners)}"
    elif r.random() < 0.3:
        service["scale"] = r.randint(2, 3)
    if sharing != "network_mode" and r.random() < 0.5:
        service["networks"] = {"n1": {"aliases": ["al"]}, "n2": {"priority": 5}}
    if r.random() < 0.5:
        service["volumes"] = r.sample(("vol:/data", "/anon", "wol:/w", "/other"), r.randint(1, 3))
    if r.random() < 0.3:
        service["env_file"] = ["f.env"]
    return service


def _change(r: Random, project: Project, change: str) -> None:  # noqa: C901, PLR0912 - a line each
    services = project["services"]
    name = r.choice(sorted(services))
    service = services[name]
    match change:
        case "image":
            service["image"] = "w"
        case "environment":
            service["environment"] = {"A": "1"}
        case "labels":
            service["labels"] = {"l": "2"}
        case "scale" if not _owns(services, name):
            service["scale"] = r.randint(0, 4)
        case "remove" if not _needed(services, name) and len(services) > 1:
            del services[name]
        case "add":
            services["new"] = {"image": "x", "depends_on": [name]}
        case "network":
            project["networks"][r.choice(("n1", "n2"))] = {"labels": {"k": "9"}}
        case "join" if "network_mode" not in service:
            service.setdefault("networks", {})["n2"] = {}
        case "leave":
            service.pop("networks", None)
        case "rename network":
            project["networks"]["n1"] = {"name": "other-network"}
        case "volume":
            project["volumes"][r.choice(("vol", "wol"))] = {"labels": {"k": "9"}}
        case "rename volume":
            project["volumes"]["vol"] = {"name": "other-volume"}
        case "mount":
            service["volumes"] = ["vol:/elsewhere", "/anon"]
        case "depends_on":
            service.pop("depends_on", None)
        case "container_name" if "scale" not in service:
            service["container_name"] = f"my-{name}"


def _owns(services: Project, name: str) -> bool:
    """Tell whether others live in a namespace, or with the volumes, of the service."""
    return any(
        f"service:{name}" in one.values() or name in one.get("volumes_from", ())
        for one in services.values()
    )


def _needed(services: Project, name: str) -> bool:
    return _owns(services, name) or any(name in s.get("depends_on", ()) for s in services.values())


def _meddling(r: Random, project: Project) -> tuple[str, str]:
    """Return a request that does something to a container which the project knows nothing of."""
    name = r.choice(sorted(project["services"]))
    where = f"/containers/{NAME}-{name}-1"
    image = project["services"][name]["image"]
    return r.choice((
        ("POST", f"{where}/stop?t=0"), ("POST", f"{where}/kill"), ("DELETE", f"{where}?force=1"),
        ("POST", f"{where}/rename?name=moved"), ("POST", f"/renew/{image}:latest"),
    ))  # fmt: skip


def _command(r: Random, project: Project) -> tuple[str, ...]:
    name = r.choice(sorted(project["services"]))
    if r.random() < 0.25:
        return tuple(r.choice(_OTHERS).format(name).split())
    return ("up", "-d", "-y", *r.choice(_FLAGS).format(name).split())
