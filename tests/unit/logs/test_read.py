"""Reading what is there: failures of single logs, and a listener that fails."""

from typing import Any

import pytest

from composer.engine.port import Filters, Json
from composer.errors import EngineUnsupported
from composer.logs.read import READERS, LogOptions, read_logs
from composer.run.events import Event, LogsFound, Notice
from tests.unit.logs.test_follow import LABELS


class Silent:
    """An engine whose containers keep no logs."""

    def clock(self) -> float:
        return 0.0

    def list_containers(self, filters: Filters, *, everything: bool = True) -> list[Json]:  # noqa: ARG002
        return [
            {
                "Id": f"id{number}",
                "Names": [f"/shop-b-1/a-{number}", f"/shop-a-{number}"],
                "State": "running",
                "Labels": {
                    **LABELS,
                    "com.docker.compose.service": "a",
                    "com.docker.compose.container-number": str(number),
                },
            }
            for number in range(1, 2 * READERS)
        ]

    def inspect_container(self, container: str) -> Json:
        return {"Id": container, "Config": {}, "State": {"Status": "running"}}

    def container_logs(self, _: str, **options: Any) -> Any:  # noqa: ARG002
        raise EngineUnsupported("configured logging driver does not support reading")


def test_logs_that_are_kept_nowhere_are_told_of() -> None:
    told: list[Event] = []
    engine: Any = Silent()
    read_logs(engine, "shop", LogOptions(), emit=told.append)
    assert len([one for one in told if isinstance(one, Notice)]) == 2 * READERS - 1
    assert any("Can't retrieve logs for" in one.text for one in told if isinstance(one, Notice))


def test_all_containers_are_told_of_before_the_first_line() -> None:
    """By their own names, though others link to them."""
    told: list[Event] = []
    engine: Any = Silent()
    read_logs(engine, "shop", LogOptions(index=2), emit=told.append)
    assert told[0] == LogsFound(("a-2",))


@pytest.mark.parametrize("by_time", [False, True])
def test_a_listener_that_fails_at_a_notice_ends_it(by_time: bool) -> None:  # noqa: FBT001
    """However many logs are left, each of which has something to tell."""

    def closed(event: Event) -> None:
        if isinstance(event, Notice):
            raise BrokenPipeError

    engine: Any = Silent()
    with pytest.raises(BrokenPipeError):
        read_logs(engine, "shop", LogOptions(), emit=closed, by_time=by_time)
