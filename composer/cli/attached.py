"""An attached ``up``: the plan runs while the output of the containers is shown.

The first Ctrl-C (or SIGTERM) stops the containers within their grace periods, the second one kills
them. Ends by itself when every container has ended.
May import: cli, api, identity, load, logs, ui, errors, plan, run, spec.
"""

import signal
import sys
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, TextIO

from composer.api import Composer
from composer.cli.command import consent
from composer.cli.menu import Menu, footer
from composer.cli.settings import Settings
from composer.cli.watching import Watch
from composer.errors import ComposerError, Interrupted, UsageError
from composer.identity import without_project
from composer.load.select import how_to_enable
from composer.logs.read import LogOptions
from composer.plan.policy import UpPolicy
from composer.run.cancel import Cancel
from composer.run.events import ContainerEvent, Event, LogBlock, Started
from composer.spec.service import KEEPS_NONE
from composer.ui.footer import Footer
from composer.ui.logs import LogPrinter, log_printer
from composer.ui.view import ProgressView

_REPLACING = {"Recreate", "Stopping"}
_STARTING = "start "
"""What the keys of operations begin with that start a container."""
_BEGINNING = (_STARTING, "wait ")
"""What the keys of operations begin with that come when all containers are made."""
STOPPING = "Gracefully Stopping... press Ctrl+C again to force"


def attached(
    app: Composer,
    policy: UpPolicy,
    settings: Settings,
    services: Collection[str],
    flags: Mapping[str, Any],
    cancel: Cancel,
) -> int:
    """Bring the project up and follow it; return the exit code."""
    app.attached = True
    wanted = _shown(app, services, flags)
    line = footer(settings, flags)
    if line and isinstance(app.emit, ProgressView):
        app.emit.footer = line
    printer = _printer(app, settings, flags, cancel, line)
    session = _Session(app, services, wanted, flags, cancel, printer)
    names = _names(app, wanted, policy)
    if flags["watch"]:
        session.watch.prepare()
    with printer, cancel.heeding():
        printer.join(names)
        session.follow(LogOptions(services=wanted, timestamps=flags["timestamps"]))
        announce = _Announcement(app, session, names)
        try:
            outcome = app.up(
                policy,
                services,
                dependencies=not flags["no_deps"],
                cancel=cancel,
                answer=consent(settings, assume_yes=flags["yes"]),
            )
        except Interrupted:
            return session.stop()
        except ComposerError:
            session.give_up()
            raise
        announce.make()
        announce.note_builds()
        if flags["watch"]:
            session.watch.on()
        session.offer(line)
        try:
            return session.last(outcome.started)
        finally:
            session.close_menu()


def _printer(
    app: Composer, settings: Settings, flags: Mapping[str, Any], cancel: Cancel, line: Footer | None
) -> LogPrinter:
    """Return what prints the containers' output above what else is on the screen."""
    return log_printer(
        err=sys.stderr,  # what containers write there, as Docker Compose's `up` does
        ansi=settings.ansi,
        no_color=flags["no_color"],
        no_log_prefix=flags["no_log_prefix"],
        timestamps=flags["timestamps"],
        gone=cancel.request,
        above=getattr(app.emit, "above", None),
        footer=line,
        environ=settings.environ,
    )


class _Announcement:
    """Says what is attached to, once: before the first container starts, or when all are up.

    Where there is nothing to attach to it says nothing. What this very command stops or replaces is
    hushed before.
    """

    def __init__(self, app: Composer, session: "_Session", names: Sequence[str]) -> None:
        self._emit, self._session, self._names, self._made = app.emit, session, names, not names
        self.above = getattr(app.emit, "above", None)
        app.emit = self

    def __call__(self, event: Event) -> None:
        """Pass *event* on; what hooks print goes where the containers' output does."""
        if isinstance(event, LogBlock):
            self._session.printer(event)
            return
        if isinstance(event, Started):
            container = event.resource.removeprefix("Container ")
            if event.key.startswith(_BEGINNING):
                self.make()
            if event.key.startswith(_STARTING):
                self._session.prepare(container)
            if event.verb in _REPLACING:
                self._session.hush_one(container)
        self._emit(event)

    def make(self) -> None:
        """Say it, unless it was said.

        Where it cannot be written the next line cannot either, and the printer tells why. The
        operation that begins here has nothing to do with it.
        """
        if not self._made:
            self._made = True
            with suppress(OSError):
                self._session.say(f"Attaching to {', '.join(self._names)}")

    def note_builds(self) -> None:
        """Let the steps of the builds to come, of what is watched, be notes among the output."""
        if steps := getattr(self._emit, "steps", None):
            steps.told = self._session.printer


