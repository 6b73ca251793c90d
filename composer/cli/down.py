"""``composer down``.

May import: cli, api, plan, run.
"""

from typing import Literal

import click

from composer.cli.choices import OneOf
from composer.cli.command import cancellable, working
from composer.cli.dry import show_plan
from composer.cli.settings import Settings
from composer.plan.policy import DownPolicy
from composer.run.events import Notice


@click.command("down")
@click.argument("services", nargs=-1, metavar="[SERVICE]...")
@click.option("-v", "--volumes", is_flag=True, help="Remove volumes too: their data is lost.")
@click.option("--volume", is_flag=True, hidden=True, help="As --volumes, with a warning.")
@click.option(
    "--rmi",
    "images",
    type=OneOf(["all", "local"], 'invalid value for --rmi: "{}"', blank=True),
    default=None,
    help="Remove images: all, or local (without a tag of their own).",
)
@click.option(
    "--remove-orphans",
    is_flag=True,
    help="Remove containers of services that the file no longer has.",
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
def command(  # noqa: PLR0913 - one parameter a flag
    settings: Settings,
    services: tuple[str, ...],
    *,
    volumes: bool,
    volume: bool,
    images: Literal["all", "local"] | None,
    remove_orphans: bool,
    timeout: int | None,
    dry_run: bool,
) -> None:
    """Stop and remove containers and networks.

    Example: composer down --volumes --remove-orphans
    """
    policy = DownPolicy(
        volumes=volumes or volume,
        images=images or "",
        remove_orphans=remove_orphans or settings.flag("COMPOSE_REMOVE_ORPHANS"),
        ignore_orphans=settings.flag("COMPOSE_IGNORE_ORPHANS"),
        timeout=timeout,
        services=services,
    )
    with working(settings, dry_run=dry_run or settings.dry_run) as app, cancellable() as cancel:
        if volume:
            app.emit(Notice("warning", "--volume is deprecated, please use --volumes"))
        if dry_run or settings.dry_run:
            show_plan(app, app.plan_down(policy)[1])
        else:
            app.down(policy, cancel=cancel)
