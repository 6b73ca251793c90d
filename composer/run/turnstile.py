"""A turnstile: so many at once, but nobody holds a place for long.

Stops go through it. Most processes end at once, and an engine that ends too many of them together
is slower for it; but some take their whole grace period, and others are not to wait for that.
May import: nothing of the package.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

STOPS, HOLD_S = 8, 0.5
"""Places for stops, and the seconds for which each holds its own: most processes end sooner."""
MANY = 16
"""More stops than these are many."""
FEW_STOPS, FEW_HOLD_S = 4, 1.0
"""The same for many stops on engines that would lose count of the containers on a network."""
COUNTS = (1, 44)
"""From this API version on engines are taken to keep count: 20.10 was seen not to, 28 never."""


class Turnstile:
    """Lets *places* in at one time; who has been inside for *seconds* no longer counts."""

    def __init__(self, places: int, seconds: float) -> None:
        self._places = places
        self._seconds = seconds
        self._until: dict[object, float] = {}
        self._changed = threading.Condition()

    @contextmanager
    def passed(self) -> Iterator[None]:
        """Wait for a place, and have it until the end of the block."""
        mine = object()
        with self._changed:
            while (wait := self._full(time.monotonic())) > 0:
                self._changed.wait(wait)
            self._until[mine] = time.monotonic() + self._seconds
        try:
            yield
        finally:
            with self._changed:
                self._until.pop(mine, None)
                self._changed.notify()

    def _full(self, now: float) -> float:
        """Return the seconds until a place is free at the latest, 0 where one is."""
        self._until = {one: end for one, end in self._until.items() if end > now}
        return min(self._until.values()) - now if len(self._until) >= self._places else 0


def for_stops(stops: int, api: tuple[int, int]) -> Turnstile:
    """Return what so many *stops* pass through on an engine with this *api* version.

    An old engine that ends many containers together may count one of them for ever, and then never
    removes their network (moby issue 42119).
    """
    if stops > MANY and api < COUNTS:
        return Turnstile(FEW_STOPS, FEW_HOLD_S)
    return Turnstile(STOPS, HOLD_S)
