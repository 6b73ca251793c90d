"""Which files of a folder BuildKit asks for: those that a Dockerfile copies, less what is ignored.

BuildKit names the paths that it will need ("follow": symbolic links on the way count too), and the
patterns of the ignore file. A folder that holds nothing of it is not entered.

May import: patterns.
"""

import os
import posixpath
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from composer.patterns import Ignore, Matched, is_match

_WILD = ("*", "?", "[", "\\")
Found = tuple[str, os.stat_result, str]
"""A path within the folder (with ``/``), its status, and where it is."""


def select(
    folder: Path, include: Sequence[str], follow: Sequence[str], exclude: Sequence[str]
) -> Iterator[Found]:
    """Yield the files and folders that are asked for, parents first, in the order of their names.

    Without *include* and *follow* that is everything but *exclude*.
    """
    wanted = [*include, *followed(folder, follow)] if follow else list(include)
    if "." in map(posixpath.normpath, wanted):
        wanted = []
    chosen = _Choice(wanted, Ignore(exclude))
    yield from _below(os.fspath(folder), "", chosen, [], _TOP)


class _Choice:
    def __init__(self, wanted: Sequence[str], ignored: Ignore) -> None:
        self._all = not wanted
        self._wanted = Ignore(wanted)
        self._parts = [posixpath.normpath(one).strip("/").split("/") for one in wanted]
        self._ignored = ignored

    def judge(self, name: str, above: "_Verdict") -> "_Verdict":
        """Tell whether *name* itself is asked for, and what it matches."""
        wanted, including = self._wanted.within(name, above.including)
        ignored, excluding = self._ignored.within(name, above.excluding)
        return _Verdict(self._all or wanted, ignored, including, excluding)

    def enters(self, name: str, verdict: "_Verdict") -> bool:
        """Tell whether something below the folder *name* may be asked for."""
        if verdict.ignored and not self._ignored.has_exceptions:
            return False
        if verdict.wanted:
            return True
        parts = name.split("/")
        return any(_leads(parts, pattern) for pattern in self._parts)


class _Verdict(NamedTuple):
    """Whether a path is asked for, and ignored; the patterns that say so hold below it, too."""

    wanted: bool
    ignored: bool
    including: Matched
    excluding: Matched

    @property
    def takes(self) -> bool:
        return self.wanted and not self.ignored


_TOP = _Verdict(wanted=False, ignored=False, including=(), excluding=())


def _leads(parts: Sequence[str], pattern: Sequence[str]) -> bool:
    """Tell whether *pattern* may match something below the folder *parts*."""
    for part, wanted in zip(parts, pattern, strict=False):
        if wanted == "**":
            return True
        if not is_match(wanted, part):
            return False
    return len(pattern) > len(parts)


def _below(
    folder: str, above: str, chosen: _Choice, parents: list[Found], verdict: _Verdict
) -> Iterator[Found]:
    """Yield what is asked for below a folder; *parents* are folders that were not yielded yet."""
    with os.scandir(folder) as listed:
        children = sorted(listed, key=lambda entry: entry.name)
    for child in children:
        name = above + child.name
        is_folder = child.is_dir(follow_symlinks=False)
        found = chosen.judge(name, verdict)
        if not found.takes and not is_folder:
            continue
        one = (name, child.stat(follow_symlinks=False), child.path)
        if found.takes:
            yield from parents
            parents.clear()
            yield one
        if is_folder and chosen.enters(name, found):
            waiting = [] if found.takes else [*parents, one]
            yield from _below(child.path, f"{name}/", chosen, waiting, found)
            if not found.takes and not waiting:
                parents.clear()


def followed(folder: Path, paths: Collection[str]) -> list[str]:
    """Return *paths* and what the symbolic links on their way point to, within *folder*."""
    found: dict[str, None] = {}
    for path in paths:
        _follow(os.fspath(folder), path, found)
    return sorted(found)


def _follow(root: str, path: str, found: dict[str, None]) -> None:
    """Add *path*, or what it leads to, to *found*; a link that was seen is not followed again."""
    current, rest = "", posixpath.normpath("/" + path).strip("/").split("/")
    while rest:
        current = posixpath.join(current, rest.pop(0))
        targets = _targets(root, current)
        if targets is None and rest:
            continue
        if current in found:
            return
        found[current or "."] = None
        for target in targets or ():
            _follow(root, posixpath.join(target, *rest), found)
        return


def _targets(root: str, path: str) -> list[str] | None:
    """Return what the link *path*, or those that it matches, point to; None where it is none."""
    above, name = posixpath.split(path)
    if any(char in name for char in _WILD):
        try:
            names = [one for one in os.listdir(f"{root}/{above}") if is_match(name, one)]
        except OSError:
            return []
        found = (_target(root, posixpath.join(above, one)) for one in names)
        return [one for one in found if one is not None]
    target = _target(root, path)
    return None if target is None else [target]


def _target(root: str, path: str) -> str | None:
    """Return where the symbolic link *path* leads, seen from *root*; None where it is none."""
    try:
        link = os.readlink(f"{root}/{path}")
    except OSError:
        return None
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(path), link)).lstrip("/")
