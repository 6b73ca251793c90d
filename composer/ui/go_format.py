"""How Go prints values: by ``{{.Name}}``, ``print`` and the verbs of ``printf``.

    go_text(True)  →  true        printf("%-8s|%03d", "web", 7)  →  web     |007

A mapping stands for one of Go's structs. May import: ui.words.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from composer.ui.words import quoted

NO_VALUE = "<no value>"
_MILLION = 1e6
_DIRECTIVE = re.compile(
    r"%(?P<flags>[-+ #0]*)(?P<width>(?:\[\d+\])?\*|\d+)?(?:\.(?P<precision>(?:\[\d+\])?\*|\d*))?"
    r"(?:\[(?P<index>[^\]]*)\])?(?P<verb>.?)",
    re.DOTALL,
)
_WIDEST = 1_000_000
_BAD_PRECISION = "%!(BADPREC)"


class Directive(NamedTuple):
    """What a ``%`` asks for."""

    flags: str
    width: int
    precision: int | None
    verb: str

    def padded(self, text: str) -> str:
        """Return *text* in the width that is asked for."""
        if "-" in self.flags:
            return text.ljust(self.width)
        return text.rjust(self.width, "0" if "0" in self.flags else " ")


_PLAIN = Directive("", 0, None, "v")


def kind(value: Any) -> str:
    """Return the name of Go's type of *value*."""
    if value is None:
        return "<nil>"
    if isinstance(value, (list, tuple)):
        return "[]string" if all(isinstance(one, str) for one in value) else "[]struct"
    names = {bool: "bool", int: "int", float: "float64"}
    return names.get(type(value), "string" if isinstance(value, str) else "struct")


def go_text(value: Any) -> str:
    """Return *value* as Go prints it: ``true``, ``[a b]``, ``{a b}``, ``<nil>``."""
    return value if isinstance(value, str) else _formatted(value, _PLAIN)


def output(value: Any) -> str:
    """Return what an action puts out, which tells nothing of ``nil``."""
    return NO_VALUE if value is None else go_text(value)


def character(point: int) -> str:
    """Return the character of a code point; what is none gets the replacement character."""
    try:
        return chr(point).encode().decode()
    except (ValueError, OverflowError):
        return "\ufffd"


def print_(*values: Any) -> str:
    """Join values as Go does: with a space between two of which none is a text."""
    out = ""
    for before, value in zip(("", *values), values, strict=False):
        apart = not isinstance(before, str) and not isinstance(value, str)
        out += f"{' ' if apart else ''}{go_text(value)}"
    return out


def println(*values: Any) -> str:
    """Join values with spaces, and end the line."""
    return " ".join(map(go_text, values)) + "\n"


def printf(form: str, *values: Any) -> str:
    """Return *form* with the *values* in the place of its directives.

    A directive that does not fit says so in the text, as in Go: ``%!d(string=web)``.
    """
    given = _Given(values)
    return _DIRECTIVE.sub(given.put, form) + given.surplus()


class _Given:
    """The values of one ``printf``, taken one by one or by number."""

    def __init__(self, values: tuple[Any, ...]) -> None:
        self._values = values
        self._next = 0
        self._by_number = False

    def put(self, found: re.Match[str]) -> str:
        """Return what stands in the place of a directive."""
        verb = found["verb"]
        if not verb:
            return "%!(NOVERB)"
        if verb == "%":
            return verb
        width, bad_width = self._number(found["width"], "%!(BADWIDTH)")
        precision, bad_precision = self._number(found["precision"], _BAD_PRECISION)
        if (precision or 0) < 0:
            precision, bad_precision = None, _BAD_PRECISION
        flags = found["flags"] + ("-" if (width or 0) < 0 else "")
        if found["index"] is not None and not self._jump(found["index"]):
            return f"%!{verb}(BADINDEX)"
        if self._next >= len(self._values):
            return f"%!{verb}(MISSING)"
        asked = Directive(flags, abs(width or 0), precision, verb)
        return bad_width + bad_precision + _formatted(self._take(), asked)

    def surplus(self) -> str:
        """Return what tells of values that nothing asked for."""
        left = self._values[self._next :]
        if self._by_number or not left:
            return ""
        return f"%!(EXTRA {', '.join(map(_told, left))})"

    def _number(self, text: str | None, bad: str) -> tuple[int | None, str]:
        """Return a width or precision: as it is written, or the next value for a star.

        Go takes none that is larger than a million.
        """
        if text is None:
            return None, ""
        if not text.endswith("*"):
            return (int(text or 0), "") if len(text) < len(str(_WIDEST)) else (None, bad)
        if text != "*" and not self._jump(text[1:-2]):
            return None, bad
        value: Any = self._take() if self._next < len(self._values) else None
        return (value, "") if kind(value) == "int" and abs(value) <= _WIDEST else (None, bad)

    def _jump(self, index: str) -> bool:
        """Go to the value with a number; return whether there is one."""
        self._by_number = True
        if not (index.isdecimal() and 1 <= int(index) <= len(self._values)):
            return False
        self._next = int(index) - 1
        return True

    def _take(self) -> Any:
        self._next += 1
        return self._values[self._next - 1]


