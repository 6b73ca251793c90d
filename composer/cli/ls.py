"""``composer ls``.

May import: cli, api, ui, errors.
"""

import sys

import click

from composer.api.listing import stacks
from composer.cli.command import application
from composer.cli.settings import Settings
from composer.errors import ComposerError
from composer.ui.fit import columns
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
    pattern = "|".join(map(_name, filter(None, filters)))
    with application(settings) as app:
        found = stacks(app.engine, everything=everything, pattern=pattern)
    text = listed(found, form=form, quiet=quiet, width=columns(sys.stdout))
    click.echo(text, nl=False)


def _name(text: str) -> str:
    """Return what a filter wants of names; blanks around key and value count for nothing."""
    key, equals, value = text.partition("=")
    key = key.strip().lower()
    if key != "name" or not equals:
        form = f"bad format of filter (expected name=value): {text!r}"
        message = f"invalid filter {key!r}" if equals else form
        raise ComposerError(message, hint="the only one is name=REGEX")
    return value.strip()
