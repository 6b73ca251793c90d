"""Projects that describe containers."""

from composer.engine.generate import Found, described
from composer.engine.port import Json
from composer.load.render import model

SERVICE = "com.docker.compose.service"


def inspected(name: str, config: Json, host: Json, mounts: list[Json], networks: Json) -> Json:
    return {
        "Name": f"/{name}",
        "Config": config,
        "HostConfig": host,
        "Mounts": mounts,
        "NetworkSettings": {"Networks": networks},
    }


def mount(kind: str, source: str, target: str, *, writable: bool = True) -> Json:
    name = {"Name": source} if kind == "volume" else {}
    place = "/engine/v" if kind == "volume" else source
    return {"Type": kind, **name, "Source": place, "Destination": target, "RW": writable}


def shown(*found: Found, networks: tuple[Json, ...] = ()) -> Json:
    return model(described("", "/p", found, networks), "yaml")


def bare(name: str, **config: object) -> Found:
    return Found("base", inspected(name, dict(config), {}, [], {}))


def test_a_container_is_a_service_with_all_that_reaches_out_of_it() -> None:
    config = {
        "Env": ["A=1=2", "EMPTY=", "BARE"],
        "Labels": {SERVICE: "web", "own": "x", "composer.content-hash": "h"},
        "Healthcheck": {"Test": ["CMD", "true"], "Interval": 90_000_000_000, "Retries": 2},
    }
    ports = {
        "443/tcp": [{"HostIp": "", "HostPort": ""}],
        "80/tcp": [{"HostIp": "127.0.0.1", "HostPort": "8080"}, {"HostPort": "81-82"}],
        "99/tcp": None,
    }
    mounts = [
        mount("volume", "data", "/data"),
        mount("bind", "/host", "/b", writable=False),
        mount("bind", "/host/s", "/run/secrets/deep/s"),
        mount("bind", "/host/t", "/run/secrets.d"),
        mount("tmpfs", "", "/tmp"),
    ]
    networks = {"front": {"Aliases": ["web", "x"]}, "back": {"Aliases": None}}
    one = Found("base", inspected("p-web-1", config, {"PortBindings": ports}, mounts, networks))
    known = ({"Name": "back", "Internal": True}, {"Name": "front"}, {"Name": "other"})
    assert shown(one, networks=known) == {
        "name": "",
        "services": {
            "web": {
                "environment": {"A": "1=2", "BARE": None, "EMPTY": ""},
                "healthcheck": {"test": ["CMD", "true"], "interval": "1m30s", "retries": 2},
                "image": "base",
                "labels": {"own": "x"},
                "networks": {"back": {}, "front": {"aliases": ["web", "x"]}},
                "ports": [
                    {
                        "host_ip": "127.0.0.1",
                        "target": 80,
                        "published": "8080",
                        "protocol": "tcp",
                    },
                    {"target": 80, "published": "81-82", "protocol": "tcp"},
                    {"target": 443, "protocol": "tcp"},
                ],
                "scale": 1,
                "secrets": [{"source": "s", "target": "/run/secrets/deep/s"}],
                "volumes": [
                    {"type": "bind", "source": "/host", "target": "/b", "read_only": True},
                    {"type": "volume", "source": "data", "target": "/data"},
                    {"type": "bind", "source": "/host/t", "target": "/run/secrets.d"},
                ],
            }
        },
        "networks": {"back": {"internal": True}, "front": {}},
        "volumes": {"data": {}},
        "secrets": {"s": {"name": "s", "file": "/host/s"}},
    }


def test_a_container_of_nobody_is_a_service_of_its_name() -> None:
    assert shown(bare("lone"), bare("other"))["services"] == {
        "lone": {"image": "base", "scale": 1},
        "other": {"image": "base", "scale": 1},
    }


def test_containers_of_one_service_are_told_once() -> None:
    """A file with the same port or volume twice would be refused."""
    host = {"PortBindings": {"80/tcp": [{"HostPort": "80"}]}}
    volumes = [mount("volume", "data", "/data")]
    first, second = (
        Found("base", inspected(f"p-web-{number}", {"Labels": {SERVICE: "web"}}, host, volumes, {}))
        for number in (1, 2)
    )
    (web,) = shown(first, second)["services"].values()
    assert web["scale"] == 2
    assert len(web["ports"]) == len(web["volumes"]) == 1


def test_a_health_check_that_is_not_set_is_none() -> None:
    (service,) = shown(bare("lone", Healthcheck={}))["services"].values()
    assert "healthcheck" not in service
