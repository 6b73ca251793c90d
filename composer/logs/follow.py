"""Following the logs of a project: of all its containers, also of those that start meanwhile.

One thread reads each container's log and hands lines on; the listener may block, then nothing more
is read from the engine and memory stays bounded. Events of the engine tell which containers join,
are restarted, end. The end of a container is told after its last line.

    follower = Follower(engine, "shop", options, emit=print, cancel=cancel)
    follower.open()                # from here on nothing is missed
    follower.finish_when_ended()   # at once for `logs -f`, after an attached `up` has started
    follower.run()

May import: logs, run, engine.port, errors, identity.
"""

import queue
import threading
from collections.abc import Callable, Collection
from contextlib import suppress
from functools import partial

from composer.engine.port import Engine, EngineEvent, Json
from composer.errors import EngineError, EngineUnreachable, ExecutionError
from composer.identity import REPLACE, members
from composer.logs.instant import after
from composer.logs.live import Attached, Live
from composer.logs.read import LogOptions, origins
from composer.logs.source import Log, Origin, Reading, Unread, keeps_none, last_times
from composer.logs.tail import LIVING, Tail, died, state_of
from composer.run.cancel import Cancel
from composer.run.events import Event, Listener, LogsFound, Notice
from composer.run.feed import EventFeed, Lost, Resumed
from composer.run.waits import QUIET

_NEVER = "0001-01-01"
_FROM_NOW_ON = Reading(follow=True, tail="0")


