"""``composer help``: the help of a command.

May import: cli, errors.
"""

from typing import cast

import click

from composer.errors import UsageError


@click.command("help")
@click.argument("name", default="", metavar="[COMMAND]")
@click.pass_context
def command(ctx: click.Context, name: str) -> None:
    """Show the help of a command.

    Example: composer help up
    """
    group = ctx.find_root()
    if not name:
        click.echo(group.get_help())
        return
    found = cast("click.Group", group.command).get_command(group, name)
    if found is None:
        raise UsageError(f"unknown command: {name!r}", hint="composer --help lists the commands")
    click.echo(found.get_help(click.Context(found, group, name)))
