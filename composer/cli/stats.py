"""``composer stats``.

May import: cli, api, ui.
"""

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import click

from composer.api import Composer
from composer.cli.command import application, cancellable
from composer.cli.settings import Settings
from composer.errors import EngineNotFound, Interrupted
from composer.state import ContainerState
from composer.ui.ansi import terminal
from composer.ui.formats import Record
from composer.ui.stats import record, select, stats

AGAIN = "\x1b[H\x1b[J"
"""Go to the top of the screen and clear it."""
_SIGINT = 2


@click.command("stats")
@click.argument("service", default="", metavar="[SERVICE]")
@click.option("-a", "--all", "everything", is_flag=True, help="Also containers that do not run.")
@click.option("--format", "form", default="", metavar="FORMAT", help="table, json, or a template.")
@click.option("--no-stream", is_flag=True, help="Show the figures once.")
@click.option("--no-trunc", is_flag=True, help="Do not shorten.")
@click.option("--dry-run", is_flag=True, hidden=True)
@click.pass_obj
def command(settings: Settings, /, service: str, **flags: Any) -> None:
    """Show what containers use of processor, memory, network and disk.

    The figures are renewed until Ctrl-C, unless --no-stream is given.

    Example: composer stats --no-stream --format json
    """
    screen = terminal(sys.stdout, settings.environ, ansi=settings.ansi)
    with application(settings, by_name=True) as app, cancellable() as cancel:
        while not cancel.requested:
            text = stats(_records(app, service, flags), flags["form"])
            fresh = AGAIN if screen and not flags["no_stream"] else ""
            click.echo(fresh + text, nl=False)
            if flags["no_stream"]:
                return
            sys.stdout.flush()
            time.sleep(0.1)
        raise Interrupted(_SIGINT)


def _records(app: Composer, service: str, flags: dict[str, Any]) -> list[Record]:
    found = select(app.ps(), service, everything=flags["everything"])
    with ThreadPoolExecutor(max_workers=16) as threads:
        samples = list(threads.map(lambda one: _sample(app, one), found))
    no_trunc = flags["no_trunc"]
    return [
        record(one, sample, no_trunc=no_trunc) for one, sample in zip(found, samples, strict=True)
    ]


def _sample(app: Composer, one: ContainerState) -> dict[str, Any]:
    """Return the engine's figures, which take it a second to collect."""
    if not one.running:
        return {}
    try:
        return next(iter(app.engine.container_stats(one.id)), {})
    except EngineNotFound:  # removed meanwhile
        return {}
