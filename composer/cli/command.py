"""What the commands that use an engine share: the application, progress, signals.

May import: cli, api, run, source, switches, ui, errors, plan.
"""

import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Any, TextIO, cast

import click

from composer.api import Answer, Composer, ignore
from composer.cli.settings import Settings
from composer.errors import Interrupted, LoadError
from composer.plan.ops import Op
from composer.run.cancel import Cancel
from composer.run.events import Event, Listener, Notice, Output, Progress, Rehearsed, WatchNote
from composer.run.signals import TWIN_S, break_off, forget, note, waking
from composer.source import printable
from composer.switches import AGREED
from composer.ui.plain import PlainView
from composer.ui.progress import progress
from composer.ui.view import DRY_RUN, ProgressView

_BUILDING = ("build ", "push ")
"""What the keys of a build's operations begin with."""
_TITLES = {
    "build": "Building",
    "commit": "Committing",
    "cp": "Copying",
    "create": "Creating",
    "export": "Exporting",
    "kill": "Killing",
    "pause": "Pausing",
    "publish": "Publishing",
    "pull": "Pulling",
    "push": "Pushing",
    "restart": "Restarting",
    "rm": "Removing",
    "run": "Creating",
    "stop": "Stopping",
    "unpause": "Unpausing",
}
"""What stands above the progress of commands that do one kind of thing."""
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
_LAST = 3
"""Signals after which nothing is waited for, whatever is under way."""


def application(
    settings: Settings, emit: Listener | None = None, *, by_name: bool = False
) -> Composer:
    """Return the project that the global options describe; what loading warns of is printed.

    *by_name*: where the user names the project, files that cannot be read are no hindrance.
    """
    from composer.cli.loading import warn  # with the loader

    app = Composer(
        settings.files,
        project_name=settings.project_name,
        project_directory=settings.project_directory,
        env_files=settings.env_files,
        profiles=settings.profiles,
        environ=settings.environ,
        cwd=settings.cwd,
        parallel=settings.parallel,
        all_resources=settings.all_resources,
        emit=emit or ignore,
        warned=lambda found: warn(settings, found),
    )
    app.by_name = by_name
    return app


def variables(settings: Settings) -> Callable[[str], str | None]:
    """Return what looks a variable up as Compose files do: here, else in the environment files."""
    app = application(settings)

    def lookup(name: str) -> str | None:
        if name in settings.environ:
            return settings.environ[name]
        try:
            return app.request.environment.get(name)
        except LoadError:  # whoever needs the files tells
            return None

    return lookup


@contextmanager
def working(
    settings: Settings, *, dry_run: bool = False, by_name: bool = False
) -> Iterator[Composer]:
    """Give the application with progress on standard error; *by_name* as for `application`."""
    with _view(settings, dry_run=dry_run) as view:
        told = _rehearsing(view) if dry_run else view
        with application(settings, told, by_name=by_name) as app:
            yield app


def _rehearsing(view: ProgressView) -> Listener:
    """Return *view*, but for the commands of hooks: as Compose does, on standard output."""

    def tell(event: Event) -> None:
        if not isinstance(event, Rehearsed):
            view(event)
            return
        line = f" {DRY_RUN}{printable(event.text)}"
        if not (sys.stdout.isatty() and view.above(f"{line}\n".encode())):
            click.echo(line)

    return tell


@contextmanager
def showing(app: Composer, settings: Settings) -> Iterator[None]:
    """Show on standard error what *app* does meanwhile, and nothing more afterwards."""
    with _view(settings) as app.emit:
        yield
    app.emit = ignore


def _view(settings: Settings, *, dry_run: bool = False) -> ProgressView:
    view = progress(
        settings.progress,
        settings.status,
        ansi=settings.ansi,
        dry_run=dry_run,
        environ=settings.environ,
        title=_TITLES.get(_running(), "Running"),
    )
    view.warns = settings.warns
    screen = sys.stdout.isatty() and sys.stderr.isatty()
    if settings.status is sys.stdout and not screen:  # one screen shows one picture
        mode = "plain" if settings.progress in {"auto", "tty"} else settings.progress
        view.aside = progress(mode, sys.stderr, environ=settings.environ)
    return view


def _running() -> str:
    """Return the name of the command that runs."""
    context = click.get_current_context(silent=True)
    return (context.info_name if context else None) or ""


