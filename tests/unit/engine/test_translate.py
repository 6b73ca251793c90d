"""The rules of the translation that no recorded case shows."""

import io
import tarfile
from typing import Any

import pytest

from composer.engine.translate import (
    Instance,
    Unsupported,
    connect_body,
    container_body,
    endpoint,
    file_archive,
    in_order,
    later_networks,
    unsupported,
)
from composer.errors import PlanError
from composer.spec.deploy import Deploy, RestartPolicy
from composer.spec.files import Config, FileReference, Secret
from composer.spec.mounts import BindOptions, ImageOptions, Mount, VolumeOptions
from composer.spec.network import Network, ServiceNetwork, Volume
from composer.spec.project import Project
from composer.spec.resources import DeviceRequest
from composer.spec.service import Device, Healthcheck, Service

OLD, NEW = (1, 41), (1, 51)


def project(**attributes: Any) -> Project:
    networks = {key: Network(name=f"t_{key}") for key in ("default", "a", "b")}
    return Project("t", "/p", services={"web": Service(**attributes)}, networks=networks)


def body(api: Any = NEW, extra: dict[str, Any] | None = None, **attributes: Any) -> Any:
    instance = Instance("t-web-1", api=api, **(extra or {}))
    return container_body(project(**attributes), "web", instance)


def host(**attributes: Any) -> Any:
    return body(**attributes)["HostConfig"]


def test_the_smallest_body() -> None:
    assert body() == {
        "AttachStdout": True,
        "AttachStderr": True,
        "HostConfig": {
            "NetworkMode": "t_default",
            "OomKillDisable": False,
            "PortBindings": {},
            "ExtraHosts": [],
        },
        "NetworkingConfig": {"EndpointsConfig": {"t_default": {"Aliases": ["t-web-1", "web"]}}},
    }


def test_an_entry_for_a_network_has_addresses_even_if_empty() -> None:
    """The engine shows the difference in an inspection."""
    networks = {"a": None, "b": ServiceNetwork(mac_address="02:42:ac:11:65:43")}
    made = body(networks=networks)["NetworkingConfig"]["EndpointsConfig"]
    assert "IPAMConfig" not in made["t_a"]
    assert made["t_b"]["IPAMConfig"] == {}


def test_a_one_off_container() -> None:
    extra = {"aliases": False, "attach_stdin": True, "auto_remove": True}
    made = body(extra=extra, stdin_open=True, labels={"not": "these"})
    assert (made["AttachStdin"], made["OpenStdin"], made["StdinOnce"]) == (True, True, True)
    assert made["HostConfig"]["AutoRemove"] is True
    assert made["NetworkingConfig"]["EndpointsConfig"]["t_default"]["Aliases"] == ["t-web-1"]


def test_variables_of_the_client_come_below_the_service_s() -> None:
    extra = {"proxies": {"HTTP_PROXY": "http://proxy", "A": "proxy"}}
    assert body(extra=extra, environment={"A": "own", "B": None})["Env"] == [
        "A=own",
        "B",
        "HTTP_PROXY=http://proxy",
    ]


@pytest.mark.parametrize(("words", "sent"), [((), []), (("a", "b"), ["a", "b"])])
def test_an_empty_command_clears_the_image_s(words: tuple[str, ...], sent: list[str]) -> None:
    made = body(command=words, entrypoint=words)
    assert (made["Cmd"], made["Entrypoint"]) == (sent, sent)
    assert not body().keys() & {"Cmd", "Entrypoint"}


@pytest.mark.parametrize(
    ("restart", "policy", "sent"),
    [
        ("", None, None),
        ("no", None, {"Name": "no"}),
        ("on-failure:5", None, {"Name": "on-failure", "MaximumRetryCount": 5}),
        ("on-failure:+5:6", None, {"Name": "on-failure", "MaximumRetryCount": 5}),
        ("on-failure:-1", None, {"Name": "on-failure", "MaximumRetryCount": -1}),
        (f"on-failure:{'9' * 9999}", None, {"Name": "on-failure", "MaximumRetryCount": 2**63 - 1}),
        ("on-failure:five", None, {"Name": "on-failure"}),
        ("always", RestartPolicy(condition="none"), {"Name": "no"}),
        ("no", RestartPolicy(condition="any"), {"Name": "always"}),
        ("no", RestartPolicy(), {"Name": "always"}),
        ("no", RestartPolicy(max_attempts=3), {"Name": "always"}),
        (
            "no",
            RestartPolicy(condition="on-failure", max_attempts=3),
            {"Name": "on-failure", "MaximumRetryCount": 3},
        ),
    ],
)
def test_restart_policies(restart: str, policy: RestartPolicy | None, sent: Any) -> None:
    assert host(restart=restart, deploy=Deploy(restart_policy=policy)).get("RestartPolicy") == sent


