"""``composer plan``: what ``up`` would do.

May import: cli, api, ui.
"""

import sys
from typing import Any

import click

from composer.cli.command import application
from composer.cli.settings import Settings, scales
from composer.errors import UsageError
from composer.plan.policy import Recreate, UpPolicy
from composer.ui.ansi import colours
from composer.ui.plan import plan_json, plan_text

CHANGES = 2
"""The exit code of ``--detailed-exitcode`` where something would be done."""


@click.command("plan")
@click.argument("services", nargs=-1, metavar="[SERVICE]...")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text",
              help="A tree for people, or JSON.")  # fmt: skip
@click.option(
    "--detailed-exitcode",
    is_flag=True,
    help="End with 0 if there is nothing to do, with 2 if there is, or if containers were changed"
    " outside.",
)
@click.option("--build", is_flag=True, help="As if images were built first.")
@click.option("--no-build", is_flag=True, help="As if no image may be built.")
@click.option(
    "--pull",
    type=click.Choice(["always", "missing", "never", "policy"]),
    default="policy",
    help="When images would be pulled.",
)
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
@click.option("-y", "--yes", is_flag=True, help="As if every question were answered with yes.")
@click.option("--dry-run", is_flag=True, hidden=True)
@click.pass_obj
def command(settings: Settings, /, services: tuple[str, ...], **flags: Any) -> int:
    """Show what up would do, and why; change nothing.

    Signs: + create, ~ recreate, - remove, = unchanged, > start, stop, connect.

    Example: composer plan --detailed-exitcode
    """
    _check(flags)
    with application(settings) as app:
        policy = _policy(settings, flags)
        preview = app.preview_up(policy, services, dependencies=not flags["no_deps"])
    coloured = colours(sys.stdout, settings.ansi, settings.environ)
    json = flags["form"] == "json"
    click.echo(plan_json(preview) if json else plan_text(preview, coloured=coloured), nl=False)
    return CHANGES if flags["detailed_exitcode"] and not preview.empty else 0


def _check(flags: dict[str, Any]) -> None:
    exclusive = (
        ("force_recreate", "no_recreate"),
        ("always_recreate_deps", "no_recreate"),
        ("build", "no_build"),
    )
    for one, other in exclusive:
        if flags[one] and flags[other]:
            names = (f"--{name.replace('_', '-')}" for name in (one, other))
            raise UsageError(f"{' and '.join(names)} exclude each other")


def _policy(settings: Settings, flags: dict[str, Any]) -> UpPolicy:
    kept: Recreate = "never" if flags["no_recreate"] else "diverged"
    return UpPolicy(
        recreate="force" if flags["force_recreate"] else kept,
        recreate_dependencies="force" if flags["always_recreate_deps"] else kept,
        scale=scales(flags["scaled"]),
        start=not flags["no_start"],
        renew_volumes=flags["renew_anon_volumes"],
        remove_orphans=flags["remove_orphans"] or settings.flag("COMPOSE_REMOVE_ORPHANS"),
        ignore_orphans=settings.flag("COMPOSE_IGNORE_ORPHANS"),
        build=flags["build"],
        no_build=flags["no_build"],
        pull="" if flags["pull"] == "policy" else flags["pull"],
        assume_yes=flags["yes"],
    )
