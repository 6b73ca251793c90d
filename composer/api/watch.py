"""``watch``: containers follow the files of this machine.

One thread does everything, batch after batch, from a mailbox; notifications of files and events of
the engine only put into it. What could not be done because the engine went away is done when it is
back. A container that joins later gets what has changed since the watching began.

May import: all but cli and ui.
"""

import queue
import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial

from composer.api.images import BuildOptions, build
from composer.api.lifecycle import perform, restart
from composer.api.session import Session
from composer.api.watch_rules import initial, rules, to_watch, watched
from composer.api.watch_work import begin, prune, replace, run_command
from composer.asked import Asked
from composer.engine.port import EngineEvent
from composer.engine.snapshot import containers
from composer.errors import ComposerError, EngineError, EngineNotFound, EngineUnreachable
from composer.identity import SERVICE, is_one_off, members
from composer.logs.source import Origin
from composer.run.cancel import Cancel
from composer.run.events import Listener, Notice, WatchNote
from composer.run.feed import EventFeed, Lost, Resumed
from composer.run.lock import watch_lock
from composer.spec.develop import Hook
from composer.state import ContainerState
from composer.watch.batch import Transfer, own, work
from composer.watch.notify import Notifier
from composer.watch.sync import Archive

PAUSE = 1.0
"""Seconds until what failed because no engine answered is tried again."""

Replacing = Callable[[], AbstractContextManager[object]]
"""What surrounds the replacing and restarting of containers, whose end then means nothing."""


class WatchOptions(Asked):
    """Flags of ``watch``: *prune* removes images that a build replaced; *dry_run* only tells."""

    prune: bool = True
    dry_run: bool = False