def test_networks_in_order_of_priority_then_name() -> None:
    joined = {"default": None, "b": ServiceNetwork(priority=-1), "a": ServiceNetwork(priority=5)}
    service = Service(networks=joined)
    assert in_order(service) == ["a", "default", "b"]
    assert later_networks(service, OLD) == ["default", "b"]
    assert later_networks(service, NEW) == []
    assert later_networks(Service(network_mode="host"), OLD) == []


def test_older_engines_get_the_first_network_only() -> None:
    joined = {"a": None, "b": None}
    assert list(body(OLD, networks=joined)["NetworkingConfig"]["EndpointsConfig"]) == ["t_a"]
    assert len(body(NEW, networks=joined)["NetworkingConfig"]["EndpointsConfig"]) == 2
    later = endpoint(project(networks=joined), "web", "b", Instance("t-web-1", api=OLD))
    assert connect_body("id", later) == {
        "Container": "id",
        "EndpointConfig": {"Aliases": ["t-web-1", "web"]},
    }


def test_a_hardware_address_is_the_container_s_on_older_engines() -> None:
    joined = {"a": ServiceNetwork(mac_address="02:00:00:00:00:01")}
    old, new = body(OLD, networks=joined), body(NEW, networks=joined)
    assert old["MacAddress"] == "02:00:00:00:00:01"
    assert "MacAddress" not in old["NetworkingConfig"]["EndpointsConfig"]["t_a"]
    assert "MacAddress" not in new
    assert new["NetworkingConfig"]["EndpointsConfig"]["t_a"]["MacAddress"] == "02:00:00:00:00:01"


def test_a_project_without_networks_has_none() -> None:
    made = container_body(Project("t", "/p", services={"web": Service()}), "web", Instance("x"))
    assert made["HostConfig"]["NetworkMode"] == "none"
    assert "NetworkingConfig" not in made


@pytest.mark.parametrize("attribute", ["network_mode", "ipc", "pid"])
def test_a_namespace_of_another_service(attribute: str) -> None:
    name = {"network_mode": "NetworkMode", "ipc": "IpcMode", "pid": "PidMode"}[attribute]
    joined: Any = body(extra={"joins": {"db": "123"}}, **{attribute: "service:db"})
    assert joined["HostConfig"][name] == "container:123"
    assert host(**{attribute: "container:x"})[name] == "container:x"
    with pytest.raises(PlanError, match="db"):
        host(**{attribute: "service:db"})


def test_volumes_of_others() -> None:
    others = ("db", "db:ro", "container:x", "container:y:ro")
    made = body(extra={"joins": {"db": "123"}}, volumes_from=others)
    assert made["HostConfig"]["VolumesFrom"] == ["123", "123:ro", "x", "y:ro"]


INHERITED = {
    "/a": {"Type": "volume", "Name": "v1", "RW": True},
    "/image": {"Type": "volume", "Name": "v2", "RW": True},
    "/gone": {"Type": "volume", "Name": "v3", "RW": True},
    "/closed": {"Type": "volume", "Name": "v4", "RW": False},
    "/named": {"Type": "volume", "Name": "p_data", "RW": False},
    "/bound": {"Type": "bind", "Source": "/host", "RW": True},
    "/passing": {"Type": "tmpfs", "Source": "", "RW": True},
}
"""What the replaced container had mounted."""
NEW_VOLUME: dict[str, object] = {"Type": "volume", "VolumeOptions": {}}


def anonymous(target: str, *, read_only: bool = False) -> Mount:
    return Mount(type="volume", target=target, volume=VolumeOptions(), read_only=read_only)


