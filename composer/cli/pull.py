"""``composer pull``.

May import: cli, api.
"""

from typing import Any

import click

from composer.cli.command import cancellable, hushed, tell_without_effect, working
from composer.cli.settings import Settings
from composer.plan.transfer import PullPolicy

_WITHOUT_EFFECT = dict.fromkeys(("parallel", "no_parallel"), "use the global --parallel N")


@click.command("pull")
@click.argument("services", nargs=-1, metavar="[SERVICE]...")
@click.option(
    "--policy",
    type=click.Choice(["missing", "always"]),
    default=None,
    help="Pull only what is missing, or always (default: each service's pull_policy).",
)
@click.option(
    "--ignore-pull-failures", is_flag=True, help="Only warn of images that cannot be pulled."
)
@click.option("--ignore-buildable", is_flag=True, help="Leave images out that can be built.")
@click.option("--include-deps", is_flag=True, help="Pull for the services these depend on too.")
@click.option("-q", "--quiet", is_flag=True, help="Do not show the progress of layers.")
@click.option("--parallel", is_flag=True, hidden=True, help="Without effect, with a warning.")
@click.option("--no-parallel", is_flag=True, hidden=True, help="Without effect, with a warning.")
@click.option("--dry-run", is_flag=True, help="Show what would be done; change nothing.")
@click.pass_obj
def command(settings: Settings, /, services: tuple[str, ...], **flags: Any) -> None:
    """Pull the images of services.

    Example: composer pull --policy missing web
    """
    policy = PullPolicy(
        policy=flags["policy"] or "",
        ignore_failures=flags["ignore_pull_failures"],
        ignore_buildable=flags["ignore_buildable"],
    )
    dry_run = flags["dry_run"] or settings.dry_run
    with working(settings, dry_run=dry_run) as app, cancellable() as cancel:
        tell_without_effect(app, flags, _WITHOUT_EFFECT)
        if flags["quiet"]:
            app.emit = hushed(app.emit)
        app.pull(
            services,
            policy,
            dependencies=flags["include_deps"],
            dry_run=dry_run,
            cancel=cancel,
        )
