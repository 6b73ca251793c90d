"""``composer create``: what ``up --no-start`` does.

May import: cli, api.
"""

from typing import Any

import click

from composer.cli.choices import PULL
from composer.cli.command import cancellable, consent, divided, quietly, working
from composer.cli.dry import show_plan
from composer.cli.planning import planning_policy
from composer.cli.settings import Settings


@click.command("create")
@click.argument("services", nargs=-1, metavar="[SERVICE]...")
@click.option("--build", is_flag=True, help="Build images first.")
@click.option("--no-build", is_flag=True, help="Never build an image.")
@click.option(
    "--pull",
    type=PULL,
    default=None,
    help="When to pull images (default: as each service says).",
)
@click.option("--quiet-pull", is_flag=True, help="Do not show the progress of pulls.")
@click.option("--force-recreate", is_flag=True, help="Recreate containers that are up to date.")
@click.option("--no-recreate", is_flag=True, help="Keep containers that differ from the file.")
@click.option(
    "--remove-orphans",
    is_flag=True,
    help="Remove containers of services that the file no longer has.",
)
@click.option(
    "--scale", "scaled", multiple=True, metavar="SERVICE=NUM", help="Create this many replicas."
)
@click.option("-y", "--yes", is_flag=True, help="Answer every question with yes.")
@click.option("--dry-run", is_flag=True, help="Show what would be done; change nothing.")
@click.pass_obj
def command(
    settings: Settings, /, services: tuple[str, ...], *, dry_run: bool, **flags: Any
) -> None:
    """Create containers without starting them.

    Example: composer create --build
    """
    policy = planning_policy(settings, flags).replace(
        start=False,
        remove_orphans=flags["remove_orphans"],  # the variables of orphans count for ``up``
        ignore_orphans=False,
    )
    dry_run = dry_run or settings.dry_run
    with working(settings, dry_run=dry_run) as app, cancellable() as cancel:
        app.may_be_empty = True
        app.emit = divided(settings, app.emit)
        quietly(app, flags)
        if dry_run:
            show_plan(app, app.plan_up(policy, services)[1])
        else:
            answer = consent(settings, assume_yes=policy.assume_yes)
            app.up(policy, services, cancel=cancel, answer=answer)
