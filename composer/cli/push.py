"""``composer push``.

May import: cli, api.
"""

import click

from composer.cli.command import cancellable, working
from composer.cli.settings import Settings


@click.command("push")
@click.argument("services", nargs=-1, metavar="[SERVICE]...")
@click.option(
    "--ignore-push-failures", is_flag=True, help="Only warn of images that cannot be pushed."
)
@click.option("--include-deps", is_flag=True, help="Push for the services these depend on too.")
@click.option("-q", "--quiet", is_flag=True, help="Print only warnings and errors.")
@click.option("--dry-run", is_flag=True, help="Show what would be done; change nothing.")
@click.pass_obj
def command(
    settings: Settings,
    services: tuple[str, ...],
    *,
    ignore_push_failures: bool,
    include_deps: bool,
    quiet: bool,
    dry_run: bool,
) -> None:
    """Push the images that services build to their registries.

    Example: composer push web
    """
    dry_run = dry_run or settings.dry_run
    shown = settings.replace(progress="quiet") if quiet else settings
    with working(shown, dry_run=dry_run) as app, cancellable() as cancel:
        app.push(
            services,
            ignore_failures=ignore_push_failures,
            dependencies=include_deps,
            dry_run=dry_run,
            cancel=cancel,
        )
