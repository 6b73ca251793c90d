"""Stories for the comparison of convergence: a project, and what happens to it step by step.

A story is made from a number alone: some services that need one another, and steps. Each step
changes the file, does something to the engine by hand, and names the command that is to bring it
all into line. A pair is a story of one step.
"""

import copy
from collections.abc import Iterator
from random import Random
from typing import Any, NamedTuple

Project = dict[str, Any]
Request = tuple[str, str, Any]
"""What is done by hand: method, path and body of a request to the engine."""
NAME = "shop"
_CHANGES = (
    "image", "environment", "labels", "env_file", "scale", "remove", "add", "network", "join",
    "leave", "rename network", "volume", "rename volume", "mount", "depends_on", "container_name",
    "profile", "replicas", "need", "need optionally", "secret", "link", "pid", "own network",
    "aliases", "port", "drop network", "hook", "tmpfs", "unshare",
)  # fmt: skip
_FLAGS = (
    "", "", "", "--no-recreate", "--force-recreate", "--always-recreate-deps", "-V",
    "--no-deps {0}", "--remove-orphans", "--scale {0}=2", "{0}", "{0} --force-recreate",
    "{0} --force-recreate --always-recreate-deps", "--wait", "--force-recreate -V",
    "--no-deps --force-recreate {0}", "--scale {0}=0", "-t 0", "--no-recreate {0}", "{0} {1}",
    "--no-deps --scale {0}=3 {0}", "-V {0}", "--pull never", "--no-recreate --scale {0}=3",
    "--always-recreate-deps {0}", "--remove-orphans --no-recreate", "--wait {0}",
)  # fmt: skip
_OTHERS = (
    "create", "up --no-start", "stop", "stop {0}", "start", "restart", "restart {0}", "rm -f -s",
    "rm -fsv {0}", "down", "down -v", "down {0}", "scale {0}=3", "kill -s HUP {0}", "pause",
    "create --force-recreate {0}", "create --no-recreate", "create --scale {0}=2", "start {0}",
    "restart --no-deps {0}", "kill", "kill {0}", "unpause", "pause {0}", "rm -f", "rm -fs {0} {1}",
    "scale --no-deps {0}=2 {1}=1", "down --remove-orphans", "stop -t 0 {0}",
    "kill --remove-orphans", "run -d --name job{2} {0}", "run -d --no-deps --name job{2} {0}",
    "restart -t 0 {0} {1}", "down -t 0 {0} {1}", "--profile p up -d", "--profile p stop",
    "--profile p down", "up -d --no-start", "down -v --remove-orphans",
)  # fmt: skip


class Step(NamedTuple):
    """*env_file* is what ``f.env`` holds, *by_hand* what is done before the command."""

    project: Project
    env_file: str
    by_hand: tuple[Request, ...]
    command: tuple[str, ...]


class Story(NamedTuple):
    """A project that is brought up, and the steps after that."""

    project: Project
    env_file: str
    steps: tuple[Step, ...]


def story(number: int, steps: int = 1) -> Story:
    """Return the story with this number."""
    r = Random(number)  # noqa: S311 - the same each time
    first = _project(r)
    return Story(first, "F=1\n", tuple(_steps(r, first, steps)))


def _steps(r: Random, before: Project, count: int) -> Iterator[Step]:
    variables = 1
    for at in range(count):
        after = copy.deepcopy(before)
        changes = [r.choice(_CHANGES) for _ in range(r.choice((0, 1, 1, 2, 3)))]
        for change in changes:
            _change(r, after, change)
        by_hand = tuple(_meddling(r, before) for _ in range(r.choice((0, 0, 1, 2))))
        variables += "env_file" in changes
        yield Step(after, f"F={variables}\n", by_hand, _command(r, after, at))
        before = after


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
        "secrets": {"token": {"environment": "TOKEN"}},
    }


def _service(r: Random, known: Project, earlier: list[str]) -> Project:
    """Return a service; it needs those with one container only where that is shared."""
    service: Project = {"image": r.choice("xyz"), "command": ["run"]}
    if earlier and r.random() < 0.5:
        _need(r, known, service, r.choice(earlier))
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


def _need(r: Random, services: Project, service: Project, needed: str) -> None:
    condition = r.choice(("service_started", "service_healthy"))
    services[needed]["healthcheck"] = {"test": "x"}
    restart = {"restart": True} if r.random() < 0.5 else {}
    service.setdefault("depends_on", {})[needed] = {"condition": condition, **restart}


