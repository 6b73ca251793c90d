"""Short forms, read into the long ones."""

import re
from typing import Any

import pytest

from composer.spec import short
from composer.spec.shapes import Misfit
from composer.tree import Node, build, plain


def ports(text: str | int) -> list[Any]:
    return [plain(one) for one in short.ports(Node(text))]


def port(target: int, published: str = "", host_ip: str = "", protocol: str = "tcp") -> Any:
    made: dict[str, Any] = {"mode": "ingress"}
    made |= {"host_ip": host_ip} if host_ip else {}
    made |= {"target": target}
    made |= {"published": published} if published else {}
    return {**made, "protocol": protocol}


def test_ports() -> None:
    assert ports("80") == [port(80)]
    assert ports(80) == [port(80)]
    assert ports("8080:80") == [port(80, "8080")]
    assert ports("127.0.0.1:8080:80/udp") == [port(80, "8080", "127.0.0.1", "udp")]
    assert ports("127.0.0.1::80") == [port(80, "", "127.0.0.1")]
    assert ports("[::1]:90:90") == [port(90, "90", "::1")]
    assert ports("80/UDP") == [port(80, protocol="udp")]


def test_ranges_of_ports() -> None:
    assert ports("3000-3001") == [port(3000), port(3001)]
    assert ports("3000-3001:80-81") == [port(80, "3000"), port(81, "3001")]
    assert ports("5000-5010:80") == [port(80, "5000-5010")]
    assert [one["target"] for one in ports("8-11")] == [10, 11, 8, 9]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("x", "invalid-port"), ("", "invalid-port"), ("80:x", "invalid-port"),
        ("99999:80", "invalid-port"), ("80:80/abc", "invalid-port"), ("1:2:3:4", "invalid-port"),
        ("localhost:80:80", "invalid-port"), ("::1:80:80", "invalid-port"),
        ("9-8", "invalid-port"), ("80-81:80-82", "port-range"),
    ],
)  # fmt: skip
def test_bad_ports_are_refused(text: str, code: str) -> None:
    with pytest.raises(Misfit) as wrong:
        short.ports(Node(text))
    assert wrong.value.code == code


def mount(text: str) -> Any:
    return plain(short.mount(Node(text)))


def test_mounts() -> None:
    bind = {"create_host_path": True}
    assert mount("/a:/b") == {"type": "bind", "source": "/a", "target": "/b", "bind": bind}
    assert mount("data:/b") == {"type": "volume", "source": "data", "target": "/b", "volume": {}}
    assert mount("/anonymous") == {"type": "volume", "target": "/anonymous", "volume": {}}
    assert mount("/n") == {"type": "volume", "target": "/n"}
    assert mount("/é") == {"type": "volume", "target": "/é", "volume": {}}
    assert mount("/a:/b:ro,z")["bind"] == {**bind, "selinux": "z"}
    assert mount("/a:/b:ro")["read_only"] is True
    assert mount("data:/b:nocopy")["volume"] == {"nocopy": True}
    assert mount("/a:/b:rshared")["bind"]["propagation"] == "rshared"
    assert mount("/a:/b:cached") == mount("/a:/b")


@pytest.mark.parametrize(
    ("text", "kind", "source", "target"),
    [
        (r"C:\data:/data", "bind", r"C:\data", "/data"),
        ("c:/data:/data", "bind", "c:/data", "/data"),
        (r"C:\a:D:\b", "bind", r"C:\a", r"D:\b"),
        (r"\\server\share:/b", "bind", r"\\server\share", "/b"),
        ("v:/data", "volume", "v", "/data"),
        ("v:/data:ro", "volume", "v", "/data"),
        ("~/x:/x", "bind", "~/x", "/x"),
        (".:/x", "bind", ".", "/x"),
    ],
)
def test_paths_and_names(text: str, kind: str, source: str, target: str) -> None:
    found = mount(text)
    assert (found["type"], found["source"], found["target"]) == (kind, source, target)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "invalid empty volume spec"),
        ("abc:", "invalid spec: abc:: empty section between colons"),
        (":abc", "invalid spec: :abc: empty section between colons"),
        ("/a::/b", "invalid spec: /a::/b: empty section between colons"),
        ("/a:/b:/c:/d", "invalid spec: /a:/b:/c:/d: too many colons"),
        ("/a:/b:ro:", "invalid spec: /a:/b:ro:: too many colons"),
    ],
)
def test_bad_mounts_are_refused(text: str, why: str) -> None:
    with pytest.raises(Misfit, match=f"^{re.escape(why)}") as wrong:
        short.mount(Node(text))
    assert wrong.value.code == "invalid-mount"


def test_devices() -> None:
    def device(text: str) -> Any:
        return plain(short.device(Node(text)))

    assert device("/a") == {"source": "/a", "target": "/a", "permissions": "rwm"}
    assert device("/a:/b") == {"source": "/a", "target": "/b", "permissions": "rwm"}
    assert device("/a:/b:r") == {"source": "/a", "target": "/b", "permissions": "r"}
    with pytest.raises(Misfit):
        device("a:b:c:d")


def test_hosts() -> None:
    assert short.host_list(build(["a:1.2.3.4", "b=[::1]", "c:::2"])) == [
        ("a", "1.2.3.4"), ("b", "::1"), ("c", "::2"),
    ]  # fmt: skip
    assert short.host_list(build({"a": ["1.1.1.1", "2.2.2.2"]})) == [
        ("a", "1.1.1.1"), ("a", "2.2.2.2"),
    ]  # fmt: skip
    with pytest.raises(Misfit):
        short.host_list(build(["a"]))


def test_the_deprecated_external() -> None:
    found = short.external(build({"external": {"name": "n"}}))
    assert plain(found) == {"external": True, "name": "n"}
    same = short.external(build({"external": {"name": "n"}, "name": "n"}))
    assert plain(same) == {"external": True, "name": "n"}
    with pytest.raises(Misfit):
        short.external(build({"external": {"name": "n"}, "name": "m"}))


def test_a_port_of_very_many_digits_is_refused() -> None:
    """Python itself would refuse to read it, in other words."""
    with pytest.raises(Misfit, match=r"Invalid hostPort: 9"):
        short.ports(build("9" * 5000 + ":80"))
    assert plain(short.ports(build("00000080:80"))[0])["published"] == "80"