class Follower:
    """Follows one project's logs until everything has ended or it is cancelled.

    With *new_only* (an attached ``up``) what was logged before ``open`` is left out; without, the
    output of one-off containers that start meanwhile is shown, too. ContainerEvents are told of all
    containers, lines only of those that *options* want. The end of *awaited* services, whether
    their lines are wanted or not, is the end of everything; of all that are wanted unless given.
    """

    def __init__(  # noqa: PLR0913 - who listens, to what, until when
        self,
        engine: Engine,
        project: str,
        options: LogOptions,
        *,
        emit: Listener,
        cancel: Cancel | None = None,
        new_only: bool = False,
        awaited: Collection[str] = (),
    ) -> None:
        self._engine = engine
        self._project = project
        self._options = options
        self._listener = options.choosing(emit)
        self._cancel = cancel or Cancel()
        self._new_only = new_only
        self._joining = options if new_only else options.replace(one_off=True)
        self._awaited = frozenset(awaited)
        self._mail = queue.SimpleQueue[Callable[[], object]]()
        self._attached = Attached(engine)
        self._kind = partial(Live, self._attached) if new_only else Log
        self._lock = threading.Lock()
        self._tails: dict[str, Tail] = {}
        self._seen: set[str] = set()
        """Containers that were joined: they ran at first, or their start was told."""
        self._asleep: dict[str, str] = {}
        """When those that were there but did not run at ``open`` had been started last."""
        self._expected: frozenset[str] | None = None
        """Containers whose start must be told before the end; None while there is no end."""
        self._last: frozenset[str] | None = None
        """Containers whose end is the last that is told; None while there is no such end."""
        self._held = False
        self._coming: set[str] = set()
        """Containers made in the place of others that are followed, and not started yet."""
        self._away = False
        self._failure: Exception | None = None
        self._unread: list[str] = []
        """Why logs could not be read."""
        filters = {
            "type": ["container"],
            "label": members(project),
            "event": ["create", "start", "kill", "die", "destroy"],
        }
        self._feed = EventFeed(engine, filters, self._receive)

    def open(self) -> None:
        """Subscribe, and begin to read the containers that are there."""
        self._feed.open()
        reading = self._options.reading(self._engine.clock(), follow=True)
        found = origins(self._engine, self._project)
        if not self._new_only:
            names = (origin.name for origin, _ in found if self._options.wants(origin))
            self._emit(LogsFound(tuple(names)))
        for origin, state in found:
            running, wanted = state in LIVING, self._options.wants(origin)
            if not self._new_only and wanted:
                self._join(origin, reading, running=running)
            elif running:
                self._join(origin, _FROM_NOW_ON if wanted else None, running=True)
            else:
                since = self._after_last_run(origin) if wanted else None
                self._tails[origin.id] = self._tail(origin, since)
                self._asleep.setdefault(origin.id, "")

    def prepare(self, container: str) -> None:
        """Attach to a container, about to start, whose driver keeps no log (from any thread)."""

        def wanted(found: Json) -> bool:
            labels = (found.get("Config") or {}).get("Labels") or {}
            return self._options.wants(Origin.of(found["Id"], container, labels, self._project))

        self._attached.prepare(container, wanted)

    def finish_when_ended(self, started: Collection[str] = ()) -> None:
        """End ``run`` as soon as no container runs any more (from any thread).

        *started* are the ids of containers that were started, whose events may still be under way;
        those that run now, and new ones, are known without.
        """
        self._mail.put(partial(self._finish, frozenset(started)))

    def finish_with_ended(self) -> None:
        """End ``run`` once everything is told of the containers that have ended by now."""
        self._mail.put(self._finish_with_ended)

    def ends(self) -> list[int]:
        """Return the exit codes of the awaited containers that ran since ``open`` and have ended.

        Nothing where the engine cannot be asked.
        """
        codes = []
        with suppress(EngineError):
            for origin, listed in origins(self._engine, self._project):
                if self._awaits(origin) and self._has_ended(origin, listed):
                    code = state_of(self._engine, origin.id).get("ExitCode")
                    codes.append(code if isinstance(code, int) else 0)
        return codes

    def hold(self) -> None:
        """Do not end, though nothing runs, until `release`: somebody replaces containers."""
        self._mail.put(partial(self._set_held, held=True))

    def release(self) -> None:
        """End again as soon as no container runs; those that run now must end first."""
        self._mail.put(partial(self._set_held, held=False))

    def _set_held(self, *, held: bool) -> None:
        self._held = held
        if not held and self._expected is not None:
            self._finish(frozenset())

    def run(self) -> None:
        """Follow until the end; raise what made it impossible to go on."""
        unsubscribe = self._cancel.subscribe(self._wake)
        try:
            with self._cancel.heeding():
                while not self._over:
                    self._turn()
        finally:
            unsubscribe()
            self.close()
        if self._failure:
            raise self._failure
        if self._unread and not self._cancel.requested:
            raise ExecutionError("\n".join(self._unread))

    def _turn(self) -> None:
        """Do what comes next; starts that are due, and that nobody tells, are looked up."""
        due = self._expected is not None and self._expected - self._seen
        try:
            message = self._mail.get(timeout=QUIET if due else None)
        except queue.Empty:
            message = self._resume
        message()

    def close(self) -> None:
        """End everything."""
        self._feed.close()
        for tail in self._tails.values():
            tail.close()
        self._attached.close()

    @property
    def _over(self) -> bool:
        if self._cancel.requested or self._failure:
            return True
        if self._last is not None:
            ending = (self._tails.get(one) for one in self._last)
            return self._last <= self._seen and not any(tail and tail.alive for tail in ending)
        if self._held or self._coming or self._expected is None or self._expected - self._seen:
            return False
        return not any(
            tail.alive or tail.lingers
            for tail in self._tails.values()
            if self._awaits(tail.log.origin)
        )

    def _awaits(self, origin: Origin) -> bool:
        if self._awaited:
            return origin.service in self._awaited and not origin.one_off
        return self._options.wants(origin)

    def _finish(self, started: frozenset[str]) -> None:
        try:
            found = origins(self._engine, self._project)
        except EngineError as error:
            self._give_up(error)
            return
        here = {
            origin.id
            for origin, state in found
            if self._awaits(origin)
            and (state in LIVING or (state == "exited" and origin.id not in self._asleep))
        }
        there = {origin.id for origin, _ in found if self._awaits(origin)}
        self._expected = started.intersection(there) | here

    def _finish_with_ended(self) -> None:
        try:
            found = origins(self._engine, self._project)
        except EngineError:
            found = []
        self._last = self._expected = frozenset(
            origin.id
            for origin, state in found
            if (self._options.wants(origin) or self._awaits(origin))
            and self._has_ended(origin, state)
        )

    def _has_ended(self, origin: Origin, listed: str) -> bool:
        """Tell whether a container ran since ``open`` and has ended, as the engine knows at last.

        Its list still has one running, for a moment, whose stop it has answered.
        """
        if listed not in LIVING and origin.id in self._seen:
            return True
        state = state_of(self._engine, origin.id)
        if not state or state["Status"] in LIVING:
            return False
        if origin.id in self._seen:
            return True
        ran = str(state.get("StartedAt"))
        return state["Status"] == "exited" and ran != self._asleep.get(origin.id, _NEVER)

    def _tail(self, origin: Origin, reading: Reading | None) -> Tail:
        """Return what follows a container; without *reading* no line of it is wanted."""
        kind = Unread if reading is None else self._kind
        log = kind(self._engine, origin, reading or Reading(), self._emit, self._lost)
        return Tail(self._engine, log, self._emit, self._wake, self._failed)

    def _wake(self) -> None:
        """Let ``run`` see whether it is over."""
        self._mail.put(lambda: None)

    def _newcomer(self, origin: Origin) -> Reading | None:
        """Return how to read a container that was not there before."""
        return Reading(follow=True) if self._joining.wants(origin) else None

    def _join(self, origin: Origin, reading: Reading | None, *, running: bool) -> None:
        tail = self._tails[origin.id] = self._tail(origin, reading)
        self._seen.add(origin.id)
        if reading is not None or self._awaits(origin):
            tail.begin(running=running)

    def _after_last_run(self, origin: Origin) -> Reading:
        """Return how to read what a container that does not run will log when it does.

        A last line may bear a later time than the end: engines stamp lines when they read them.
        """
        try:
            state = self._engine.inspect_container(origin.id)["State"]
            self._asleep[origin.id] = str(state.get("StartedAt"))
            ended = str(state.get("FinishedAt") or _NEVER)
            never = ended.startswith(_NEVER)
            times = [] if never else [ended.encode(), *last_times(self._engine, origin)]
        except EngineError:
            return Reading(follow=True)
        return Reading(follow=True, since=max(map(after, times), default=""))

    def _emit(self, event: Event) -> None:
        with self._lock:
            self._listener(event)

    def _lost(self, error: EngineUnreachable) -> None:
        """Say once that the engine went away."""
        with self._lock:
            if not self._away:
                self._away = True
                self._listener(Notice("warning", f"{error.message}; trying again"))

    def _failed(self, origin: Origin, error: Exception) -> None:
        """Hear why a log cannot be read (in the tail's thread); the others are followed on."""
        if isinstance(error, EngineError) and not isinstance(error, EngineUnreachable):
            text = origin.without_log(error)
            if not keeps_none(error):
                self._unread.append(text)
            try:
                self._emit(Notice("warning", text))
            except Exception as broken:  # noqa: BLE001 - the tail's thread must not end by it
                error = broken
            else:
                return
        # known before the tail's end is, which would be taken for the end of everything
        self._give_up(error)
        self._wake()

    # events of the engine

    def _receive(self, event: EngineEvent | Resumed | Lost) -> None:
        """Receive an event (in the feed's thread)."""
        match event:
            case EngineEvent():
                self._mail.put(partial(self._on_event, event))
            case Resumed():
                self._mail.put(self._resume)
            case Lost(error=error):
                self._mail.put(partial(self._give_up, error))

    def _on_event(self, event: EngineEvent) -> None:
        if event.action == "create":
            self._created(event)
            return
        if event.action == "kill":
            if event.id in self._tails:
                self._tails[event.id].happened(event)
            return
        if event.action != "die":
            self._coming.discard(event.id)
        if event.action == "start":
            self._seen.add(event.id)
        if event.id not in self._tails:
            name = event.attributes.get("name", event.id[:12])
            origin = Origin.of(event.id, name, event.attributes, self._project)
            self._tails[event.id] = self._tail(origin, self._newcomer(origin))
        self._tails[event.id].happened(event)

    def _created(self, event: EngineEvent) -> None:
        """Expect a container that is made to take the place of one that is followed."""
        if REPLACE not in event.attributes:
            return
        new = Origin.of(event.id, "", event.attributes, self._project)
        for tail in self._tails.values():
            if new.replaces(tail.log.origin):
                tail.replaced = True
                if self._awaits(new):
                    self._coming.add(event.id)

    def _resume(self) -> None:
        """Events may have been missed: look at everything."""
        self._away = False
        self._coming.clear()
        untold = (self._expected or frozenset()) - self._seen
        self._seen |= untold
        try:
            found = origins(self._engine, self._project)
        except EngineError as error:
            self._give_up(error)
            return
        there = {origin.id for origin, _ in found}
        for origin, state in found:
            running, started = state in LIVING, origin.id in untold
            tail = self._tails.get(origin.id)
            if tail is None and (running or started):
                self._join(origin, self._newcomer(origin), running=running)
            elif tail is not None and started:
                tail.begin(running=running)
            elif tail is not None:
                tail.recheck(running=running)
            if started and not running:
                self._tails[origin.id].happened(died(origin))
        for container, tail in self._tails.items():
            if container not in there:
                tail.recheck(running=False)

    def _give_up(self, error: Exception) -> None:
        self._failure = self._failure or error