def _change(r: Random, project: Project, change: str) -> None:  # noqa: C901, PLR0912, PLR0915 - a line each
    services = project["services"]
    name = r.choice(sorted(services))
    service = services[name]
    earlier = [one for one in sorted(services) if one < name]
    alone = "scale" not in service and "container_name" not in service
    match change:
        case "image":
            service["image"] = r.choice("xyzw")
        case "environment":
            service["environment"] = {"A": str(r.randint(1, 3))}
        case "labels":
            service["labels"] = {"l": str(r.randint(1, 3))}
        case "scale" if not _owns(services, name) and "container_name" not in service:
            service["scale"] = r.randint(0, 4)
        case "remove" if not _needed(services, name) and len(services) > 1:
            del services[name]
        case "add":
            services["new"] = {"image": "x", "depends_on": [name]}
        case "network":
            project["networks"][r.choice(("n1", "n2"))] = {"labels": {"k": str(r.randint(7, 9))}}
        case "join" if "network_mode" not in service:
            service.setdefault("networks", {})["n2"] = {}
        case "leave":
            service.pop("networks", None)
        case "rename network":
            project["networks"]["n1"] = {"name": "other-network"}
        case "volume":
            project["volumes"][r.choice(("vol", "wol"))] = {"labels": {"k": str(r.randint(7, 9))}}
        case "rename volume":
            project["volumes"]["vol"] = {"name": "other-volume"}
        case "mount":
            service["volumes"] = ["vol:/elsewhere", "/anon"]
        case "depends_on":
            service.pop("depends_on", None)
        case "container_name" if alone and "deploy" not in service:
            service["container_name"] = f"my-{name}"
        case "profile" if not _needed(services, name):
            service["profiles"] = ["p"]
        case "replicas" if alone and not _owns(services, name):
            service["deploy"] = {"replicas": r.randint(0, 3)}
        case "need" if earlier:
            _need(r, services, service, r.choice(earlier))
        case "need optionally" if earlier:
            needed = r.choice(earlier)
            service.setdefault("depends_on", {})[needed] = {
                "condition": "service_started", "required": False,
            }  # fmt: skip
        case "secret":
            service["secrets"] = ["token"]
        case "link" if earlier and "network_mode" not in service:
            service["links"] = [f"{r.choice(earlier)}:li"]
        case "pid" if earlier and "scale" not in services[earlier[0]]:
            service["pid"] = f"service:{earlier[0]}"
        case "own network":
            project["networks"]["n3"] = {"internal": True}
            if "network_mode" not in service:
                service["networks"] = {"n3": {}}
        case "aliases" if service.get("networks"):
            service["networks"]["n2"] = {"aliases": [f"al{r.randint(1, 3)}"]}
        case "port" if alone and "network_mode" not in service:
            service["ports"] = [f"{r.randint(8000, 8003)}:80"]
        case "drop network":
            for one in services.values():
                one.get("networks", {}).pop("n2", None)
        case "hook":
            service["post_start"] = [{"command": ["true"]}]
        case "tmpfs":
            service["tmpfs"] = [f"/t{r.randint(1, 3)}"]
        case "unshare":
            for attribute in ("network_mode", "ipc", "pid", "volumes_from", "links"):
                service.pop(attribute, None)


def _owns(services: Project, name: str) -> bool:
    """Tell whether others live in a namespace, or with the volumes, of the service."""
    return any(
        f"service:{name}" in one.values() or name in one.get("volumes_from", ())
        for one in services.values()
    )


def _needed(services: Project, name: str) -> bool:
    linked = any(one == f"{name}:li" for s in services.values() for one in s.get("links", ()))
    return (
        linked
        or _owns(services, name)
        or any(name in one.get("depends_on", ()) for one in services.values())
    )


def _meddling(r: Random, project: Project) -> Request:
    """Return a request that does something which the project knows nothing of."""
    name = r.choice(sorted(project["services"]))
    called = f"{NAME}-{name}-{r.choice((1, 1, 1, 2))}"
    where = f"/containers/{called}"
    image = project["services"][name]["image"]
    network = f"{NAME}_{r.choice(('n1', 'n2', 'default'))}"
    return r.choice((
        ("POST", f"{where}/stop?t=0", None), ("POST", f"{where}/kill", None),
        ("DELETE", f"{where}?force=1", None), ("POST", f"{where}/rename?name=moved", None),
        ("POST", f"/renew/{image}:latest", None), ("POST", f"{where}/pause", None),
        ("POST", f"/networks/{network}/disconnect", {"Container": called}),
        ("DELETE", f"/networks/{network}", None), ("DELETE", f"/volumes/{NAME}_vol", None),
        ("POST", f"{where}/start", None),
        ("POST", f"/networks/{network}/connect", {"Container": called}),
    ))  # fmt: skip


def _command(r: Random, project: Project, at: int) -> tuple[str, ...]:
    names = sorted(project["services"])
    words = r.choice(names), r.choice(names), at
    if r.random() < 0.35:
        return tuple(r.choice(_OTHERS).format(*words).split())
    return ("up", "-d", "-y", *r.choice(_FLAGS).format(*words).split())
