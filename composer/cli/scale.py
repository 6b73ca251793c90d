"""``composer scale``: ``up --scale`` of the services named.

May import: cli, api, errors, plan.
"""

import click

from composer.cli.command import cancellable, working
from composer.cli.dry import show_plan
from composer.cli.numbers import decimal
from composer.cli.settings import Settings
from composer.errors import ComposerError
from composer.plan.policy import UpPolicy


@click.command("scale")
@click.argument("wanted", nargs=-1, required=True, metavar="SERVICE=N...")
@click.option("--no-deps", is_flag=True, help="Leave the services that these depend on alone.")
@click.option("--dry-run", is_flag=True, help="Show what would be done; change nothing.")
@click.pass_obj
def command(settings: Settings, wanted: tuple[str, ...], *, no_deps: bool, dry_run: bool) -> None:
    """Run as many containers of services as asked for.

    Example: composer scale web=3 worker=2
    """
    counts = dict(map(_count, wanted))
    policy = UpPolicy(scale=counts, no_build=not any(counts.values()))  # to remove needs no image
    services, dependencies = tuple(counts), not no_deps
    dry_run = dry_run or settings.dry_run
    with working(settings, dry_run=dry_run) as app, cancellable() as cancel:
        if dry_run:
            show_plan(app, app.plan_up(policy, services, dependencies=dependencies)[1])
        else:
            app.up(policy, services, dependencies=dependencies, cancel=cancel)


def _count(text: str) -> tuple[str, int]:
    """Return the service and the number of ``web=3``."""
    name, _, given = text.partition("=")
    number = decimal(given)
    if name and number is not None and number < 0:
        message = f"invalid scale specifier: {text}: the number must not be negative"
        raise ComposerError(message, hint=f"{name}=0 removes all containers of {name}")
    if not name or number is None:
        why = "can't parse replica value as int: " if name and given else ""
        message = f"invalid scale specifier: {why}{text}"
        raise ComposerError(message, hint="write SERVICE=N, for example web=3")
    return name, number
