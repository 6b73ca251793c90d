"""``composer images``.

May import: cli, api, ui.
"""

import sys
import time

import click

from composer.cli.command import application
from composer.cli.settings import Settings
from composer.ui.fit import columns
from composer.ui.images import images


@click.command("images")
@click.argument("services", nargs=-1, metavar="[SERVICE]...")
@click.option("-q", "--quiet", is_flag=True, help="Only ids.")
@click.option("--format", "form", default="table", metavar="FORMAT", help="table or json.")
@click.option("--dry-run", is_flag=True, hidden=True)
@click.pass_obj
def command(
    settings: Settings,
    services: tuple[str, ...],
    *,
    quiet: bool,
    form: str,
    dry_run: bool,  # noqa: ARG001 - nothing is changed anyhow
) -> None:
    """List the images that containers were created from.

    Example: composer images --format json
    """
    with application(settings, by_name=True) as app:
        found = app.images(services)
    text = images(found, now=time.time(), form=form, quiet=quiet, width=columns(sys.stdout))
    click.echo(text, nl=False)
