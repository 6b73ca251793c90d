"""``wait``: until containers have ended.

May import: all but cli and ui.
"""

import queue
from collections.abc import Callable, Collection
from signal import SIGINT
from typing import TYPE_CHECKING

from composer.api.lifecycle import look
from composer.api.session import Session
from composer.errors import ComposerError, EngineNotFound, Interrupted
from composer.identity import members
from composer.run.cancel import Cancel
from composer.state import ContainerState

if TYPE_CHECKING:
    from composer.engine.port import EngineEvent
    from composer.run.feed import Lost, Resumed


def wait(
    session: Session,
    services: Collection[str],
    *,
    first: bool,
    told: Callable[[ContainerState, int], None],
    cancel: Cancel | None,
) -> int:
    """Wait until the containers of *services* have ended; return the last exit code.

    Of a service of which none runs, those that have ended before count. *first* returns when one
    has ended. *told* hears of each as it ends. Raises ComposerError where there are no containers.
    """
    project, observed = look(session)
    wanted = set(services) or project.services.keys()
    found = [one for one in observed.containers if one.service in wanted]
    running = {one.service for one in found if one.running}
    ended = (
        one
        for one in found
        if one.service not in running and not one.one_off and one.exit_code is not None
    )
    begun = {one.id: one for one in [*(one for one in found if one.running), *ended]}
    if not begun:
        raise ComposerError(f'no containers for project "{session.name}"')
    watch = _Endings(session, begun, told)
    return watch.run(first=first, cancel=cancel or Cancel())


Mail = queue.SimpleQueue["EngineEvent | Resumed | Lost | None"]


def _next(mail: Mail) -> "EngineEvent | Resumed | Lost | None":
    """Return what comes next; where nothing does for long, that something may have been missed."""
    from composer.run.feed import Resumed  # with the engine
    from composer.run.waits import QUIET

    try:
        return mail.get(timeout=QUIET)
    except queue.Empty:
        return Resumed()


class _Endings:
    """Waits for containers to end: looks after each subscription, then listens."""

    def __init__(
        self,
        session: Session,
        open_: dict[str, ContainerState],
        told: Callable[[ContainerState, int], None],
    ) -> None:
        self._session = session
        self._open = open_
        self._told = told
        self._code = 0

    def run(self, *, first: bool, cancel: Cancel) -> int:
        """Return the exit code of the container that ended last."""
        from composer.run.feed import EventFeed, Lost, Resumed  # with the engine

        everything = len(self._open)
        filters = {
            "type": ["container"],
            "event": ["die", "destroy"],
            "label": members(self._session.name),
        }
        mail: Mail = queue.SimpleQueue()
        feed = EventFeed(self._session.engine, filters, mail.put)
        forget = cancel.subscribe(lambda: mail.put(None))
        try:
            feed.open()
            self._look()
            with cancel.heeding():
                while self._open and not (first and len(self._open) < everything):
                    match None if cancel.requested else _next(mail):
                        case None:
                            break
                        case Resumed():
                            self._look()
                        case Lost(error=error):
                            raise error
                        case event:
                            self._hear(event)
        finally:
            forget()
            feed.close()
        return self._finished(cancel)

    def _finished(self, cancel: Cancel) -> int:
        if cancel.requested:
            raise Interrupted(SIGINT)
        return self._code

    def _look(self) -> None:
        """Take note of those that have ended already."""
        for ident in tuple(self._open):
            try:
                state = self._session.engine.inspect_container(ident)["State"]
            except EngineNotFound:
                self._end(ident, 0)
                continue
            if not state.get("Running"):
                self._end(ident, int(state.get("ExitCode") or 0))

    def _hear(self, event: "EngineEvent") -> None:
        self._end(event.id, event.exit_code or 0)

    def _end(self, ident: str, code: int) -> None:
        container = self._open.pop(ident, None)
        if container:
            self._code = code
            self._told(container, code)
