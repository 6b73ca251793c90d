"""Ports of a container, and where the host publishes them.

May import: spec, engine.translate.
"""

from composer.engine.translate.fields import Json
from composer.spec.service import Service


def exposed(service: Service) -> dict[str, Json]:
    """Return ``ExposedPorts``: those of ``expose`` and ``ports``.

    As in Docker Compose, a range of ``expose`` stays one entry: nothing is reached through it.
    """
    ports = [
        *service.expose,
        *(f"{port.target}/{port.protocol or 'tcp'}" for port in service.ports),
    ]
    return {port: {} for port in ports}


def bindings(service: Service) -> dict[str, list[Json]]:
    """Return ``PortBindings``; the engine picks a free port of a range, or any for an empty one."""
    made: dict[str, list[Json]] = {}
    for port in service.ports:
        where = {"HostIp": port.host_ip, "HostPort": port.published}
        made.setdefault(f"{port.target}/{port.protocol or 'tcp'}", []).append(where)
    return made
