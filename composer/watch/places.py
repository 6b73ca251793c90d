"""Where on the disk the watched paths are: where to listen, and at which path a change shows.

A watched path may be a link, or reached through one; changes are heard at real places. One
place may show at several paths. Links below a watched path are not followed.

May import: value, watch.batch.
"""

import os
from collections.abc import Iterable, Iterator

from composer.value import Value
from composer.watch.batch import topmost


class Anchors(Value):
    """Folders that are watched with all below, and those whose entries are watched."""

    deep: frozenset[str] = frozenset()
    flat: frozenset[str] = frozenset()

    def within(self, other: "Anchors") -> bool:
        """Tell whether *other* watches all that these do."""
        return self.deep <= other.deep and self.flat <= other.flat


class Places:
    """The real places of *paths*, as they are now."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths: dict[str, set[str]] = {}
        """Watched paths by their real places."""
        self._own: dict[str, str] = {}
        """Where each watched path itself is: a link, perhaps."""
        for path in paths:
            self._own[path] = real(path)
            self._paths.setdefault(os.path.realpath(path), set()).add(path)

    def leads_elsewhere(self, place: str) -> bool:
        """Tell whether *place* is a watched path that is a link now, or was one."""
        own = [path for path, one in self._own.items() if one == place]
        return bool(own) and (os.path.islink(place) or place not in self._paths)

    def former(self, place: str) -> Iterator[str]:
        """Yield what showed below *place*, a watched path that leads elsewhere now."""
        if self.leads_elsewhere(place):
            for root, paths in self._paths.items():
                own = [path for path in paths if self._own[path] == place and root != place]
                yield from (_moved(one, root, path) for path in own for one in everything(root))

    def is_near(self, place: str) -> bool:
        """Tell whether *place* is a watched path, or above one."""
        return any(is_above(place, own) for own in self._own.values())

    def shown(self, place: str) -> Iterator[str]:
        """Yield the watched paths, or those below them, that show the real *place*."""
        for root, paths in self._paths.items():
            if is_above(root, place):
                yield from (_moved(place, root, path) for path in paths)
        yield from (path for path, own in self._own.items() if own == place)

    def below(self, place: str) -> Iterator[str]:
        """Yield the real places of what is watched at or below *place*, where they exist."""
        for root, paths in self._paths.items():
            near = any(is_above(place, self._own[path]) for path in paths)
            if near and os.path.lexists(root):
                yield root


def real(path: str) -> str:
    """Return the real place of *path*, which may itself be a link."""
    return os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))


def is_above(folder: str, path: str) -> bool:
    """Tell whether *path* is *folder*, or below it."""
    return (path + "/").startswith(folder.rstrip("/") + "/")


def _moved(path: str, root: str, other: str) -> str:
    """Return *path*, which is below *root*, as it is below *other*."""
    below = path[len(root.rstrip("/")) :]
    return (other.rstrip("/") + below) or "/"


def everything(path: str) -> Iterator[str]:
    """Yield *path* and all that is below it; links are not followed."""
    yield path
    if os.path.islink(path):
        return
    for folder, folders, files in os.walk(path):
        yield from (os.path.join(folder, name) for name in (*folders, *files))


def contents(path: str) -> Iterator[str]:
    """Yield *path*, which may be a link, and all that is below; links there are not followed."""
    root = os.path.realpath(path)
    yield from (_moved(one, root, path) for one in everything(root))


def anchors(paths: Iterable[str]) -> Anchors:
    """Return the real folders to watch for *paths*."""
    places = {place for path in paths for place in (real(path), os.path.realpath(path))}
    roots = topmost(place for place in places if os.path.isdir(place) and not os.path.islink(place))
    flat = {_existing(os.path.dirname(place)) for place in places}
    flat = {one for one in flat if not any(is_above(root, one) for root in roots)}
    deep: set[str] = set()
    for root in roots:
        whole, single = _split(root)
        deep |= whole
        flat |= single
    return Anchors(deep=frozenset(deep), flat=frozenset(flat))


def _split(root: str) -> tuple[set[str], set[str]]:
    """Return the topmost folders that have no link to a folder below, and those above them."""
    single: set[str] = set()
    for folder, folders, _ in os.walk(root):
        if any(os.path.islink(os.path.join(folder, name)) for name in folders):
            above = folder
            while above not in single and is_above(root, above):
                single.add(above)
                above = os.path.dirname(above)
    if not single:
        return {root}, single
    return {child for folder in single for child in _folders(folder)} - single, single


def _folders(folder: str) -> list[str]:
    """Return the folders in *folder*, without links."""
    try:
        with os.scandir(folder) as found:
            return [one.path for one in found if one.is_dir(follow_symlinks=False)]
    except OSError:
        return []  # gone meanwhile


def _existing(folder: str) -> str:
    """Return *folder*, or the nearest one above that exists."""
    while not os.path.isdir(folder) and folder != os.path.dirname(folder):
        folder = os.path.dirname(folder)
    return folder
