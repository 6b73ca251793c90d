"""``wait``: until containers have ended.

May import: all but cli and ui.
"""

from collections.abc import Callable, Collection
from signal import SIGINT
from threading import Thread
from typing import TYPE_CHECKING

from composer.api.lifecycle import look
from composer.api.session import Session
from composer.errors import ComposerError, EngineNotFound, Interrupted
from composer.identity import PROJECT
from composer.run.cancel import Cancel
from composer.state import ContainerState

if TYPE_CHECKING:
    from composer.engine.port import ByteStream, EngineEvent, EventStream


def wait(
    session: Session,
    services: Collection[str],
    *,
    first: bool,
    told: Callable[[ContainerState, int], None],
    cancel: Cancel | None,
) -> int:
    """Wait until the containers of *services* have ended; return the last exit code.

    Those that have ended before count too. *first* returns when one has ended. *told* hears of
    each as it ends. Raises ComposerError where there are no containers.
    """
    from composer.plan.signals import chosen

    project, observed = look(session)
    found = chosen(project, observed, services)
    begun = {one.id: one for one in found if one.running or one.exit_code is not None}
    if not begun:
        raise ComposerError(f'no containers for project "{session.name}"')
    watch = _Endings(session, begun, told)
    return watch.run(first=first, cancel=cancel or Cancel())


def closing(stream: "EventStream | ByteStream") -> Callable[[], None]:
    """Return what ends *stream* from a signal handler, which must not wait for a lock itself."""
    return lambda: Thread(target=stream.close, daemon=True).start()


class _Endings:
    """Waits for containers to end: looks once after subscribing, then listens."""

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
        everything = len(self._open)
        filters = {
            "type": ["container"],
            "event": ["die", "destroy"],
            "label": [f"{PROJECT}={self._session.name}"],
        }
        stream = self._session.engine.events(filters)
        forget = cancel.subscribe(closing(stream))
        try:
            self._look()
            while self._open and not (first and len(self._open) < everything):
                if cancel.requested:  # before it was listened to
                    break
                event = next(iter(stream), None)
                if event is None:
                    break
                self._hear(event)
        finally:
            forget()
            stream.close()
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
        code = event.attributes.get("exitCode", "")
        self._end(event.id, int(code) if code.lstrip("-").isdecimal() else 0)

    def _end(self, ident: str, code: int) -> None:
        container = self._open.pop(ident, None)
        if container:
            self._code = code
            self._told(container, code)
