"""``cp``: files between this machine and containers.

May import: all but cli and ui.
"""

import os
import posixpath
import shutil
import stat
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from typing import BinaryIO

from composer.api.session import Session
from composer.api.target import of_service, target
from composer.asked import Asked
from composer.engine.port import Json
from composer.errors import ComposerError, EngineError, EngineNotFound, EngineUnreachable
from composer.run.archives import is_folder, pack, unpack
from composer.run.events import Ended, Started
from composer.state import ContainerState

_LINK, _FOLDER = 1 << 27, 1 << 31
"""Bits of Go's os.FileMode."""
_BLOCK = 1 << 16
_MOST_LINKS = 40


class CopyRequest(Asked):
    """What to copy where; a path alone is here, ``-`` is a tar archive in a pipe."""

    service: str
    inside: str
    outside: str
    index: int = 0
    one_offs: bool = False
    archive: bool = False
    follow: bool = False
    dry_run: bool = False


def copy_in(session: Session, asked: CopyRequest, source: BinaryIO | None) -> None:
    """Copy to every container of the service, or to one; *source* is what ``-`` means."""
    found = _containers(session, asked)
    with ExitStack() as opened:
        several = len(found) > 1
        if source and several:
            source = opened.enter_context(_kept(source))
        for one in found:
            if source and several:
                source.seek(0)
            text = f"{one.name} copy {asked.outside} to {one.name}:{asked.inside}"
            put = partial(_put, session, one, asked, source)
            _told(session, one, asked, text, put)


