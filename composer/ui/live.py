"""The live view of progress on a terminal: a line a resource, redrawn in place. Home of rich.

When nothing is worked on any more, every row is printed once more and stays; what begins then is
drawn below. Locks are taken in this order: the view's, rich's, the board's.

May import: ui, run.events, source (and rich).
"""

import os
import threading
from collections.abc import Callable, Mapping
from typing import TextIO, cast

from rich.console import Console, ConsoleDimensions, ConsoleOptions, RenderResult
from rich.live import Live
from rich.segment import Segment
from rich.text import Text

from composer.run.events import Ended, Event, Notice
from composer.ui.ansi import sanitize
from composer.ui.board import Board
from composer.ui.frame import Line, frame
from composer.ui.notices import screen_notice
from composer.ui.view import ProgressView

FRAMES_A_SECOND = 10
SETTLED = 1.0
"""Seconds without work after which nothing is redrawn any more."""
_WIDTH, _HEIGHT = 80, 24
"""Of a terminal that does not tell its size."""
_ECHO = 2
"""Columns of the ``^C`` that a terminal echoes behind the last row: it must not wrap."""
BEGIN, END = "\x1b[?2026h", "\x1b[?2026l"
"""Synchronized output: the terminal shows what is between them at once, or ignores them."""


class LiveView(ProgressView):
    """Draws a board ten times a second, in a thread of its own, while something is worked on."""

    def __init__(
        self,
        stream: TextIO,
        *,
        coloured: bool,
        dry_run: bool,
        environ: Mapping[str, str] | None,
        clock: Callable[[], float],
        title: str,
    ) -> None:
        super().__init__()
        self._title = title
        self._console = Console(
            file=cast("TextIO", _Whole(stream)),
            force_terminal=True,
            no_color=not coloured,
            highlight=False,
            markup=False,
            emoji=False,
            soft_wrap=True,
            _environ=environ,
        )
        self._stream = stream
        self._coloured = coloured
        self._dry_run = dry_run
        self._clock = clock
        self._began = clock()
        self._guard = threading.Lock()
        """Guards the boards; never held while something is written."""
        self._board = self._drawn = Board(clock)
        self._live: Live | None = None
        self._over = False

    def __call__(self, event: Event) -> None:
        """Show *event*."""
        if self.hides(event):
            return
        if isinstance(event, Notice):
            seconds = self._clock() - self._began
            self._say(screen_notice(event, seconds, coloured=self._coloured))
        elif self.entered:
            self._take(event)

    def _take(self, event: Event) -> None:
        lost = ""
        with self._guard:
            row = self._board.take(event)
            if row and isinstance(event, Ended) and event.outcome == "failed":
                lost = "\n".join(row.output)
                row.output.clear()
        if row and self._live is None:
            self._begin()
        if lost:
            self._say(lost)

    def _begin(self) -> None:
        with self.lock:
            if self._live is None and self.entered:
                self._drawn = self._board
                self.cover()
                live = self._live = Live(
                    console=self._console,
                    auto_refresh=False,
                    redirect_stdout=False,
                    redirect_stderr=False,
                    get_renderable=self._frame,
                )
                live.start(refresh=True)
                threading.Thread(target=self._redraw, args=(live,), daemon=True).start()

    def _redraw(self, live: Live) -> None:
        """Draw until it is over (in a thread of its own)."""
        pause = threading.Event()
        while not pause.wait(1 / FRAMES_A_SECOND):
            with self.lock:
                if self._live is not live:
                    return
                if self._idle(SETTLED):
                    self.finish()
                    return
                live.refresh()

    def finish(self) -> bool:
        """Draw the last frame, with all rows; what comes now is drawn anew below it."""
        live, self._live = self._live, None
        with self._guard:
            self._board.interrupt()
            self._board = Board(self._clock)
        if live is not None:
            self._over = True
            live.stop()
            self._over = False
            self.uncover()
        return live is not None

    def _idle(self, seconds: float = 0.0) -> bool:
        with self._guard:
            return self._drawn.idle(seconds)

    def _frame(self) -> Text:
        width, height = self._console.size = self._size()
        with self._guard:
            lines = frame(
                self._drawn.rows(),
                width=width if self._over else max(width - _ECHO, 1),
                height=None if self._over else height,
                now=self._clock(),
                began=self._drawn.began,
                dry_run=self._dry_run,
                title=self._title,
            )
        return Text("\n").join(_text(line) for line in lines)

    def _size(self) -> ConsoleDimensions:
        """Return the size that the terminal has now."""
        try:
            width, height = os.get_terminal_size(self._stream.fileno())
        except (OSError, ValueError):
            width, height = 0, 0
        return ConsoleDimensions(width or _WIDTH, height or _HEIGHT)

    def above(self, data: bytes) -> bool:
        """Print whole lines above the live area; return false where there is none."""
        with self.lock:
            if self._live is not None and self._idle():
                self.finish()
            if self._live is None:
                return False
            self._console.print(_Raw(data.decode(errors="replace")))
            return True

    def _say(self, text: str) -> None:
        clean = sanitize(text.encode(errors="replace")).decode(errors="replace")
        with self.lock:
            self.cover()
            self._console.print(_Raw(f"{clean}\n"))
            self.uncover()


def _text(line: Line) -> Text:
    return Text.assemble(*line, no_wrap=True, overflow="crop")


class _Raw:
    """Text that is printed as it is."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Segment(self._text, None, [])


class _Whole:
    """A stream on which each write appears at once."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        return self._stream.write(f"{BEGIN}{text}{END}" if "\x1b" in text else text)

    def flush(self) -> None:
        self._stream.flush()

    def fileno(self) -> int:
        return self._stream.fileno()

    def isatty(self) -> bool:
        return self._stream.isatty()

    @property
    def encoding(self) -> str:
        return self._stream.encoding
