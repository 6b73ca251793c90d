"""What is shown again and again, until Ctrl-C.

May import: cli, api, ui, run, errors, identity.
"""

import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple, NoReturn

import click

from composer.api import Composer
from composer.cli.command import cancellable
from composer.errors import Interrupted
from composer.identity import PROJECT

_TOP, _REST_OF_LINE, _REST_OF_SCREEN = "\x1b[H", "\x1b[K", "\x1b[J"
"""Go to the top of the screen; clear what is right of, and below, the place."""
_SIGINT = 2


class View(NamedTuple):
    """What is to be seen, and whether it changes by itself (*running*)."""

    text: str
    running: bool


def renew(app: Composer, look: Callable[[], View], *, screen: bool, pause_s: float) -> NoReturn:
    """Show what *look* gives, each time in place of the last on a *screen*, below it elsewhere.

    It looks again when containers come, go, start or end, and after *pause_s* while something runs.
    Raises Interrupted at the end.
    """
    with cancellable() as cancel, _changes(app) as changed:
        while not cancel.requested:
            changed.clear()
            view = look()
            click.echo(_instead(view.text) if screen else view.text, nl=False)
            sys.stdout.flush()
            changed.wait(pause_s if view.running else None)
        raise Interrupted(_SIGINT)  # cancellable knows which signal it was


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
