"""What every view of progress is: a listener that is entered and left.

May import: errors, run.events, ui.footer.
"""

import threading
from types import TracebackType
from typing import TYPE_CHECKING, Self

from composer.errors import Interrupted
from composer.run.events import Event, Listener, Notice

if TYPE_CHECKING:
    from composer.ui.footer import Footer

DRY_RUN = "DRY-RUN MODE - "


class ProgressView:
    """A Listener, callable from any thread, that shows what it is told while it is entered.

    It may be entered again; outside, it shows nothing but notices.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.entered = False
        self.aside: Listener | None = None
        """Who tells notices, where progress alone goes to this stream."""
        self.footer: Footer | None = None
        """A line on the same terminal, to be hidden while something is drawn."""
        self.warns = True
        """Whether notices are shown that are no errors."""

    def __enter__(self) -> Self:
        self.entered = True
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        raised: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self.lock:
            self.entered = False
            if self.finish() and isinstance(raised, Interrupted):
                raised.told = True

    def __call__(self, event: Event) -> None:
        """Show *event*."""
        if self.hides(event):
            return
        with self.lock:
            if self.aside and isinstance(event, Notice):
                self.aside(event)
            elif self.entered or isinstance(event, Notice):
                self.cover()
                self.show(event)
                self.uncover()

    def hides(self, event: Event) -> bool:
        """Tell a notice that is not wanted."""
        return isinstance(event, Notice) and event.level != "error" and not self.warns

    def cover(self) -> None:
        """Hide the footer."""
        if self.footer:
            self.footer.hide()

    def uncover(self) -> None:
        """Show the footer again."""
        if self.footer:
            self.footer.show()

    def show(self, event: Event) -> None:
        """Show *event*; called by one thread at a time."""

    def finish(self) -> bool:
        """Show that it is over; return whether that took whole lines."""
        return False

    def above(self, data: bytes) -> bool:  # noqa: ARG002 - only a live view needs it
        """Print whole lines above what is redrawn; return false where nothing is redrawn.

        Other output to the same terminal (logs) goes through this, then none garbles the other.
        """
        return False
