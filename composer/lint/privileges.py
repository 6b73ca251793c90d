"""Rules about containers that can do more than containers should.

May import: lint.context.
"""

from composer.lint.context import Context, Found


def privileged(context: Context) -> Found:
    """``privileged``: no isolation from the host."""
    for name, service in context.services.items():
        if service.privileged:
            message = "the container can do what root on the host can do"
            hint = "add single capabilities with cap_add, or devices"
            yield context.at(("services", name, "privileged"), "privileged", message, hint)


def sockets(context: Context) -> Found:
    """``docker-socket``: a container that controls the engine controls the host."""
    message = "whoever controls this container controls the engine, and with it the host"
    hint = "put a proxy before the socket that lets through only what is needed"
    for name, service in context.services.items():
        top = ("services", name)
        if service.use_api_socket:
            yield context.at((*top, "use_api_socket"), "docker-socket", message, hint)
        for index, mount in enumerate(service.volumes):
            if mount.type == "bind" and mount.source.endswith("/docker.sock"):
                yield context.at((*top, "volumes", index), "docker-socket", message, hint)
