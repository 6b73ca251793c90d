"""``composer version``.

May import: cli.
"""

import json
from importlib.metadata import version as installed

import click

from composer.cli.choices import Known

_FORMS = ("pretty", "json")


@click.command("version")
@click.option(
    "-f",
    "--format",
    "form",
    type=Known(_FORMS),
    default="pretty",
    help="Output format.",
)
@click.option("--short", is_flag=True, help="Only the number.")
@click.option("--dry-run", is_flag=True, hidden=True)
def command(form: str, *, short: bool, dry_run: bool) -> None:  # noqa: ARG001 - accepted everywhere
    """Show the version of Composer.

    Example: composer version --format json
    """
    if form not in _FORMS:
        click.echo(f"--format {form} is taken for pretty: it is pretty or json", err=True)
    number = installed("composer")
    if short:
        click.echo(number)
    elif form == "json":
        click.echo(json.dumps({"version": number}, separators=(",", ":")))
    else:
        click.echo(f"Composer version {number}")
