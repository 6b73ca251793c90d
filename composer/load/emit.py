"""YAML in block style, each scalar in the style that Compose chooses for it.

May import: load.scalar, spec.units.
"""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from composer.load.scalar import resolve
from composer.spec.units import format_number

_YAML_1_1_WORDS = frozenset(
    form
    for word in ("y", "n", "yes", "no", "on", "off")
    for form in (word, word.capitalize(), word.upper())
)
_ENDLESS = {"+Inf": ".inf", "-Inf": "-.inf", "NaN": ".nan"}
_BASE_60 = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?")
_CONTROL = re.compile(r"[^\t\n -~]")
_PRINTABLE = ((0xA0, 0xD7FF), (0xE000, 0xFEFE), (0xFF00, 0xFFFD))
"""What may stand in a text as it is, apart from ASCII; all else needs an escape."""
_MEANS_SOMETHING = re.compile(
    r"[#,\[\]{}&*!|>'\"%@`]|[?:-](?:[ \t\n]|\Z)|---|\.\.\."  # at the start
)
_MEANS_INSIDE = re.compile(r":(?:[ \t\n]|\Z)|[ \t\n]#")
_SEPARATORS = re.compile("[\u2028\u2029]+")
"""What YAML 1.1 takes for the end of a line, and YAML 1.2 for a character like others."""
_LOST_BLANKS = re.compile("[\u2028\u2029] | [\u2028\u2029]")
_BROKEN = re.compile("[\udc80-\udcff]")
"""Bytes that are no UTF-8, as Python has those of the environment."""
_ENDS_LINE = re.compile("[\n\r\x85\u2028\u2029]")
"""What a key cannot have on its own line, for YAML 1.1."""
_LONGEST_KEY = 128
"""Bytes of a key that may be followed by its value on the line."""
_LINE = 70
"""Characters of base64 on a line."""
_LAST_BYTE, _LAST_SHORT = 0xFF, 0xFFFF
_ITEM = 2
"""Blanks from a dash to its item."""
_ESCAPES = {
    "\0": "\\0", "\a": "\\a", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\v": "\\v", "\f": "\\f",
    "\r": "\\r", "\x1b": "\\e", '"': '\\"', "\\": "\\\\", "\x85": "\\N", "\u2028": "\\L",
    "\u2029": "\\P",
}  # fmt: skip


def lines(value: Any, margin: int = 0, step: int = 2) -> Iterator[str]:
    """Yield the lines of a mapping or list that is not empty, *margin* blanks from the left.

    What a key holds stands at the next multiple of *step*, an item's two blanks behind its dash.
    """
    if isinstance(value, Mapping):
        for key, entry in value.items():
            yield from _entry(str(key), entry, margin, step)
        return
    for item in value:
        yield from _after(f"{' ' * margin}- ", item, margin, step)


def _entry(key: str, entry: Any, margin: int, step: int) -> Iterator[str]:
    blanks, more = " " * margin, step - margin % step
    if _ENDS_LINE.search(key) or len(key.encode(errors="surrogateescape")) > _LONGEST_KEY:
        yield f"{blanks}? {_scalar(key, margin + _ITEM, _ITEM)}"
        yield from _after(f"{blanks}: ", entry, margin, step)
    elif isinstance(entry, (Mapping, list, tuple)) and entry:
        yield f"{blanks}{_scalar(key, margin)}:"
        yield from lines(entry, margin + more, step)
    else:
        yield f"{blanks}{_scalar(key, margin)}: {_scalar(entry, margin + more, more)}"


def _after(head: str, value: Any, margin: int, step: int) -> Iterator[str]:
    """Yield a value that begins on the line of *head*, two characters beyond its margin."""
    if isinstance(value, (Mapping, list, tuple)) and value:
        first, *rest = lines(value, margin + _ITEM, step)
        yield f"{head}{first.lstrip(' ')}"
        yield from rest
    else:
        yield f"{head}{_scalar(value, margin + _ITEM, _ITEM)}"


def _scalar(value: Any, margin: int, more: int = 0) -> str:
    """Return a scalar, or an empty collection, so that it is read back as it is.

    Further lines of it stand at *margin*, which is *more* than that of what it belongs to.
    """
    if isinstance(value, str):
        return _text(value, margin, more)
    if isinstance(value, Mapping):
        return "{}"
    if isinstance(value, (list, tuple)):
        return "[]"
    if isinstance(value, float):
        text = format_number(value)
        return _ENDLESS.get(text, text)
    return json.dumps(value)


def _text(text: str, margin: int, more: int) -> str:
    if not text.isascii() and _BROKEN.search(text):
        return f"!!binary {_base64(text, margin, more)}"
    if "\n" in text:
        fits = not (_is_special(text) or text.endswith(" ") or " \n" in text)
        fits = fits and not _SEPARATORS.search(text)
        return _block(text, margin, more) if fits else _double(text)
    if _reads_otherwise(text):
        return _double(text)
    if _is_plain(text):
        return text
    if "\t" in text or _is_special(text) or _LOST_BLANKS.search(text):
        return _double(text)
    return _single(text, margin)


def _single(text: str, margin: int) -> str:
    """Return a text in single quotes; for YAML 1.1 a separator ends a line, and the next begins."""
    quoted = text.replace("'", "''")
    return "'" + _SEPARATORS.sub(rf"\g<0>{' ' * margin}", quoted[:-1]) + quoted[-1:] + "'"


def _base64(text: str, margin: int, more: int) -> str:
    """Return bytes that are no text: on one line, or as a literal block."""
    code = base64.b64encode(text.encode(errors="surrogateescape")).decode()
    parts = [f"{code[start : start + _LINE]}\n" for start in range(0, len(code), _LINE)]
    return _block("".join(parts), margin, more) if len(parts) > 1 else code


def _reads_otherwise(text: str) -> bool:
    """Tell a text that would be read as something else without quotes."""
    if not text or type(resolve(text, None, plain=True)) is not str:
        return True
    return text in _YAML_1_1_WORDS or bool(_BASE_60.fullmatch(text))


def _is_plain(text: str) -> bool:
    """Tell a text in which nothing means something to YAML."""
    if text[0] == " " or text[-1] == " " or "\t" in text or _is_special(text):
        return False
    if _SEPARATORS.search(text):
        return False
    return not (_MEANS_SOMETHING.match(text) or _MEANS_INSIDE.search(text))


def _is_special(text: str) -> bool:
    """Tell a text that has a character for which only an escape can stand."""
    found = _CONTROL.findall(text)
    return any(not any(low <= ord(char) <= high for low, high in _PRINTABLE) for char in found)


def _double(text: str) -> str:
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if not _is_special(char):
        return char
    code = ord(char)
    if code > _LAST_SHORT:
        return f"\\U{code:08X}"
    return f"\\u{code:04X}" if code > _LAST_BYTE else f"\\x{code:02X}"


def _block(text: str, margin: int, more: int) -> str:
    """Return a literal block; its head tells the indentation and the line ends where needed."""
    body = text.rstrip("\n")
    ends = len(text) - len(body)
    hint = str(more) if text[0] in " \n" else ""
    chomp = "-" if ends == 0 else "" if ends == 1 and body else "+"
    shown = [f"{' ' * margin}{line}" if line else "" for line in body.split("\n")]
    return "\n".join([f"|{hint}{chomp}", *shown, *[""] * (ends - 1)])
