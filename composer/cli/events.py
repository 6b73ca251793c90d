"""``composer events``.

May import: cli, api, ui, logs, errors, run.
"""

import time
from signal import SIGINT

import click

from composer.cli.command import application, cancellable
from composer.cli.settings import Settings
from composer.errors import Interrupted
from composer.logs.instant import instant
from composer.run.events import Event, Notice
from composer.ui.happenings import happening
from composer.ui.notices import pipe_notice


@click.command("events")
@click.argument("services", nargs=-1, metavar="[SERVICE]...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--since", default="", metavar="TIME", help="Begin with a time, or 42m ago.")
@click.option("--until", default="", metavar="TIME", help="End at a time, or 42m ago.")
@click.option("--dry-run", is_flag=True, hidden=True)
@click.pass_obj
def command(
    settings: Settings,
    services: tuple[str, ...],
    *,
    as_json: bool,
    since: str,
    until: str,
    dry_run: bool,  # noqa: ARG001 - nothing is changed anyhow
) -> None:
    """Show what happens to containers, as it happens.

    Example: composer events --json --since 10m --until 0s
    """
    with application(settings, _warn) as app, cancellable() as cancel, cancel.heeding():
        now = app.engine.clock() if since or until else 0.0
        start, end = instant(since, now), instant(until, now)
        for event in app.events(services, since=start, until=end, cancel=cancel):
            click.echo(happening(event, as_json=as_json))
        if cancel.requested:
            raise Interrupted(SIGINT)


def _warn(event: Event) -> None:
    if isinstance(event, Notice):
        click.echo(pipe_notice(event, time.time()), err=True)
