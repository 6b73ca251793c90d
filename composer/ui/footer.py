"""A line of shortcuts below the output, on a terminal.

Whoever writes to the terminal does it through `write`, or hides the line meanwhile.

May import: ui.ansi.
"""

import threading
from collections.abc import Callable, Sequence
from typing import BinaryIO

Item = tuple[str, str]
"""A key, and what it does."""

ERASE = "\r\x1b[2K"


class Footer:
    """The line; it is drawn while it is open and nobody hides it. Callable from any thread."""

    def __init__(self, out: BinaryIO, *, coloured: bool, width: Callable[[], int]) -> None:
        self._out = out
        self._coloured = coloured
        self._width = width
        self._lock = threading.RLock()
        self._items: Sequence[Item] = ()
        self._open = False
        self._hidden = 0
        self._drawn = False

    def open(self, items: Sequence[Item]) -> None:
        """Show *items*, in place of those that were shown."""
        with self._lock:
            self._items, self._open = items, True
            self._draw()

    def close(self) -> None:
        """Take the line away for good."""
        with self._lock:
            self._open = False
            self._erase()

    def hide(self) -> None:
        """Take the line away until `show`; may be nested."""
        with self._lock:
            self._hidden += 1
            self._erase()

    def show(self) -> None:
        """Show it again."""
        with self._lock:
            self._hidden -= 1
            self._draw()

    def write(self, stream: BinaryIO, data: bytes) -> None:
        """Write whole lines to *stream*, above the line."""
        with self._lock:
            self._erase()
            stream.write(data)
            stream.flush()
            if data.endswith(b"\n"):
                self._draw()

    def space(self) -> None:
        """Leave an empty line above; nothing where the line is not drawn now."""
        with self._lock:
            if self._drawn:
                self.write(self._out, b"\n")

    def _draw(self) -> None:
        if self._open and not self._hidden:
            self._put(ERASE + fitting(self._items, self._width() - 1, coloured=self._coloured))
            self._drawn = True

    def _erase(self) -> None:
        if self._drawn:
            self._put(ERASE)
            self._drawn = False

    def _put(self, text: str) -> None:
        self._out.write(text.encode())
        self._out.flush()


def fitting(items: Sequence[Item], width: int, *, coloured: bool) -> str:
    """Return *items* as a line of at most *width* columns; the last ones give way."""
    made, used = "", 0
    for key, label in items:
        gap = "   " if made else ""
        needed = len(gap) + len(key) + 1 + len(label)
        if used + needed > width:
            break
        used += needed
        item = f"\x1b[7m{key}\x1b[0m\x1b[2m {label}\x1b[0m" if coloured else f"{key} {label}"
        made += gap + item
    return made
