"""``composer stop``.

May import: cli, api.
"""

import click

from composer.cli.command import cancellable, working
from composer.cli.settings import Settings


@click.command("stop")
@click.argument("services", nargs=-1, metavar="[SERVICE]...")
@click.option(
    "-t",
    "--timeout",
    type=int,
    default=None,
    metavar="SECONDS",
    help="Time to stop in before a container is killed.",
)
@click.option("--dry-run", is_flag=True, help="Show what would be done; change nothing.")
@click.pass_obj
def command(
    settings: Settings, services: tuple[str, ...], *, timeout: int | None, dry_run: bool
) -> None:
    """Stop containers without removing them, dependents first.

    Example: composer stop --timeout 3 web
    """
    dry_run = dry_run or settings.dry_run
    with working(settings, dry_run=dry_run) as app, cancellable() as cancel:
        app.stop(services, timeout=timeout, dry_run=dry_run, cancel=cancel)
