"""``composer cp``.

May import: cli, api, errors.
"""

import sys
from typing import Any, BinaryIO

import click

from composer.api.copy import CopyRequest
from composer.cli.choices import INDEX
from composer.cli.command import cancellable, working
from composer.cli.settings import Settings
from composer.errors import UsageError


@click.command("cp")
@click.argument("source", metavar="SERVICE:PATH|PATH|-")
@click.argument("destination", metavar="PATH|-|SERVICE:PATH")
@click.option("--all", "one_offs", is_flag=True, help="Also containers that run created.")
@click.option(
    "-a", "--archive", is_flag=True, help="Keep owners; into a container: its user owns all."
)
@click.option("-L", "--follow-link", is_flag=True, help="Follow the link that the source is.")
@INDEX
@click.option("--dry-run", is_flag=True, help="Show what would be copied; change nothing.")
@click.pass_obj
def command(settings: Settings, /, source: str, destination: str, **flags: Any) -> None:
    """Copy files between a service's containers and this machine.

    To a service: into all its containers. A - is a tar archive from standard input, or to
    standard output.

    Example: composer cp web:/var/log/nginx ./logs
    """
    from_service, to_service = _service(source), _service(destination)
    for path, role in ((source, "source"), (destination, "destination")):
        if not path:
            raise UsageError(f"{role} can not be empty", hint="write . for this folder")
    if from_service and to_service:
        raise UsageError("copying between services is not supported")
    if not from_service and not to_service:
        raise UsageError("unknown copy direction", hint="name a service: SERVICE:PATH")
    inside, outside = (source, destination) if from_service else (destination, source)
    dry_run = flags["dry_run"] or settings.dry_run
    asked = CopyRequest(
        service=from_service or to_service,
        inside=inside.partition(":")[2],
        outside=outside,
        index=flags["index"],
        one_offs=flags["one_offs"],
        archive=flags["archive"],
        follow=flags["follow_link"],
        dry_run=dry_run,
    )
    source_of_archive = _input() if outside == "-" and to_service else None
    with working(settings, dry_run=dry_run, by_name=True) as app, cancellable():
        if from_service:
            app.copy_out(asked, sys.stdout.buffer.write)
        else:
            app.copy_in(asked, source_of_archive)


def _input() -> BinaryIO:
    """Return standard input; what is closed would pass for an empty archive."""
    if sys.__stdin__ is None:
        raise UsageError("standard input is closed", hint="pipe a tar archive in, or name a file")
    return sys.stdin.buffer


def _service(text: str) -> str:
    """Return the service of ``SERVICE:PATH``, empty where *text* is a path of this machine."""
    name, colon, _ = text.partition(":")
    return "" if not colon or text[:1] in {"/", "."} else name
