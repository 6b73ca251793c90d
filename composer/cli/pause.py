"""``composer pause``.

May import: cli, api.
"""

import click

from composer.cli.command import cancellable, working
from composer.cli.settings import Settings


@click.command("pause")
@click.argument("services", nargs=-1, metavar="[SERVICE]...")
@click.option("--dry-run", is_flag=True, help="Show what would be done; change nothing.")
@click.pass_obj
def command(settings: Settings, services: tuple[str, ...], *, dry_run: bool) -> None:
    """Freeze the processes of containers; their memory stays.

    Example: composer pause web
    """
    dry_run = dry_run or settings.dry_run
    with working(settings, dry_run=dry_run) as app, cancellable() as cancel:
        app.pause(services, dry_run=dry_run, cancel=cancel)
