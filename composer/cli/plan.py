"""``composer plan``: what ``up`` would do.

May import: cli, api, ui.
"""

import sys
from typing import Any

import click

from composer.cli.command import application
from composer.cli.dry import print_preview
from composer.cli.planning import planning_flags, planning_policy
from composer.cli.settings import Settings
from composer.ui.plan import plan_json

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
@planning_flags
@click.option("--dry-run", is_flag=True, hidden=True)
@click.pass_obj
def command(settings: Settings, /, services: tuple[str, ...], **flags: Any) -> int:
    """Show what up would do, and why; change nothing.

    Signs: + create, ~ recreate, - remove, = unchanged, > start, stop, connect.

    Example: composer plan --detailed-exitcode
    """
    policy = planning_policy(settings, flags)
    with application(settings) as app:
        preview = app.preview_up(policy, services, dependencies=not flags["no_deps"])
    if flags["form"] == "json":
        click.echo(plan_json(preview), nl=False)
    else:
        print_preview(preview, settings, sys.stdout)
    return CHANGES if flags["detailed_exitcode"] and not preview.empty else 0
