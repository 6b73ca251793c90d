"""A terminal as far as the tests need one: a pseudo-terminal, and what a person sees on it."""

import fcntl
import os
import pty
import re
import struct
import termios
import threading
from types import TracebackType
from typing import Self, TextIO

from composer.ui.tables import cells

_PIECE = re.compile(r"\x1b\[([?0-9;]*)([A-Za-z])|[\r\n]|[^\x1b\r\n]+|\x1b")


class Terminal:
    """A pseudo-terminal of a size; *stream* writes to it, *raw* is all that was written."""

    def __init__(self, width: int, height: int = 24) -> None:
        self.width, self.height = width, height
        self.raw = b""

    def __enter__(self) -> Self:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", self.height, self.width, 0, 0))
        self.stream: TextIO = open(slave, "w", encoding="utf-8")
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        raised: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stream.close()
        self._reader.join()
        os.close(self._master)

    def _read(self) -> None:
        while True:
            try:
                self.raw += os.read(self._master, 65536)
            except OSError:  # the other end was closed
                return

    @property
    def lines(self) -> list[str]:
        """The lines that a person sees, also those that have scrolled away."""
        return shown(self.raw.decode(), self.width, self.height)


def shown(text: str, width: int, height: int) -> list[str]:
    """Return the screen after *text*; the cursor never moves above the top of the screen."""
    lines, row, column = [""], 0, 0
    for found in _PIECE.finditer(text):
        piece, number, code = found[0], found[1], found[2]
        if code == "A":
            row = max(row - int(number or 1), len(lines) - height, 0)
        elif code == "K":
            lines[row] = "" if number == "2" else lines[row][:column]
        elif code in {"m", "h", "l"}:
            continue
        elif code:
            raise AssertionError(f"unexpected control sequence {piece!r}")
        elif piece == "\r":
            column = 0
        elif piece == "\n":
            row += 1
            lines += [""] * (row + 1 - len(lines))
        else:
            assert column + cells(piece) <= width, f"the line would wrap: {piece!r}"
            line, end = lines[row].ljust(column), column + len(piece)
            lines[row] = line[:column] + piece + line[end:]
            column = end
    return "\n".join(line.rstrip() for line in lines).rstrip("\n").split("\n")
