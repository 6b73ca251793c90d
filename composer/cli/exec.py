"""``composer exec``.

May import: cli, api, ui, errors.
"""

from typing import Any

import click

from composer.api.execute import ExecRequest
from composer.cli.choices import INDEX
from composer.cli.command import application, variables
from composer.cli.pairs import environment
from composer.cli.settings import Settings
from composer.errors import ComposerError


@click.command("exec", context_settings={"allow_interspersed_args": False})
@click.argument("service")
@click.argument(
    "words", nargs=-1, required=True, type=click.UNPROCESSED, metavar="COMMAND [ARG]..."
)
@click.option("-d", "--detach", is_flag=True, help="Run the command in the background.")
@click.option(
    "-e",
    "--env",
    "variables",
    multiple=True,
    metavar="KEY[=VALUE]",
    help="Set a variable; without a value, to that of this shell.",
)
@INDEX
@click.option(
    "tty",
    "-t/-T",
    "--tty/--no-tty",
    "--TTY/--no-TTY",
    default=True,
    help="Whether the command has a terminal (default: where this one has one).",
)
@click.option("--privileged", is_flag=True, help="Give the command all privileges.")
@click.option("-u", "--user", default="", metavar="USER", help="Run the command as this user.")
@click.option("-w", "--workdir", default="", metavar="DIR", help="Run the command in this folder.")
@click.option("-i", "--interactive/--no-interactive", default=True, hidden=True)
@click.option("--dry-run", is_flag=True, help="Refused: what the command would do is not known.")
@click.pass_obj
def command(settings: Settings, /, service: str, words: tuple[str, ...], **flags: Any) -> int:
    """Run a command in a running container; end with its exit code.

    It has a terminal where this command has one. What is piped in reaches it whole.

    Example: composer exec web sh
    """
    if flags["dry_run"] or settings.dry_run:
        message = "interactive exec is not supported in dry-run mode"
        raise ComposerError(message, hint="leave --dry-run out")
    from composer.ui.terminal import TerminalConsole, is_terminal

    request = ExecRequest(
        command=words,
        environment=environment(flags["variables"], variables(settings)),
        user=flags["user"],
        workdir=flags["workdir"],
        privileged=flags["privileged"],
        tty=flags["tty"] and is_terminal(reads=flags["interactive"]),
        stdin=flags["interactive"],
        index=flags["index"],
    )
    with application(settings, by_name=True) as app:
        if flags["detach"]:
            app.start_in(service, request)
            return 0
        with TerminalConsole(raw=request.tty and request.stdin) as console:
            return app.run_in(service, request, console)
