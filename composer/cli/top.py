"""``composer top``.

May import: cli, api, ui.
"""

import click

from composer.cli.command import application
from composer.cli.settings import Settings
from composer.ui.top import top


@click.command("top")
@click.argument("services", nargs=-1, metavar="[SERVICE]...")
@click.option("--dry-run", is_flag=True, hidden=True)
@click.pass_obj
def command(
    settings: Settings,
    services: tuple[str, ...],
    *,
    dry_run: bool,  # noqa: ARG001 - nothing is changed anyhow
) -> None:
    """List the processes in running containers.

    Example: composer top web
    """
    with application(settings, by_name=True) as app:
        found = app.top(services)
    click.echo(top(found), nl=False)
