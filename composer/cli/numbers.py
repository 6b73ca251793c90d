"""Whole numbers as Docker's tools read them: flags in one way, the rest of texts in another. Pure.

Both have 64 bits, and both functions return None for what is no such number.
May import: nothing of the package.
"""

import re

_ANY_BASE = re.compile(
    r"[+-]?(0[xX](_?[0-9a-fA-F])+|0[bB](_?[01])+|0[oO]?(_?[0-7])+|0|[1-9](_?[0-9])*)"
)
_DECIMAL = re.compile(r"[+-]?[0-9]{1,40}")
_OLD_OCTAL = re.compile(r"^([+-]?)0(?=[_0-9])")
_BITS = 64


def of_a_flag(text: str) -> int | None:
    """Return the value of ``0x10``, ``1_000``, ``0b1``, ``0o17`` or, the same, ``017``."""
    if len(text) > _BITS * 2 or not _ANY_BASE.fullmatch(text):
        return None
    return _fitting(int(_OLD_OCTAL.sub(r"\g<1>0o", text), 0))


def decimal(text: str) -> int | None:
    """Return the value of ``3``, ``+3`` or ``03``, which all are three."""
    return _fitting(int(text)) if _DECIMAL.fullmatch(text) else None


def _fitting(number: int) -> int | None:
    return number if -(1 << _BITS - 1) <= number < 1 << _BITS - 1 else None