def _kept(source: BinaryIO) -> BinaryIO:
    """Return all of *source* as a file that can be read again; nothing of it stays."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    shutil.copyfileobj(source, file)
    return file


def copy_out(session: Session, asked: CopyRequest, sink: Callable[[bytes], object]) -> None:
    """Copy from the first container of the service; *sink* takes the archive for ``-``."""
    one = _containers(session, asked)[0]
    text = f"{one.name} copy {one.name}:{asked.inside} to {asked.outside}"
    _told(session, one, asked, text, partial(_get, session, one, asked, sink))


def _told(
    session: Session, one: ContainerState, asked: CopyRequest, text: str, work: Callable[[], None]
) -> None:
    """Do *work*, and tell of it; an error of the engine names the container, not its id."""
    key = f"copy {text}"
    session.emit(Started(key, text, "Copying"))
    try:
        if not asked.dry_run:
            work()
    except BaseException as failed:
        if isinstance(failed, EngineError):
            failed.message = failed.message.replace(one.id, one.name)
        session.emit(Ended(key, text, "Error", "failed"))
        raise
    session.emit(Ended(key, text, "Copied"))


def _containers(session: Session, asked: CopyRequest) -> list[ContainerState]:
    if not asked.inside:
        message = f"the path in the container of {asked.service} is empty"
        raise ComposerError(message, hint=f"write {asked.service}:/PATH")
    if asked.index:
        return [target(session, asked.service, asked.index, stopped=True)]
    session.tell_of_variables()
    found = of_service(session, asked.service)
    replicas = [one for one in found if asked.one_offs or not one.one_off]
    if not replicas:
        raise EngineNotFound(f'no container found for service "{asked.service}"')
    return replicas


def _put(
    session: Session, one: ContainerState, asked: CopyRequest, source: BinaryIO | None
) -> None:
    place = _resolved(session, one, asked.inside)
    there = _perhaps(session, one, place)
    is_there_folder = bool(there and there["mode"] & _FOLDER)
    if source is not None:
        if not is_there_folder:
            raise ComposerError(f'destination "{one.name}:{asked.inside}" must be a directory')
        session.engine.put_archive(one.id, place, source, to_user=asked.archive)
        return
    here = os.path.join(session.cwd, asked.outside)
    contents = os.path.basename(here.rstrip("/")) == "."
    follow = asked.follow or contents or here.endswith("/")
    folder = is_folder(here, follow=follow)
    if there and not is_there_folder and folder:
        raise ComposerError("cannot copy directory: the destination is a file")
    if not there and asked.inside.endswith("/") and not folder:
        raise ComposerError(f"no such directory: {one.name}:{asked.inside}")
    name = "." if contents else os.path.basename(os.path.normpath(here))
    if not is_there_folder:
        place, name = posixpath.split(place.rstrip("/"))
    with tempfile.TemporaryFile() as file:
        pack(here.rstrip("/") if folder else here, name, file, follow=follow)
        file.seek(0)
        session.engine.put_archive(one.id, place or "/", file, to_user=asked.archive)


def _get(
    session: Session, one: ContainerState, asked: CopyRequest, sink: Callable[[bytes], object]
) -> None:
    bare = asked.inside.rstrip("/")
    contents = posixpath.basename(bare) == "."
    plain = bare if contents else asked.inside  # the slash matters behind a link
    inside = plain.removesuffix("/.") or "/" if asked.follow else plain
    place = _resolved(session, one, inside) if asked.follow else inside
    found = _stat(session, one, place)
    if found is None:
        led = asked.follow and place != posixpath.join("/", inside)
        why = f"Could not find the file {place if led else asked.inside} in container {one.name}"
        hint = f"the link {asked.inside} leads there" if led else ""
        raise EngineNotFound(f"Error response from daemon: {why}", hint=hint)
    folder, name = "", ""
    if asked.outside != "-":
        is_dir = bool(found["mode"] & _FOLDER)
        folder, name = _local(session, asked, inside, folder=is_dir, contents=contents)
    stream = session.engine.get_archive(one.id, place)
    try:
        if asked.outside == "-":
            while block := stream.read(_BLOCK):
                sink(block)
        else:
            unpack(stream, folder, name, owners=asked.archive)
    finally:
        stream.close()


def _local(
    session: Session, asked: CopyRequest, inside: str, *, folder: bool, contents: bool
) -> tuple[str, str]:
    """Return the folder to unpack into, and the name to give there."""
    here = os.path.join(session.cwd, asked.outside)
    if os.path.isdir(here):
        return here, "" if contents else posixpath.basename(posixpath.normpath(inside))
    if os.path.islink(here):
        here = os.path.realpath(here)  # the file is written, and the link stays
    if os.path.exists(here) and _is_device(os.stat(here).st_mode):
        why = "must be a directory or a regular file: got a device"
        raise ComposerError(f'invalid output path: "{here}" {why}')
    if folder and os.path.exists(here.rstrip("/")):
        raise ComposerError("cannot copy directory: the destination is a file")
    parent = os.path.dirname(here.rstrip("/"))
    wanted = here.rstrip("/") if here.endswith("/") and not folder else parent
    if os.path.exists(wanted) and not os.path.isdir(wanted):
        raise ComposerError(f"stat {here}: not a directory", hint=f"{wanted} is a file")
    if not os.path.isdir(wanted):
        raise ComposerError(f'invalid output path: directory "{wanted}" does not exist')
    return parent, os.path.basename(here.rstrip("/"))


def _is_device(mode: int) -> bool:
    return stat.S_ISCHR(mode) or stat.S_ISBLK(mode)


def _resolved(session: Session, one: ContainerState, place: str) -> str:
    """Return *place* in the container with the link that it may be followed."""
    place = posixpath.join("/", place)
    for _ in range(_MOST_LINKS):
        found = _perhaps(session, one, place.rstrip("/") or "/")
        if not found or not found["mode"] & _LINK:
            return place
        place = posixpath.join(posixpath.dirname(place.rstrip("/")), found["linkTarget"])
    raise ComposerError(f"too many links at {one.name}:{place}")


def _perhaps(session: Session, one: ContainerState, place: str) -> Json | None:
    """Return what is at a place, None where the engine cannot tell: copying there shows why."""
    try:
        return _stat(session, one, place)
    except EngineUnreachable:
        raise
    except EngineError:
        return None


def _stat(session: Session, one: ContainerState, place: str) -> Json | None:
    try:
        return session.engine.stat_path(one.id, place)
    except EngineNotFound:
        return None
