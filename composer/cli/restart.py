"""``composer restart``.

May import: cli, api.
"""

import click

from composer.cli.command import cancellable, working
from composer.cli.settings import Settings


@click.command("restart")
@click.argument("services", nargs=-1, metavar="[SERVICE]...")
@click.option(
    "--no-deps", is_flag=True, help="Leave services alone that want to restart with these."
)
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
    settings: Settings,
    services: tuple[str, ...],
    *,
    no_deps: bool,
    timeout: int | None,
    dry_run: bool,
) -> None:
    """Restart containers in place, and services with `restart: true` on them.

    A changed file takes effect with `composer up` only.

    Example: composer restart --no-deps db
    """
    dry_run = dry_run or settings.dry_run
    with working(settings, dry_run=dry_run) as app, cancellable() as cancel:
        app.restart(
            services, timeout=timeout, dependents=not no_deps, dry_run=dry_run, cancel=cancel
        )
