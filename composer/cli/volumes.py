"""``composer volumes``.

May import: cli, api, ui.
"""

import click

from composer.cli.command import application
from composer.cli.settings import Settings
from composer.ui.volumes import volumes


@click.command("volumes")
@click.argument("services", nargs=-1, metavar="[SERVICE]...")
@click.option("-q", "--quiet", is_flag=True, help="Only names.")
@click.option(
    "--format", "form", default="table", metavar="FORMAT", help="table, json, or a template."
)
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
    r"""List the project's volumes, or those that services mount.

    Example: composer volumes --format 'table {{.Name}}\t{{.Mountpoint}}' db
    """
    with application(settings) as app:
        found = app.volumes(services)
    click.echo(volumes(found, form=form, quiet=quiet), nl=False)
