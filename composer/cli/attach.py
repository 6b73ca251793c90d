"""``composer attach``.

May import: cli, api, ui, errors.
"""

import sys
from typing import Any

import click

from composer.api.execute import AttachRequest
from composer.cli.choices import INDEX
from composer.cli.command import application
from composer.cli.settings import Settings
from composer.errors import ComposerError


@click.command("attach", context_settings={"allow_extra_args": True})  # and pays no heed to them
@click.argument("service")
@click.option(
    "--detach-keys", default="", metavar="KEYS",
    help="Keys that leave the container running (default: ctrl-p,ctrl-q).",
)  # fmt: skip
@INDEX
@click.option("--no-stdin", is_flag=True, help="Send no input.")
@click.option(
    "--sig-proxy/--no-sig-proxy", default=True, help="Pass signals on to the process (default)."
)
@click.option("--dry-run", is_flag=True, help="Refused: attaching cannot be shown.")
@click.pass_obj
def command(settings: Settings, /, service: str, **flags: Any) -> int:
    """Attach to the process of a running container; end with its exit code.

    Without --sig-proxy, Ctrl-C ends only the attachment.

    Example: composer attach --no-stdin web
    """
    if flags["dry_run"] or settings.dry_run:
        message = "interactive run is not supported in dry-run mode"
        raise ComposerError(message, hint="leave --dry-run out")
    from composer.ui.echo import end_line
    from composer.ui.terminal import TerminalConsole, is_terminal

    request = AttachRequest(
        index=flags["index"],
        stdin=not flags["no_stdin"],
        keys=flags["detach_keys"],
        forward=flags["sig_proxy"],
    )
    with application(settings, by_name=True) as app:
        raw = request.stdin and is_terminal() and app.takes_keys(service, request.index)
        with TerminalConsole(raw=raw) as console:
            code = app.attach(service, request, console)
    if code:
        end_line(sys.stderr)
    return code
