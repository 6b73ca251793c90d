"""``ps``: which containers are listed, and how. Pure: the time is given.

    select(containers, everything=…, statuses=…, services=…)  →  containers
    ps(containers, now=…, form=…, quiet=…, …)                 →  text

May import: ui, state, errors.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from composer.errors import ComposerError
from composer.state import ContainerState, PublishedPort
from composer.ui.fit import fit
from composer.ui.formats import Record, formatted
from composer.ui.ports import displayed
from composer.ui.tables import table
from composer.ui.template_functions import Function
from composer.ui.words import duration, ellipsis, quoted

HEADER = ("NAME", "IMAGE", "COMMAND", "SERVICE", "CREATED", "STATUS", "PORTS")
TITLES = {
    "ID": "CONTAINER ID",
    "RunningFor": "CREATED",
    "CreatedAt": "CREATED AT",
    "LocalVolumes": "LOCAL VOLUMES",
    "ExitCode": "EXIT CODE",
}
_ID, _COMMAND, _MOUNT = 12, 20, 15
_PROJECT = "com.docker.compose.project"
RAW = (
    "container_id: {{.ID}}\nimage: {{.Image}}\ncommand: {{.Command}}\ncreated_at: {{.CreatedAt}}\n"
    "state:{{pad .State 1 0}}\nstatus:{{pad .Status 1 0}}\nnames: {{.Names}}\n"
    "labels:{{pad .Labels 1 0}}\nports:{{pad .Ports 1 0}}\n"
)


def select(
    containers: Iterable[ContainerState],
    *,
    everything: bool = False,
    statuses: Collection[str] = (),
    filters: Collection[str] = (),
    services: Collection[str] = (),
) -> list[ContainerState]:
    """Return what ``ps`` lists, by name: what runs, or *everything*, or what has a status.

    Only without either are containers of ``run`` left out.
    *statuses* and *filters* are the values of ``--status`` and ``--filter``. Raises ComposerError.
    """
    wanted = {*statuses, *map(_status, filters)}
    return sorted(
        (
            one
            for one in containers
            if _listed(one, wanted, everything=everything)
            and (not services or one.service in services)
        ),
        key=lambda one: one.name,
    )


def _listed(one: ContainerState, wanted: Collection[str], *, everything: bool) -> bool:
    if wanted:
        return one.status in wanted
    return everything or (one.running and not one.one_off)


def _status(text: str) -> str:
    name, equals, value = text.partition("=")
    if not equals:
        message = "arguments to --filter should be in form KEY=VAL"
        raise ComposerError(f"{message}, not {text!r}", hint="write status=running")
    if name != "status":
        raise ComposerError(f"unknown filter {name}", hint="the only one is status=…")
    return value


def ps(  # noqa: PLR0913 - the flags of `ps`
    containers: Sequence[ContainerState],
    *,
    now: float,
    form: str = "",
    quiet: bool = False,
    services: bool = False,
    no_trunc: bool = False,
    width: int | None = None,
) -> str:
    """Return what ``ps`` prints of *containers* at the time *now* (Unix seconds).

    *form* is ``--format``; *quiet* gives ids, *services* the services' names (an empty line where
    there is none, as Compose). A table that is
    wider than *width* (the terminal's; None for a pipe) is made to fit. Raises ComposerError.
    """
    if quiet:
        return "".join(f"{one.id}\n" for one in containers)
    if services:
        return "\n".join(dict.fromkeys(one.service for one in containers)) + "\n"
    records = [record(one, now, no_trunc=no_trunc) for one in containers]
    if form in {"", "table"}:
        rows = [[str(one[name]) for name in _COLUMNS] for one in records]
        return table(rows, HEADER) if width is None or no_trunc else fit(rows, HEADER, width)
    return formatted(records, RAW if form == "raw" else form, TITLES)


_COLUMNS = ("Name", "Image", "Command", "Service", "RunningFor", "Status", "Ports")


def record(one: ContainerState, now: float, *, no_trunc: bool = False) -> Record:
    """Return the fields of a container that ``--format`` knows, in Compose's names."""
    mounts = [mount.name or mount.source for mount in one.mounts]
    return {
        "Command": quoted(one.command if no_trunc else ellipsis(one.command, _COMMAND)),
        "CreatedAt": _time(one.created),
        "ExitCode": (one.exit_code or 0) if one.status == "exited" else 0,
        "Health": one.health,
        "ID": one.id if no_trunc else one.id[:_ID],
        "Image": one.image,
        "Label": Function("Label", lambda name: one.labels.get(name, ""), str),
        "Labels": _pairs(one.labels),
        "LocalVolumes": str(sum(mount.driver == "local" for mount in one.mounts)),
        "Mounts": ",".join(mounts if no_trunc else [ellipsis(name, _MOUNT) for name in mounts]),
        "Name": one.name,
        "Names": one.name,
        "Networks": ",".join(sorted(one.networks)),
        "Ports": displayed(one.ports),
        "Project": one.labels.get(_PROJECT, ""),
        "Publishers": [_publisher(port) for port in one.ports],
        "RunningFor": f"{duration(now - one.created)} ago",
        "Service": one.service,
        "Size": "0B",
        "State": one.status,
        "Status": one.status_text,
    }


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds).astimezone().strftime("%Y-%m-%d %H:%M:%S %z %Z")


def _pairs(labels: Mapping[str, str]) -> str:
    return ",".join(f"{name}={labels[name]}" for name in sorted(labels))


def _publisher(port: PublishedPort) -> dict[str, Any]:
    return {
        "URL": port.host_ip,
        "TargetPort": port.target,
        "PublishedPort": port.published,
        "Protocol": port.protocol,
    }