def test_volumes_that_the_image_declares_stay_what_they_were() -> None:
    declared = {"/image", "/closed", "/bound", "/passing", "/new"}
    made = body(extra={"inherited": INHERITED, "image_volumes": declared})["HostConfig"]
    assert made["Mounts"] == [
        {"Type": "volume", "Source": "v2", "Target": "/image"},
        {"Type": "volume", "Source": "v4", "Target": "/closed", "ReadOnly": True},
        {"Type": "bind", "Source": "/host", "Target": "/bound"},
    ]


@pytest.mark.parametrize(
    ("mount", "binds", "mounts"),
    [
        (anonymous("/a"), [], [{"Type": "volume", "Source": "v1", "Target": "/a"}]),
        (
            anonymous("/a", read_only=True),
            [],
            [{"Type": "volume", "Source": "v1", "Target": "/a"}],
        ),
        (
            anonymous("/closed"),
            [],
            [{"Type": "volume", "Source": "v4", "Target": "/closed", "ReadOnly": True}],
        ),
        (anonymous("/bound"), ["/host:/bound:rw"], []),
        (anonymous("/named"), ["p_data:/named:rw"], []),
        (anonymous("/passing"), [], [NEW_VOLUME | {"Target": "/passing"}]),
        (anonymous("/new"), [], [NEW_VOLUME | {"Target": "/new"}]),
    ],
)
def test_a_volume_without_a_name_stays_what_was_mounted_there(
    mount: Mount, binds: list[str], mounts: list[dict[str, object]]
) -> None:
    whole = project(volumes=(mount,)).replace(volumes={"data": Volume(name="p_data")})
    made = container_body(whole, "web", Instance("t-web-1", inherited=INHERITED))["HostConfig"]
    assert (made.get("Binds", []), made.get("Mounts", [])) == (binds, mounts)


def test_a_mount_of_the_service_counts_before_a_secret() -> None:
    secrets = {"s": Secret(name="s", file="/p/s")}
    service = Service(
        secrets=(FileReference(source="s"), FileReference(source="s", target="other")),
        volumes=(Mount(type="tmpfs", target="/run/secrets/s"),),
    )
    whole = project().replace(services={"web": service}, secrets=secrets)
    assert container_body(whole, "web", Instance("x"))["HostConfig"]["Mounts"] == [
        {"Type": "tmpfs", "Target": "/run/secrets/s"},
        {
            "Type": "bind",
            "Source": "/p/s",
            "Target": "/run/secrets/other",
            "ReadOnly": True,
            "BindOptions": {},
        },
    ]


def test_devices_by_name() -> None:
    made = host(
        devices=(
            Device(source="/dev/null"),
            Device(source="vendor.com/gpu=all", target="vendor.com/gpu=all"),
        ),
        gpus=(DeviceRequest(count=-1),),
    )
    assert made["Devices"] == [
        {"PathOnHost": "/dev/null", "PathInContainer": "/dev/null", "CgroupPermissions": "rwm"}
    ]
    assert made["DeviceRequests"] == [
        {"Driver": "cdi", "DeviceIDs": ["vendor.com/gpu=all"]},
        {"Count": -1, "Capabilities": [["gpu"]]},
    ]


def test_capabilities_are_sent_as_the_engine_keeps_them() -> None:
    assert host(cap_add=("net_admin", "CAP_CHOWN", "all"))["CapAdd"] == [
        "ALL", "CAP_CHOWN", "CAP_NET_ADMIN",
    ]  # fmt: skip


def test_security_options() -> None:
    def read(path: str) -> bytes:
        if path == "/gone":
            raise FileNotFoundError(2, "No such file or directory", path)
        return {"/p/profile.json": b'{ "a": 1 }', "/bad": b"{", "/deep": b"[" * 100_000}[path]

    def sent(*options: str) -> Any:
        return body(extra={"read": read}, security_opt=options)["HostConfig"]

    assert sent("no-new-privileges", "label:disable", "seccomp=builtin")["SecurityOpt"] == [
        "no-new-privileges", "label:disable", "seccomp=builtin",
    ]  # fmt: skip
    assert sent("seccomp:profile.json")["SecurityOpt"] == ['seccomp={"a":1}']
    assert sent("systempaths=unconfined")["MaskedPaths"] == []
    with pytest.raises(PlanError, match="NAME=VALUE"):
        sent("nonsense")
    for path, why in (("/bad", "is not JSON"), ("/deep", "is not JSON"), ("/gone", "no such file")):
        with pytest.raises(PlanError, match=f"security_opt: the seccomp profile {path}.* {why}"):
            sent(f"seccomp={path}")


