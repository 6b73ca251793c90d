"""Ports of a container, and where the host publishes them.

May import: spec, engine.translate.
"""

from collections.abc import Iterator

from composer.engine.translate.fields import Json
from composer.spec.service import Service


def exposed(service: Service) -> dict[str, Json]:
    """Return ``ExposedPorts``: those of ``expose`` and ``ports``."""
    ports = [port for text in service.expose for port in _range(text)]
    ports += [f"{port.target}/{port.protocol or 'tcp'}" for port in service.ports]
    return {port: {} for port in ports}


def _range(text: str) -> Iterator[str]:
    """Yield the ports of ``9000-9002/udp``; what is no range stays as it stands in the file."""
    numbers, slash, protocol = text.partition("/")
    first, dash, last = numbers.partition("-")
    if not dash or not first.isdecimal() or not last.isdecimal():
        yield text
        return
    for number in range(int(first), int(last) + 1):
        yield f"{number}{slash}{protocol}"


def bindings(service: Service) -> dict[str, list[Json]]:
    """Return ``PortBindings``; the engine picks a free port of a range, or any for an empty one."""
    made: dict[str, list[Json]] = {}
    for port in service.ports:
        where = {"HostIp": port.host_ip, "HostPort": port.published}
        made.setdefault(f"{port.target}/{port.protocol or 'tcp'}", []).append(where)
    return made
