"""What a step of a story may change in its project: one small edit each.

An edit that does not fit the project as it is leaves it alone; where it makes the project invalid,
both tools must refuse it.
"""

from collections.abc import Callable
from random import Random
from typing import Any

Project = dict[str, Any]
_FIRST = (
    "image", "environment", "labels", "env_file", "scale", "remove", "add", "network", "join",
    "leave", "rename network", "volume", "rename volume", "mount", "depends_on", "container_name",
    "profile", "replicas", "need", "need optionally", "secret", "link", "pid", "own network",
    "aliases", "port", "drop network", "hook", "tmpfs", "unshare",
)  # fmt: skip


def need(r: Random, services: Project, service: Project, needed: str) -> None:
    """Let *service* wait for the service *needed*."""
    condition = r.choice(("service_started", "service_healthy"))
    services[needed]["healthcheck"] = {"test": "x"}
    restart = {"restart": True} if r.random() < 0.5 else {}
    service.setdefault("depends_on", {})[needed] = {"condition": condition, **restart}


def _edit(r: Random, project: Project, change: str) -> None:  # noqa: C901, PLR0912, PLR0915 - a line each
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
        case "scale" if not owns(services, name) and "container_name" not in service:
            service["scale"] = r.randint(0, 4)
        case "remove" if not _needed(services, name) and len(services) > 1:
            del services[name]
        case "add":
            started = {"condition": "service_started"}
            services["new"] = {"image": "x", "depends_on": {name: started}}
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
        case "replicas" if alone and not owns(services, name):
            service["deploy"] = {"replicas": r.randint(0, 3)}
        case "need" if earlier:
            need(r, services, service, r.choice(earlier))
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
        case other if other in _FURTHER:
            _FURTHER[other](r, project, name)


def owns(services: Project, name: str) -> bool:
    """Tell whether others live in a namespace, or with the volumes, of the service."""
    return any(
        f"service:{name}" in one.values() or name in one.get("volumes_from", ())
        for one in services.values()
    )


def _needed(services: Project, name: str) -> bool:
    linked = any(one == f"{name}:li" for s in services.values() for one in s.get("links", ()))
    return (
        linked
        or owns(services, name)
        or any(name in one.get("depends_on", ()) for one in services.values())
    )


def _plain(service: Project) -> bool:
    """Tell whether the service has a network namespace of its own, and one container."""
    return not {"network_mode", "scale", "deploy"} & service.keys()


def _address(r: Random, project: Project, name: str) -> None:
    service, number = project["services"][name], r.randint(0, 2)
    if not _plain(service):
        return
    six = r.random() < 0.4
    subnets = [{"subnet": f"10.77.{number}.0/24"}]
    given = {"ipv4_address": f"10.77.{number}.{r.randint(10, 12)}"}
    if six:
        subnets.append({"subnet": f"fd00:77:{number}::/64"})
        given["ipv6_address"] = f"fd00:77:{number}::1{r.randint(0, 2)}"
    network: Project = {"ipam": {"config": subnets}, **({"enable_ipv6": True} if six else {})}
    for one in project["services"].values():
        one.get("networks", {}).pop("n4", None)
    project["networks"]["n4"] = network
    service.setdefault("networks", {})["n4"] = given


def _subnet(r: Random, project: Project, _: str) -> None:
    """Change the definition of the network under those who have fixed addresses."""
    if network := project["networks"].get("n4"):
        network["labels"] = {"k": str(r.randint(1, 3))}


def _external_network(_: Random, project: Project, name: str) -> None:
    project["networks"]["ext"] = {"external": True, "name": "world"}
    if "network_mode" not in project["services"][name]:
        project["services"][name].setdefault("networks", {})["ext"] = {}


def _external_volume(_: Random, project: Project, name: str) -> None:
    project["volumes"]["ext"] = {"external": True, "name": "world"}
    project["services"][name].setdefault("volumes", []).append("ext:/ext")
    _once(project["services"][name])


def _once(service: Project) -> None:
    service["volumes"] = list(dict.fromkeys(service["volumes"]))


def _given_away(_: Random, project: Project, __: str) -> None:
    """Declare what the project made as external."""
    project["networks"]["n1"] = {"external": True, "name": "shop_n1"}
    project["volumes"]["vol"] = {"external": True, "name": "shop_vol"}


def _rename_service(r: Random, project: Project, name: str) -> None:
    services = project["services"]
    new = r.choice([one for one in "ghij" if one not in services])
    services[new] = services.pop(name)
    for one in services.values():
        if name in one.get("depends_on", ()):
            one["depends_on"][new] = one["depends_on"].pop(name)
        for attribute in ("network_mode", "ipc", "pid"):
            if one.get(attribute) == f"service:{name}":
                one[attribute] = f"service:{new}"
        for attribute in ("volumes_from", "links"):
            if attribute in one:
                one[attribute] = [_renamed(entry, name, new) for entry in one[attribute]]


