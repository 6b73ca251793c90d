"""``composer top``.

May import: cli, api, ui.
"""

import sys

import click

from composer.cli.command import application
from composer.cli.renewing import View, renew
from composer.cli.settings import Settings
from composer.ui.ansi import terminal
from composer.ui.top import top

PAUSE_S = 1.0
"""Between two looks: no event tells of processes."""


@click.command("top")
@click.argument("services", nargs=-1, metavar="[SERVICE]...")
@click.option("--live", is_flag=True, help="Renew the list until Ctrl-C.")
@click.option("--dry-run", is_flag=True, hidden=True)
@click.pass_obj
def command(
    settings: Settings,
    services: tuple[str, ...],
    *,
    live: bool,
    dry_run: bool,  # noqa: ARG001 - nothing is changed anyhow
) -> None:
    """List the processes in running containers.

    Example: composer top --live web
    """
    screen = terminal(sys.stdout, settings.environ, ansi=settings.ansi)
    with application(settings, by_name=True) as app:

        def look() -> View:
            text = top(app.top(services, skip_restarting=live))
            return View(text, bool(text))

        if live:
            renew(app, look, screen=screen, pause_s=PAUSE_S)
        click.echo(look().text, nl=False)