class hushed:  # noqa: N801 - used as a function
    """A listener that keeps the details of operations to itself: of all, or of some kinds.

    *kinds* are the first words of operations' keys (``pull`` for ``--quiet-pull``).
    """

    def __init__(self, told: Listener, *kinds: str) -> None:
        self._told = told
        self._kinds = tuple(f"{kind} " for kind in kinds) or ("",)
        self.above = getattr(told, "above", None)
        self.steps = getattr(told, "steps", None)

    def __call__(self, event: Event) -> None:
        """Tell *event*, unless it is a detail."""
        if not _is_detail(event, self._kinds):
            self._told(event)


def divided(settings: Settings, told: Listener) -> Listener:
    """Return a listener that tells the steps of builds on standard output, as Compose does.

    Only of the plain view: the others show one picture, or nothing. At a terminal it is one, too.
    """
    if type(told) is not PlainView or sys.stderr.isatty():
        return told
    return _Divided(told, settings)


class Steps:
    """A stream for the steps of builds: standard output, or who takes them as notes, if *told*."""

    told: Listener | None = None

    def write(self, line: str) -> None:
        """Write a line, with its end."""
        if self.told:
            self.told(WatchNote(line.removesuffix("\n")))
        else:
            sys.stdout.write(line)

    def flush(self) -> None:
        """Let it appear."""
        sys.stdout.flush()

    def isatty(self) -> bool:
        """Tell a terminal."""
        return sys.stdout.isatty()


class _Divided:
    def __init__(self, told: Listener, settings: Settings) -> None:
        self.steps = Steps()
        stream = cast("TextIO", self.steps)
        self._view = progress("plain", stream, environ=settings.environ).__enter__()
        self._told = told

    def __call__(self, event: Event) -> None:
        (self._view if _is_detail(event, _BUILDING) else self._told)(event)


def _is_detail(event: Event, kinds: tuple[str, ...]) -> bool:
    """Tell whether *event* is a detail of an operation whose key begins with one of *kinds*."""
    return isinstance(event, (Progress, Output)) and event.key.startswith(kinds)


def quietly(app: Composer, flags: Mapping[str, Any]) -> None:
    """Hush *app* as ``--quiet-pull`` and ``--quiet-build`` say."""
    kinds = [kind for kind in ("pull", "build") if flags.get(f"quiet_{kind}")]
    if kinds:
        app.emit = hushed(app.emit, *kinds)


def tell_without_effect(app: Composer, flags: Mapping[str, Any], why: Mapping[str, str]) -> None:
    """Warn of flags that are given, and accepted only because scripts still give them."""
    for name, reason in why.items():
        if flags[name]:
            flag = name.replace("_", "-")
            app.emit(Notice("warning", f"--{flag} has no effect: {reason}"))


def consent(settings: Settings, *, assume_yes: bool) -> Answer:
    """Return what answers questions: yes to all, or the user at a terminal."""

    def answer(op: Op) -> bool:
        if assume_yes or op.guard is None:
            return assume_yes
        return agreed(settings, op.guard.question, loses=op.guard.loses)

    return answer


def agreed(settings: Settings, question: str, *, loses: str = "") -> bool:
    """Ask the person at the terminal; off a terminal, a line of standard input answers."""
    if sys.stdin.isatty():
        from composer.ui.ask import ask  # only where something is asked

        return ask(question, loses=loses, ansi=settings.ansi, environ=settings.environ)
    click.echo(question)
    return sys.stdin.readline().strip().lower() in AGREED


@contextmanager
def cancellable() -> Iterator[Cancel]:
    """Give a Cancel that the first signal requests, and the second one forces.

    What does not heed the Cancel is broken off by the first one. After a signal, the command ends
    with 128 + its number, as Docker Compose does (130). Under ``nohup``, SIGHUP is still ignored,
    and SIGQUIT in the background of a shell without job control.
    """
    cancel = Cancel()
    untold: deque[Callable[[], None]] = deque()
    came: list[int] = []
    last: dict[int, float] = {}

    def request(number: int, frame: FrameType | None) -> None:
        now = time.monotonic()
        twin = now - last.get(number, -TWIN_S) < TWIN_S
        last[number] = now
        note()
        if twin:
            return
        came.append(number)
        untold.extend(cancel.note())
        if not cancel.heeded or len(came) >= _LAST:
            break_off(number, frame)

    def tell() -> None:
        while untold:
            untold.popleft()()

    spared = (signal.SIGHUP, signal.SIGQUIT)
    ignored = [one for one in spared if signal.getsignal(one) == signal.SIG_IGN]
    before = {one: signal.signal(one, request) for one in _SIGNALS if one not in ignored}
    try:
        with waking(tell):
            yield cancel
    except Interrupted as ended:
        if not came:  # by a signal from before, which could not break off at once
            raise
        forget()
        raise Interrupted(came[0], ended.message, told=ended.told) from None
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
