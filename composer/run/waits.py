"""The waits of a plan, all fed by one stream of events. Nothing blocks, and only silence polls.

The owner calls in from one thread: ``begin`` a wait, hand over each event and each look that was
asked for, ``tick`` when ``timeout`` has passed. It hears of each wait's end through a callback.

May import: run.conditions, engine.port, plan, value, errors.
"""

from collections.abc import Callable, Sequence

from composer.engine.port import EngineEvent
from composer.errors import EngineError, EngineNotFound
from composer.plan.ops import Wait
from composer.run.conditions import History, Seen, Verdict, Watch
from composer.value import Value

QUIET = 10.0
"""Seconds without a word of the engine after which everything under wait is looked at again.

A connection can be dead without having ended, and an engine can lose an event.
"""


class Setback(Value):
    """Why a wait failed, and the container that made it fail (empty where none did)."""

    message: str
    container: str = ""
    error: EngineError | None = None


class _Group:
    """The watches of one wait that are still open."""

    def __init__(self, op: Wait, watches: list[Watch], limit: float | None) -> None:
        self.op = op
        self.open = watches
        self.limit = limit
        self.word = "Healthy"

    def next_deadline(self) -> float | None:
        times = [one.deadline for one in self.open if one.deadline is not None]
        return min([*times, self.limit] if self.limit is not None else times, default=None)


