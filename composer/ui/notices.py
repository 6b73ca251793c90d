"""Messages that belong to no operation, in the forms in which Compose logs them.

May import: ui, run.events, source.
"""

from datetime import UTC, datetime

from composer.run.events import Notice
from composer.source import printable
from composer.ui.ansi import paint
from composer.ui.words import quoted

_COLOURS = {"info": "cyan", "warning": "yellow", "error": "red"}
_SHORT = {"info": "INFO", "warning": "WARN", "error": "ERRO"}


def screen_notice(notice: Notice, seconds: float, *, coloured: bool) -> str:
    """Return the message for a terminal, *seconds* after the command began: ``WARN[0003] …``."""
    word = paint(_SHORT[notice.level], _COLOURS[notice.level] if coloured else "")
    return f"{word}[{int(seconds):04}] {printable(notice.text)}"


def pipe_notice(notice: Notice, now: float) -> str:
    """Return the message for a pipe or a file: ``time="…" level=warning msg="…"``."""
    stamp = datetime.fromtimestamp(now, UTC).astimezone().isoformat(timespec="seconds")
    stamp = stamp.replace("+00:00", "Z")
    return f'time="{stamp}" level={notice.level} msg={quoted(notice.text)}'
