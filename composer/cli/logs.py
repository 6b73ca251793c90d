"""``composer logs``.

May import: cli, api, logs, ui, errors.
"""

from signal import SIGINT
from typing import Any

import click

from composer.api import Composer
from composer.cli.choices import index
from composer.cli.command import application, cancellable
from composer.cli.settings import Settings
from composer.errors import ComposerError, Interrupted, UsageError
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
@index("Only the replica with this number.")
@click.option("--merge", is_flag=True, help="Lines of all containers by time (not with --follow).")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help="json: an object a line, with time, service, container, stream and message.",
)
@click.option(
    "--grep", "pattern", default="", metavar="REGEX", help="Only lines that this matches."
)
@click.option(
    "--stream",
    type=click.Choice(["stdout", "stderr"]),
    default=None,
    help="Only what was written to this one.",
)
@click.option(
    "--sanitize/--no-sanitize",
    default=None,
    help="Let only colours pass of what drives a terminal (default: at a terminal).",
)
@click.option("--dry-run", is_flag=True, hidden=True)
@click.pass_obj
def command(settings: Settings, /, services: tuple[str, ...], **flags: Any) -> None:
    """Show the output of containers.

    --tail counts before --grep and --stream choose.

    Example: composer logs --follow --tail 20 web
    """
    if flags["merge"] and flags["follow"]:
        raise UsageError("--merge and --follow exclude each other")
    if flags["index"] and len(services) != 1:
        raise UsageError("--index requires one service to be selected")
    with (
        cancellable() as cancel,
        log_printer(
            ansi=settings.ansi,
            no_color=flags["no_color"],
            no_log_prefix=flags["no_log_prefix"],
            timestamps=flags["timestamps"],
            sanitized=flags["sanitize"],
            as_json=flags["form"] == "json",
            gone=cancel.request,
            environ=settings.environ,
        ) as printer,
        application(settings, printer) as app,
    ):
        options = _options(services or _talking(app), flags)
        _check_index(app, options)
        if flags["follow"]:
            follower = app.follower(options, cancel=cancel)
            follower.open()
            follower.finish_when_ended()
            follower.run()
        else:
            app.logs(options, cancel=cancel, by_time=flags["merge"])
        if cancel.requested:
            raise Interrupted(SIGINT)  # where the reader has gone, the printer says so instead


def _talking(app: Composer) -> tuple[str, ...]:
    """Return the services that are shown where none is named: not those with `attach: false`.

    Nor those that the files lack, as in Docker Compose. None, for all, where only a name is known.
    """
    known = app.known()
    services = known.services.items() if known else ()
    return tuple(name for name, service in services if service.attach is not False)


def _options(services: tuple[str, ...], flags: dict[str, Any]) -> LogOptions:
    return LogOptions(
        services=services,
        index=flags["index"],
        tail=flags["tail"],
        since=flags["since"],
        until=flags["until"],
        timestamps=flags["timestamps"] or flags["form"] == "json",
        pattern=flags["pattern"],
        stream=flags["stream"] or "",
    )


def _check_index(app: Composer, options: LogOptions) -> None:
    """Raise ComposerError where no container has the number that was asked for."""
    if options.index and not any(one.number == options.index for one in app.ps(options.services)):
        message = f'service "{options.services[0]}" is not running container #{options.index}'
        raise ComposerError(message)
