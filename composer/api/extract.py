"""``export`` and ``commit``: what is in a container, as an archive or as an image.

May import: all but cli and ui.
"""

from collections.abc import Callable

from composer.api.session import Session
from composer.api.target import target
from composer.asked import Asked
from composer.errors import ComposerError
from composer.run.events import Ended, Started

_BLOCK = 1 << 16


class CommitRequest(Asked):
    """An image to make; *changes* are instructions of a Dockerfile."""

    reference: str = ""
    author: str = ""
    message: str = ""
    changes: tuple[str, ...] = ()
    pause: bool = True
    index: int = 0
    dry_run: bool = False


class ExportRequest(Asked):
    """Which container to export; *output* is what its progress calls the place to write to."""

    index: int = 0
    output: str = ""
    dry_run: bool = False


def export(
    session: Session, service: str, asked: ExportRequest, sink: Callable[[bytes], object]
) -> None:
    """Give the file system of a container to *sink*, as a tar archive."""
    one = target(session, service, asked.index)
    text = f"{one.name} export {one.name} to {asked.output}"
    key = f"export {text}"
    session.emit(Started(key, text, "Exporting"))
    if not asked.dry_run:
        stream = session.engine.export_container(one.id)
        try:
            while block := stream.read(_BLOCK):
                sink(block)
        finally:
            stream.close()
    session.emit(Ended(key, text, "Exported"))


def commit(session: Session, service: str, asked: CommitRequest) -> str:
    """Make an image of a container; return its id, nothing for a dry run."""
    one = target(session, service, asked.index)
    repository, tag = _parts(asked.reference)
    text = f"{one.name} Commit {one.name}"
    key = f"commit {text}"
    session.emit(Started(key, text, "Committing"))
    if asked.dry_run:
        session.emit(Ended(key, text, "Committed"))
        return ""
    image = session.engine.commit_container(
        one.id,
        {
            "repo": repository,
            "tag": tag,
            "author": asked.author,
            "comment": asked.message,
            "changes": "\n".join(asked.changes),
            "pause": asked.pause,
        },
    )
    session.emit(Ended(key, text, f"Committed as {image}"))
    return image


def _parts(reference: str) -> tuple[str, str]:
    """Return repository and tag of ``[HOST[:PORT]/]NAME[:TAG]``."""
    if "@" in reference:
        raise ComposerError(f"{reference!r}: an image to make has a tag, no digest")
    folder, slash, name = reference.rpartition("/")
    name, _, tag = name.partition(":")
    return f"{folder}{slash}{name}", tag
