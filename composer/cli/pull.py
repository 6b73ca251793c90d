"""``composer pull``.

May import: cli, api, plan, run.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import click

from composer.cli.choices import Known
from composer.cli.command import cancellable, hushed, working
from composer.cli.settings import Settings
from composer.plan.transfer import PullPolicy
from composer.run.events import Notice

_DEPRECATED = ("parallel", "no_parallel")
_POLICIES = ("missing", "always")
_KNOWN = (*_POLICIES, "if_not_present", "never", "build")


@click.command("pull")
@click.argument("services", nargs=-1, metavar="[SERVICE]...")
@click.option(
    "--policy",
    type=Known(_POLICIES),
    default="",
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
        policy=flags["policy"],
        ignore_failures=flags["ignore_pull_failures"],
        ignore_buildable=flags["ignore_buildable"],
    )
    dry_run = flags["dry_run"] or settings.dry_run
    with working(settings, dry_run=dry_run) as app, cancellable() as cancel:
        for text in _ignored(flags):
            app.emit(Notice("warning", text))
        if flags["quiet"]:
            app.emit = hushed(app.emit)
        app.pull(
            services,
            policy,
            dependencies=flags["include_deps"],
            dry_run=dry_run,
            cancel=cancel,
        )


def _ignored(flags: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is to be said of flags that have no effect, or another one than meant."""
    for name in _DEPRECATED:
        if flags[name]:
            said = f"option '--{name.replace('_', '-')}' is DEPRECATED and will be ignored."
            yield f"{said} Use the global --parallel N"
    if (policy := flags["policy"]) and policy not in _KNOWN:
        yield f"--policy {policy} is unknown, images are pulled as with {_POLICIES[-1]}"