class Waits:
    """All waits that are under way.

    *look* asks for an inspection of a container, whose result is to be handed to ``looked``.
    *ended* hears of each wait's end, with a word for what was reached or with the setback.
    """

    def __init__(
        self,
        look: Callable[[str], None],
        ended: Callable[[Wait, str, Setback | None], None],
        clock: Callable[[], float],
    ) -> None:
        self._look = look
        self._ended = ended
        self._clock = clock
        self._groups: dict[str, _Group] = {}
        self._heard = 0.0
        """When there was a word last."""
        self._histories: dict[str, History] = {}
        self._looking: dict[str, bool] = {}
        """Containers being looked at; true where an event since then asks for another look."""

    def begin(self, op: Wait, containers: Sequence[str]) -> None:
        """Start waiting for *containers*, the resolved ones of *op*."""
        watches = [Watch(one, op.condition, self._history(one)) for one in containers]
        limit = None if op.timeout is None else self._clock() + op.timeout
        self._heard = self._clock()
        group = self._groups[op.key] = _Group(op, watches, limit)
        self._finish_if_met(group)
        for watch in watches:
            self._ask(watch.container)

    def started(self, container: str) -> None:
        """Take note that *container* was started just now: its event may arrive after a look."""
        history = self._history(container)
        if history.began is None:
            history.began = self._clock()

    def event(self, event: EngineEvent) -> None:
        """Hand over an event."""
        self._heard = self._clock()
        self._history(event.id).feed(event, self._heard)
        names = {event.id, event.attributes.get("name", event.id)}
        self._judge(names, lambda watch: watch.feed(event))

    def looked(self, container: str, found: Seen | EngineError) -> None:
        """Hand over what the inspection of *container* brought."""
        again = self._looking.pop(container, False)
        if isinstance(found, EngineNotFound):
            self._judge({container}, Watch.gone)
        elif isinstance(found, EngineError):
            self._fail_all({container}, found)
        else:
            self._show({container}, found)
        if again and any(w.container == container for g in self._groups.values() for w in g.open):
            self._ask(container)

    def tick(self) -> None:
        """Let time have passed."""
        now = self._clock()
        if now >= self._heard + QUIET:
            self._heard = now
            self.refresh()
        for group in tuple(self._groups.values()):
            self._judge_group(group, group.open, lambda watch: watch.tick(now))
            if group.limit is not None and now >= group.limit and group.op.key in self._groups:
                self._time_is_up(group, now)

    def _time_is_up(self, group: _Group, now: float) -> None:
        """End a wait; what runs has not kept running for long, but there is no more time."""
        group.open = [watch for watch in group.open if not watch.runs(now)]
        late = Setback(_too_late(group), group.open[0].container) if group.open else None
        self._end(group, late)

    def timeout(self) -> float | None:
        """Return after how many seconds ``tick`` wants to be called."""
        if not self._groups:
            return None
        times = [group.next_deadline() for group in self._groups.values()]
        soonest = min([self._heard + QUIET, *(one for one in times if one is not None)])
        return max(0.0, soonest - self._clock())

    def refresh(self) -> None:
        """Look at everything again: events may have been missed."""
        for group in tuple(self._groups.values()):
            for watch in tuple(group.open):
                self._ask(watch.container)

    def abandon(self, error: EngineError | None = None) -> None:
        """End all waits: with *error* where events can no longer be had, else without a word."""
        groups, self._groups = tuple(self._groups.values()), {}
        for group in groups if error else ():
            message = f"cannot go on waiting: {error}"
            self._ended(group.op, "", Setback(message, error=error))

    def _history(self, container: str) -> History:
        return self._histories.setdefault(container, History())

    def _ask(self, container: str) -> None:
        if container in self._looking:
            self._looking[container] = True
            return
        self._looking[container] = False
        self._look(container)

    def _show(self, names: set[str], seen: Seen) -> None:
        now = self._clock()

        def judge(watch: Watch) -> Verdict:
            watch.history = self._history(seen.id)
            return watch.look(seen, now)

        self._judge(names, judge)

    def _judge(self, names: set[str], judge: Callable[[Watch], Verdict]) -> None:
        for group in tuple(self._groups.values()):
            concerned = [one for one in group.open if one.container in names]
            self._judge_group(group, concerned, judge)

    def _judge_group(
        self, group: _Group, watches: Sequence[Watch], judge: Callable[[Watch], Verdict]
    ) -> None:
        for watch in tuple(watches):
            match judge(watch):
                case Verdict.LOOK:
                    self._ask(watch.container)
                case Verdict.MET:
                    group.open.remove(watch)
                    group.word = watch.outcome
                    self._finish_if_met(group)
                case Verdict.FAILED:
                    self._end(group, Setback(_message(group.op, watch), watch.container))
                    return
                case _:
                    pass

    def _fail_all(self, names: set[str], error: EngineError) -> None:
        for group in tuple(self._groups.values()):
            if any(one.container in names for one in group.open):
                self._end(group, Setback(f"cannot wait: {error}", error=error))

    def _finish_if_met(self, group: _Group) -> None:
        if not group.open:
            self._end(group, None)

    def _end(self, group: _Group, setback: Setback | None) -> None:
        del self._groups[group.op.key]
        self._ended(group.op, group.word, setback)


def _message(op: Wait, watch: Watch) -> str:
    """Say what went wrong, in Compose's words where it has some."""
    if op.condition == "completed" and watch.reason.startswith("exited"):
        code = watch.seen.exit_code if watch.seen else watch.history.exit_code
        return f'service "{op.service}" didn\'t complete successfully: exit {code}'
    dependency = "dependency failed to start: " if op.condition == "healthy" else ""
    return f"{dependency}container {watch.name} {watch.reason}"


def optional(op: Wait, message: str) -> tuple[str, str]:
    """Say, in short and with the reason, that the end of an optional wait is no obstacle."""
    if message.startswith("service "):
        said = f"optional dependency {message.removeprefix('service ')}"
        return said, said
    said = f'optional dependency "{op.service}" failed to start'
    return said, f"{said}: {message.removeprefix('dependency failed to start: ')}"


def _too_late(group: _Group) -> str:
    names = ", ".join(one.name for one in group.open)
    wanted = {"completed": "ended", "running": "started"}.get(group.op.condition, "healthy")
    return f"application not {wanted} after {group.op.timeout:g}s: {names}"
