"""Log lines on their way to standard output, in large writes.

Events are taken from any thread; one thread of the printer formats and writes what has gathered
while it wrote before. So a busy stream costs one write for thousands of lines, and a line that
comes alone is written at once.

May import: ui.ansi, ui.footer, ui.loglines, ui.logjson, run.events, errors.
"""

import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import BinaryIO, Self, TextIO

from composer.errors import ComposerError
from composer.run.events import Event, LogBlock, LogLine, Notice
from composer.ui.ansi import colours, terminal
from composer.ui.footer import Footer
from composer.ui.logjson import JsonLines
from composer.ui.loglines import Lines

FULL = 4 << 20
"""Bytes that wait to be written; whoever brings more waits until the reader has caught up."""


class OutputClosed(BrokenPipeError):
    """Whoever read the output has gone; a command ends quietly then."""


def log_printer(  # noqa: PLR0913 - the flags of `logs` and `up`
    out: TextIO | None = None,
    err: TextIO | None = None,
    *,
    ansi: str = "auto",
    no_color: bool = False,
    no_log_prefix: bool = False,
    timestamps: bool = False,
    sanitized: bool | None = None,
    as_json: bool = False,
    gone: Callable[[], None] | None = None,
    above: Callable[[bytes], bool] | None = None,
    footer: Footer | None = None,
    environ: Mapping[str, str] | None = None,
) -> "LogPrinter":
    """Return a printer on standard output, as the flags of the same names say.

    *err* receives what containers wrote to their standard error, *out* unless given. *sanitized*
    lets only colours of the containers pass; None does so on a terminal. *as_json* prints an
    object a line. *gone* is called once when the output is closed. *above* is ``above`` of the
    ProgressView that is shown meanwhile, *footer* a line that stays below.
    """
    out = out or sys.stdout
    out.flush()
    screen = terminal(out, environ, ansi=ansi)
    return LogPrinter(
        out.buffer,
        (err or out).buffer,
        notices=sys.stderr.buffer,
        lines=JsonLines()
        if as_json
        else Lines(
            coloured=not no_color and colours(out, ansi, environ),
            prefixed=not no_log_prefix,
            timestamps=timestamps,
            sanitized=terminal(out, environ) if sanitized is None else sanitized,
            screen=screen,
        ),
        gone=gone,
        above=above if screen else None,
        footer=footer,
    )


class LogPrinter:
    """A Listener that prints LogLine, LogBlock and ContainerEvent events.

    As a context manager, it ends when everything is written. Raises OutputClosed, to whoever
    brings an event and at the end, once nobody reads the output any more.
    """

    def __init__(  # noqa: PLR0913 - the streams, and who hears of them
        self,
        out: BinaryIO,
        err: BinaryIO,
        *,
        lines: Lines | JsonLines,
        notices: BinaryIO | None = None,
        gone: Callable[[], None] | None = None,
        above: Callable[[bytes], bool] | None = None,
        footer: Footer | None = None,
    ) -> None:
        self._streams: dict[str, BinaryIO] = {
            "stdout": out,
            "stderr": err,
            "notice": notices or err,
        }
        self._lines = lines
        self._gone = gone
        self._above = above
        self._footer = footer
        self._formatting = threading.Lock()
        self._state = threading.Condition()
        self._waiting: list[Event] = []
        self._size = 0
        self._closing = False
        self._idle = False
        self._failure: Exception | None = None
        self._thread: threading.Thread | None = None

    def join(self, containers: Iterable[str]) -> None:
        """Make *containers* known, so that all prefixes are wide enough from the first line on."""
        with self._formatting:
            for name in containers:
                self._lines.join(name)

    def __call__(self, event: Event) -> None:
        """Take an event; waits while too much is waiting to be written."""
        with self._state:
            while self._size >= FULL and not self._failure:
                self._state.wait()
            if self._failure:
                raise self._failure
            self._waiting.append(event)
            self._size += _size(event)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="logs", daemon=True)
                self._thread.start()
            elif self._idle:
                self._state.notify_all()

    def close(self) -> None:
        """Wait until everything is written. Raises OutputClosed."""
        with self._state:
            self._closing = True
            self._state.notify_all()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._closing = False
        if self._failure:
            raise self._failure from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        raised: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _work(self) -> None:
        """Write what gathers, until closed (in the printer's thread)."""
        try:
            while events := self._gathered():
                self._write(events)
        except Exception as error:  # noqa: BLE001 - whoever brings events must hear of it
            self._fail(error)

    def _gathered(self) -> list[Event]:
        with self._state:
            while not (self._waiting or self._closing):
                self._idle = True
                self._state.wait()
            self._idle = False
            events, self._waiting = self._waiting, []
            self._size = 0
            self._state.notify_all()
        return events

    def _write(self, events: list[Event]) -> None:
        target = self._streams["stdout"]
        parts: list[bytes] = []
        for event in events:
            stream = self._streams[_stream_of(event)]
            if stream is not target:
                self._put(target, parts)
                target, parts = stream, []
            with self._formatting:
                parts.append(self._lines.text(event))
        self._put(target, parts)

    def _put(self, stream: BinaryIO, parts: list[bytes]) -> None:
        data = b"".join(parts)
        if not data or (self._above and self._above(data)):
            return
        if self._footer:
            self._footer.write(stream, data)
        else:
            stream.write(data)
            stream.flush()

    def _fail(self, error: Exception) -> None:
        if isinstance(error, BrokenPipeError):
            error = OutputClosed(*error.args)
        elif isinstance(error, OSError):
            error = ComposerError(f"cannot write the output: {error.strerror or error}")
        with self._state:
            self._failure = error
            self._waiting.clear()
            self._state.notify_all()
        if self._gone:
            self._gone()


def _stream_of(event: Event) -> str:
    return "notice" if isinstance(event, Notice) else getattr(event, "stream", "stdout")


def _size(event: Event) -> int:
    match event:
        case LogBlock(lines=lines):
            return sum(map(len, lines)) + 32 * len(lines)
        case LogLine(text=text):
            return len(text) + 32
        case _:
            return 32
