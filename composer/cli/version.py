"""``composer version``.

May import: cli.
"""

import json
from importlib.metadata import version as installed

import click


@click.command("version")
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(["pretty", "json"]),
    default="pretty",
    help="Output format.",
)
@click.option("--short", is_flag=True, help="Only the number.")
@click.option("--dry-run", is_flag=True, hidden=True)
def command(form: str, *, short: bool, dry_run: bool) -> None:  # noqa: ARG001 - accepted everywhere
    """Show the version of Composer.

    Example: composer version --format json
    """
    number = installed("composer")
    if short:
        click.echo(number)
    elif form == "json":
        click.echo(json.dumps({"version": number}, separators=(",", ":")))
    else:
        click.echo(f"Composer version {number}")