def _names(app: Composer, services: Collection[str], policy: UpPolicy) -> list[str]:
    """Return what the lines of the containers of *services* begin with, in order."""
    known, found = app.project.all_services, []
    for name in services:
        service = known[name]
        count = policy.scale.get(name, service.replicas)
        numbered = [f"{name}{app.project.separator}{number}" for number in range(1, count + 1)]
        found += [service.container_name] if service.container_name else numbered
    return sorted(found)


def _shown(app: Composer, services: Collection[str], flags: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the services whose output is shown: all where the flags would leave none."""
    project = app.selected(services, dependencies=not flags["no_deps"])
    if unknown := [name for name in flags["attach"] if name not in project.services]:
        raise UsageError(f"cannot attach to services not included in up: {', '.join(unknown)}")
    code_from = flags["exit_code_from"]
    if code_from and code_from not in project.services:
        why = "disabled" if code_from in app.project.disabled else "not found"
        hint = how_to_enable(app.project, code_from) or "--exit-code-from SERVICE"
        raise UsageError(f"no such service: {code_from}: {why}", hint=hint)
    everything = flags["attach_dependencies"] or not services
    usual = tuple(project.services if everything else services)
    shown = tuple(
        name
        for name in flags["attach"] or usual
        if name not in flags["no_attach"] and project.services[name].attach is not False
    )
    return shown or usual


class _Session:
    """What happens while containers are followed: their ends, and the user's signals."""

    def __init__(
        self,
        app: Composer,
        services: Collection[str],
        shown: Collection[str],
        flags: Mapping[str, Any],
        cancel: Cancel,
        printer: LogPrinter,
    ) -> None:
        self.app = app
        self.services = services
        self.shown = shown
        self.flags = flags
        self.cancel = cancel
        self.printer = printer
        self.hush = Cancel()
        self.watch = Watch(app, services, printer, self._replacing)
        self._replaced = 0
        self._menu: Menu | None = None
        self._detached = False
        self._bringing_up = True
        self._hushed: set[str] = set()
        self._ended: set[str] = set()
        """Services of which a container has ended for good: its code counts."""
        self.codes: dict[str, int] = {}
        self.first: int | None = None
        self._moved = threading.Event()
        self._failure: BaseException | None = None
        self._thread: threading.Thread | None = None

    def follow(self, options: LogOptions) -> None:
        """Begin to show output; nothing of a container that starts from now on is missed."""
        self._follower = self.app.follower(
            options, emit=self._on_event, cancel=self.hush, new_only=True, awaited=self.services
        )
        self._follower.open()
        self.cancel.subscribe(self._moved.set)
        self._thread = threading.Thread(target=self._run, name="follow", daemon=True)
        self._thread.start()

    def prepare(self, container: str) -> None:
        """Attach to a container that is about to start where the engine will keep no log of it."""
        services = self.app.project.services.values()
        if any(one.logging and one.logging.driver == KEEPS_NONE for one in services):
            self._follower.prepare(container)

    def _run(self) -> None:
        try:
            self._follower.run()
        except BaseException as failure:  # noqa: BLE001 - raised in the main thread
            self._failure = failure
        finally:
            self._moved.set()

    def offer(self, line: Footer | None) -> None:
        """Offer shortcuts in *line*, if there is one."""
        if line:
            self._menu = Menu(line, self.watch, self.printer, self._detach)
            self._menu.open()

    def close_menu(self) -> None:
        """Offer no shortcuts any more."""
        if self._menu:
            self._menu.close()

    def _detach(self) -> None:
        """Leave the containers alone, and end."""
        self._detached = True
        self._moved.set()

    def hush_one(self, name: str) -> None:
        """Show no more of a container that the command itself stops, until it is started."""
        if self._bringing_up:
            self._hushed |= {name, without_project(self.app.project, name)}

    def _on_event(self, event: Event) -> None:
        if isinstance(event, ContainerEvent) and event.action == "start":
            self._hushed.discard(event.container)
        if isinstance(event, ContainerEvent | LogBlock) and event.container in self._hushed:
            return
        if not isinstance(event, ContainerEvent) or event.service in self.shown:
            self.printer(event)
        if isinstance(event, ContainerEvent) and event.action == "die" and not event.one_off:
            self._on_end(event)

    def _on_end(self, event: ContainerEvent) -> None:
        """Take note of an end, which may be the end of all.

        What the flags make decisive is so, too, where the engine starts the container again.
        """
        if event.service not in (self.services or self.shown):
            return
        code = event.exit_code or 0
        if event.service not in self._ended:
            self.codes[event.service] = code
        decisive = self._decides(code) and event.then != "recreated"
        if self._replaced or (event.then and not decisive):
            return
        self._ended.add(event.service)
        if decisive and self.first is None:
            self.first = code
            self.codes.pop(self.flags["exit_code_from"], None)  # an earlier end has less to say
            self._moved.set()

    def _decides(self, code: int) -> bool:
        """Tell whether the flags make the end of a container, with this code, the end of all."""
        if self.flags["abort_on_container_failure"]:
            return code != 0
        return bool(self.flags["abort_on_container_exit"] or self.flags["exit_code_from"])

    @contextmanager
    def _replacing(self) -> Iterator[None]:
        """Take no end of a container for the end of everything: watching replaces some."""
        self._replaced += 1
        self._follower.hold()
        try:
            yield
        finally:
            self._follower.release()
            self._replaced -= 1

    def last(self, started: Collection[str]) -> int:
        """Wait for the end: of all containers, of one that ends everything, or by a signal."""
        self._bringing_up = False
        self._follower.finish_when_ended(started)
        if not self.cancel.requested:  # also before anybody listened
            self._moved.wait()
        self.close_menu()
        if self.cancel.requested:
            return self.stop()
        self.watch.off()
        if self._detached:
            self.hush.request()
        elif self.first is not None:
            self._abort()
        self.join()
        return self._code()

    def _abort(self) -> None:
        self.say("Aborting on container exit...", sys.stderr)
        self._stop_all()

    def _code(self) -> int:
        return self.codes.get(self.flags["exit_code_from"], self.first or 0)

    def give_up(self) -> None:
        """Show the rest of what has ended, and follow no more; a signal ends that, too.

        Where an end is to be the end of all, as the flags say, all stops.
        """
        self._bringing_up = False
        self.cancel.subscribe(self.hush.request)
        if any(self._decides(code) for code in self._follower.ends()):
            self._abort()
        else:
            self._follower.finish_with_ended()
        self.join()

    def stop(self) -> int:
        """Stop what runs, as the user asked; return what the command then ends with."""
        self._bringing_up = False
        self.say(STOPPING)
        self._stop_all()
        self.join()
        raise Interrupted(signal.SIGINT, told=True)

    def _stop_all(self) -> None:
        """Stop in order, and follow to the end of what has ended; a further signal kills."""
        self.watch.off()
        force = Cancel()
        forget = self.cancel.subscribe(force.request)
        forget_kill = self.cancel.subscribe(self._kill)
        try:
            self.app.stop(self.services, timeout=self.flags["timeout"], cancel=force)
        except Interrupted:
            self.app.kill(self.services)
        finally:
            forget()
            forget_kill()
            self._follower.finish_with_ended()  # what is shown, but not ours to stop, may run on

    def _kill(self) -> None:
        def kill() -> None:
            with suppress(ComposerError):  # whoever stops meanwhile tells what is wrong
                self.app.kill(self.services)

        threading.Thread(target=kill, daemon=True).start()

    def join(self) -> None:
        """Wait until the last line is shown."""
        if self._thread:
            self._thread.join()
        if self._failure:
            raise self._failure

    def say(self, text: str, stream: TextIO | None = None) -> None:
        """Print a line on *stream* (standard output): above the progress where that is shown."""
        above = getattr(self.app.emit, "above", None)
        if above and above(f"{text}\n".encode()):
            return
        stream = stream or sys.stdout
        stream.write(f"{text}\n")
        stream.flush()
