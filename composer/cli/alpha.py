"""``composer alpha``: commands that Docker Compose calls experimental.

May import: cli.
"""

import click

from composer.cli.group import ABSENT, Commands

COMMANDS = {
    "publish": ("composer.cli.publish", "As composer publish"),
    "viz": ("composer.cli.viz", "Print which service needs which, for Graphviz"),
}


class _Alpha(Commands):
    """The group, which answers a command that it does not know with its help."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command."""
        name = args[0]
        if not (name.startswith("-") or name in self.table or f"alpha {name}" in ABSENT):
            click.echo(ctx.get_help())
            ctx.exit()
        return super().resolve_command(ctx, args)


@click.group(
    "alpha",
    cls=_Alpha,
    table=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
    invoke_without_command=True,
)
@click.option("--dry-run", is_flag=True, hidden=True)
@click.pass_context
def command(ctx: click.Context, /, *, dry_run: bool) -> None:
    """Run a command that is experimental in Docker Compose.

    Example: composer alpha viz --ports
    """
    del dry_run  # each command has its own
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())
