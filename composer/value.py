"""The base of every immutable value in the package.

A subclass lists its fields as annotations; a class attribute of the same name is the default.
Only the fields that were given are stored in the instance, so a value with a hundred optional
fields costs what was set and nothing more. Dataclasses would do the same for forty times the
import time, because they compile source for each class.

May import: nothing of the package.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Self, dataclass_transform


@dataclass_transform(frozen_default=True)
class Value:
    """An immutable value with named fields, equality by field, and a readable repr."""

    __fields__: ClassVar[tuple[str, ...]] = ()
    __required__: ClassVar[frozenset[str]] = frozenset()
    __hidden__: ClassVar[frozenset[str]] = frozenset()
    """Fields that take no part in equality, hashing and repr."""

    def __init_subclass__(cls, *, hidden: tuple[str, ...] = ()) -> None:
        own = tuple(
            name
            for name, kind in cls.__annotations__.items()
            if not name.startswith("_")
            and name not in cls.__fields__
            and not str(kind).startswith("typing.ClassVar")
        )
        cls.__fields__ = (*cls.__fields__, *own)
        cls.__required__ = frozenset(name for name in cls.__fields__ if not hasattr(cls, name))
        cls.__hidden__ = cls.__hidden__ | frozenset(hidden)

    def __init__(self, *args: Any, **fields: Any) -> None:
        if args:
            given = dict(zip(self.__fields__, args, strict=False))
            if len(args) > len(self.__fields__) or given.keys() & fields.keys():
                message = f"{type(self).__name__}: a field is given twice or too many are given"
                raise TypeError(message)
            fields = {**given, **fields}
        unknown = fields.keys() - set(self.__fields__)
        missing = self.__required__ - fields.keys()
        if unknown or missing:
            wrong = ", ".join(sorted(unknown or missing))
            kind = "unknown" if unknown else "missing"
            message = f"{type(self).__name__}: {kind} field {wrong}"
            raise TypeError(message)
        self.__dict__.update(fields)

    @classmethod
    def trusted(cls, fields: dict[str, Any]) -> Self:
        """Build a value from *fields* that the caller already checked; keeps the dictionary."""
        made = cls.__new__(cls)
        made.__dict__.update(fields)
        return made

    def replace(self, **changes: Any) -> Self:
        """Return a copy with *changes* applied."""
        return type(self)(**{**self.__dict__, **changes})

    def _key(self) -> tuple[Any, ...]:
        hidden = self.__hidden__
        return tuple(getattr(self, name) for name in self.__fields__ if name not in hidden)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self._key() == other._key()

    def __hash__(self) -> int:
        key = self._key()
        try:
            return hash((type(self).__name__, key))
        except TypeError:  # a mapping or a list; what is equal has the same hash
            return hash((type(self).__name__, _hashable(key)))

    def __repr__(self) -> str:
        shown = (
            f"{name}={value!r}"
            for name, value in self.__dict__.items()
            if name not in self.__hidden__
        )
        return f"{type(self).__name__}({', '.join(shown)})"

    def __setattr__(self, name: str, value: object) -> None:
        message = f"{type(self).__name__} is immutable: cannot set {name}"
        raise AttributeError(message)

    def __delattr__(self, name: str) -> None:
        message = f"{type(self).__name__} is immutable: cannot delete {name}"
        raise AttributeError(message)


def _hashable(value: object) -> object:
    """Return what stands for *value* in a hash: the same for equal values."""
    if isinstance(value, Mapping):
        return frozenset((key, _hashable(one)) for key, one in value.items())
    if isinstance(value, (list, tuple)):
        return tuple(map(_hashable, value))
    return frozenset(value) if isinstance(value, set) else value
