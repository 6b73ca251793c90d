"""``composer publish``.

May import: cli, api, ui, plan.
"""

import sys
from typing import Any

import click

from composer.api.publish import PublishOptions
from composer.cli.command import cancellable, working
from composer.cli.settings import Settings
from composer.plan.publish import Question


@click.command("publish")
@click.argument("repository", metavar="REPOSITORY[:TAG]")
@click.option("--app", is_flag=True, help="Publish the images of services too.")
@click.option(
    "--oci-version", default="", metavar="VERSION", help="1.0 or 1.1 (default: what is taken)."
)
@click.option("--resolve-image-digests", is_flag=True, help="Pin images to their digests.")
@click.option("--with-env", is_flag=True, help="Publish environment variables too.")
@click.option("-y", "--yes", is_flag=True, help="Answer every question with yes.")
@click.option("--dry-run", is_flag=True, help="Show what would be done; change nothing.")
@click.pass_obj
def command(settings: Settings, /, repository: str, **flags: Any) -> None:
    """Publish the project's files to a registry.

    Example: composer publish registry.example/team/shop:1.0

    Others then use them with: composer -f oci://registry.example/team/shop:1.0 up
    """
    options = PublishOptions(
        app=flags["app"],
        oci_version=flags["oci_version"],
        digests=flags["resolve_image_digests"],
        with_environment=flags["with_env"],
    )
    dry_run = flags["dry_run"] or settings.dry_run
    with working(settings, dry_run=dry_run) as app, cancellable() as cancel:
        app.publish(
            repository,
            options,
            consent=None if flags["yes"] else _agrees,
            dry_run=dry_run,
            cancel=cancel,
        )


def _agrees(question: Question) -> bool:
    """Ask, and take the answer from standard input, a terminal or not."""
    listed = "".join(f"{one}\n" for one in question.listed)
    sys.stdout.write(f"you are about to publish {question.about}\n{listed}{question.asked} [y/N] ")
    sys.stdout.flush()
    answer = sys.stdin.readline()
    if not sys.stdin.isatty():  # where nobody's Enter has ended the line
        sys.stdout.write("\n")
    return answer.strip().lower() in {"y", "yes"}