def _told(value: Any, width: int = 0) -> str:
    """Return *value* with its type."""
    shown = _formatted(value, Directive("", width, None, "v"))
    return "<nil>" if value is None else f"{kind(value)}={shown}"


def _formatted(value: Any, asked: Directive) -> str:
    if asked.verb == "T":
        return asked.padded(kind(value))
    if isinstance(value, (list, tuple)):
        return f"[{' '.join(_formatted(one, asked) for one in value)}]"
    if isinstance(value, Mapping):
        return f"{{{' '.join(_fields(value, asked))}}}"
    text: str | None = _BY_KIND[kind(value)](value, asked)
    return f"%!{asked.verb}({_told(value, asked.width)})" if text is None else text


def _fields(value: Mapping[str, Any], asked: Directive) -> Iterable[str]:
    named = asked.verb == "v" and "+" in asked.flags
    for name, one in value.items():
        if not callable(one):
            yield f"{name}:{_formatted(one, asked)}" if named else _formatted(one, asked)


def _nil(_: None, asked: Directive) -> str | None:
    return asked.padded("<nil>") if asked.verb == "v" else None


def _bool(value: bool, asked: Directive) -> str | None:  # noqa: FBT001 - the value to print
    return asked.padded(str(value).lower()) if asked.verb in "tv" else None


def _int(value: int, asked: Directive) -> str | None:
    flags, width, precision, verb = asked
    if verb in "vdxX":
        digits = "" if precision is None else f".{precision}"
        flags = flags.replace("+", "") if verb == "v" else flags
        text: str = f"%{flags}{width or ''}{digits}{verb.replace('v', 'd')}" % value
        return text
    char = character(value)
    point = f"U+{value:04X}"
    texts = {
        "b": format(value, "#b" if "#" in flags else "b"),
        "o": format(value, "o") if "#" not in flags else f"0{value:o}",
        "O": f"0o{value:o}",
        "c": char,
        "q": f"'{char}'",
        "U": f"{point} '{char}'" if "#" in flags else point,
    }
    return asked.padded(texts[verb]) if verb in texts else None


def _float(value: float, asked: Directive) -> str | None:
    flags, width, precision, verb = asked
    if verb in "vgG" and precision is None:
        text = _shortest(value)
        return asked.padded(text.upper() if verb == "G" else text)
    if verb not in "veEfFgG":
        return None
    digits = "" if precision is None else f".{precision}"
    shown: str = f"%{flags}{width or ''}{digits}{verb.replace('v', 'g')}" % value
    return shown


def _shortest(value: float) -> str:
    """Return the fewest digits that tell *value*, with an exponent from a million on."""
    if abs(value) < _MILLION:
        return repr(value).removesuffix(".0")
    texts = (f"{value:.{digits}e}" for digits in range(18))
    return next((text for text in texts if float(text) == value), repr(value))


def _string(value: str, asked: Directive) -> str | None:
    flags, _, precision, verb = asked
    if verb in "xX":
        text = value.encode()[:precision].hex(*(" " if " " in flags else ""))
        text = f"0x{text}" if "#" in flags and text else text
        return asked.padded(text.upper() if verb == "X" else text)
    text = value[:precision]
    if verb == "q" or (verb == "v" and "#" in flags):
        return asked.padded(quoted(text))
    return asked.padded(text) if verb in "sv" else None


_BY_KIND: Mapping[str, Any] = {
    "<nil>": _nil,
    "bool": _bool,
    "int": _int,
    "float64": _float,
    "string": _string,
}
