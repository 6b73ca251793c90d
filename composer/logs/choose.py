"""Which lines are wanted: those of one stream, those that a pattern matches. Pure.

May import: run.events, errors.
"""

import re

from composer.errors import UsageError
from composer.run.events import LogBlock


class Choice:
    """Leaves out lines of a block; *pattern* is a regular expression, *stream* empty for both."""

    def __init__(self, pattern: str = "", stream: str = "") -> None:
        self._stream = stream
        try:
            self._pattern = re.compile(pattern.encode()) if pattern else None
        except re.error as wrong:
            raise UsageError(f"{pattern!r} is not a regular expression: {wrong}") from None

    def of(self, block: LogBlock) -> LogBlock | None:
        """Return *block* with the wanted lines, None where none is left."""
        if self._stream and block.stream != self._stream:
            return None
        if self._pattern is None:
            return block
        search = self._pattern.search
        kept = [place for place, line in enumerate(block.lines) if search(line)]
        if not kept:
            return None
        return block.replace(
            lines=[block.lines[place] for place in kept],
            times=[block.times[place] for place in kept] if block.times else (),
        )
