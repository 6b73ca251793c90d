"""Progress on standard error: live on a terminal, a line an event elsewhere, JSON, or nothing.

May import: ui, errors (ui.live, and rich with it, for a terminal only).
"""

import time
from collections.abc import Callable, Mapping
from typing import TextIO

from composer.ui.ansi import colours, terminal
from composer.ui.jsonl import JsonView
from composer.ui.plain import PlainView, QuietView
from composer.ui.view import ProgressView


def progress(  # noqa: PLR0913 - the view's surroundings
    mode: str,
    stream: TextIO,
    *,
    ansi: str = "auto",
    dry_run: bool = False,
    environ: Mapping[str, str] | None = None,
    clock: Callable[[], float] = time.monotonic,
    wall: Callable[[], float] = time.time,
    title: str = "Running",
) -> ProgressView:
    """Return the view that ``--progress`` *mode* and ``--ansi`` ask for, on *stream*.

    *clock* measures, *wall* tells the time of messages; *title* stands above the live view.
    """
    if mode == "auto":
        live = ansi == "always" or terminal(stream, environ, ansi=ansi)
        mode = "tty" if live else "plain"
    if mode == "tty":
        from composer.ui.live import LiveView

        coloured = colours(stream, ansi, environ)
        return LiveView(
            stream, coloured=coloured, dry_run=dry_run, environ=environ, clock=clock, title=title
        )
    if mode == "json":
        return JsonView(stream, dry_run=dry_run, wall=wall)
    view = QuietView if mode == "quiet" else PlainView
    return view(stream, screen=stream.isatty(), dry_run=dry_run, clock=clock, wall=wall)
