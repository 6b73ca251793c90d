"""What an inspected container has, compared with what would be created."""

import copy
from typing import Any

import pytest

from composer.engine.differences import differences, network_differences, volume_differences
from composer.engine.port import Json
from composer.plan.changes import Difference

ID = "4b2a1ee90be4" + "0" * 52
IMAGE: Json = {
    "Id": "sha256:" + "a" * 64,
    "Config": {
        "Env": ["PATH=/bin", "LANG=C"], "Cmd": ["sh"], "Labels": {"vendor": "x"},
        "ExposedPorts": {"90/tcp": {}}, "WorkingDir": "/srv",
    },
}  # fmt: skip
BODY: Json = {
    "Image": "nginx",
    "Cmd": ["sleep", "600"],
    "Env": ["A=1", "PASSWORD=x", "LANG"],
    "Labels": {"kind": "front", "com.docker.compose.config-hash": "new"},
    "ExposedPorts": {"80/tcp": {}},
    "StopTimeout": 0,
    "Healthcheck": {"Test": ["CMD", "true"], "Interval": 500_000_000},
    "HostConfig": {
        "Binds": ["shop_data:/data:rw"],
        "Mounts": [{"Type": "volume", "Target": "/anon"}],
        "NetworkMode": "shop_default",
        "PortBindings": {"80/tcp": [{"HostIp": "127.0.0.1", "HostPort": ""}]},
        "RestartPolicy": {"Name": "unless-stopped"},
        "Memory": 64 * 2**20,
        "NanoCpus": 500_000_000,
        "Sysctls": {"net.core.somaxconn": "1024"},
        "OomKillDisable": False,
    },
    "NetworkingConfig": {
        "EndpointsConfig": {"shop_default": {"Aliases": ["shop-web-1", "web", "www"]}}
    },
}
FOUND: Json = {
    "Id": ID,
    "Name": "/shop-web-1",
    "Image": IMAGE["Id"],
    "Config": {
        "Hostname": ID[:12], "Image": "nginx", "Cmd": ["sleep", "600"], "Entrypoint": None,
        "Env": ["A=1", "PASSWORD=x", "PATH=/bin"], "User": "", "WorkingDir": "/srv", "Tty": False,
        "Labels": {"kind": "front", "vendor": "x", "com.docker.compose.config-hash": "old",
                   "composer.content-hash": "config/a=1"},
        "ExposedPorts": {"80/tcp": {}, "90/tcp": {}}, "StopTimeout": 0,
        "Healthcheck": {"Test": ["CMD", "true"], "Interval": 500_000_000},
    },
    "HostConfig": {
        "Binds": ["shop_data:/data:rw"],
        "Mounts": [{"Type": "volume", "Source": "e" * 64, "Target": "/anon"},
                   {"Type": "volume", "Source": "f" * 64, "Target": "/of-the-image"}],
        "NetworkMode": "shop_default", "Dns": [], "CapAdd": None, "OomKillDisable": None,
        "PortBindings": {"80/tcp": [{"HostIp": "127.0.0.1", "HostPort": ""}]},
        "RestartPolicy": {"Name": "unless-stopped", "MaximumRetryCount": 0},
        "Memory": 64 * 2**20, "MemorySwap": 128 * 2**20, "NanoCpus": 500_000_000,
        "ShmSize": 64 * 2**20, "Runtime": "runc", "IpcMode": "private", "CgroupnsMode": "host",
        "LogConfig": {"Type": "json-file", "Config": {}}, "ConsoleSize": [0, 0],
        "Sysctls": {"net.core.somaxconn": "1024"}, "MaskedPaths": ["/proc/asound"],
    },
    "NetworkSettings": {
        "Networks": {"shop_default": {"Aliases": ["shop-web-1", "web", "www", ID[:12]],
                                      "MacAddress": "02:42:ac:11:00:02", "IPAMConfig": {}}}
    },
}  # fmt: skip


