"""Hearing of changed files from the operating system. Home of watchfiles.

A folder is watched with all below it. A file is watched through its folder, since most editors put
a new file in its place; what does not exist yet, through the nearest folder that does. When
such a path comes or goes, what is watched is chosen anew.

May import: errors, watch.batch.
"""

import os
import threading
from collections.abc import Callable, Collection, Iterable, Iterator

from composer.errors import ComposerError
from composer.watch.batch import topmost

QUIET = 200
"""Milliseconds without a change that end a batch: an editor, a formatter, Git are done by then."""
LONGEST = 2000
"""Milliseconds after which a batch ends though changes go on."""

Heard = Callable[[frozenset[str] | ComposerError], None]
Anchors = tuple[frozenset[str], frozenset[str]]
"""Folders that are watched with all below, and those whose entries are watched."""


class Notifier:
    """Tells of changes at or below *paths*; *heard* is called from threads, with raw batches.

    A raw batch goes through `settle`, which returns the paths that changed.
    """

    def __init__(self, paths: Iterable[str], heard: Heard) -> None:
        self._paths = frozenset(paths)
        self._heard = heard
        self._anchors: Anchors = (frozenset(), frozenset())
        self._eyes: list[_Eye] = []

    def open(self) -> None:
        """Begin: what changes after this returns is heard. Raises ComposerError."""
        self._anchors = anchors(self._paths)
        deep, flat = self._anchors
        for folders, recursive in ((deep, True), (flat, False)):
            if folders:
                self._eyes.append(_Eye(folders, self._heard, recursive=recursive))

    def close(self) -> None:
        """End; returns when nothing reads any more."""
        for eye in self._eyes:
            eye.stop()
        for eye in self._eyes:
            eye.close()
        self._eyes.clear()

    def settle(self, raw: Collection[str]) -> frozenset[str]:
        """Return the paths that changed: *raw* ones, and all below folders among them.

        A folder's entries may have been made before anybody listened there. That a watched folder
        itself was touched says nothing.
        """
        found = {one for path in raw for one in everything(path)}
        if anchors(self._paths) != self._anchors:
            self.close()
            self.open()
            near = [one for one in self._paths if any(_is_above(path, one) for path in raw)]
            found |= {one for path in near if os.path.lexists(path) for one in everything(path)}
        return frozenset(one for one in found if one not in self._paths or not os.path.isdir(one))


class _Eye:
    """One subscription, read in a thread of its own."""

    def __init__(self, folders: Collection[str], heard: Heard, *, recursive: bool) -> None:
        from watchfiles._rust_notify import RustNotify  # documented as the backend for direct use

        self._heard = heard
        self._closed = threading.Event()
        try:
            self._backend = RustNotify(sorted(folders), False, False, 0, recursive, True)  # noqa: FBT003
        except (OSError, RuntimeError) as wrong:
            raise _refusal(wrong) from wrong
        self._thread = threading.Thread(target=self._read, name="files", daemon=True)
        self._thread.start()

    def _read(self) -> None:
        try:
            while not self._closed.is_set():
                told = self._backend.watch(LONGEST, QUIET, 0, self._closed)
                if isinstance(told, set):
                    self._heard(frozenset(path for _, path in told))
        except (OSError, RuntimeError) as wrong:
            if not self._closed.is_set():
                self._heard(_refusal(wrong))

    def stop(self) -> None:
        """Let the thread end soon."""
        self._closed.set()

    def close(self) -> None:
        """End. The interpreter must not end while a thread is in the backend: that may hang."""
        self.stop()
        self._thread.join()
        self._backend.close()


def anchors(paths: Iterable[str]) -> Anchors:
    """Return the folders to watch for *paths*."""
    paths = list(paths)
    deep = topmost(path for path in paths if os.path.isdir(path))
    flat = {_existing(os.path.dirname(path)) for path in paths}
    within = {one for one in flat if any(_is_above(folder, one) for folder in deep)}
    return frozenset(deep), frozenset(flat - within)


def _existing(folder: str) -> str:
    """Return *folder*, or the nearest one above that exists."""
    while not os.path.isdir(folder) and folder != os.path.dirname(folder):
        folder = os.path.dirname(folder)
    return folder


def _is_above(folder: str, path: str) -> bool:
    return (path + "/").startswith(folder.rstrip("/") + "/")


def everything(path: str) -> Iterator[str]:
    """Yield *path* and all that is below it; links are not followed."""
    yield path
    if os.path.islink(path):
        return
    for folder, folders, files in os.walk(path):
        yield from (os.path.join(folder, name) for name in (*folders, *files))


def _refusal(wrong: Exception) -> ComposerError:
    hint = "the limits are fs.inotify.max_user_watches and fs.inotify.max_user_instances"
    return ComposerError(f"cannot watch files: {wrong}", hint=hint)
