"""Where things stand in the user's files, and what is wrong with them there.

May import: value.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Literal, NamedTuple

from composer.value import Value

Severity = Literal["error", "warning"]


class Position(NamedTuple):
    """A place in a file; line and column count from 1, in characters."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Source(NamedTuple):
    """A file's name, as the user should see it, and its text."""

    name: str
    text: str


class Diagnostic(Value):
    """One thing that is wrong, or doubtful, at one place.

    *path* is the attribute, as in ``services.web.ports[0]``; *notes* are further places that take
    part (the other end of a conflict, the frames of an include or extends).
    """

    severity: Severity
    code: str
    message: str
    position: Position | None = None
    path: str = ""
    hint: str = ""
    notes: tuple[tuple[Position, str], ...] = ()


def error(code: str, message: str, position: Position | None = None, **more: Any) -> Diagnostic:
    """Return an error; *more* are the other fields of a Diagnostic."""
    return Diagnostic("error", code, message, position, **more)


def warning(code: str, message: str, position: Position | None = None, **more: Any) -> Diagnostic:
    """Return a warning; *more* are the other fields of a Diagnostic."""
    return Diagnostic("warning", code, message, position, **more)


def close_to(name: str, known: Iterable[str], ratio: float = 0.6) -> str:
    """Return a hint that names what the user may have meant, empty where nothing is close.

    *ratio* is how much like the name it must be, from 0 to 1.
    """
    from difflib import get_close_matches

    close = get_close_matches(name, list(known), 1, ratio)
    return f"did you mean {close[0]!r}?" if close else ""


def printable(text: str) -> str:
    """Return *text* with every control character escaped, so that it cannot drive a terminal."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() or char == "\n" else char.encode("unicode_escape").decode()
        for char in text
    )


def on_one_line(text: str) -> str:
    """Return *text* with line ends escaped, too: as a cell of a table, or a line of its own."""
    return text if text.isprintable() else printable(text).replace("\n", "\\n")


def render(diagnostic: Diagnostic, texts: Mapping[str, str] | None = None) -> str:
    """Return the message as people and editors read it: ``file:line:col: error: … [code]``.

    With *texts* (file name → content), an excerpt of the line with a caret follows.
    """
    where = f"{diagnostic.position}: " if diagnostic.position else ""
    path = f"{diagnostic.path}: " if diagnostic.path else ""
    head = f"{where}{diagnostic.severity}: {path}{diagnostic.message} [{diagnostic.code}]"
    lines = [on_one_line(head)]
    if texts and diagnostic.position:
        lines += _excerpt(diagnostic.position, texts)
    lines += [printable(f"  {position}: {text}") for position, text in diagnostic.notes]
    if diagnostic.hint:
        lines.append(printable(f"  hint: {diagnostic.hint}"))
    return "\n".join(lines)


def _excerpt(position: Position, texts: Mapping[str, str]) -> list[str]:
    lines = texts.get(position.file, "").splitlines()
    if not 0 < position.line <= len(lines):
        return []
    text = lines[position.line - 1].replace("\t", " ")[:160]
    number = str(position.line)
    caret = " " * (position.column - 1) + "^" if position.column <= len(text) + 1 else ""
    return [printable(f"  {number} | {text}"), f"  {' ' * len(number)} | {caret}"]
