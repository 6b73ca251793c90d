"""Which problems a user wants to hear of: options of the command line, and a repository's table.

    [tool.composer]
    select = ["unpinned-image"]     # beyond those reported by default; "all" for every code
    ignore = ["unused-volume"]
    exclude = ["examples/broken", "**/vendor/*"]
    strict = true

May import: lint.codes, errors, source, value.
"""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any, Self

from composer.errors import UsageError
from composer.lint.codes import CODES, known
from composer.source import close_to
from composer.value import Value

ALL = "all"
_LISTS = ("select", "ignore", "exclude")


class Choice(Value):
    """Codes to report beyond the default ones, codes not to report, and files not to look at.

    *exclude* are patterns of paths relative to *folder*, that of the table.
    """

    select: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    exclude: tuple[str, ...] = ()
    folder: str = ""
    strict: bool = False

    def wants(self, code: str) -> bool:
        """Tell whether *code* is reported: ignoring wins over selecting, a name over ``all``."""
        if code in self.ignore:
            return False
        if code in self.select or ALL in self.ignore:
            return code in self.select
        return ALL in self.select or known(code).on

    def excludes(self, path: str) -> bool:
        """Tell whether the absolute *path*, or a folder that it is in, is not to be looked at."""
        below = self.folder.rstrip("/") + "/"
        if not self.exclude or not path.startswith(below):
            return False
        steps = path.removeprefix(below).split("/")
        heads = ["/".join(steps[:end]) for end in range(1, len(steps) + 1)]
        return any(_matches(head, pattern) for head in heads for pattern in self.exclude)

    def also(self, select: Iterable[str], ignore: Iterable[str], *, strict: bool) -> Self:
        """Return this choice with what the command line adds; it wins over the table."""
        added, dropped = _codes(select), _codes(ignore)
        return self.replace(
            select=self.select | added,
            ignore=self.ignore - added | dropped,
            strict=self.strict or strict,
        )


def from_table(table: Mapping[str, Any], folder: str, name: str) -> Choice:
    """Return the choice of a ``[tool.composer]`` table in the file *name*. Raises UsageError."""
    for key, value in table.items():
        if key == "strict":
            if not isinstance(value, bool):
                raise UsageError(f"{name}: strict must be true or false")
        elif key not in _LISTS:
            raise UsageError(f"{name}: unknown setting {key!r}{_nearest(key, (*_LISTS, 'strict'))}")
        elif not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise UsageError(f"{name}: {key} must be a list of texts")
    return Choice(
        select=_codes(table.get("select", ()), name),
        ignore=_codes(table.get("ignore", ()), name),
        exclude=tuple(one.removeprefix("./").rstrip("/") for one in table.get("exclude", ())),
        folder=folder,
        strict=table.get("strict", False),
    )


def _matches(path: str, pattern: str) -> bool:
    return fnmatchcase(path, pattern) or (
        pattern.startswith("**/") and fnmatchcase(path, pattern.removeprefix("**/"))
    )


def _codes(given: Iterable[str], where: str = "") -> frozenset[str]:
    names = frozenset(name.strip() for one in given for name in one.split(",") if name.strip())
    for name in sorted(names):
        if name != ALL and name not in CODES:
            place = f"{where}: " if where else ""
            raise UsageError(f"{place}unknown code {name!r}{_nearest(name, CODES)}")
    return names


def _nearest(name: str, names: Iterable[str]) -> str:
    hint = close_to(name, names)
    return f"; {hint}" if hint else ""
