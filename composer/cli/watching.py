"""Watching files beside an attached ``up``: in a thread of its own, switched on and off.

May import: cli, api, run, watch, errors.
"""

import threading
from collections.abc import Collection
from typing import TYPE_CHECKING

from composer.api import Composer
from composer.errors import ComposerError
from composer.run.cancel import Cancel
from composer.run.events import Listener, Notice, WatchNote
from composer.watch.legacy import has_rules

if TYPE_CHECKING:
    from composer.api.watch import Replacing, Watching


class Watch:
    """The switch. *emit* receives what watching tells."""

    def __init__(
        self, app: Composer, services: Collection[str], emit: Listener, replacing: "Replacing"
    ) -> None:
        self._app = app
        self._services = services
        self._emit = emit
        self._replacing = replacing
        self._cancel = Cancel()
        self._prepared: Watching | None = None
        self._thread: threading.Thread | None = None

    @property
    def is_on(self) -> bool:
        """Whether files are watched now."""
        return bool(self._thread and self._thread.is_alive() and not self._cancel.requested)

    @property
    def configured(self) -> bool:
        """Whether a service has rules."""
        project = self._app.selected(self._services)
        return any(has_rules(one) for one in project.services.values())

    def prepare(self) -> None:
        """Read the rules. Raises LoadError and ComposerError for what cannot work."""
        from composer.api.watch import WatchOptions  # with the engine

        self._cancel = Cancel()
        self._prepared = self._app.watching(
            self._services,
            WatchOptions(prune=False),  # what other runs left is nobody's business here
            emit=self._emit,
            cancel=self._cancel,
            replacing=self._replacing,
        )

    def on(self) -> None:
        """Begin to watch. Raises what prepare raises."""
        if self._prepared is None:
            self.prepare()
        if self._prepared is not None:
            work = (self._prepared,)
            self._thread = threading.Thread(target=self._run, args=work, name="watch", daemon=True)
            self._thread.start()
        self._prepared = None

    def off(self) -> None:
        """End watching; what is under way is given up, and has ended when this returns."""
        if self.is_on:
            self._cancel.request()
            self._emit(WatchNote("Watch disabled"))
        if self._thread:
            self._thread.join()

    def _run(self, watching: "Watching") -> None:
        try:
            watching.run()
        except ComposerError as failure:
            if not self._cancel.requested:
                self._app.emit(Notice("error", failure.message))
