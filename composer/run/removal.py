"""Removing a container, also while somebody else is at it.

The engine's word that it is gone ends the waiting. Where there is none, the removal is asked for
again: the engine knows best whether another one is still under way.

May import: run, engine.port, errors, plan.ops.
"""

import queue
from signal import SIGINT

from composer.engine.port import Engine, EngineEvent
from composer.errors import EngineConflict, EngineError, EngineNotFound, Interrupted
from composer.plan.ops import RemoveContainer
from composer.run.cancel import Cancel
from composer.run.feed import EventFeed, Lost, Resumed
from composer.run.waits import QUIET


def remove_container(engine: Engine, container: str, op: RemoveContainer, cancel: Cancel) -> None:
    """Remove *container* as *op* says, or wait until somebody else has; *cancel* ends the waiting.

    Raises Interrupted then, and EngineError where the container is dead and nobody removes it.
    """
    if _is_gone(engine, container, op):
        return
    mail: queue.SimpleQueue[EngineEvent | Resumed | Lost | None] = queue.SimpleQueue()
    filters = {"type": ["container"], "container": [container], "event": ["destroy"]}
    feed = EventFeed(engine, filters, mail.put)
    forget = cancel.subscribe(lambda: mail.put(None))
    try:
        feed.open()
        dead = False
        while not _is_gone(engine, container, op):
            was_dead, dead = dead, _is_dead(engine, container)
            if was_dead and dead:
                raise EngineError(
                    "it is dead, and the engine goes on saying that its removal is in progress",
                    hint="restart the engine, and remove the container again",
                )
            if cancel.requested:
                raise Interrupted(SIGINT)
            if isinstance(_next(mail), EngineEvent):
                return
    finally:
        forget()
        feed.close()


def _is_gone(engine: Engine, container: str, op: RemoveContainer) -> bool:
    """Ask for the removal; return False where another one is under way."""
    try:
        engine.remove_container(container, force=op.force, volumes=op.volumes)
    except EngineNotFound:
        return True
    except EngineConflict as error:
        if "already in progress" not in error.message:
            raise
        return False
    return True


def _is_dead(engine: Engine, container: str) -> bool:
    """Return whether a removal of it has failed: one that is under way has another status."""
    try:
        return bool(engine.inspect_container(container)["State"].get("Status") == "dead")
    except EngineNotFound:
        return False


def _next(
    mail: "queue.SimpleQueue[EngineEvent | Resumed | Lost | None]",
) -> EngineEvent | Resumed | Lost | None:
    try:
        return mail.get(timeout=QUIET)
    except queue.Empty:
        return None
