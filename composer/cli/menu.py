"""The shortcuts of an attached ``up`` at a terminal: w watches, d detaches.

May import: cli, api, run, ui, errors.
"""

import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

from composer.cli.settings import Settings
from composer.cli.watching import Watch
from composer.errors import ComposerError
from composer.run.events import Listener, Notice
from composer.ui.ansi import colours, terminal
from composer.ui.footer import Footer
from composer.ui.keys import Keys, has_keyboard

UNCONFIGURED = "no service has a `develop.watch` section: nothing to watch"


def footer(settings: Settings, flags: Mapping[str, Any]) -> Footer | None:
    """Return the line for the shortcuts, None where there are none: by --menu, or no terminal."""
    asked = flags["menu"]
    if asked is None:
        asked = settings.flag("COMPOSE_MENU", default=True)
    lively = settings.progress in {"auto", "tty"}
    screens = all(
        terminal(one, settings.environ, ansi=settings.ansi) for one in (sys.stdout, sys.stderr)
    )
    if not (asked and lively and screens and has_keyboard()):
        return None
    coloured = not flags["no_color"] and colours(sys.stdout, settings.ansi, settings.environ)
    return Footer(sys.stdout.buffer, coloured=coloured, width=_width)


def _width() -> int:
    try:
        return os.get_terminal_size(1).columns or 80
    except OSError:
        return 80


class Menu:
    """The shortcuts at work; *detach* is called for d."""

    def __init__(
        self, line: Footer, watch: Watch, tell: Listener, detach: Callable[[], None]
    ) -> None:
        self._line = line
        self._watch = watch
        self._tell = tell
        self._detach = detach
        self._keys = Keys(self._press, self._show)

    def open(self) -> None:
        """Show the shortcuts and heed them."""
        self._keys.open()
        self._show()

    def close(self) -> None:
        """Take them away; idempotent."""
        self._keys.close()
        self._line.close()

    def _show(self) -> None:
        word = "Disable" if self._watch.is_on else "Enable"
        self._line.open((("w", f"{word} Watch"), ("d", "Detach")))

    def _press(self, key: str) -> None:
        if key == "d":
            self._detach()
        elif key == "w":
            self._toggle()
        elif key == "\n":
            self._line.space()

    def _toggle(self) -> None:
        try:
            if self._watch.is_on:
                self._watch.off()
            elif self._watch.configured:
                self._watch.on()
            else:
                self._tell(Notice("info", UNCONFIGURED))
        except ComposerError as wrong:
            self._tell(Notice("error", wrong.message))
        self._show()
