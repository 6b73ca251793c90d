"""What is read of the engine's answers, and of which type it is. Pure.

An answer of another shape (from a program that only resembles an engine, or a proxy before one) is
told as such where it comes in; whoever reads an answer can rely on these types. Every value of an
object may be missing or null, except what is marked with ``!``.

May import: nothing of the package.
"""

from collections.abc import Mapping
from typing import Any

Shape = Any
"""A type, or several; a list with the shape of its items; a mapping of names to shapes.

The name ``*`` stands for every other one.
"""

_NUMBER = (int, float)
_TEXTS = {"*": str}
_OBJECT: Shape = {}
_MOUNTS = [{"Type": str, "Source": str, "Destination": str, "Name": str}]

VERSION: Shape = {"ApiVersion": str, "MinAPIVersion": str, "Version": str, "Os": str, "Arch": str}
LISTED_CONTAINER: Shape = {
    "Id!": str, "Names": [str], "Labels": _TEXTS, "State!": str, "Status": str, "Image": str,
    "ImageID": str, "Created": _NUMBER, "Command": str, "Mounts": _MOUNTS,
    "Ports": [{"PrivatePort": int, "PublicPort": int, "Type": str, "IP": str}],
    "NetworkSettings": {"Networks": {"*": {"NetworkID": str}}},
}  # fmt: skip
CONTAINER: Shape = {
    "Id!": str, "Name!": str, "Image!": str, "Created": str, "RestartCount": int, "Mounts": _MOUNTS,
    "State!": {
        "Status": str, "ExitCode": int, "Error": str, "StartedAt": str, "FinishedAt": str,
        "Health": {"Status": str, "Log": [{"Output": str}]},
    },
    "Config!": {
        "Labels": _TEXTS, "Env": [str], "Healthcheck": {"Test": [str]}, "StopTimeout": int,
        "User": str, "Volumes": {"*": _OBJECT},
    },
    "HostConfig": {"Memory": int, "Binds": [str], "Mounts": [_OBJECT]},
    "NetworkSettings": {"Networks": {"*": {"Aliases": [str], "NetworkID": str}}},
}  # fmt: skip
NETWORK: Shape = {
    "Id!": str, "Name!": str, "Driver": str, "Labels": _TEXTS, "Options": _TEXTS,
    "Containers": {"*": _OBJECT}, "IPAM": {"Config": [_OBJECT], "Options": _TEXTS},
}  # fmt: skip
VOLUME: Shape = {"Name!": str, "Driver": str, "Labels": _TEXTS, "Options": _TEXTS}
VOLUMES: Shape = {"Volumes": [VOLUME]}
LISTED_IMAGE: Shape = {"Id!": str, "RepoTags": [str], "Labels": _TEXTS, "Created": _NUMBER}
IMAGE: Shape = {
    "Id!": str, "RepoTags": [str], "RepoDigests": [str], "Created": str, "Size": _NUMBER,
    "Config": {"Env": [str], "Labels": _TEXTS, "Volumes": {"*": _OBJECT}, "User": str},
    "Metadata": {"LastTagTime": str},
}  # fmt: skip
EXEC: Shape = {"ExitCode": int, "Pid": int, "ProcessConfig": {"tty": bool}}
PROCESSES: Shape = {"Titles!": [str], "Processes": [[str]]}
CREATED: Shape = {"Id": str, "Warnings": [str]}
COMMITTED: Shape = {"Id!": str}
PLACE: Shape = {"mode!": int, "linkTarget!": str}
INFO: Shape = {"DriverStatus": [[str]]}
REGISTERED: Shape = {"Descriptor!": {"digest!": str}}
EVENT: Shape = {
    "Type": str, "Action": str, "Actor": {"ID": str, "Attributes": _TEXTS}, "timeNano": int
}  # fmt: skip
_CPU: Shape = {
    "cpu_usage": {"total_usage": _NUMBER}, "system_cpu_usage": _NUMBER, "online_cpus": int
}  # fmt: skip
SAMPLE: Shape = {
    "memory_stats": {"usage": _NUMBER, "limit": _NUMBER, "stats": {"*": _NUMBER}},
    "networks": {"*!": {"rx_bytes!": _NUMBER, "tx_bytes!": _NUMBER}},
    "blkio_stats": {"io_service_bytes_recursive": [{"op!": str, "value!": _NUMBER}]},
    "cpu_stats": _CPU, "precpu_stats": _CPU, "pids_stats": {"current": _NUMBER},
}  # fmt: skip

_NAMES = {dict: "an object", list: "a list", str: "a text", bool: "a truth value"}


def misfit(value: object, shape: Shape, where: str = "") -> str:
    """Return which part of *value* is not of *shape*, and what it is instead; nothing if all is."""
    wanted = dict if isinstance(shape, Mapping) else list if isinstance(shape, list) else shape
    if not isinstance(value, wanted):
        return f"{where or 'it'} is {_name(value)}"
    if isinstance(value, list):
        found = (misfit(one, shape[0], f"{where}[{n}]") for n, one in enumerate(value))
    elif isinstance(value, dict):
        found = (_entry(value, name, inner, where) for name, inner in shape.items())
    else:
        return ""
    return next(filter(None, found), "")


def _entry(value: Mapping[str, object], name: str, shape: Shape, where: str) -> str:
    """Return what is wrong with the entries of an object that *name* stands for."""
    plain, needed = name.removesuffix("!"), name.endswith("!")
    for key in value if plain == "*" else [plain]:
        place, one = f"{where}.{key}".lstrip("."), value.get(key)
        missing = f"{place} is missing" if needed else ""
        if told := missing if one is None else misfit(one, shape, place):
            return told
    return ""


def _name(value: object) -> str:
    return _NAMES.get(type(value), "a number" if isinstance(value, (int, float)) else "null")
