"""``composer start``.

May import: cli, api.
"""

import click

from composer.cli.choices import WAIT_TIMEOUT
from composer.cli.command import cancellable, working
from composer.cli.settings import Settings


@click.command("start")
@click.argument("services", nargs=-1, metavar="[SERVICE]...")
@click.option("--wait", is_flag=True, help="Wait until services run or are healthy.")
@WAIT_TIMEOUT
@click.option("--dry-run", is_flag=True, help="Show what would be done; change nothing.")
@click.pass_obj
def command(
    settings: Settings,
    services: tuple[str, ...],
    *,
    wait: bool,
    wait_timeout: int | None,
    dry_run: bool,
) -> None:
    """Start containers that exist, and those that they depend on.

    Example: composer start web
    """
    dry_run = dry_run or settings.dry_run
    with working(settings, dry_run=dry_run) as app, cancellable() as cancel:
        app.start(services, wait=wait, wait_timeout=wait_timeout, dry_run=dry_run, cancel=cancel)
