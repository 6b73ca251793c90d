"""``composer export``.

May import: cli, api, errors.
"""

import os
import sys
from typing import Any

import click

from composer.api import Composer
from composer.api.extract import ExportRequest
from composer.cli.choices import INDEX
from composer.cli.command import working
from composer.cli.output import written
from composer.cli.settings import Settings
from composer.errors import ComposerError


@click.command("export", context_settings={"allow_extra_args": True})  # and pays no heed to them
@click.argument("service")
@INDEX
@click.option("-o", "--output", default="", metavar="FILE", help="Write to a file.")
@click.option("--dry-run", is_flag=True, help="Only look whether there is such a container.")
@click.pass_obj
def command(settings: Settings, /, service: str, **flags: Any) -> None:
    """Write the file system of a service's container as a tar archive.

    Example: composer export --output web.tar web
    """
    output = flags["output"]
    dry_run = flags["dry_run"] or settings.dry_run
    asked = ExportRequest(index=flags["index"], output=output, dry_run=dry_run)
    if not output and not dry_run and sys.stdout.isatty():
        message = "output to a terminal is refused"
        raise ComposerError(message, hint="use --output FILE, or a pipe")
    with working(settings, dry_run=dry_run, by_name=True) as app:
        if output and not dry_run:
            _to_file(app, service, asked, settings.cwd)
        else:
            app.export(service, asked, sys.stdout.buffer.write)


_FAILED = "failed to export container"
_MODE = 0o600
"""Of the archive: what only root may read in the container is not for all here."""


def _to_file(app: Composer, service: str, asked: ExportRequest, cwd: str) -> None:
    """Write to *output*: it is whole or not there."""
    output = os.path.join(cwd, asked.output)
    if not os.path.isdir(os.path.dirname(output)):
        named = os.path.dirname(asked.output)
        raise ComposerError(f'{_FAILED}: invalid output path: directory "{named}" does not exist')
    if os.path.isdir(output):
        raise ComposerError(f'{_FAILED}: invalid output path: "{asked.output}" is a directory')
    with written(output, _MODE) as file:
        app.export(service, asked, file.write)
