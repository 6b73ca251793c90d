"""``composer up``.

May import: cli, api.
"""

from typing import Any

import click

from composer.api import Composer
from composer.cli.command import PULL, OneOf, cancellable, consent, working
from composer.cli.dry import show_plan
from composer.cli.go_flags import SwitchCommand
from composer.cli.settings import Settings, scales
from composer.errors import UsageError
from composer.plan.policy import Recreate, UpPolicy
from composer.run.cancel import Cancel


@click.command("up", cls=SwitchCommand)
@click.argument("services", nargs=-1, metavar="[SERVICE]...")
@click.option(
    "-d", "--detach", is_flag=True, help="Leave the containers running in the background."
)
@click.option(
    "--wait", is_flag=True, help="Wait until services run or are healthy; implies --detach."
)
@click.option(
    "--wait-timeout", type=int, default=None, metavar="SECONDS", help="Wait no longer than this."
)
@click.option("--build", is_flag=True, help="Build images first.")
@click.option("--no-build", is_flag=True, help="Never build an image.")
@click.option(
    "--pull",
    type=OneOf(["always", "missing", "never", "policy"], PULL),
    default="policy",
    help="When to pull images.",
)
@click.option("--quiet-pull", is_flag=True, hidden=True)
@click.option("--quiet-build", is_flag=True, hidden=True)
@click.option("--force-recreate", is_flag=True, help="Recreate containers that are up to date.")
@click.option("--no-recreate", is_flag=True, help="Keep containers that differ from the file.")
@click.option("--always-recreate-deps", is_flag=True, help="Recreate dependencies too.")
@click.option("--no-deps", is_flag=True, help="Leave the services that these depend on alone.")
@click.option("--no-start", is_flag=True, help="Create containers without starting them.")
@click.option(
    "-V",
    "--renew-anon-volumes",
    is_flag=True,
    help="Give recreated containers new anonymous volumes.",
)
@click.option(
    "--remove-orphans",
    is_flag=True,
    help="Remove containers of services that the file no longer has.",
)
@click.option(
    "--scale", "scaled", multiple=True, metavar="SERVICE=NUM", help="Run this many replicas."
)
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
@click.option("-y", "--yes", is_flag=True, help="Answer every question with yes.")
@click.option("--dry-run", is_flag=True, help="Show what would be done; change nothing.")
@click.pass_obj
def command(settings: Settings, /, services: tuple[str, ...], **flags: Any) -> int:
    """Create and start containers.

    Without --detach, follows their output; Ctrl-C stops them, a second one kills them.

    Example: composer up -d --wait
    """
    _check(flags)
    dry_run = flags["dry_run"] or settings.dry_run
    with working(settings, dry_run=dry_run) as app, cancellable() as cancel:
        policy = _policy(settings, flags)
        dependencies = not flags["no_deps"]
        if dry_run:
            show_plan(app, app.plan_up(policy, services, dependencies=dependencies)[1])
            return 0
        if not (flags["detach"] or flags["wait"] or flags["no_start"]):
            return _attached(app, policy, settings, services, flags, cancel)
        app.up(
            policy,
            services,
            dependencies=dependencies,
            cancel=cancel,
            answer=consent(assume_yes=flags["yes"]),
        )
    return 0


_WAIT_ALONE = (
    "--wait cannot be combined with --abort-on-container-exit, --attach or --attach-dependencies"
)
_DETACH_ALONE = (
    "--detach cannot be combined with --abort-on-container-exit, --abort-on-container-failure, "
    "--attach, --attach-dependencies or --watch"
)


def _check(flags: dict[str, Any]) -> None:
    """Refuse flags that contradict each other, in Compose's words."""
    aborting = flags["abort_on_container_exit"] or flags["exit_code_from"]
    failing, deeper = flags["abort_on_container_failure"], flags["attach_dependencies"]
    watching = flags["attach"] or deeper
    keeping = flags["no_recreate"]
    contradictions = (
        (flags["build"] and flags["no_build"], "--build and --no-build are incompatible"),
        (flags["force_recreate"] and keeping,
         "--force-recreate and --no-recreate are incompatible"),
        (flags["always_recreate_deps"] and keeping,
         "--always-recreate-deps and --no-recreate are incompatible"),
        (aborting and failing,
         "--abort-on-container-failure cannot be combined with --abort-on-container-exit"),
        (flags["wait"] and (aborting or watching), _WAIT_ALONE),
        (flags["detach"] and (aborting or failing or watching or flags["watch"]), _DETACH_ALONE),
        (flags["attach"] and deeper, "cannot combine --attach and --attach-dependencies"),
        (flags["wait"] and flags["no_start"], "--wait and --no-start are incompatible"),
        (flags["wait"] and flags["watch"], "--wait and --watch are incompatible"),
        (flags["no_build"] and flags["watch"], "--no-build and --watch are incompatible"),
    )  # fmt: skip
    for given, message in contradictions:
        if given:
            raise UsageError(message)


def _policy(settings: Settings, flags: dict[str, Any]) -> UpPolicy:
    kept: Recreate = "never" if flags["no_recreate"] else "diverged"
    return UpPolicy(
        recreate="force" if flags["force_recreate"] or flags["renew_anon_volumes"] else kept,
        recreate_dependencies="force" if flags["always_recreate_deps"] else kept,
        scale=scales(flags["scaled"]),
        start=not flags["no_start"],
        renew_volumes=flags["renew_anon_volumes"],
        remove_orphans=flags["remove_orphans"] or settings.flag("COMPOSE_REMOVE_ORPHANS"),
        ignore_orphans=settings.flag("COMPOSE_IGNORE_ORPHANS"),
        build=flags["build"],
        no_build=flags["no_build"],
        pull="" if flags["pull"] == "policy" else flags["pull"],
        timeout=flags["timeout"],
        wait=flags["wait"],
        wait_timeout=flags["wait_timeout"],
    )


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