def compared(*changes: tuple[str, Any], secrets: tuple[str, ...] = ()) -> list[Difference]:
    """Compare with a body in which *changes* (a path, a value; None to take it out) are made."""
    body = copy.deepcopy(BODY)
    for path, value in changes:
        *folders, name = path.split("/")
        place = body
        for folder in folders:
            place = place[folder]
        if value is None:
            del place[name]
        else:
            place[name] = value
    return list(differences(FOUND, body, IMAGE, secrets))


def test_what_the_engine_and_the_image_fill_in_is_no_difference() -> None:
    assert compared() == []


@pytest.mark.parametrize(
    ("path", "value", "attribute", "old", "new"),
    [
        ("Cmd", ["sleep", "1"], "command", ["sleep", "600"], ["sleep", "1"]),
        ("Cmd", None, "command", ["sleep", "600"], ["sh"]),
        ("Env", ["A=2", "PASSWORD=x", "LANG"], "environment.A", "1", "2"),
        ("Env", ["PASSWORD=x", "LANG"], "environment.A", "1", None),
        ("Env", ["A=1", "PASSWORD=y", "LANG"], "environment.PASSWORD", "(hidden)", "(hidden)"),
        ("Env", ["A=1", "PASSWORD=x"], "environment.LANG", None, "C"),
        ("Labels", {}, "labels.kind", "front", None),
        ("Image", "nginx:2", "image", "nginx", "nginx:2"),
        ("User", "me", "user", None, "me"),
        ("StopTimeout", 10, "stop_grace_period", "0s", "10s"),
        ("Healthcheck/Interval", 10**9, "healthcheck.interval", "500ms", "1s"),
        ("HostConfig/Memory", 2**30, "mem_limit", "64m", "1g"),
        ("HostConfig/NanoCpus", None, "cpus", 0.5, None),
        ("HostConfig/RestartPolicy", None, "restart", "unless-stopped", None),
        ("HostConfig/Binds", ["shop_data:/data:ro"], "volumes./data", "shop_data:rw",
         "shop_data:ro"),
        ("HostConfig/PortBindings/80~tcp", None, "", "", ""),
        ("HostConfig/Sysctls", {}, "sysctls.net.core.somaxconn", "1024", None),
        ("HostConfig/CgroupnsMode", "private", "cgroup", "host", "private"),
        ("HostConfig/LogConfig", {"Type": "local"}, "logging.driver", "json-file", "local"),
        ("NetworkingConfig/EndpointsConfig/shop_default/Aliases", ["shop-web-1", "web"],
         "networks.shop_default.aliases", ["web", "www"], ["web"]),
    ],
)  # fmt: skip
def test_a_difference_is_told_as_an_attribute(
    path: str, value: Any, attribute: str, old: Any, new: Any
) -> None:
    if "~" in path:
        path, value = "HostConfig/PortBindings", {"80/tcp": [{"HostPort": "8080"}]}
        attribute, old, new = "ports.80/tcp", "127.0.0.1:any", "8080"
    assert compared((path, value)) == [Difference(attribute, old, new)]


def test_values_of_the_projects_secrets_are_hidden() -> None:
    found = compared(("Cmd", ["login", "opensesame"]), secrets=("opensesame",))
    assert found == [Difference("command", ["sleep", "600"], ["login", "(hidden)"])]


def test_a_new_image_of_the_same_name() -> None:
    newer = {**IMAGE, "Id": "sha256:" + "b" * 64}
    assert list(differences(FOUND, BODY, newer)) == [Difference("image id", "a" * 12, "b" * 12)]


def test_what_only_the_images_give_is_marked() -> None:
    """The file says nothing of LANG, but it does of A."""
    older = {"Id": FOUND["Image"], "Config": {"Env": []}}
    body = {**BODY, "Env": ["A=2", "PASSWORD=x"]}
    found = differences(FOUND, body, IMAGE, old_image=older)
    assert list(found) == [
        Difference("environment.A", "1", "2"),
        Difference("environment.LANG", None, "C", of_image=True),
    ]


