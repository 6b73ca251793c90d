"""``composer ls``.

May import: cli, api, ui, errors.
"""

import click

from composer.api.listing import stacks
from composer.cli.command import application
from composer.cli.settings import Settings
from composer.errors import ComposerError
from composer.ui.stacks import listed


@click.command("ls")
@click.option("-a", "--all", "everything", is_flag=True, help="Also those that do not run.")
@click.option("-q", "--quiet", is_flag=True, help="Only names.")
@click.option("--filter", "filters", multiple=True, metavar="name=REGEX", help="Only such names.")
@click.option("--format", "form", default="table", metavar="FORMAT", help="table or json.")
@click.option("--dry-run", is_flag=True, hidden=True)
@click.pass_obj
def command(
    settings: Settings,
    *,
    everything: bool,
    quiet: bool,
    filters: tuple[str, ...],
    form: str,
    dry_run: bool,  # noqa: ARG001 - nothing is changed anyhow
) -> None:
    """List the projects that the engine runs, from any folder.

    Example: composer ls --all --filter name=shop
    """
    pattern = "|".join(map(_name, filters))
    with application(settings) as app:
        found = stacks(app.engine, everything=everything, pattern=pattern)
    click.echo(listed(found, form=form, quiet=quiet), nl=False)


def _name(text: str) -> str:
    key, equals, value = text.partition("=")
    if key != "name" or not equals:
        form = "bad format of filter (expected name=value)"
        message = f"invalid filter {key!r}" if equals else f"{form}: {text!r}"
        raise ComposerError(message, hint="the only one is name=REGEX")
    return value
