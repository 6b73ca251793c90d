"""Rules about ports: conflicts on the host, replicas without room, what is open to everybody.

May import: lint.context, lint.images, spec, tree.
"""

from collections.abc import Iterator
from typing import NamedTuple

from composer.lint.context import Context, Found
from composer.lint.images import repository
from composer.spec.mounts import Port
from composer.spec.service import Service
from composer.tree import TreePath

_ANY = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - recognised, not bound to
_DATABASES = frozenset(
    {
        "arangodb", "cassandra", "clickhouse", "clickhouse-server", "cockroach", "couchbase",
        "couchdb", "elasticsearch", "etcd", "influxdb", "keydb", "mariadb", "memcached", "mongo",
        "mongodb", "mongodb-community-server", "mssql/server", "mysql", "mysql-server", "neo4j",
        "opensearch", "percona", "pgvector", "postgis", "postgres", "postgresql", "qdrant",
        "redis", "redis-stack", "redis-stack-server", "rethinkdb", "scylla", "surrealdb",
        "timescaledb", "timescaledb-ha", "valkey",
    }
)  # fmt: skip


class _Published(NamedTuple):
    """A host port that a service occupies."""

    service: str
    path: TreePath
    address: str
    number: int
    protocol: str


def conflicts(context: Context) -> Found:
    """``port-conflict``: a host port that two entries want, on addresses that overlap."""
    seen: dict[tuple[int, str], list[_Published]] = {}
    for one in _published(context):
        others = seen.setdefault((one.number, one.protocol), [])
        other = next((other for other in others if _overlap(one.address, other.address)), None)
        others.append(one)
        if other is not None:
            holder = "this service" if other.service == one.service else f"service {other.service}"
            message = f"the host port {one.number}/{one.protocol} is already published by {holder}"
            also = (other.path, f"{other.service} publishes it here")
            yield context.at(one.path, "port-conflict", message, also=also)


def replicas(context: Context) -> Found:
    """``port-replicas``: more replicas than host ports for them."""
    for name, service in context.services.items():
        if service.replicas <= 1 or _shares_network(service):
            continue
        for index, port in enumerate(service.ports):
            room = len(_numbers(port))
            if 0 < room < service.replicas:
                what = "one host port" if room == 1 else f"{room} host ports"
                message = f"{service.replicas} replicas cannot share {what} ({port.published})"
                hint = "publish a range as large as the replicas, or only the container port"
                yield context.at(("services", name, "ports", index), "port-replicas", message, hint)


def modes(context: Context) -> Found:
    """``network-mode``: attributes that are refused or void in somebody else's network."""
    for name, service in context.services.items():
        mode = service.network_mode
        if mode == "host" and service.ports:
            message = "has no effect with network_mode: host, where every port is the host's"
            path: TreePath = ("services", name, "ports")
            yield context.at(path, "network-mode", message, severity="warning")
        if mode.startswith(("service:", "container:")):
            for attribute in ("ports", "expose", "hostname", "dns", "extra_hosts"):
                if getattr(service, attribute):
                    message = f"the engine refuses it with network_mode: {mode}"
                    hint = f"move it to {mode.partition(':')[2]}, whose network this is"
                    yield context.at(("services", name, attribute), "network-mode", message, hint)


def databases(context: Context) -> Found:
    """``exposed-database``: a database that the host publishes on all its addresses."""
    for name, service in context.services.items():
        kind = database(service.image)
        if not kind or _shares_network(service):
            continue
        for index, port in enumerate(service.ports):
            if port.published and port.host_ip in _ANY:
                message = f"port {port.published} of the database {kind} is open to other machines"
                hint = f"publish it as 127.0.0.1:{port.published}:{port.target}, or not at all"
                path: TreePath = ("services", name, "ports", index)
                yield context.at(path, "exposed-database", message, hint)


def database(image: str) -> str:
    """Return which database the image is, empty where it is none that is known."""
    parts = repository(image).split("/")
    return next((one for one in (parts[-1], "/".join(parts[-2:])) if one in _DATABASES), "")


def _published(context: Context) -> Iterator[_Published]:
    for name, service in context.project.services.items():
        if service.replicas == 0 or _shares_network(service):
            continue
        for index, port in enumerate(service.ports):
            numbers = _numbers(port)
            if len(numbers) == 1:
                path: TreePath = ("services", name, "ports", index)
                yield _Published(name, path, port.host_ip, numbers[0], port.protocol or "tcp")


def _numbers(port: Port) -> range:
    """Return the host ports that the engine may choose from, none where it may choose any."""
    first, _, last = port.published.partition("-")
    if not first.isdecimal() or not int(first):
        return range(0)
    return range(int(first), int(last if last.isdecimal() else first) + 1)


def _overlap(one: str, other: str) -> bool:
    """Tell whether two host addresses have a port in common; an empty one stands for all."""
    if one == other or "" in {one, other}:
        return True
    if (":" in one) != (":" in other):
        return False
    return one in _ANY or other in _ANY


def _shares_network(service: Service) -> bool:
    return service.network_mode == "host" or service.network_mode.startswith(
        ("service:", "container:")
    )
