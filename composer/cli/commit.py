"""``composer commit``.

May import: cli, api.
"""

from typing import Any

import click

from composer.api.extract import CommitRequest
from composer.cli.choices import INDEX
from composer.cli.command import working
from composer.cli.settings import Settings


@click.command("commit")
@click.argument("service")
@click.argument("reference", default="", metavar="[REPOSITORY[:TAG]]")
@click.option("-a", "--author", default="", metavar="NAME", help="Author of the image.")
@click.option(
    "-c", "--change", "changes", multiple=True, metavar="INSTRUCTION",
    help="Apply a Dockerfile instruction (repeatable).",
)  # fmt: skip
@INDEX
@click.option("-m", "--message", default="", metavar="TEXT", help="Message of the commit.")
@click.option("-p", "--pause/--no-pause", default=True, help="Pause meanwhile (default).")
@click.option("--dry-run", is_flag=True, help="Show what would be done; change nothing.")
@click.pass_obj
def command(settings: Settings, /, service: str, reference: str, **flags: Any) -> None:
    """Make an image of what a service's container has become.

    Example: composer commit --message 'with data' db shop-db:seeded
    """
    dry_run = flags.pop("dry_run") or settings.dry_run
    with working(settings, dry_run=dry_run, by_name=True) as app:
        app.commit(service, CommitRequest(reference=reference, dry_run=dry_run, **flags))
