"""A bounded crew of threads that takes the most urgent job first.

Its threads are daemons on purpose: an engine that never answers must not keep the program from
ending.

May import: nothing of the package.
"""

import itertools
import queue
import threading
from collections.abc import Callable

Job = Callable[[], None]
_LAST = float("inf")


class Crew:
    """At most *size* threads, started as they are needed. Jobs must not raise."""

    def __init__(self, size: int, name: str) -> None:
        self._size = size
        self._name = name
        self._jobs: queue.PriorityQueue[tuple[float, int, Job | None]] = queue.PriorityQueue()
        self._order = itertools.count()
        self._started = 0
        self._open = 0
        self._lock = threading.Lock()

    def submit(self, job: Job, urgency: float = 0) -> None:
        """Do *job* as soon as a thread is free; the greatest urgency first, else first come."""
        self._jobs.put((-urgency, next(self._order), job))
        with self._lock:
            self._open += 1
            if self._started >= min(self._size, self._open):
                return
            self._started += 1
            name = f"{self._name}-{self._started}"
        threading.Thread(target=self._work, name=name, daemon=True).start()

    def close(self) -> None:
        """Let the threads end after the jobs that are queued."""
        with self._lock:
            for _ in range(self._started):
                self._jobs.put((_LAST, next(self._order), None))

    def _work(self) -> None:
        while job := self._jobs.get()[2]:
            job()
            with self._lock:
                self._open -= 1
