"""Log events as text: prefixed, coloured, sanitized.

May import: ui.ansi, logs.lines, run.events.
"""

from itertools import cycle

from composer.logs.lines import format_lines
from composer.run.events import (
    HOOK,
    ContainerEvent,
    Event,
    LogBlock,
    LogLine,
    LogsFound,
    Notice,
    WatchNote,
)
from composer.ui.ansi import RAINBOW, sanitize

NOTE = "92"
"""The colour of the mark before what watching files tells."""


class Lines:
    """Formats events, one at a time; remembers names, colours and pieces of lines."""

    def __init__(
        self, *, coloured: bool, prefixed: bool, timestamps: bool, sanitized: bool, screen: bool
    ) -> None:
        self._coloured = coloured
        self._palette = cycle(RAINBOW if coloured else [""])
        self._prefixed = prefixed
        self._timestamps = timestamps
        self._sanitized = sanitized
        self._screen = screen
        self._colours: dict[str, str] = {}
        self._prefixes: dict[str, bytes] = {}
        self._pieces: dict[tuple[str, str], list[bytes]] = {}

    def join(self, container: str) -> None:
        """Give *container* the next colour, its hooks the same; prefixes widen to the longest."""
        if container in self._colours:
            return
        whose = container.removesuffix(HOOK)
        if whose != container:
            self.join(whose)
        self._colours[container] = self._colours.get(whose) or next(self._palette)
        if self._prefixed:
            width = max(map(len, self._colours)) + 1
            self._prefixes = {name: self._prefix(name, width) for name in self._colours}

    def _prefix(self, name: str, width: int) -> bytes:
        text = f"{name:<{width}} | "
        colour = self._colours[name]
        reset = "0;" if self._sanitized else ""  # whatever the line before left switched on
        return (f"\x1b[{reset}{colour}m{text}\x1b[0m" if colour else text).encode()

    def text(self, event: Event) -> bytes:
        """Return what *event* prints."""
        match event:
            case LogBlock(container=name):
                self.join(name)
                prefix = self._prefixes.get(name, b"")
                if self._sanitized:
                    event = _sanitized(event)
                return format_lines(event, prefix, times=self._timestamps)
            case LogLine():
                return self._line(event)
            case LogsFound(containers=names) if self._screen:  # else only who prints counts, as in
                for name in names:  # Docker Compose: what scripts read does not depend on others
                    self.join(name)
            case ContainerEvent(container=name, action="die"):
                return self._end(name, event)
            case Notice(level=level, text=text):
                return f"{level}: {text}\n".encode()
            case WatchNote(text=text):
                return self._note(text)
        return b""

    def _end(self, name: str, event: ContainerEvent) -> bytes:
        again = " (restarting)" if event.then == "restarting" else ""
        told = self._status(name, f"exited with code {event.exit_code or 0}{again}")
        made = self._status(name, "has been recreated") if event.then == "recreated" else b""
        return told + made

    def _line(self, line: LogLine) -> bytes:
        key, text = (line.container, line.stream), line.text
        if line.partial or key in self._pieces:
            self._pieces.setdefault(key, []).append(text)
            if line.partial:
                return b""
            text = b"".join(self._pieces.pop(key))
        times = (line.time.encode(),) if line.time else ()
        return self.text(LogBlock(line.container, line.service, line.stream, (text,), times))

    def _note(self, text: str) -> bytes:
        """Return what watching files tells; its mark stands below the bars after the names."""
        lines = text.splitlines()
        if not self._prefixed:
            return "".join(f"{line}\n" for line in lines).encode()
        start = " " * (max(map(len, self._colours), default=0) + 2) + "⦿ "
        mark = f"\x1b[{NOTE}m{start}\x1b[0m" if self._coloured else start
        return "".join(f"{mark}{line}\n" for line in lines).encode()

    def _status(self, name: str, text: str) -> bytes:
        self.join(name)
        start = "\r\x1b[K" if self._screen else ""
        colour = self._colours[name]
        whole = f"{start}{name} {text}"
        return (f"\x1b[{colour}m{whole}\x1b[0m\n" if colour else f"{whole}\n").encode()


def _sanitized(block: LogBlock) -> LogBlock:
    text = b"\n".join(block.lines)
    clean = sanitize(text)
    if clean is text:
        return block
    return LogBlock.trusted({**block.__dict__, "lines": clean.split(b"\n")})
