"""``composer rm``.

May import: cli, api, ui, plan.
"""

import sys

import click

from composer.cli.command import agreed, cancellable, tell_without_effect, working
from composer.cli.settings import Settings
from composer.plan.ops import Plan, RemoveContainer

_WITHOUT_EFFECT = {"all": "one-off containers are never removed here; use down --remove-orphans"}


@click.command("rm")
@click.argument("services", nargs=-1, metavar="[SERVICE]...")
@click.option("-f", "--force", is_flag=True, help="Do not ask.")
@click.option("-s", "--stop", is_flag=True, help="Stop running containers first, then remove them.")
@click.option("-v", "--volumes", is_flag=True, help="Remove anonymous volumes too.")
@click.option(
    "-a", "--all", "everything", is_flag=True, hidden=True, help="Without effect, with a warning."
)
@click.option("--dry-run", is_flag=True, help="Show what would be done; change nothing.")
@click.pass_obj
def command(  # noqa: PLR0913 - one parameter a flag
    settings: Settings,
    services: tuple[str, ...],
    *,
    force: bool,
    stop: bool,
    volumes: bool,
    everything: bool,
    dry_run: bool,
) -> None:
    """Remove containers that do not run.

    Example: composer rm --stop --force web
    """
    dry_run = dry_run or settings.dry_run
    with working(settings, dry_run=dry_run) as app:
        tell_without_effect(app, {"all": everything}, _WITHOUT_EFFECT)
        if stop and not dry_run:
            with cancellable() as cancel:
                app.stop(services, cancel=cancel)
        stop = stop and dry_run
        names = _names(app.plan_rm(services, stop=stop, volumes=volumes)[1])
        if not names:
            sys.stderr.write("No stopped containers\n")
            return
        listed = f"Going to remove {', '.join(names)}"
        if force or dry_run:
            click.echo(listed)
        elif not agreed(settings, listed):
            return
        with cancellable() as cancel:
            app.rm(services, stop=stop, volumes=volumes, dry_run=dry_run, cancel=cancel)


def _names(plan: Plan) -> list[str]:
    resources = (op.resource for op in plan if isinstance(op, RemoveContainer))
    return [one.removeprefix("Container ") for one in resources]
