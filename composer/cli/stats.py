"""``composer stats``.

May import: cli, api, ui, errors, state.
"""

import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import click

from composer.api import Composer
from composer.cli.command import application
from composer.cli.renewing import View, renew
from composer.cli.settings import Settings
from composer.errors import EngineNotFound
from composer.state import ContainerState
from composer.ui.ansi import terminal
from composer.ui.stats import record, select, stats

PAUSE_S = 0.1
"""Between two looks, each of which takes the engine a second."""


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
    with application(settings, by_name=True) as app:

        def look() -> View:
            found = select(app.ps(), service, everything=flags["everything"])
            text = _text(app, found, flags, screen=screen)
            return View(text, any(one.running for one in found))

        if not flags["no_stream"]:
            renew(app, look, screen=screen, pause_s=PAUSE_S)
        click.echo(look().text, nl=False)


def _text(
    app: Composer, found: list[ContainerState], flags: dict[str, Any], *, screen: bool
) -> str:
    with ThreadPoolExecutor(max_workers=16) as threads:
        samples = list(threads.map(lambda one: _sample(app, one), found))
    records = [
        record(one, sample, no_trunc=flags["no_trunc"])
        for one, sample in zip(found, samples, strict=True)
    ]
    width = shutil.get_terminal_size().columns if screen else 0
    return stats(records, flags["form"], width)


def _sample(app: Composer, one: ContainerState) -> dict[str, Any]:
    """Return the engine's figures, which take it a second to collect."""
    if not one.running:
        return {}
    try:
        return next(iter(app.engine.container_stats(one.id)), {})
    except EngineNotFound:  # removed meanwhile
        return {}