def files(service: Service, **environment: str) -> Project:
    return project().replace(
        services={"web": service},
        secrets={"s": Secret(name="s", environment="SECRET"), "file": Secret(file="/p/f")},
        configs={"c": Config(name="c", content="text")},
        environment=environment,
    )


def test_contents_are_copied_with_owner_and_mode() -> None:
    service = Service(
        secrets=(
            FileReference(source="s", uid="3", gid="4", mode=0o400),
            FileReference(source="file"),
        ),
        configs=(FileReference(source="c", target="etc/c"),),
    )
    made = file_archive(files(service, SECRET="ß"), "web", modified=7)
    with tarfile.open(fileobj=io.BytesIO(made)) as archive:
        found = [(one.name, one.mode, one.uid, one.gid, one.size, one.mtime) for one in archive]
    assert found == [("run/secrets/s", 0o400, 3, 4, 2, 7), ("etc/c", 0o444, 0, 0, 4, 7)]


def test_no_contents_no_archive() -> None:
    assert file_archive(files(Service(secrets=(FileReference(source="file"),))), "web") == b""


@pytest.mark.parametrize(
    ("attributes", "environment", "message"),
    [
        ({}, {}, 'variable "SECRET" required by secret "s" is not set\n  hint: export SECRET'),
        ({"read_only": True}, {"SECRET": "x"}, "read_only"),
        (
            {"secrets": (FileReference(source="s", uid="root"),)},
            {"SECRET": "x"},
            "s: 'root' is not a uid",
        ),
    ],
)
def test_contents_that_cannot_be_copied(
    attributes: dict[str, Any], environment: dict[str, str], message: str
) -> None:
    service = Service(**{"secrets": (FileReference(source="s"),), **attributes})
    with pytest.raises(PlanError, match=message):
        file_archive(files(service, **environment), "web")


def test_an_external_secret_is_refused() -> None:
    service = Service(secrets=(FileReference(source="s"),))
    whole = project().replace(
        services={"web": service}, secrets={"s": Secret(name="s", external=True)}
    )
    with pytest.raises(PlanError, match="external"):
        container_body(whole, "web", Instance("x"))
    assert file_archive(whole, "web") == b"", "only its creation is refused, in words of its own"


def test_what_an_older_engine_lacks() -> None:
    address = "02:00:00:00:00:01"
    whole = project(
        annotations={"a": "b"},
        healthcheck=Healthcheck(start_interval=5),
        volumes=(
            Mount(type="image", target="/i", image=ImageOptions(subpath="x")),
            Mount(type="bind", target="/b", bind=BindOptions(create_host_path=True)),
            Mount(type="bind", target="/c", bind=BindOptions(recursive="readonly")),
            Mount(type="bind", target="/d", bind=BindOptions(recursive="disabled")),
            Mount(type="volume", target="/e", volume=VolumeOptions(subpath="x")),
        ),
        networks={
            "a": ServiceNetwork(mac_address=address, gw_priority=1),
            "b": ServiceNetwork(mac_address=address, interface_name="eth0"),
        },
    )
    whole = whole.replace(networks={**whole.networks, "c": Network(name="c", enable_ipv4=False)})
    assert {str(one) for one in unsupported(whole, OLD)} == {
        "services.web.annotations needs Engine API 1.43",
        "services.web.healthcheck.start_interval needs Engine API 1.44",
        "services.web.volumes[0].type needs Engine API 1.48",
        "services.web.volumes[0].image needs Engine API 1.48",
        "services.web.volumes[0].image.subpath needs Engine API 1.48",
        "services.web.volumes[2].bind.recursive needs Engine API 1.44",
        "services.web.volumes[4].volume.subpath needs Engine API 1.45",
        "services.web.networks.a.gw_priority needs Engine API 1.48",
        "services.web.networks.b.interface_name needs Engine API 1.49",
        "services.web.networks.b.mac_address needs Engine API 1.44",
        "networks.c.enable_ipv4 needs Engine API 1.48",
    }
    assert unsupported(whole, NEW) == []
    assert unsupported(whole, (1, 48)) == [
        Unsupported(("services", "web", "networks", "b", "interface_name"), (1, 49))
    ]