NETWORK = {
    "Driver": "bridge", "Internal": False, "Attachable": False, "EnableIPv4": True,
    "Options": {"o": "1"}, "Labels": {"a": "1", "com.docker.compose.network": "n"},
    "IPAM": {"Driver": "default", "Config": [{"Subnet": "10.0.0.0/24", "Gateway": "10.0.0.1"}]},
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, []),
        ({"Labels": {"a": "2"}}, [Difference("labels.a", "1", "2")]),
        ({"Options": {}}, [Difference("driver_opts.o", "1", None)]),
        ({"Internal": True}, [Difference("internal", new=True)]),
        ({"Driver": "ipvlan"}, [Difference("driver", "bridge", "ipvlan")]),
        ({"IPAM": {"Config": [{"Subnet": "10.0.0.0/24"}]}}, []),
        (
            {"IPAM": {"Config": [{"Subnet": "10.0.1.0/24", "Gateway": "10.0.1.9"}]}},
            [
                Difference("ipam.config[0].gateway", "10.0.0.1", "10.0.1.9"),
                Difference("ipam.config[0].subnet", "10.0.0.0/24", "10.0.1.0/24"),
            ],
        ),
    ],
)
def test_networks_differ_by_what_the_engine_did_not_fill_in(
    change: dict[str, Any], found: list[Difference]
) -> None:
    body = {"Options": {"o": "1"}, "Labels": {"a": "1"}, **change}
    assert list(network_differences(NETWORK, body)) == found


def test_volumes_differ_by_driver_options_and_labels() -> None:
    there = {"Driver": "local", "Options": {"type": "tmpfs"}, "Labels": {"a": "1"}}
    body = {"DriverOpts": {"type": "nfs"}, "Labels": {"a": "1"}}
    assert volume_differences(there, body) == (Difference("driver_opts.type", "tmpfs", "nfs"),)
    assert volume_differences({"Driver": "local", "Options": None, "Labels": None}, {}) == ()


def test_the_name_of_a_host_that_is_shared_is_no_difference() -> None:
    host = {**FOUND["HostConfig"], "NetworkMode": "host"}
    found = {**FOUND, "Config": {**FOUND["Config"], "Hostname": "machine"}, "HostConfig": host}
    names = [one.attribute for one in differences(found, BODY, IMAGE)]
    assert "network_mode" in names
    assert "hostname" not in names


def test_a_network_that_is_left() -> None:
    other = {"shop_other": {"Aliases": ["shop-web-1", "web", "www"]}}
    found = compared(
        ("HostConfig/NetworkMode", "shop_other"), ("NetworkingConfig/EndpointsConfig", other)
    )
    names = [(one.attribute, one.old, one.new) for one in found if "aliases" not in one.attribute]
    assert names == [
        ("networks.shop_default", "joined", None), ("networks.shop_other", None, "joined")
    ]  # fmt: skip


def test_a_network_that_somebody_took_it_off_is_no_mode() -> None:
    """The mode still names it, as the body does."""
    found = {**FOUND, "NetworkSettings": {"Networks": {}}}
    assert "network_mode" not in {one.attribute for one in differences(found, BODY, IMAGE)}


@pytest.mark.parametrize("mode", ["none", "host", "bridge"])
def test_a_mode_is_no_network_though_the_engine_lists_it_as_one(mode: str) -> None:
    found = {
        **FOUND, "HostConfig": {**FOUND["HostConfig"], "NetworkMode": mode},
        "NetworkSettings": {"Networks": {mode: {"Aliases": None}}},
    }  # fmt: skip
    body = {
        **BODY, "HostConfig": {**BODY["HostConfig"], "NetworkMode": mode}, "NetworkingConfig": {},
    }  # fmt: skip
    assert not [
        one for one in differences(found, body, IMAGE) if one.attribute.startswith("network")
    ]
