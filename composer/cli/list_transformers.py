"""``composer bridge transformations list``.

May import: cli, ui.
"""

import click

from composer.cli.command import application
from composer.cli.settings import Settings
from composer.ui.transformers import transformers


@click.command("list", context_settings={"allow_extra_args": True})  # and pays no heed to them
@click.option("-q", "--quiet", is_flag=True, help="Only names.")
@click.option("--format", "form", default="table", metavar="FORMAT", help="table or json.")
@click.option("--dry-run", is_flag=True, hidden=True)
@click.pass_obj
def command(
    settings: Settings,
    *,
    quiet: bool,
    form: str,
    dry_run: bool,  # noqa: ARG001 - nothing is changed anyhow
) -> None:
    """List the images of transformers that the engine has; also called ls.

    Example: composer bridge transformations list
    """
    with application(settings) as app:
        found = app.transformers()
    click.echo(transformers(found, form=form, quiet=quiet), nl=False)
