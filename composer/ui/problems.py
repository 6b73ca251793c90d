"""Errors and warnings in words: where, what, and what to do about it.

May import: ui, errors, source, disk (where an excerpt is wanted).
"""

import re
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TextIO

from composer.errors import ComposerError, LoadError
from composer.source import Diagnostic, printable, render
from composer.ui.ansi import colours, paint, terminal
from composer.ui.excerpt import excerpt
from composer.ui.fit import broken, columns
from composer.ui.jsonl import json_error, json_notice

Texts = Callable[[str], str | None]
"""The text of a file, None where it cannot be had."""

_COLOURS = {"error": "red", "warning": "yellow"}
_HINT = re.compile(r"\s*(?:\x1b\[[0-9;]*m)*hint:")


def show_error(
    error: ComposerError,
    *,
    ansi: str = "auto",
    stream: TextIO | None = None,
    progress: str = "auto",
    texts: Texts | None = None,
    environ: Mapping[str, str] | None = None,
) -> None:
    """Print *error* on *stream* (standard error): a LoadError's diagnostics, or message and hint.

    What a LoadError warns of comes first. With *progress* ``json`` it is one JSON object a line,
    as Compose's.
    """
    stream = stream or sys.stderr
    shown = partial(show_diagnostics, ansi=ansi, stream=stream, texts=texts, environ=environ)
    if isinstance(error, LoadError):
        shown(error.warnings, progress=progress)
    if progress == "json":
        stream.write(json_error(_bare(error), error.hint) + "\n")
    elif isinstance(error, LoadError):
        shown(error.diagnostics)
    else:
        message = _message(error, coloured=colours(stream, ansi, environ))
        stream.write(_fitted(message, columns(stream)))
    stream.flush()


def show_diagnostics(
    diagnostics: Iterable[Diagnostic],
    *,
    ansi: str = "auto",
    stream: TextIO | None = None,
    progress: str = "auto",
    texts: Texts | None = None,
    environ: Mapping[str, str] | None = None,
) -> None:
    """Print *diagnostics*: on a terminal with an excerpt of each file, else a line each.

    *texts* gives the files' contents, for the excerpts; they are read anew unless given.
    """
    stream = stream or sys.stderr
    if progress == "json":
        stream.write("".join(_json_diagnostic(one) for one in diagnostics))
    elif terminal(stream, environ):
        coloured = colours(stream, ansi, environ)
        read = texts or read_text
        width = columns(stream)
        stream.write(
            "".join(_pretty(one, read, coloured=coloured, width=width) for one in diagnostics)
        )
    else:
        stream.write("".join(f"{render(one)}\n" for one in diagnostics))
    stream.flush()


def read_text(file: str) -> str | None:
    """Return the text of *file*, None where it cannot be read (again, as standard input)."""
    from composer.disk import Disk

    disk = Disk()
    try:
        readable = file != "-" and disk.is_file(file)
        return disk.read(file).decode(errors="replace") if readable else None
    except OSError:
        return None


def _message(error: ComposerError, *, coloured: bool) -> str:
    first, *more = printable(error.message).splitlines() or [type(error).__name__]
    lines = [f"{_word('error', coloured=coloured)} {first}", *(f"  {line}" for line in more)]
    if error.hint:
        lines.append(_hint(error.hint, coloured=coloured))
    return "\n".join(lines) + "\n"


def _fitted(text: str, width: int) -> str:
    """Return lines of words, broken where the terminal would break words."""
    return "".join(
        broken(line, width, len("hint: ") if _HINT.match(line) else 2) + "\n"
        for line in text.splitlines()
    )


def _pretty(one: Diagnostic, texts: Texts, *, coloured: bool, width: int) -> str:
    bold, dim = ("bold", "dim") if coloured else ("", "")
    where = f"{paint(printable(str(one.position)), bold)}: " if one.position else ""
    path = f"{printable(one.path)}: " if one.path else ""
    what = paint(printable(f"{path}{one.message}"), bold)
    code = paint(f"[{one.code}]", dim)
    head = f"{where}{_word(one.severity, coloured=coloured)} {what} {code}"
    lines = [broken(head, width)]
    if one.position and (text := texts(one.position.file)):
        lines += excerpt(one.position, text, _COLOURS[one.severity] if coloured else "", width)
    for position, note in one.notes:
        lines.append(f"  {printable(str(position))}: {printable(note)}")
        if text := texts(position.file):
            lines += excerpt(position, text, "cyan" if coloured else "", width)
    if one.hint:
        lines.append(_fitted(_hint(one.hint, coloured=coloured), width).rstrip("\n"))
    return "\n".join(lines) + "\n"


def _word(severity: str, *, coloured: bool) -> str:
    return paint(f"{severity}:", *(("bold", _COLOURS[severity]) if coloured else ()))


def _hint(hint: str, *, coloured: bool) -> str:
    text = printable(hint).replace("\n", "\n        ")
    return f"  {paint('hint:', 'cyan' if coloured else '')} {text}"


def _bare(error: ComposerError) -> str:
    """Return the message; of a LoadError, those of its diagnostics with their places."""
    if not isinstance(error, LoadError):
        return error.message
    return "\n".join(map(_told, error.diagnostics))


def _told(one: Diagnostic) -> str:
    where = f"{one.position}: " if one.position else ""
    path = f"{one.path}: " if one.path else ""
    return printable(f"{where}{path}{one.message}")


def _json_diagnostic(one: Diagnostic) -> str:
    if one.severity == "error":
        return json_error(_told(one), one.hint) + "\n"
    return json_notice(one.severity, render(one), time.time()) + "\n"
