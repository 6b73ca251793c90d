"""``composer stats``.

May import: cli, api, ui, run, errors, identity, state.
"""

import shutil
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import click

from composer.api import Composer
from composer.cli.command import application, cancellable
from composer.cli.settings import Settings
from composer.errors import EngineNotFound, Interrupted
from composer.identity import PROJECT
from composer.state import ContainerState
from composer.ui.ansi import terminal
from composer.ui.stats import record, select, stats

_TOP, _REST_OF_LINE, _REST_OF_SCREEN = "\x1b[H", "\x1b[K", "\x1b[J"
"""Go to the top of the screen; clear what is right of, and below, the place."""
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
        if flags["no_stream"]:
            click.echo(_text(app, _found(app, service, flags), flags, screen=screen), nl=False)
            return
        with _changes(app) as changed:
            while not cancel.requested:
                changed.clear()
                found = _found(app, service, flags)
                text = _text(app, found, flags, screen=screen)
                click.echo(_instead(text) if screen else text, nl=False)
                sys.stdout.flush()
                if any(one.running for one in found):
                    time.sleep(0.1)  # the engine took its time for the figures
                else:
                    changed.wait()
        raise Interrupted(_SIGINT)


def _instead(text: str) -> str:
    """Return what shows *text*, as far as it has room, in place of what the screen shows."""
    lines = text.splitlines()[: shutil.get_terminal_size().lines - 1]
    return _TOP + "".join(f"{line}{_REST_OF_LINE}\n" for line in lines) + _REST_OF_SCREEN


@contextmanager
def _changes(app: Composer) -> Iterator[threading.Event]:
    """Give what is set when containers come, go, start or end."""
    from composer.run.feed import EventFeed  # with the engine

    changed = threading.Event()
    filters = {
        "type": ["container"],
        "event": ["create", "start", "die", "destroy", "rename"],
        "label": [f"{PROJECT}={app.name}"],
    }
    feed = EventFeed(app.engine, filters, lambda _: changed.set())
    feed.open()
    try:
        yield changed
    finally:
        feed.close()


def _found(app: Composer, service: str, flags: dict[str, Any]) -> list[ContainerState]:
    return select(app.ps(), service, everything=flags["everything"])


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
