"""``composer logs``.

May import: cli, api, logs, ui.
"""

import time
from typing import Any

import click

from composer.cli.command import application, cancellable
from composer.cli.settings import Settings
from composer.logs.read import LogOptions
from composer.ui.logs import log_printer


@click.command("logs")
@click.argument("services", nargs=-1, metavar="[SERVICE]...")
@click.option("-f", "--follow", is_flag=True, help="Go on with new lines as they come.")
@click.option("-n", "--tail", default="all", metavar="N", help="Only the last N lines of each.")
@click.option("--since", default="", metavar="TIME", help="Only after a time, or 42m ago.")
@click.option("--until", default="", metavar="TIME", help="Only before a time, or 42m ago.")
@click.option("-t", "--timestamps", is_flag=True, help="Show when each line was written.")
@click.option("--no-color", is_flag=True, help="No colours.")
@click.option("--no-log-prefix", is_flag=True, help="No container names before lines.")
@click.option(
    "--index", type=int, default=0, metavar="N", help="Only the replica with this number."
)
@click.option("--dry-run", is_flag=True, hidden=True)
@click.pass_obj
def command(settings: Settings, /, services: tuple[str, ...], **flags: Any) -> None:
    """Show the output of containers.

    Example: composer logs --follow --tail 20 web
    """
    options = LogOptions(
        services=services,
        index=flags["index"],
        tail=flags["tail"],
        since=flags["since"],
        until=flags["until"],
        timestamps=flags["timestamps"],
        now=time.time(),
    )
    with (
        cancellable() as cancel,
        log_printer(
            ansi=settings.ansi,
            no_color=flags["no_color"],
            no_log_prefix=flags["no_log_prefix"],
            timestamps=flags["timestamps"],
            gone=cancel.request,
            environ=settings.environ,
        ) as printer,
        application(settings, printer) as app,
    ):
        if not flags["follow"]:
            app.logs(options, cancel=cancel)
            return
        follower = app.follower(options, cancel=cancel)
        follower.open()
        follower.finish_when_ended()
        follower.run()
