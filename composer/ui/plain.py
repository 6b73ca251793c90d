"""Progress as lines of text: one an event, or only what warns.

May import: ui, run.events, source, spec.units.
"""

from collections.abc import Callable
from typing import TextIO

from composer.run.events import Ended, Event, Notice, Output, Progress, Started
from composer.source import printable
from composer.spec.units import shown_size
from composer.ui.ansi import sanitize
from composer.ui.board import words
from composer.ui.notices import pipe_notice, screen_notice
from composer.ui.view import DRY_RUN, ProgressView

_BUILD = "build "
"""What the keys of builds begin with."""
_PROVIDED = ("provide ", "withdraw ")
"""What the keys begin with of what a provider does, which is told as wide as of a container."""
_WIDE = (*_PROVIDED, _BUILD, "dry build ")


class PlainView(ProgressView):
    """One line an event, as Compose prints on a pipe."""

    def __init__(
        self,
        stream: TextIO,
        *,
        screen: bool,
        dry_run: bool,
        clock: Callable[[], float],
        wall: Callable[[], float],
    ) -> None:
        super().__init__()
        self._stream = stream
        self._screen = screen
        self._start = f" {DRY_RUN} " if dry_run else " "
        self._clock = clock
        self._began = clock()
        self._wall = wall
        self._told: dict[tuple[str, str], str] = {}
        self._step = ("", "")
        """The step of a build that was told of last, with the build's key."""

    def show(self, event: Event) -> None:
        """Print *event*."""
        for line in self.lines(event):
            self._stream.write(f"{line}\n")
        self._stream.flush()

    def lines(self, event: Event) -> list[str]:
        """Return the lines of *event*."""
        match event:
            case Started(key=key, verb=verb):
                return [] if key.startswith(_BUILD) else [self._line(event, verb)]
            case Ended():
                return [self._line(event, " ".join(words(event)))]
            case Progress():
                return self._progress(event)
            case Output(key=key, text=text):
                return [*self._gap(key, text.partition(" ")[0]), *self._output(text)]
            case Notice():
                return [self.notice(event)]
            case _:
                return []

    def notice(self, event: Notice) -> str:
        """Return a message in the form for a person or for a log."""
        if self._screen:
            return screen_notice(event, self._clock() - self._began, coloured=False)
        return pipe_notice(event, self._wall())

    def _line(self, event: Started | Ended, text: str) -> str:
        name = event.resource
        if isinstance(event, Ended) and event.outcome == "done" and event.key.startswith(_BUILD):
            name = name.removeprefix("Image ")  # ` shop-web  Built`
        wide = name.count(" ") == 1 or event.key.startswith(_WIDE)  # `Container web-1  Started`
        gap = "  " if wide else " "
        return printable(f"{self._start}{name}{gap}{text}").replace("\n", " ")

    def _progress(self, event: Progress) -> list[str]:
        """Return a line when a part begins or ends something, none while only its bytes move."""
        key = (event.key, event.part)
        text = event.text
        if event.done:
            text += f" {shown_size(event.current)} done" if event.current else " done"
        if not text or self._told.get(key) == text:
            return []
        self._told[key] = text
        name = event.part or event.resource
        if event.key.startswith(_BUILD):  # as BuildKit's own output
            return [*self._gap(event.key, name), printable(f"{name} {text}")]
        gap = "  " if event.key.startswith(_PROVIDED) else " "
        return [printable(f"{self._start}{name}{gap}{text}")]

    def _gap(self, key: str, name: str) -> list[str]:
        """Return an empty line where another step of a build has its turn."""
        if not (key.startswith(_BUILD) and name.startswith("#")):
            return []
        before, self._step = self._step, (key, name)
        return [""] if before not in {("", ""), self._step} else []

    def _output(self, text: str) -> list[str]:
        if self._screen:
            text = sanitize(text.encode()).decode()
        return text.splitlines()


class QuietView(PlainView):
    """Nothing but warnings and errors; what failed is said by the error that ends the command."""

    def lines(self, event: Event) -> list[str]:
        """Return the lines of *event*."""
        match event:
            case Notice(level="warning" | "error"):
                return [self.notice(event)]
            case _:
                return []
