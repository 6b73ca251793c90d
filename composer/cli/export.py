"""``composer export``.

May import: cli, api.
"""

import os
import sys
import tempfile
from typing import Any

import click

from composer.api import Composer
from composer.api.target import target
from composer.cli.command import application
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
    with application(settings) as app:
        if flags["dry_run"] or settings.dry_run:
            target(app, service, flags["index"], stopped=True)
        elif flags["output"]:
            _to_file(app, service, os.path.join(settings.cwd, flags["output"]), flags["index"])
        elif sys.stdout.isatty():
            message = "output to a terminal is refused"
            raise ComposerError(message, hint="use --output FILE, or a pipe")
        else:
            app.export(service, sys.stdout.buffer.write, flags["index"])


def _to_file(app: Composer, service: str, output: str, index: int) -> None:
    """Write to a file beside *output*, then put it in its place: it is whole or not there."""
    folder = os.path.dirname(output)
    if not os.path.isdir(folder):
        raise ComposerError(f'invalid output path: directory "{folder}" does not exist')
    if os.path.isdir(output):
        raise ComposerError(f'invalid output path: "{output}" is a directory')
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".export-", delete=False) as file:
        try:
            app.export(service, file.write, index)
            file.flush()
            os.replace(file.name, output)
        except BaseException:
            os.unlink(file.name)
            raise
