"""``composer bridge transformations create``.

May import: cli, ui.
"""

from typing import Any

import click

from composer.cli.command import working
from composer.cli.settings import Settings
from composer.ui.words import quoted


@click.command("create", context_settings={"allow_extra_args": True})  # and pays no heed to them
@click.argument("path")
@click.option(
    "-f",
    "--from",
    "image",
    default="",
    metavar="IMAGE",
    help="Transformer whose templates are copied (default: docker/compose-bridge-kubernetes).",
)
@click.option("--dry-run", is_flag=True, help="Show what would be done; change nothing.")
@click.pass_obj
def command(settings: Settings, /, path: str, **flags: Any) -> None:
    """Make a folder with templates and a Dockerfile, from which a transformer can be built.

    Example: composer bridge transformations create ours && docker build --tag ours ours
    """
    dry_run = flags["dry_run"] or settings.dry_run
    with working(settings, dry_run=dry_run) as app:
        target = app.create_transformer(path, flags["image"], dry_run=dry_run)
    if not dry_run:
        click.echo(f"Transformer created in {quoted(target)}")
