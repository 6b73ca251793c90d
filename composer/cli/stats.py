"""``composer stats``.

May import: cli, api, ui.
"""

import sys
from typing import Any

import click

from composer.cli.command import application
from composer.cli.renewing import View, renew
from composer.cli.settings import Settings
from composer.ui.ansi import terminal
from composer.ui.fit import columns
from composer.ui.stats import record, stats

PAUSE_S = 0.1
"""Between two looks, each of which takes the engine a second."""


@click.command("stats")
@click.argument("service", default="", metavar="[SERVICE]")
@click.option("-a", "--all", "everything", is_flag=True, help="Also containers that do not run.")
@click.option("--format", "form", default="", metavar="FORMAT", help="table, json, or a template.")
@click.option("--no-stream", is_flag=True, help="Show the figures once.")
@click.option("--no-trunc", is_flag=True, help="Do not shorten.")
@click.option("--dry-run", is_flag=True, hidden=True)
@click.pass_obj
def command(settings: Settings, /, service: str, **flags: Any) -> None:
    """Show what containers use of processor, memory, network and disk.

    The figures are renewed until Ctrl-C, unless --no-stream is given.

    Example: composer stats --no-stream --format json
    """
    screen = terminal(sys.stdout, settings.environ, ansi=settings.ansi)
    with application(settings, by_name=True) as app:
        form = flags["form"] or app.format_of("stats")

        def look() -> View:
            found = app.stats([service] if service else (), everything=flags["everything"])
            records = [record(one, no_trunc=flags["no_trunc"]) for one in found]
            text = stats(records, form, columns(sys.stdout))
            return View(text, any(one.container.running for one in found))

        if not flags["no_stream"]:
            renew(app, look, screen=screen, pause_s=PAUSE_S)
        click.echo(look().text, nl=False)
