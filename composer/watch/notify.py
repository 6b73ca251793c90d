"""Hearing of changed files from the operating system. Home of watchfiles.

A folder is watched with all below it. A file is watched through its folder, since most editors put
a new file in its place; what does not exist yet, through the nearest folder that does. When
such a path comes or goes, what is watched is chosen anew.

A path to watch may be a link: what it leads to is watched. Links below are not followed. The
operating system's listener would follow them where it watches a folder whole, so a folder with a
link to a folder somewhere below is watched entry by entry.

May import: errors, watch.batch, watch.places.
"""

import os
import stat
import threading
import time
from collections.abc import Callable, Collection, Iterable

from composer.errors import ComposerError
from composer.watch.places import Anchors, Places, anchors, everything, real

QUIET = 200
"""Milliseconds without a change that end a batch: an editor, a formatter, Git are done by then."""
LONGEST = 2000
"""Milliseconds after which a batch ends though changes go on."""
IDLE = 500
"""Milliseconds after which a listener looks whether it is to end."""
ATTEMPTS = 5
"""How often folders are chosen of which some vanish before they are watched."""
COARSE = 0.05
"""Seconds by which the times of files may lag behind the clock."""

Heard = Callable[[frozenset[str] | ComposerError], None]


class Notifier:
    """Tells of changes at or below *paths*; *heard* is called from threads, with raw batches.

    A raw batch goes through `settle`, which returns the paths that changed.
    """

    def __init__(self, paths: Iterable[str], heard: Heard) -> None:
        self._paths = frozenset(paths)
        self._heard = heard
        self._places = Places(self._paths)
        self._anchors = Anchors()
        self._eyes: list[_Eye] = []
        self._retired: list[_Eye] = []
        """They still tell what they have seen before others took their place."""
        self._lock = threading.Lock()
        self._gathered: frozenset[str] = frozenset()
        self._timer: threading.Timer | None = None

    def open(self) -> None:
        """Begin: what changes after this returns is heard. Raises ComposerError."""
        for attempt in range(ATTEMPTS):
            try:
                self._listen()
                break
            except FileNotFoundError as gone:
                self._shut(self._eyes)
                if attempt == ATTEMPTS - 1:
                    raise _refusal(gone) from gone

    def _listen(self) -> None:
        self._places = Places(self._paths)
        self._anchors = anchors(self._paths)
        for folders, recursive in ((self._anchors.deep, True), (self._anchors.flat, False)):
            if folders:
                self._eyes.append(_Eye(folders, self._gather, recursive=recursive))

    def close(self) -> None:
        """End; returns when nothing reads any more."""
        self._shut(self._eyes)
        self._shut(self._retired)
        self._take()

    def _shut(self, eyes: list["_Eye"]) -> None:
        for eye in eyes:
            eye.stop()
        for eye in eyes:
            eye.close()
        eyes.clear()

    def _gather(self, told: frozenset[str] | ComposerError) -> None:
        """Make one batch of what several eyes see at about the same time."""
        if isinstance(told, ComposerError):
            self._heard(told)
            return
        with self._lock:
            self._gathered |= told
            if self._timer is None:
                wait = QUIET / 1000 if len(self._eyes) > 1 else 0
                self._timer = threading.Timer(wait, self._tell)
                self._timer.daemon = True
                self._timer.start()

    def _tell(self) -> None:
        if told := self._take():
            self._heard(told)

    def _take(self) -> frozenset[str]:
        with self._lock:
            if self._timer:
                self._timer.cancel()
            told, self._gathered, self._timer = self._gathered, frozenset(), None
            return told

    def settle(self, raw: Collection[str]) -> frozenset[str]:
        """Return the paths that changed: *raw* ones, and all below folders among them.

        A folder's entries may have been made before anybody listened there. A watched folder itself
        is none of them. Where a link leads elsewhere, what showed below it before has changed, too.
        """
        told = {real(path) for path in raw}
        former = {one for path in told for one in self._places.former(path)}
        if self._is_turn(told):
            told |= self._turn(told)
        found = {one for path in told for one in everything(path)}
        shown = {one for path in found for one in self._places.shown(path)} | former
        return frozenset(one for one in shown if one not in self._paths or not os.path.isdir(one))

    def _is_turn(self, told: Collection[str]) -> bool:
        """Tell whether after *told* other folders must be watched, or the same ones anew."""
        known = self._anchors.deep | self._anchors.flat
        folders = {path for path in told if os.path.isdir(path)}
        if folders & known or any(self._places.leads_elsewhere(path) for path in told):
            return True
        gone = any(path in known or self._places.is_near(path) for path in told)
        return bool(folders or gone) and not anchors(self._paths).within(self._anchors)

    def _turn(self, told: set[str]) -> set[str]:
        """Choose anew what is watched; return what else may have changed.

        The old eyes see on until the new ones do, and then tell the last of it by themselves.
        """
        since = time.time() - COARSE
        old, self._eyes = self._eyes, []
        try:
            self.open()
        finally:
            for eye in old:
                eye.retire()
            self._retired = [one for one in (*self._retired, *old) if one.is_open]
        # what has come, or leads elsewhere now, and what changed where nobody listened before
        late = {one for path in told for one in self._places.below(path)}
        whole = {one for path in self._paths for one in everything(os.path.realpath(path))}
        return late | {one for one in whole if _is_newer(one, since)}


class _Eye:
    """One subscription, read in a thread of its own. Raises FileNotFoundError, ComposerError."""

    def __init__(self, folders: Collection[str], heard: Heard, *, recursive: bool) -> None:
        from watchfiles._rust_notify import RustNotify  # documented as the backend for direct use

        self._heard = heard
        self._closed = threading.Event()
        self._last = threading.Event()
        try:
            self._backend = RustNotify(sorted(folders), False, False, 0, recursive, True)  # noqa: FBT003
        except FileNotFoundError:
            raise
        except (OSError, RuntimeError) as wrong:
            raise _refusal(wrong) from wrong
        self._thread = threading.Thread(target=self._read, name="files", daemon=True)
        self._thread.start()

    def _read(self) -> None:
        try:
            while not self._closed.is_set():
                is_last = self._last.is_set()
                told = self._backend.watch(LONGEST, QUIET, IDLE, self._closed)
                if isinstance(told, set):
                    self._heard(frozenset(path for _, path in told))
                if is_last:
                    self._backend.close()
                    return
        except (OSError, RuntimeError) as wrong:
            if not self._closed.is_set():
                self._heard(_refusal(wrong))

    def stop(self) -> None:
        """Let the thread end soon."""
        self._closed.set()

    def retire(self) -> None:
        """End by itself when what has been seen so far is told."""
        self._last.set()

    @property
    def is_open(self) -> bool:
        """Whether it may still tell something."""
        return self._thread.is_alive()

    def close(self) -> None:
        """End. The interpreter must not end while a thread is in the backend: that may hang."""
        self.stop()
        self._thread.join()
        self._backend.close()


def _is_newer(path: str, since: float) -> bool:
    try:
        found = os.lstat(path)
    except OSError:
        return False  # gone again: its removal will be told
    return found.st_ctime >= since and not stat.S_ISDIR(found.st_mode)


def _refusal(wrong: Exception) -> ComposerError:
    hint = "the limits are fs.inotify.max_user_watches and fs.inotify.max_user_instances"
    return ComposerError(f"cannot watch files: {wrong}", hint=hint)
