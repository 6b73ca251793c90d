"""A yes/no question to the person at the terminal.

May import: ui.ansi, source.
"""

import sys
from collections.abc import Mapping
from typing import TextIO

from composer.source import printable
from composer.ui.ansi import colours, paint

YES, NO = frozenset({"y", "yes"}), frozenset({"n", "no"})


def ask(  # noqa: PLR0913 - the question's surroundings
    question: str,
    *,
    loses: str = "",
    default: bool = False,
    stdin: TextIO | None = None,
    stream: TextIO | None = None,
    ansi: str = "auto",
    environ: Mapping[str, str] | None = None,
) -> bool:
    """Return the answer; *default* for an empty one, at the end of input, and off a terminal.

    *loses* says what would be lost. Nothing is asked unless both *stdin* and *stream* (standard
    input and error unless given) are terminals.
    """
    answers, shown = stdin or sys.stdin, stream or sys.stderr
    if not (answers.isatty() and shown.isatty()):
        return default
    styles = ("bold", "cyan") if colours(shown, ansi, environ) else ()
    loss = f" ({printable(loses)})" if loses else ""
    prompt = f"{paint('?', *styles)} {printable(question)}{loss} {'(Y/n)' if default else '(y/N)'} "
    while True:
        shown.write(prompt)
        shown.flush()
        line = answers.readline()
        answer = line.strip().lower()
        if answer in YES | NO:
            return answer in YES
        if not answer:
            if not line:
                shown.write("\n")
            return default
        shown.write("Please answer yes or no.\n")
