import json

import pytest

from composer.errors import ComposerError
from composer.state import ContainerState, MountState, PublishedPort
from composer.ui.ports import displayed
from composer.ui.ps import ps, select

NOW = 1_800_000_000.0
WEB = ContainerState(
    id="0123456789abcdef",
    name="shop-web-1",
    service="web",
    number=1,
    status="running",
    image="nginx:alpine",
    health="healthy",
    created=int(NOW) - 240,
    command="nginx -g 'daemon off;' -c /etc/nginx.conf",
    status_text="Up 4 minutes (healthy)",
    labels={"com.docker.compose.project": "shop", "a": "b"},
    networks={"shop_front": "2", "shop_back": "1"},
    mounts=(
        MountState("volume", "/v", "/data", "shop_data", "local"),
        MountState("volume", "/w", "/far", "far", "nfs"),
        MountState(type="bind", source="/home/me/a/long/path", destination="/src"),
    ),
    ports=(
        PublishedPort(target=80, protocol="tcp", published=8080, host_ip="127.0.0.1"),
        PublishedPort(target=443, protocol="tcp"),
    ),
)
JOB = ContainerState(
    id="fedcba9876543210",
    name="shop-job-1",
    service="job",
    number=1,
    status="exited",
    image="busybox",
    exit_code=1,
    created=int(NOW) - 3600,
    command="false",
    status_text="Exited (1) 59 minutes ago",
)


def test_the_table() -> None:
    assert ps([JOB, WEB], now=NOW) == (
        "NAME         IMAGE          COMMAND                  SERVICE   CREATED"
        "             STATUS                      PORTS\n"
        'shop-job-1   busybox        "false"                  job       About an hour ago'
        "   Exited (1) 59 minutes ago   \n"
        'shop-web-1   nginx:alpine   "nginx -g \'daemon of…"   web       4 minutes ago'
        "       Up 4 minutes (healthy)      443/tcp, 127.0.0.1:8080->80/tcp\n"
    )


@pytest.mark.parametrize("width", range(60, 130))
def test_a_title_without_anything_below_it_does_not_wrap_either(width: int) -> None:
    lines = ps([JOB], now=NOW, width=width).splitlines()
    assert all(len(line.rstrip()) <= width for line in lines), lines


def test_json_has_the_fields_that_scripts_know() -> None:
    web = json.loads(ps([WEB], now=NOW, form="json"))
    created = web.pop("CreatedAt")
    assert created.startswith("2027-01-1")
    assert list(web) == sorted(web)
    assert web == {
        "Command": '"nginx -g \'daemon of…"',
        "ExitCode": 0,
        "Health": "healthy",
        "ID": "0123456789ab",
        "Image": "nginx:alpine",
        "Labels": "a=b,com.docker.compose.project=shop",
        "LocalVolumes": "1",
        "Mounts": "shop_data,far,/home/me/a/lon…",
        "Name": "shop-web-1",
        "Names": "shop-web-1",
        "Networks": "shop_back,shop_front",
        "Ports": "443/tcp, 127.0.0.1:8080->80/tcp",
        "Project": "shop",
        "Publishers": [
            {"URL": "127.0.0.1", "TargetPort": 80, "PublishedPort": 8080, "Protocol": "tcp"},
            {"URL": "", "TargetPort": 443, "PublishedPort": 0, "Protocol": "tcp"},
        ],
        "RunningFor": "4 minutes ago",
        "Service": "web",
        "Size": "0B",
        "State": "running",
        "Status": "Up 4 minutes (healthy)",
    }


def test_other_forms() -> None:
    both = [JOB, WEB]
    assert ps(both, now=NOW, quiet=True) == "fedcba9876543210\n0123456789abcdef\n"
    assert ps([WEB, JOB, WEB], now=NOW, services=True) == "web\njob\n"
    assert ps([], now=NOW, services=True) == "\n"
    assert ps(both, now=NOW, form="{{.Name}} {{.ExitCode}}") == "shop-job-1 1\nshop-web-1 0\n"
    labels = ps(both, now=NOW, form='table {{.ID}}\\t{{.Label "x.a-b"}}')
    assert labels.startswith("CONTAINER ID   a b\n")
    assert "daemon off;' -c /etc/nginx.conf" in ps(both, now=NOW, no_trunc=True)
    assert ps([], now=NOW, form="json") == ""


def test_raw_is_a_paragraph_for_each() -> None:
    lines = ps([JOB], now=NOW, form="raw").splitlines()
    assert lines[0] == "container_id: fedcba987654"
    assert lines[4:6] == ["state: exited", "status: Exited (1) 59 minutes ago"]
    assert lines[-2:] == ["ports:", ""]


def test_selection() -> None:
    both = [WEB, JOB]
    assert select(both) == [WEB]
    assert select(both, everything=True) == [JOB, WEB]
    assert select(both, statuses=["exited"]) == [JOB]
    assert select(both, filters=["status=exited"]) == [JOB]
    assert select(both, everything=True, services=["web"]) == [WEB]
    assert select(both, statuses=["paused"]) == []


@pytest.mark.parametrize("wrong", ["name=web", "running"])
def test_unknown_filters_are_refused(wrong: str) -> None:
    with pytest.raises(ComposerError):
        select([], filters=[wrong])


def port(target: int, published: int = 0, ip: str = "", protocol: str = "tcp") -> PublishedPort:
    return PublishedPort(target=target, protocol=protocol, published=published, host_ip=ip)


@pytest.mark.parametrize(
    ("ports", "text"),
    [
        ([], ""),
        ([port(6000), port(5001), port(5000), port(5002)], "5000-5002/tcp, 6000/tcp"),
        ([port(80, 8080, "0.0.0.0"), port(80, 8080, "::")],  # noqa: S104
         "0.0.0.0:8080->80/tcp, [::]:8080->80/tcp"),
        ([port(n, n, "127.0.0.1") for n in (8000, 8001, 8002)],
         "127.0.0.1:8000-8002->8000-8002/tcp"),
        ([port(90, 18090, "127.0.0.1"), port(91, 18091, "127.0.0.1")],
         "127.0.0.1:18090->90/tcp, 127.0.0.1:18091->91/tcp"),
        ([port(53), port(53, protocol="udp")], "53/tcp, 53/udp"),
    ],
)  # fmt: skip
def test_ports_are_told_as_docker_does(ports: list[PublishedPort], text: str) -> None:
    assert displayed(ports) == text