class Watching:
    """The rules of a project's services at work.

    *emit* receives WatchNotes and what commands print, as LogBlocks; what building and starting
    tell goes to the session's own listener. Raises ConsistencyError for rules that cannot work.
    """

    def __init__(
        self,
        session: Session,
        services: Collection[str],
        options: WatchOptions,
        *,
        emit: Listener,
        cancel: Cancel,
        replacing: Replacing = nullcontext,
    ) -> None:
        self._session = session
        self._services = services
        self._options = options
        self._emit = emit
        self._cancel = cancel
        self._replacing = replacing
        self._project = to_watch(session, services)
        self._rules = rules(self._project)
        self._own = own(self._rules)
        paths = watched(session, self._rules)
        self._mail = queue.SimpleQueue[Callable[[], object]]()
        self._notifier = Notifier(paths, self._heard)
        self._known: set[str] = set()
        """Containers that have what changed, or had it in time."""
        self._changed: dict[str, set[Transfer]] = {}
        """What was brought into the containers of a service since the beginning."""
        self._pending: frozenset[str] = frozenset()
        self._away = False
        self._failure: ComposerError | None = None
        filters = {
            "type": ["container"],
            "event": ["start"],
            "label": members(self._project.name),
        }
        self._feed = EventFeed(session.engine, filters, self._receive, away=self._wait_for)

    @property
    def services(self) -> tuple[str, ...]:
        """The services that have rules."""
        return tuple(dict.fromkeys(rule.service for rule in self._rules))

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Let nobody else watch this project meanwhile; raise ComposerError where somebody does."""
        name = self._project.name
        with watch_lock(self._session.place, name) as holder:
            if holder is not None:
                message = f'cannot take exclusive lock for project "{name}"'
                raise ComposerError(f"{message}: process with PID {holder} is still running")
            yield

    def begin(self) -> None:
        """Bring the services up, with new images where they are built."""
        begin(self._session, self._services, self._cancel, dry_run=self._options.dry_run)

    def run(self) -> None:
        """Watch until cancelled. Raises what made it impossible to go on."""
        forget = self._cancel.subscribe(self._wake)
        try:
            self._open()
            while not (self._cancel.requested or self._failure):
                self._mail.get()()
        finally:
            forget()
            self._feed.close()
            self._notifier.close()
        if self._failure:
            raise self._failure

    def _open(self) -> None:
        self._feed.open()
        self._notifier.open()
        for name in self.services:
            here = self._containers(name)
            self._known.update(one.id for one in here)
            if first := initial(self._session.engine, self._project, name, self._rules):
                self._bring(here, first)
        self._note("Watch enabled")

    def _note(self, text: str) -> None:
        self._emit(WatchNote(text))

    def _wake(self) -> None:
        """Let ``run`` see whether it is over."""
        self._mail.put(lambda: None)

    # what is heard, in threads of others

    def _heard(self, told: frozenset[str] | ComposerError) -> None:
        self._mail.put(partial(self._files, told))

    def _receive(self, event: EngineEvent | Resumed | Lost) -> None:
        match event:
            case EngineEvent():
                self._mail.put(partial(self._started, event))
            case Resumed():
                self._mail.put(self._resume)
            case Lost(error=lost):
                self._mail.put(partial(self._give_up, lost))

    def _wait_for(self, away: EngineError) -> None:
        if not self._away:
            self._away = True
            self._warn(f"{away.message}; trying again")

    # what is done about it, in the thread of `run`

    def _give_up(self, failure: ComposerError) -> None:
        self._failure = self._failure or failure

    def _files(self, told: frozenset[str] | ComposerError) -> None:
        if isinstance(told, ComposerError):
            self._give_up(told)
        else:
            self._handle(self._pending | self._notifier.settle(told))

    def _handle(self, paths: frozenset[str]) -> None:
        """Do what changes of *paths* ask for; keep them while no engine answers."""
        asked = work(paths, self._rules)
        self._pending = frozenset()
        try:
            if asked.rebuild and self._build(asked.rebuild):
                self._attempt(partial(self._replace, asked.rebuild))
            elif asked.rebuild:
                asked = asked.without(asked.rebuild)  # the old image may not go with it
            for name, transfers in asked.sync.items():
                self._attempt(partial(self._sync, name, transfers))
            if asked.restart:
                self._attempt(partial(self._restart, asked.restart))
            for name, hook in asked.run:
                self._attempt(partial(self._run, name, hook))
            self._away = False
        except EngineUnreachable as away:
            self._pending = paths
            self._wait_for(away)
            again = threading.Timer(PAUSE, self._mail.put, (self._resume,))
            again.daemon = True
            again.start()

    def _attempt(self, action: Callable[[], None]) -> None:
        """Do one thing; what goes wrong is told, and the watching goes on."""
        if self._cancel.requested:
            return
        try:
            action()
        except EngineUnreachable:
            raise
        except ComposerError as wrong:
            if self._cancel.requested:
                raise
            self._warn(f"Error handling changed files: {wrong.message}")

    def _warn(self, text: str) -> None:
        self._session.emit(Notice("warning", text))

    def _sync(self, name: str, transfers: tuple[Transfer, ...]) -> None:
        self._note(f'Syncing service "{name}" after {len(transfers)} changes were detected')
        self._changed.setdefault(name, set()).update(transfers)
        self._bring(self._containers(name), transfers)

    def _bring(self, here: Iterable[ContainerState], transfers: Iterable[Transfer]) -> None:
        """Bring *transfers* into each container; one that refuses does not keep the others."""
        archive = Archive(tuple(transfers), self._own)
        refused = []
        for one in here if not self._options.dry_run else ():
            try:
                archive.bring(self._session.engine, one.id)
            except EngineNotFound:
                continue  # removed meanwhile
            except EngineUnreachable:
                raise
            except ComposerError as wrong:
                refused.append(f"container {one.name}: {wrong.message}")
        if refused:
            raise ComposerError("; ".join(refused))

    def _restart(self, names: tuple[str, ...]) -> None:
        plan = partial(restart, self._session, names, timeout=None, dependents=True)
        with self._replacing():
            perform(self._session, plan, cancel=self._cancel, dry_run=self._options.dry_run)
        self._note(f"service(s) {_listed(names)} restarted")

    def _run(self, name: str, hook: Hook) -> None:
        for one in self._containers(name) if not self._options.dry_run else ():
            if one.running:
                where = Origin.of(one.id, one.name, one.labels, self._project.name)
                run_command(self._session.engine, where, hook, self._emit, self._cancel)

    def _build(self, names: tuple[str, ...]) -> bool:
        """Build the images of *names*; tell whether they are there."""
        if self._cancel.requested:
            return False
        self._note(f"Rebuilding service(s) {_listed(names)} after changes were detected...")
        dry_run = self._options.dry_run
        try:
            build(self._session, names, BuildOptions(), cancel=self._cancel, dry_run=dry_run)
        except EngineUnreachable:
            raise
        except ComposerError as failed:
            if self._cancel.requested:
                raise
            self._note(f"Build failed. Error: {failed.message}")
            return False
        self._note(f"service(s) {_listed(names)} successfully built")
        return True

    def _replace(self, names: tuple[str, ...]) -> None:
        for name in names:
            self._changed.pop(name, None)  # the image has it
        if not self._options.dry_run:
            with self._replacing():
                replace(self._session, self._project, names, self._cancel)
            if self._options.prune:
                prune(self._session.engine, self._project.name)

    def _started(self, event: EngineEvent) -> None:
        """Bring a container that joins what has changed since the beginning."""
        labels = event.attributes
        name = labels.get(SERVICE, "")
        if event.id in self._known or is_one_off(labels):
            return
        self._known.add(event.id)
        late = {
            *self._changed.get(name, ()),
            *initial(self._session.engine, self._project, name, self._rules),
        }
        if late:
            here = [one for one in self._containers(name) if one.id == event.id]
            self._attempt(partial(self._bring, here, sorted(late, key=lambda one: one.source)))

    def _resume(self) -> None:
        """Do what waits, and look for containers whose start was missed."""
        pending, self._pending = self._pending, frozenset()
        self._handle(pending)
        for name in self.services:
            for one in self._containers(name):
                self._started(EngineEvent("container", "start", one.id, one.labels, 0))

    def _containers(self, name: str) -> list[ContainerState]:
        found = containers(self._session.engine, self._project.name)
        return [one for one in found if one.service == name and not one.one_off]


def _listed(names: Iterable[str]) -> str:
    """Return names as Docker Compose lists them: ``["api" "web"]``."""
    return "[" + " ".join(f'"{name}"' for name in names) + "]"
