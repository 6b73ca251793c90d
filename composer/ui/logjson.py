"""Log events as JSON, an object a line: time, service, container, stream, message.

May import: ui.jsonl, run.events.
"""

from composer.run.events import Event, LogBlock
from composer.ui.jsonl import to_json


class JsonLines:
    """Formats events, as ``Lines`` does; bytes that are no UTF-8 become U+FFFD."""

    def join(self, container: str) -> None:
        """Do nothing: there are no prefixes."""

    def text(self, event: Event) -> bytes:
        """Return what *event* prints: a line each, nothing for other events."""
        if not isinstance(event, LogBlock):
            return b""
        common = {
            "service": event.service,
            "container": event.container,
            "stream": event.stream,
        }
        times = event.times or [b""] * len(event.lines)
        return "".join(
            to_json({"time": time.decode(), **common, "message": _message(line)}) + "\n"
            for time, line in zip(times, event.lines, strict=True)
        ).encode()


def _message(line: bytes) -> str:
    """Return a line without the carriage return of a terminal's line end."""
    return line.removesuffix(b"\r").decode(errors="replace")
