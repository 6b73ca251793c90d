"""The ``^C`` that a terminal shows where the cursor is: the shell's prompt must not join its line.

May import: nothing of the package.
"""

import os
import termios
from typing import TextIO

_LOCAL = 3
"""Place in what termios tells of a terminal."""
_ECHOED = termios.ISIG | termios.ECHO | termios.ECHOCTL
"""What a terminal must do to show a key that becomes a signal."""


def end_line(*streams: TextIO) -> None:
    """End the line on the first of *streams* that is a terminal which has shown the key.

    A signal of the same kind that somebody sent instead cannot be told from the key.
    """
    for stream in streams:
        if _echoes(stream):
            stream.write("\n")
            stream.flush()
            return


def _echoes(stream: TextIO) -> bool:
    """Tell whether *stream* is a terminal that shows keys, and gives them to this process."""
    try:
        descriptor = stream.fileno()
        ours = os.tcgetpgrp(descriptor) == os.getpgrp()
        return ours and termios.tcgetattr(descriptor)[_LOCAL] & _ECHOED == _ECHOED
    except (OSError, ValueError, termios.error):  # no terminal, or not ours; closed
        return False
