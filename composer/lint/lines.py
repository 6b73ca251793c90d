"""The lines of the files that were read, split once for all who look at them.

May import: source.
"""

from collections.abc import Mapping

from composer.source import Position


class Lines:
    """Lines by place; *texts* maps each file's name to its content."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self._lines: dict[str, list[str]] = {}

    def at(self, place: Position, back: int = 0) -> str:
        """Return the line of *place*, or the one *back* lines above; empty where there is none."""
        if place.file not in self._lines:
            self._lines[place.file] = self._texts.get(place.file, "").split("\n")
        number = place.line - 1 - back
        lines = self._lines[place.file]
        return lines[number] if 0 <= number < len(lines) else ""
