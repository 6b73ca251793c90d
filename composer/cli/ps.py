"""``composer ps``.

May import: cli, api, ui, source.
"""

import shutil
import sys
import time
from typing import Any

import click

from composer.cli.choices import Known
from composer.cli.command import application
from composer.cli.loading import warn
from composer.cli.settings import Settings
from composer.source import Diagnostic
from composer.ui.ps import ps, select

STATUSES = ("paused", "restarting", "removing", "running", "dead", "created", "exited")


@click.command("ps")
@click.argument("services", nargs=-1, metavar="[SERVICE]...")
@click.option("-a", "--all", "everything", is_flag=True, help="Also those that do not run.")
@click.option("-q", "--quiet", is_flag=True, help="Only ids.")
@click.option("--services", "names", is_flag=True, help="Only names of services.")
@click.option(
    "--format", "form", default="table", metavar="FORMAT", help="table, json, or a template."
)
@click.option("--filter", "filter_", default="", metavar="KEY=VALUE", help="status=STATUS.")
@click.option(
    "--status",
    "statuses",
    multiple=True,
    type=Known(STATUSES),
    help="Only with a status.",
)
@click.option("--orphans/--no-orphans", default=True, help="Also services not in the file.")
@click.option("--no-trunc", is_flag=True, help="Do not shorten.")
@click.option("--dry-run", is_flag=True, hidden=True)
@click.pass_obj
def command(settings: Settings, /, services: tuple[str, ...], **flags: Any) -> None:
    r"""List containers.

    Example: composer ps --format 'table {{.Name}}\t{{.Status}}'
    """
    warn(settings, map(_never, sorted({*flags["statuses"]} - {*STATUSES})))
    with application(settings) as app:
        found = app.ps(services)
        if not (flags["everything"] or flags["statuses"] or flags["filter_"]):
            found = tuple(one for one in found if not one.one_off)
        known = app.known()
        if known and not flags["orphans"]:
            mine = {*known.services, *services}
            found = tuple(one for one in found if one.service in mine)
        listed = select(
            found,
            everything=flags["everything"],
            statuses=flags["statuses"],
            filters=[flags["filter_"]] if flags["filter_"] else (),
            services=services,
        )
    screen = sys.stdout.isatty()
    text = ps(
        listed,
        now=time.time(),
        form=flags["form"] or app.format_of("ps"),
        quiet=flags["quiet"],
        services=flags["names"],
        no_trunc=flags["no_trunc"],
        width=shutil.get_terminal_size().columns if screen else None,
    )
    click.echo(text, nl=False)


def _never(status: str) -> Diagnostic:
    hint = f"one of {', '.join(STATUSES)}"
    return Diagnostic("warning", "status", f"no container has the status {status!r}", hint=hint)
