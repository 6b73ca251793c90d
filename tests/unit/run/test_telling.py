"""What people hear of an operation: its beginning, its end, both, or nothing unless it fails."""

import pytest

from composer.plan.ops import (
    ConnectNetwork,
    CreateContainer,
    DisconnectNetwork,
    Op,
    PauseContainer,
    Plan,
    Ref,
    RemoveContainer,
    RenameContainer,
    StartContainer,
    UnpauseContainer,
    Wait,
)
from composer.run.events import Ended, Event, Started
from composer.run.telling import Teller


def told(op: Op, failure: str = "") -> list[str]:
    events: list[Event] = []
    teller = Teller(Plan((op,)), events.append)
    teller.started(op)
    if failure:
        teller.failed(op, failure)
    else:
        teller.ended(op)
    return [
        f"{one.verb} {one.detail}".strip() if isinstance(one, Ended) else one.verb
        for one in events
        if isinstance(one, (Started, Ended))
    ]


def test_a_start_is_told_twice() -> None:
    assert told(StartContainer("a", "Container a")) == ["Starting", "Started"]


@pytest.mark.parametrize(
    ("kind", "verb"), [(PauseContainer, "Paused"), (UnpauseContainer, "Unpaused")]
)
def test_what_takes_no_time_is_told_when_it_is_done(kind: type[Op], verb: str) -> None:
    assert told(kind("a", "Container a")) == [verb]


@pytest.mark.parametrize("kind", [ConnectNetwork, DisconnectNetwork])
def test_a_connection_is_told_only_where_it_fails(kind: type[Op]) -> None:
    op = kind("a", "Container a")
    assert told(op) == []
    assert [one.partition(" ")[2] for one in told(op, "no room")] == ["no room"]


def test_nobody_hears_of_a_wait_for_the_start_of_what_is_optional() -> None:
    assert told(Wait("a", "Container a", required=False)) == []
    assert told(Wait("a", "Container a", condition="healthy")) == ["Waiting", "Healthy"]


def test_a_recreation_is_told_by_the_name_of_what_goes() -> None:
    plan = Plan(
        (
            CreateContainer("create", "Container new", name="new", replaces="old-id"),
            RemoveContainer("remove", "Container old", container="old-id"),
            RenameContainer("rename", "Container new", container=Ref(key="create")),
            StartContainer("start", "Container new", container=Ref(key="create")),
        )
    )
    events: list[Event] = []
    teller = Teller(plan, events.append)
    for op in plan:
        teller.started(op)
        teller.ended(op)
    words = [f"{one.resource} {one.verb}" for one in events if isinstance(one, (Started, Ended))]
    assert words == [
        "Container old Recreate", "Container old Recreated",
        "Container new Starting", "Container new Started",
    ]  # fmt: skip
