"""The output of one container as an attached ``up`` shows it, whatever its logging driver keeps.

May import: logs.source, logs.lines, run.events, spec, engine.port, errors.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

from composer.engine.port import ByteStream, Engine, Json
from composer.errors import EngineError, EngineUnreachable
from composer.logs.lines import Cut
from composer.logs.source import Log, Origin, Reading
from composer.run.events import Event
from composer.spec.service import KEEPS_NONE


class Attached:
    """Streams of containers without a log that were attached to before their start.

    Any thread may call.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._streams: dict[str, ByteStream] = {}

    def prepare(self, container: str, wanted: Callable[[Json], bool]) -> None:
        """Attach to a container that is about to start if it is *wanted* and has no log.

        A failure is told by whoever reads later.
        """
        with suppress(EngineError):
            found = self._engine.inspect_container(container)
            if not keeps_log(found) and wanted(found):
                self._streams[found["Id"]] = self._engine.attach_container(found["Id"])

    def take(self, container: str) -> ByteStream:
        """Return the stream of a container, from now on where it was not prepared."""
        return self._streams.pop(container, None) or self._engine.attach_container(container)

    def close(self) -> None:
        """End what nobody took."""
        while self._streams:
            self._streams.popitem()[1].close()


class Live(Log):
    """Reads the log, or what the process prints where its driver keeps no log.

    Then nothing tells what was printed while the connection was lost, and the times are those of
    the reading.
    """

    _kept = True

    def __init__(
        self,
        attached: Attached,
        engine: Engine,
        origin: Origin,
        reading: Reading,
        emit: Callable[[Event], None],
        lost: Callable[[EngineUnreachable], None],
    ) -> None:
        super().__init__(engine, origin, reading, emit, lost)
        self._attached = attached

    def _note(self, container: Json) -> None:
        super()._note(container)
        self._kept = keeps_log(container)
        self._timed = self._kept

    def _read_once(self) -> None:
        self._learn()
        if self._kept:
            super()._read_once()
        else:
            stream = self._opened(self._attached.take(self.origin.id))
            self._pass_on(stream, follow=True, last=True)

    def _deliver(self, cut: Cut) -> None:
        if not self._kept:
            now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f000Z").encode()
            cut = Cut(cut.stream, cut.lines, [now] * len(cut.lines))
        super()._deliver(cut)


def keeps_log(container: Json) -> bool:
    """Tell whether an inspected container has a log that can be read."""
    config = (container.get("HostConfig") or {}).get("LogConfig") or {}
    return config.get("Type") != KEEPS_NONE
