"""``composer export``.

May import: cli, api.
"""

import os
import sys
from typing import Any

import click

from composer.api import Composer
from composer.api.extract import ExportRequest
from composer.cli.command import working
from composer.cli.output import written
from composer.cli.settings import Settings
from composer.errors import ComposerError


@click.command("export")
@click.argument("service")
@click.option("--index", type=int, default=0, metavar="N", help="The replica with this number.")
@click.option("-o", "--output", default="", metavar="FILE", help="Write to a file.")
@click.option("--dry-run", is_flag=True, help="Only look whether there is such a container.")
@click.pass_obj
def command(settings: Settings, /, service: str, **flags: Any) -> None:
    """Write the file system of a service's container as a tar archive.

    Example: composer export --output web.tar web
    """
    output = flags["output"] and os.path.join(settings.cwd, flags["output"])
    dry_run = flags["dry_run"] or settings.dry_run
    asked = ExportRequest(index=flags["index"], output=output, dry_run=dry_run)
    if not output and not dry_run and sys.stdout.isatty():
        message = "output to a terminal is refused"
        raise ComposerError(message, hint="use --output FILE, or a pipe")
    with working(settings, dry_run=dry_run) as app:
        if output and not dry_run:
            _to_file(app, service, asked)
        else:
            app.export(service, asked, sys.stdout.buffer.write)


def _to_file(app: Composer, service: str, asked: ExportRequest) -> None:
    """Write to *output*: it is whole or not there."""
    output = asked.output
    folder = os.path.dirname(output)
    if not os.path.isdir(folder):
        raise ComposerError(f'invalid output path: directory "{folder}" does not exist')
    if os.path.isdir(output):
        raise ComposerError(f'invalid output path: "{output}" is a directory')
    with written(output) as file:
        app.export(service, asked, file.write)
