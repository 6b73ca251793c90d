"""``composer watch``.

May import: cli, api, ui, errors.
"""

import signal
import sys
from typing import Any

import click

from composer.cli.command import cancellable, divided, hushed, working
from composer.cli.settings import Settings
from composer.errors import Interrupted
from composer.ui.logs import log_printer


@click.command("watch")
@click.argument("services", nargs=-1, metavar="[SERVICE]...")
@click.option("--no-up", is_flag=True, help="Do not build and start services first.")
@click.option(
    "--prune/--no-prune", default=True, help="Remove images that builds replaced (default: yes)."
)
@click.option("--quiet", is_flag=True, help="Do not show the steps of builds.")
@click.option("--dry-run", is_flag=True, help="Show what would be done; change nothing.")
@click.pass_obj
def command(settings: Settings, /, services: tuple[str, ...], **flags: Any) -> None:
    """Keep containers up to date while files are edited, as `develop.watch` says.

    Example: composer watch web
    """
    dry_run = flags["dry_run"] or settings.dry_run
    with (
        working(settings, dry_run=dry_run) as app,
        cancellable() as cancel,
        log_printer(
            err=sys.stderr,
            ansi=settings.ansi,
            no_log_prefix=True,
            gone=cancel.request,
            environ=settings.environ,
        ) as printer,
    ):
        from composer.api.watch import WatchOptions  # with the engine

        app.emit = divided(settings, app.emit)
        if flags["quiet"]:
            app.emit = hushed(app.emit)
        options = WatchOptions(prune=flags["prune"], dry_run=dry_run)
        watching = app.watching(services, options, emit=printer, cancel=cancel)
        with watching.alone(), cancel.heeding():
            if not flags["no_up"]:
                watching.begin()
            watching.run()
        if cancel.requested:
            raise Interrupted(signal.SIGINT)
