"""Cancel: how a signal, or another thread, tells a running command to end.

May import: nothing of the package.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

_FORCE = 2


class Cancel:
    """A request to end; the second one asks not to wait for anything.

    A signal's handler must not call listeners, which may take a lock that the main thread holds: it
    takes `note`, and lets another thread call them. May be used from any thread.

    One with an *outer* one hears what is requested there, too, and can be requested by itself: to
    end a part of a command, and leave the caller's own as it is.
    """

    def __init__(self, outer: "Cancel | None" = None) -> None:
        self._outer = outer
        self._level = 0
        self._listeners: list[Callable[[], None]] = []
        self.heeded = False
        """Whether what runs now looks at the request, and ends by itself. Else (while the engine is
        only asked, and nothing is half-done) whoever requests may break off as well."""

    def request(self) -> None:
        """Ask once more."""
        for listener in self.note():
            listener()

    def note(self) -> tuple[Callable[[], None], ...]:
        """Ask once more, and return who is still to be told; takes no lock."""
        self._level += 1
        return tuple(self._listeners)

    @property
    def requested(self) -> bool:
        """Whether to begin nothing new."""
        return self._level > 0 or (self._outer is not None and self._outer.requested)

    @property
    def forced(self) -> bool:
        """Whether to give up also what is under way."""
        return self._level >= _FORCE or (self._outer is not None and self._outer.forced)

    @contextmanager
    def heeding(self, *, heeded: bool = True) -> Iterator[None]:
        """Set ``heeded`` for a while."""
        whose = self._outer or self
        before, whose.heeded = whose.heeded, heeded
        try:
            yield
        finally:
            whose.heeded = before

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call *listener* on each request; return how to stop that."""
        forget = self._outer.subscribe(listener) if self._outer else lambda: None
        self._listeners.append(listener)

        def unsubscribe() -> None:
            forget()
            self._listeners.remove(listener)

        return unsubscribe
