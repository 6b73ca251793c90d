"""Bringing changed files into one container: what is gone is removed, the rest comes as one tar.

Modes and links are kept; a rule's own path that is a link comes as what it leads to. Files belong
to the user of the container, as with Docker Compose. What is in the way below a rule's target is
removed, but never what is at the target itself: a file may have been meant for that folder.

May import: engine.port, errors, watch.batch.
"""

import contextlib
import os
import tarfile
import tempfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import BinaryIO

from composer.engine.port import Engine
from composer.errors import ComposerError, EngineConflict, EngineError, EngineUnreachable
from composer.watch.batch import Transfer, topmost

IN_MEMORY = 8 << 20
"""Bytes of an archive that are kept in memory; a larger one goes to a temporary file."""
AT_ONCE = 500
"""Paths that one command removes."""
ATTEMPTS = 3
"""How often files are packed that change while they are read."""
ROOT = "0"
FOLDER = 1 << 31
"""The bit of a folder in Go's os.FileMode."""


class Archive:
    """What changed, ready to be brought into any number of containers."""

    def __init__(self, transfers: Sequence[Transfer], own: Collection[Transfer] = ()) -> None:
        """*own* are the paths and targets of the rules themselves."""
        exists = {one: (os.path.exists if one in own else os.path.lexists) for one in transfers}
        self._own = own
        self._present = [one for one in transfers if exists[one](one.source)]
        gone = {one.target for one in transfers if not os.path.lexists(one.source)}
        self._gone = topmost(gone - {one.target for one in self._present})

    def bring(self, engine: Engine, container: str) -> None:
        """Make *container* as this machine. Raises EngineError and ComposerError."""
        for start in range(0, len(self._gone), AT_ONCE):
            _remove(engine, container, self._gone[start : start + AT_ONCE])
        if not self._present:
            return
        try:
            self._put(engine, container, self._present)
        except EngineError as refused:
            if "overwrite" not in refused.message:
                raise
            self._make_room(engine, container, refused)

    def _make_room(self, engine: Engine, container: str, refused: EngineError) -> None:
        """Bring all once more without what is in the way, but leave the rules' targets alone."""
        misfits = list(self._misfits(engine, container))
        kept = [one for one in misfits if one in self._own]
        targets = {one.target for one in misfits} - {one.target for one in kept}
        if targets:
            _remove(engine, container, topmost(targets))
        elif not kept:
            raise refused
        if fitting := [one for one in self._present if one not in kept]:
            self._put(engine, container, fitting)
        if kept:
            raise refused

    def _misfits(self, engine: Engine, container: str) -> Iterator[Transfer]:
        """Yield those where a folder is in the way of a file, or a file of a folder."""
        for one in self._present:
            try:
                found = engine.stat_path(container, one.target)
            except EngineUnreachable:
                raise
            except EngineError:
                continue  # nothing there, or below what is in the way
            if bool(found["mode"] & FOLDER) != self._is_folder(one):
                yield one

    def _is_folder(self, one: Transfer) -> bool:
        return os.path.isdir(one.source) and (one in self._own or not os.path.islink(one.source))

    def _put(self, engine: Engine, container: str, transfers: Sequence[Transfer]) -> None:
        sources = [
            one.replace(source=os.path.realpath(one.source)) if one in self._own else one
            for one in transfers
        ]
        try:
            with _packed(sources) as archive:
                engine.put_archive(container, "/", archive, to_user=True)
        except EngineUnreachable:
            raise
        except EngineError:
            owner = _numeric(str(engine.inspect_container(container)["Config"].get("User", "")))
            if not owner:
                raise
            with _packed(sources, *owner) as archive:  # no such user in the container
                engine.put_archive(container, "/", archive)


def _remove(engine: Engine, container: str, targets: Sequence[str]) -> None:
    """Remove as the container's user, else as root: whoever may depends on what made the files."""
    said = ""
    for user in ("", ROOT):
        body = {
            "Cmd": ["rm", "-rf", *targets],
            "User": user,
            "AttachStdout": True,
            "AttachStderr": True,
        }
        try:
            code, output = engine.exec_run(engine.exec_create(container, body))
        except EngineConflict as stopped:
            message = f"cannot remove {', '.join(targets)} while the container does not run"
            raise ComposerError(message) from stopped
        if not code:
            return
        said = output.decode(errors="replace").strip()
    raise ComposerError(f"cannot remove {', '.join(targets)}: {said}")


def _numeric(user: str) -> tuple[int, int] | None:
    """Return the numbers of ``1000`` or ``1000:1000``."""
    name, _, group = user.partition(":")
    if not name.isdecimal() or (group and not group.isdecimal()):
        return None
    return int(name), int(group or 0)


@contextlib.contextmanager
def _packed(transfers: Iterable[Transfer], user: int = 0, group: int = 0) -> Iterator[BinaryIO]:
    """Give a tar archive of *transfers*, with paths from the root of the container."""
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as archive:
        for attempt in range(ATTEMPTS):
            archive.seek(0)
            archive.truncate()
            try:
                _write(archive, transfers, user, group)
                break
            except OSError as changing:
                if attempt == ATTEMPTS - 1:
                    raise ComposerError(f"cannot read what changed: {changing}") from changing
        archive.seek(0)
        yield archive  # type: ignore[misc]  # has all that reading needs


def _write(archive: object, transfers: Iterable[Transfer], user: int, group: int) -> None:
    with tarfile.open(fileobj=archive, mode="w", format=tarfile.PAX_FORMAT) as tar:  # type: ignore[call-overload]

        def owned(entry: tarfile.TarInfo) -> tarfile.TarInfo:
            entry.uid, entry.gid, entry.uname, entry.gname = user, group, "", ""
            return entry

        for one in transfers:
            tar.inodes.clear()  # hard links come as files
            with contextlib.suppress(FileNotFoundError):  # gone by now: its removal will be told
                tar.add(one.source, one.target.lstrip("/"), recursive=False, filter=owned)
