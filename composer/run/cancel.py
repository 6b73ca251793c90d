"""Cancel: how a signal, or another thread, tells a running command to end.

May import: nothing of the package.
"""

from collections.abc import Callable

_FORCE = 2


class Cancel:
    """A request to end; the second one asks not to wait for anything.

    Takes no lock: it may be requested from a signal handler at any moment, and listeners must
    take none either.
    """

    def __init__(self) -> None:
        self._level = 0
        self._listeners: list[Callable[[], None]] = []

    def request(self) -> None:
        """Ask once more."""
        self._level += 1
        for listener in tuple(self._listeners):
            listener()

    @property
    def requested(self) -> bool:
        """Whether to begin nothing new."""
        return self._level > 0

    @property
    def forced(self) -> bool:
        """Whether to give up also what is under way."""
        return self._level >= _FORCE

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call *listener* on each request; return how to stop that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)