def _renamed(entry: str, name: str, new: str) -> str:
    first, *rest = entry.split(":")
    return ":".join([new if first == name else first, *rest])


def _take_name(_: Random, project: Project, name: str) -> None:
    """Give the container name of another service to this one."""
    taker = project["services"][name]
    for one in project["services"].values():
        if one is not taker and "container_name" in one and _plain(taker):
            taker["container_name"] = one.pop("container_name")
            return


def _config(r: Random, project: Project, name: str) -> None:
    project["configs"] = {"conf": {"content": f"text {r.randint(1, 3)}"}}
    project["services"][name]["configs"] = ["conf"]


def _content(r: Random, project: Project, _: str) -> None:
    if "configs" in project:
        project["configs"] = {"conf": {"content": f"text {r.randint(1, 3)}"}}


def _share(r: Random, project: Project, name: str) -> None:
    services = project["services"]
    owners = [
        one for one in sorted(services)
        if one < name and not {"scale", "deploy", "network_mode"} & services[one].keys()
    ]  # fmt: skip
    service = services[name]
    if owners and r.random() < 0.5:
        service["volumes_from"] = [r.choice(owners)]
    elif owners and not owns(services, name):
        for attribute in ("networks", "links", "ports"):
            service.pop(attribute, None)
        service["network_mode"] = f"service:{r.choice(owners)}"


def _mode(r: Random, project: Project, name: str) -> None:
    service = project["services"][name]
    for attribute in ("networks", "links", "ports"):
        service.pop(attribute, None)
    service["network_mode"] = r.choice(("host", "none", "bridge"))


def _health(r: Random, project: Project, name: str) -> None:
    service = project["services"][name]
    service["healthcheck"] = {"test": "x", "retries": r.randint(1, 3)}


def _completes(r: Random, project: Project, name: str) -> None:
    """Let the service wait until an earlier one has ended, which then is a job."""
    services = project["services"]
    free = [one for one in sorted(services) if one < name and not _needed(services, one)]
    if free:
        how = {"condition": "service_completed_successfully"}
        services[name].setdefault("depends_on", {})[r.choice(free)] = how


def _bind(r: Random, project: Project, name: str) -> None:
    service = project["services"][name]
    service["volumes"] = [*service.get("volumes", ()), r.choice(("/tmp:/b", "/tmp:/b:ro"))]
    by_place = {one.split(":")[-1 if one.count(":") < 2 else 1]: one for one in service["volumes"]}
    service["volumes"] = list(by_place.values())


def _names_mount(_: Random, project: Project, name: str) -> None:
    """Put a named volume where an anonymous one was, or the other way round."""
    service = project["services"][name]
    swap = {"/anon": "wol:/anon", "wol:/anon": "/anon", "vol:/data": "/data", "/data": "vol:/data"}
    service["volumes"] = [swap.get(one, one) for one in service.get("volumes", ())] or ["/anon"]


def _priority(_: Random, project: Project, name: str) -> None:
    networks = project["services"][name].get("networks") or {}
    if {"n1", "n2"} <= networks.keys():
        networks["n1"], networks["n2"] = networks["n2"], networks["n1"]


def _unprofile(_: Random, project: Project, name: str) -> None:
    project["services"][name].pop("profiles", None)


def _restart_policy(r: Random, project: Project, name: str) -> None:
    project["services"][name]["restart"] = r.choice(("always", "no", "on-failure:2"))


def _volatile(_: Random, project: Project, name: str) -> None:
    """Take an image that brings a volume of its own."""
    project["services"][name]["image"] = "v"


def _unnamed(_: Random, project: Project, name: str) -> None:
    """Let the service have one container with an ordinary name again."""
    project["services"][name].pop("container_name", None)
    project["services"][name].pop("scale", None)


_FURTHER: dict[str, Callable[[Random, Project, str], None]] = {
    "address": _address, "subnet": _subnet, "external network": _external_network,
    "external volume": _external_volume, "given away": _given_away,
    "rename service": _rename_service, "take name": _take_name, "config": _config,
    "content": _content, "share": _share, "mode": _mode, "health": _health,
    "completes": _completes, "bind": _bind, "names mount": _names_mount, "priority": _priority,
    "unprofile": _unprofile, "restart policy": _restart_policy, "volatile": _volatile,
    "unnamed": _unnamed,
}  # fmt: skip
_CHANGES = (*_FIRST, *_FURTHER, "address", "subnet", "rename service", "config", "content", "share")


def change(r: Random, project: Project) -> str:
    """Make a change that *r* chooses, in place; return what it is called."""
    chosen = r.choice(_CHANGES)
    _edit(r, project, chosen)
    return chosen
