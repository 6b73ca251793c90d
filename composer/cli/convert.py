"""``composer bridge convert``.

May import: cli, api, ui.
"""

import sys
from typing import Any

import click

from composer.api.bridge import ConvertRequest
from composer.cli.command import application, cancellable, showing, working
from composer.cli.settings import Settings


@click.command("convert", context_settings={"allow_extra_args": True})  # and pays no heed to them
@click.option(
    "-o",
    "--output",
    default="out",
    metavar="DIR",
    help="Folder to write to, which is emptied before (default: out).",
)
@click.option("--templates", default="", metavar="DIR", help="Templates instead of the image's.")
@click.option(
    "-t",
    "--transformation",
    "transformers",
    multiple=True,
    metavar="IMAGE",
    help="Transformer to run (repeatable; default: docker/compose-bridge-kubernetes).",
)
@click.option("--dry-run", is_flag=True, help="Show what would be done; change nothing.")
@click.pass_obj
def command(settings: Settings, /, **flags: Any) -> int:
    """Convert the project by transformers, images that read it and write files.

    Images that are missing are pulled, also those of services: their ports are told.

    Example: composer bridge convert --output manifests
    """
    dry_run = flags.pop("dry_run") or settings.dry_run
    asked = ConvertRequest(**flags)
    if dry_run:
        with working(settings, dry_run=True) as app:
            app.rehearse_conversion(asked)
        return 0
    from composer.ui.echo import end_line
    from composer.ui.terminal import TerminalConsole

    with application(settings) as app:
        with showing(app, settings), cancellable() as cancel:
            conversion = app.prepare_conversion(asked, cancel=cancel)
        with TerminalConsole() as console:
            code = app.transform(conversion, console)
        if code:
            end_line(sys.stderr)
        return code
