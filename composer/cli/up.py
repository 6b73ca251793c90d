"""``composer up``.

May import: cli, api, errors, plan, run.
"""

import sys
from typing import Any

import click

from composer.api import Composer
from composer.cli.choices import WAIT_TIMEOUT
from composer.cli.command import cancellable, consent, divided, quietly, working
from composer.cli.dry import print_preview, show_plan
from composer.cli.planning import planning_flags, planning_policy
from composer.cli.remote import tell_remote
from composer.cli.settings import Settings
from composer.errors import UsageError
from composer.plan.policy import UpPolicy
from composer.run.cancel import Cancel


@click.command("up")
@click.argument("services", nargs=-1, metavar="[SERVICE]...")
@click.option(
    "-d", "--detach", is_flag=True, help="Leave the containers running in the background."
)
@click.option(
    "--wait", is_flag=True, help="Wait until services run or are healthy; implies --detach."
)
@WAIT_TIMEOUT
@planning_flags
@click.option("--quiet-pull", is_flag=True, help="Do not show the progress of pulls.")
@click.option("--quiet-build", is_flag=True, help="Do not show the steps of builds.")
@click.option(
    "-t",
    "--timeout",
    type=int,
    default=None,
    metavar="SECONDS",
    help="Time to stop in before a container is killed.",
)
@click.option(
    "--attach", multiple=True, metavar="SERVICE", help="Show the output of these services only."
)
@click.option(
    "--no-attach",
    multiple=True,
    metavar="SERVICE",
    help="Do not show the output of these services.",
)
@click.option("--attach-dependencies", is_flag=True, help="Show the output of dependencies too.")
@click.option(
    "--abort-on-container-exit", is_flag=True, help="Stop everything once a container ends."
)
@click.option(
    "--abort-on-container-failure", is_flag=True, help="Stop everything once a container fails."
)
@click.option(
    "--exit-code-from", default="", metavar="SERVICE", help="End with this service's exit code."
)
@click.option("--no-color", is_flag=True, help="No colours in the output.")
@click.option("--no-log-prefix", is_flag=True, help="No container names before lines.")
@click.option("--timestamps", is_flag=True, help="Show when each line was written.")
@click.option(
    "-w", "--watch", is_flag=True, help="Keep the containers up to date with edited files."
)
@click.option(
    "--menu/--no-menu",
    default=None,
    help="Offer shortcuts while attached at a terminal (default: COMPOSE_MENU, else yes).",
)
@click.option("--dry-run", is_flag=True, help="Show what would be done; change nothing.")
@click.pass_obj
def command(settings: Settings, /, services: tuple[str, ...], **flags: Any) -> int:
    """Create and start containers.

    Without --detach, follows their output; Ctrl-C stops them, a second one kills them.

    Example: composer up -d --wait
    """
    _check(flags)
    policy = planning_policy(settings, flags).replace(
        timeout=flags["timeout"], wait=flags["wait"], wait_timeout=flags["wait_timeout"]
    )
    if policy.ignore_orphans and policy.remove_orphans:
        raise UsageError("cannot combine COMPOSE_IGNORE_ORPHANS and --remove-orphans")
    dependencies = not flags["no_deps"]
    attached = not (flags["detach"] or flags["wait"] or flags["no_start"])
    if flags["dry_run"] or settings.dry_run:
        _rehearse(settings, policy, services, flags)
        if attached:
            click.echo(_REHEARSED)
        return 0
    with working(settings) as app, cancellable() as cancel:
        app.emit = divided(settings, app.emit)
        quietly(app, flags)
        tell_remote(app, settings, assume_yes=flags["yes"])
        if attached:
            return _attached(app, policy, settings, services, flags, cancel)
        app.up(
            policy,
            services,
            dependencies=dependencies,
            cancel=cancel,
            answer=consent(settings, assume_yes=flags["yes"]),
        )
    return 0


def _rehearse(
    settings: Settings, policy: UpPolicy, services: tuple[str, ...], flags: dict[str, Any]
) -> None:
    """Tell every operation as done, and then what they come to, and why, as ``plan`` does.

    All of it goes to standard error, where progress belongs: scripts read the output of ``plan``.
    The tree comes when the view of the operations is complete, which would be drawn over it; where
    progress is for programs, or hushed, there is none. Warnings have been told by then.
    """
    with working(settings, dry_run=True) as app, cancellable():
        app.emit = divided(settings, app.emit)
        quietly(app, flags)
        preview = app.preview_up(policy, services, dependencies=not flags["no_deps"])
        show_plan(app, preview.plan)
    if settings.progress not in {"json", "quiet"}:
        print_preview(preview.replace(warnings=()), settings, sys.stderr)


_REHEARSED = "end of 'compose up' output, interactive run is not supported in dry-run mode"
_WAIT_ALONE = (
    "--wait cannot be combined with --abort-on-container-exit, --attach or --attach-dependencies"
)
_DETACHED_ALONE = (
    "--{} cannot be combined with --abort-on-container-exit, --abort-on-container-failure, "
    "--attach, --attach-dependencies or --watch"
)


def _check(flags: dict[str, Any]) -> None:
    """Refuse flags that contradict each other, in Compose's words."""
    aborting = flags["abort_on_container_exit"] or flags["exit_code_from"]
    failing, deeper = flags["abort_on_container_failure"], flags["attach_dependencies"]
    watching = flags["attach"] or deeper
    contradictions = (
        (flags["abort_on_container_exit"] and failing,
         "--abort-on-container-failure cannot be combined with --abort-on-container-exit"),
        (flags["wait"] and (aborting or watching), _WAIT_ALONE),
        (flags["wait"] and failing, _DETACHED_ALONE.format("wait")),
        (flags["detach"] and (aborting or failing or watching or flags["watch"]),
         _DETACHED_ALONE.format("detach")),
        (flags["attach"] and deeper, "cannot combine --attach and --attach-dependencies"),
        (flags["wait"] and flags["watch"], "--wait and --watch are incompatible"),
        (flags["no_build"] and flags["watch"], "--no-build and --watch are incompatible"),
    )  # fmt: skip
    for given, message in contradictions:
        if given:
            raise UsageError(message)


def _attached(
    app: Composer,
    policy: UpPolicy,
    settings: Settings,
    services: tuple[str, ...],
    flags: dict[str, Any],
    cancel: Cancel,
) -> int:
    from composer.cli.attached import attached

    return attached(app, policy, settings, services, flags, cancel)
