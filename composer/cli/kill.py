"""``composer kill``.

May import: cli, api.
"""

import sys

import click

from composer.cli.command import cancellable, working
from composer.cli.settings import Settings


@click.command("kill")
@click.argument("services", nargs=-1, metavar="[SERVICE]...")
@click.option(
    "-s", "--signal", "name", default="SIGKILL", metavar="SIGNAL", help="Signal (default SIGKILL)."
)
@click.option(
    "--remove-orphans",
    is_flag=True,
    help="Kill containers of services that the file no longer has, too.",
)
@click.option("--dry-run", is_flag=True, help="Show what would be done; change nothing.")
@click.pass_obj
def command(
    settings: Settings,
    services: tuple[str, ...],
    *,
    name: str,
    remove_orphans: bool,
    dry_run: bool,
) -> None:
    """Kill running containers, or send them a signal.

    Example: composer kill --signal SIGHUP web
    """
    dry_run = dry_run or settings.dry_run
    orphans = remove_orphans or settings.flag("COMPOSE_REMOVE_ORPHANS")
    with working(settings, dry_run=dry_run) as app, cancellable() as cancel:
        outcome = app.kill(services, name, orphans=orphans, dry_run=dry_run, cancel=cancel)
    if not outcome.done and not dry_run:
        sys.stderr.write("no container to kill\n")
