"""A group of commands, each in a module that is imported when that command is asked for.

May import: cli, errors, source.
"""

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any

import click

from composer.cli.arity import check_number
from composer.cli.go_flags import plain
from composer.errors import UsageError


class Commands(click.Group):
    """Commands by name: the module and what it does. A module's command is called ``command``.

    *aliases* are names that are not shown of what is.
    """

    def __init__(
        self,
        *arguments: Any,
        table: Mapping[str, tuple[str, str]],
        aliases: Mapping[str, str] = MappingProxyType({}),
        **more: Any,
    ) -> None:
        super().__init__(*arguments, **more)
        self.shown = table
        self.table = {**table, **{name: table[of] for name, of in aliases.items()}}

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the options of the group; the help asked of it is that of the command it names."""
        return super().parse_args(ctx, _for_the_command(args, self.table))

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names of all commands."""
        return sorted(self.shown)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return the command, None where there is none of that name."""
        if cmd_name not in self.table:
            return None
        found: click.Command = import_module(self.table[cmd_name][0]).command
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; name the nearest one, or what to use instead, where there is none."""
        if args and not args[0].startswith("-") and args[0] not in self.table:
            raise _unknown(ctx, args[0], self.table)
        name, found, rest = super().resolve_command(ctx, args)
        if found is None:
            return name, found, rest
        own = click.Context(found, ctx, name, **found.context_settings)
        words = plain(found, own, rest)
        check_number(found, own, words)
        return name, found, words

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, self.shown[name][1]) for name in sorted(self.shown)])


@click.pass_context
def _without_command(ctx: click.Context, /, *, dry_run: bool) -> None:
    """Show the help where no command follows; a dry run is that of the command."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())
    elif dry_run:
        ctx.obj = ctx.obj.replace(dry_run=True)


class Helpful(Commands):
    """A group of commands below another one, as Docker Compose has it.

    It answers with its help where no command is named, or one that it does not have.
    """

    def __init__(
        self,
        name: str,
        table: Mapping[str, tuple[str, str]],
        text: str,
        aliases: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        super().__init__(
            name,
            table=table,
            aliases=aliases,
            help=text,
            callback=_without_command,
            params=[click.Option(["--dry-run"], is_flag=True, hidden=True)],
            context_settings={"help_option_names": ["-h", "--help"]},
            invoke_without_command=True,
        )

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command."""
        if not (args[0].startswith("-") or args[0] in self.table):
            click.echo(ctx.get_help())
            ctx.exit()
        return super().resolve_command(ctx, args)


def _for_the_command(args: list[str], table: Mapping[str, Any]) -> list[str]:
    """Return *args*, in the plain form, with ``--help`` behind the command that there is."""
    end = args.index("--") if "--" in args else len(args)
    options, rest = args[:end], args[end + 1 :]
    if "--help" not in options or not rest or rest[0] not in table:
        return args
    name, *more = rest
    return [*(one for one in options if one != "--help"), "--", name, "--help", *more]


def _unknown(ctx: click.Context, name: str, table: Mapping[str, Any]) -> UsageError:
    from composer.source import close_to

    hint = close_to(name, table) or f"{ctx.command_path} --help lists the commands"
    return UsageError(f"unknown command: {name!r}", hint=hint)
