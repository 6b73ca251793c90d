"""What a caller asks for, checked before anything is done with it.

A program may pass what no type checker has seen. A wrong word that is taken for some other one can
cost data, and a text where several names are expected would count as its letters.

May import: errors, value.
"""

from collections.abc import Iterable, Mapping
from types import NoneType, UnionType
from typing import Any, ClassVar, Literal, Union, get_args, get_origin

from composer.errors import UsageError
from composer.value import Value

_WORDS = {bool: "True or False", int: "a whole number", float: "a number", str: "a text"}


def names(given: Iterable[str]) -> tuple[str, ...]:
    """Return several names, or a single one, as a tuple. Raises UsageError for what are none."""
    found = (given,) if isinstance(given, str) else tuple(given)
    for one in found:
        if not isinstance(one, str):
            raise UsageError(f"{one!r} is no name: a text is expected")
    return found


class Asked(Value):
    """A value whose fields are checked against their annotations when it is made.

    A single text stands for one where several are expected. Raises UsageError.
    """

    __kinds__: ClassVar[Mapping[str, Any]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        own = {name: kind for name, kind in cls.__annotations__.items() if name in cls.__fields__}
        cls.__kinds__ = {**cls.__kinds__, **own}

    def __init__(self, *args: Any, **fields: Any) -> None:
        super().__init__(*args, **fields)
        for name, value in self.__dict__.items():
            kind = self.__kinds__[name]
            if kind == tuple[str, ...] or kind == tuple[str, ...] | None:
                self.__dict__[name] = value if value is None else names(value)
            elif not _fits(value, kind):
                self._refuse(name, _words(kind))
        self._check()

    def _check(self) -> None:
        """Refuse, with ``_refuse``, what the annotations do not say."""

    def _refuse(self, name: str, expected: str) -> None:
        value = getattr(self, name)
        raise UsageError(f"{type(self).__name__}: {name} is {value!r}, not {expected}")


def _fits(value: object, kind: Any) -> bool:  # noqa: PLR0911 - one line a kind
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Literal:
        return isinstance(value, str) and value in parts
    if origin in {Union, UnionType}:
        return any(_fits(value, one) for one in parts)
    if origin is not None and issubclass(origin, Mapping):
        if not isinstance(value, Mapping):
            return False
        pairs = value.items()
        return all(_fits(key, parts[0]) and _fits(one, parts[1]) for key, one in pairs)
    if origin is not None:
        return isinstance(value, origin)
    if kind in {int, float}:
        number = int if kind is int else (int, float)
        return isinstance(value, number) and not isinstance(value, bool)
    return kind is Any or isinstance(value, kind)


def _words(kind: Any) -> str:
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Literal:
        return f"one of {', '.join(repr(one) for one in parts)}"
    if origin in {Union, UnionType}:
        return " or ".join(_words(one) for one in parts)
    if origin is not None and issubclass(origin, Mapping):
        return f"a mapping of texts to {_words(parts[1])} each"
    if kind is NoneType:
        return "None"
    return _WORDS.get(kind) or f"a {getattr(origin or kind, '__name__', kind)}"
