"""Control sequences: whether colours are wanted, the palette, and what containers may send.

May import: nothing of the package.
"""

import os
import re
from collections.abc import Mapping
from typing import TextIO

RESET = "\x1b[0m"

STYLES: Mapping[str, str] = {
    "bold": "1",
    "dim": "2",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "blue": "34",
    "magenta": "35",
    "cyan": "36",
}

RAINBOW = ("36", "33", "32", "35", "34", "36;1", "33;1", "32;1", "35;1", "34;1")
"""Colours of log prefixes, in Compose's order: five colours, then their intense forms."""


def terminal(
    stream: TextIO, environ: Mapping[str, str] | None = None, *, ansi: str = "auto"
) -> bool:
    """Return whether *stream* is a terminal on which the cursor can, and by *ansi* may, move."""
    environ = os.environ if environ is None else environ
    return stream.isatty() and environ.get("TERM", "") != "dumb" and ansi != "never"


def colours(stream: TextIO, ansi: str = "auto", environ: Mapping[str, str] | None = None) -> bool:
    """Return whether to colour what goes to *stream*.

    *ansi* is ``--ansi``: ``always`` and ``never`` decide alone. ``auto`` asks NO_COLOR,
    CLICOLOR_FORCE, CLICOLOR and TERM, in this order, and then whether it is a terminal.
    *environ* is the process's own unless given.
    """
    environ = os.environ if environ is None else environ
    if ansi in {"always", "never"}:
        return ansi == "always"
    if environ.get("NO_COLOR"):
        return False
    if environ.get("CLICOLOR_FORCE", "0") not in {"", "0"}:
        return True
    return environ.get("CLICOLOR") != "0" and terminal(stream, environ)


def paint(text: str, *styles: str) -> str:
    """Return *text* in *styles* (keys of STYLES), for a terminal; unchanged without any."""
    codes = ";".join(STYLES[style] for style in styles if style)
    return f"\x1b[{codes}m{text}{RESET}" if codes else text


_CONTROLS = bytes({*range(0x20), 0x7F} - {0x09, 0x0A})

_HARMFUL = re.compile(
    rb"(\x1b\[[0-9;:]{0,64}m)"  # colours and the like pass
    rb"|\x1b\[[0-?]*+[ -/]*+[@-~]?"  # every other control sequence, also a torn one
    rb"|\x1b[\]PX^_][^\x07\x1b\n]*+(?:\x07|\x1b\\)?"  # strings to the terminal: titles, clipboard
    rb"|\x1b[ -/]*+[0-Z\\`-~]?"  # other escapes, and the escape character alone
    rb"|\xc2[\x80-\x9f]"  # C1 controls as UTF-8
    rb"|\r+(?=\n|\Z)"
    rb"|(\r+)"
    rb"|(\xc2)(?![\xa0-\xbf])"  # half a character, which could become a C1 control
    rb"|[\x00-\x08\x0b-\x1f\x7f]"
)


def sanitize(data: bytes) -> bytes:
    """Return *data* without anything that drives a terminal, except colours (SGR sequences).

    Line ends and tabs pass; a carriage return within a line becomes a space. Pure and linear.
    Sequences must not be torn between two calls (what is left of them is harmless text then).
    """
    if b"\xc2" not in data and len(data.translate(None, _CONTROLS)) == len(data):
        return data
    return _HARMFUL.sub(_harmless, data)


def _harmless(found: re.Match[bytes]) -> bytes:
    if found[1]:
        return found[1]
    if found[2]:
        return b" "
    return b"\xef\xbf\xbd" if found[3] else b""
