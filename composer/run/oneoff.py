"""What a one-off container of a service is: the service with what ``run`` changes, and its labels.

May import: asked, identity, plan.joins, spec, value.
"""

from collections.abc import Mapping
from typing import Any

from composer.asked import Asked
from composer.identity import NUMBER, ONE_OFF, SLUG, container_labels
from composer.plan.joins import resolved
from composer.spec.mounts import Mount, Port
from composer.spec.project import Project
from composer.spec.service import Service
from composer.spec.shapes import EMPTY

NO_NUMBER = -1
"""What Docker Compose numbers a one-off container; its links show it (``db--1``)."""
SHOWN = 12
"""How much of the slug the container's name has."""


class OneOff(Asked):
    """What ``run`` asks for beside the service; empty values leave the service's own.

    So does a variable that is None. A folder to be mounted may be relative to the working folder.
    """

    command: tuple[str, ...] = ()
    entrypoint: tuple[str, ...] | None = None
    environment: Mapping[str, str | None] = EMPTY
    labels: Mapping[str, str] = EMPTY
    user: str = ""
    workdir: str = ""
    cap_add: tuple[str, ...] = ()
    cap_drop: tuple[str, ...] = ()
    volumes: tuple[Mount, ...] = ()
    ports: tuple[Port, ...] = ()
    service_ports: bool = False
    use_aliases: bool = False
    name: str = ""
    tty: bool = False
    stdin: bool = True
    remove: bool = False


def one_off_service(service: Service, asked: OneOff) -> Service:
    """Return the service as its one-off container has it.

    It has no name of its own, is not restarted, and publishes only what was asked for. Of two
    mounts on one target both count in the hash, as in Docker Compose, and the last is mounted.
    """
    given = {name: value for name, value in asked.environment.items() if value is not None}
    changes: dict[str, Any] = {
        "container_name": "",
        "restart": "",
        "tty": asked.tty,
        "stdin_open": asked.stdin,
        "environment": {**service.environment, **given},
        "labels": {**service.labels, **asked.labels},
        "cap_add": _without((*service.cap_add, *asked.cap_add), asked.cap_drop),
        "cap_drop": (*_without(service.cap_drop, asked.cap_add), *asked.cap_drop),
        "ports": (*(service.ports if asked.service_ports else ()), *asked.ports),
        "volumes": (*service.volumes, *asked.volumes),
        "user": asked.user or service.user,
        "working_dir": asked.workdir or service.working_dir,
    }
    if service.deploy:
        changes["deploy"] = service.deploy.replace(restart_policy=None, replicas=None)
    if asked.entrypoint is not None:
        changes |= {"entrypoint": asked.entrypoint, "command": ()}
    if asked.command:
        changes["command"] = asked.command
    return service.replace(**changes)


def _without(names: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    """Return what of the capabilities the command line does not turn round; a drop counts last."""
    return tuple(one for one in names if one not in others)


def one_off_name(project: Project, service: str, slug: str, asked: OneOff) -> str:
    """Return ``shop-web-run-0123456789ab``, or the name asked for."""
    return asked.name or project.separator.join([project.name, service, "run", slug[:SHOWN]])


def one_off_labels(
    project: Project, service: str, name: str, slug: str, image_id: str, joins: Mapping[str, str]
) -> dict[str, str]:
    """Return the labels; *project* has the changed service. A one-off container has no number.

    As in Docker Compose, its *name* is part of the hash, and so is what it mounts as asked for.
    """
    named = resolved(project.services[service], joins).replace(container_name=name)
    labelled = project.with_services({service: named})
    labels = dict(container_labels(labelled, service, 1, image_id))
    del labels[NUMBER]
    return labels | {ONE_OFF: "True", SLUG: slug}
