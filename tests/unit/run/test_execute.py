"""The executor: order, parallelism, failures, waits, cancellation. Nothing here sleeps."""

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from composer.errors import (
    EngineAway,
    EngineConflict,
    EngineNotFound,
    ExecutionError,
    Interrupted,
    PlanError,
)
from composer.plan.ops import (
    CreateContainer,
    Guard,
    Op,
    Plan,
    PullImage,
    Ref,
    RemoveContainer,
    RemoveNetwork,
    RemoveVolume,
    RenameContainer,
    StartContainer,
    StopContainer,
    Wait,
)
from composer.run import calls, removal, turnstile
from composer.run.cancel import Cancel
from composer.run.events import Ended, Event, Progress, Started
from composer.run.execute import BUSY, execute
from composer.run.outcome import Outcome
from composer.run.verbs import recreations, verbs
from composer.spec.project import Project
from tests.unit.run.engine_in_memory import Recorder, refusal

PROJECT = Project("p", "/w")


def start(name: str, *after: str, **more: Any) -> StartContainer:
    return StartContainer(f"start {name}", f"Container {name}", after=after, container=name, **more)


def stop(name: str) -> StopContainer:
    return StopContainer(f"stop {name}", f"Container {name}", container=name)


def wait(name: str, *after: str, **more: Any) -> Wait:
    given = {"containers": (name,), "condition": "healthy", "service": name, **more}
    return Wait(f"wait {name}", f"Container {name}", after=after, **given)


class Bench:
    """An engine and what the executor told."""

    def __init__(self) -> None:
        self.engine = Recorder()
        self.events: list[Event] = []
        self.cancel = Cancel()

    def run(self, *ops: Op, **options: Any) -> Outcome:
        options.setdefault("cancel", self.cancel)
        options.setdefault("emit", self.events.append)
        plan = Plan(ops).checked()
        engine: Any = self.engine
        return execute(plan, PROJECT, engine, **options)

    @property
    def told(self) -> list[str]:
        lines = []
        for event in self.events:
            match event:
                case Started(resource=resource, verb=verb):
                    lines.append(f"{resource} {verb}")
                case Ended(resource=resource, verb=verb, outcome="done"):
                    lines.append(f"{resource} {verb}")
                case Ended(resource=resource, outcome=outcome, detail=detail):
                    lines.append(f"{resource} {outcome}: {detail}")
                case _:
                    pass
        return lines


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_an_empty_plan_asks_nothing(bench: Bench) -> None:
    assert bench.run().ok
    assert bench.engine.calls == []


def test_each_waits_for_its_prerequisites(bench: Bench) -> None:
    outcome = bench.run(start("a"), start("b", "start a"), start("c", "start b"))
    assert bench.engine.calls == ["start a", "start b", "start c"]
    assert outcome.done == ("start a", "start b", "start c")
    assert outcome.started == ("a", "b", "c")
    assert bench.told[:2] == ["Container a Starting", "Container a Started"]


def test_independent_ones_run_at_the_same_time(bench: Bench) -> None:
    together = threading.Barrier(3, timeout=20)
    for name in "abc":
        bench.engine.on[f"start {name}"] = together.wait
    assert bench.run(start("a"), start("b"), start("c"), parallel=3).ok


def test_parallel_is_a_bound(bench: Bench) -> None:
    running, most = set[str](), 0
    lock = threading.Lock()
    together = threading.Barrier(2, timeout=20)

    def busy(name: str) -> None:
        nonlocal most
        with lock:
            running.add(name)
        together.wait()
        with lock:
            most = max(most, len(running))
        together.wait()
        with lock:
            running.discard(name)

    names = [f"c{number}" for number in range(40)]
    for name in names:
        bench.engine.on[f"start {name}"] = partial(busy, name)
    assert bench.run(*map(start, names), parallel=2).ok
    assert most == 2


def test_without_a_bound_what_lasts_is_waited_for_side_by_side(bench: Bench) -> None:
    """Stops may take a grace period each; more of them than the engine's work is done on."""
    names = [f"c{number}" for number in range(3 * BUSY)]
    together = threading.Barrier(len(names), timeout=20)
    for name in names:
        bench.engine.on[f"stop {name}"] = together.wait
    assert bench.run(*map(stop, names), parallel=-1).ok


def test_stops_that_wait_for_their_place_are_not_begun_after_a_break_off(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turnstile, "COUNTS", (0, 0))
    monkeypatch.setattr(turnstile, "STOPS", 1)
    monkeypatch.setattr(turnstile, "HOLD_S", 1000)
    names = [f"c{number}" for number in range(5)]
    waiting = threading.Semaphore(0)

    def listen(event: Event) -> None:
        if isinstance(event, Started):
            waiting.release()

    def first() -> None:
        for _ in names:  # all are told of as begun
            assert waiting.acquire(timeout=20)
        bench.cancel.request()

    for name in names:
        bench.engine.on[f"stop {name}"] = first
    outcome = bench.run(*map(stop, names), parallel=-1, emit=listen)
    assert len(bench.engine.calls) == 1
    assert not outcome.ok


def test_without_a_bound_the_engine_has_no_more_to_do_than_it_can(bench: Bench) -> None:
    running, most = 0, 0
    lock = threading.Lock()
    together = threading.Barrier(BUSY, timeout=20)

    def busy() -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        together.wait()
        with lock:
            running -= 1

    names = [f"c{number}" for number in range(3 * BUSY)]
    for name in names:
        bench.engine.on[f"start {name}"] = busy
    assert bench.run(*map(start, names), parallel=-1).ok
    assert most == BUSY


def test_long_chains_begin_first(bench: Bench) -> None:
    ops = [start("lone"), start("a"), start("b", "start a")]
    bench.run(*ops, parallel=1)
    assert bench.engine.calls == ["start a", "start lone", "start b"]


def test_a_failure_skips_what_depends_on_it_and_nothing_else(bench: Bench) -> None:
    bench.engine.on["start a"] = refusal("the engine refused")
    outcome = bench.run(start("a"), start("b", "start a"), start("c", "start b"), start("d"))
    assert outcome.skipped == ("start b", "start c")
    assert outcome.done == ("start d",)
    assert not outcome.replan
    assert "Container b skipped: Container a failed" in bench.told
    with pytest.raises(ExecutionError, match=r"^Container a: the engine refused$"):
        outcome.check()


def test_all_failures_are_told(bench: Bench) -> None:
    bench.engine.on["start a"] = refusal("one")
    bench.engine.on["start b"] = refusal("two")
    error = bench.run(start("a"), start("b")).error
    assert error
    assert sorted(str(error).splitlines()) == ["Container a: one", "Container b: two"]


def test_a_defect_is_a_failure_and_hangs_nothing(bench: Bench) -> None:
    bench.engine.on["start a"] = ZeroDivisionError("oops")
    error = bench.run(start("a"), start("b", "start a")).error
    assert "internal error: ZeroDivisionError('oops')" in str(error)


@pytest.mark.parametrize(
    ("op", "call", "error"),
    [
        (start("a"), "start a", EngineNotFound("no such container")),
        (start("a"), "start a", EngineConflict("marked for removal")),
        (
            RenameContainer("rename", "Container a", container="a", name="b"),
            "rename a b",
            EngineConflict("name in use"),
        ),
    ],
)
def test_a_changed_world_asks_for_a_new_plan(
    bench: Bench, op: Op, call: str, error: Exception
) -> None:
    bench.engine.on[call] = error
    outcome = bench.run(op, start("z"))
    assert outcome.replan
    assert outcome.done == ("start z",)


@pytest.mark.parametrize(
    ("op", "call"),
    [
        (StopContainer("stop", "Container a", container="a"), "stop a"),
        (RemoveContainer("rm", "Container a", container="a", force=True), "remove a force"),
        (RemoveNetwork("rm", "Network n", target="n"), "remove network n"),
    ],
)
def test_what_is_gone_is_gone(bench: Bench, op: Op, call: str) -> None:
    bench.engine.on[call] = EngineNotFound("no such thing")
    assert bench.run(op).ok
    assert bench.engine.calls[0] == call


def test_a_network_in_use_is_a_warning(bench: Bench) -> None:
    bench.engine.has("b")
    bench.engine.members["n"] = ["b"]
    bench.engine.on["remove network n"] = refusal("network n has active endpoints")
    assert bench.run(RemoveNetwork("rm", "Network n", target="n")).ok
    assert bench.told[-1] == "Network n warning: Resource is still in use"


def test_a_network_that_only_the_dead_hold_is_asked_for_again(bench: Bench) -> None:
    """A loaded engine forgets the endpoints of removed containers a moment later."""

    def forget() -> None:
        del bench.engine.on["remove network n"]
        raise refusal("network n has active endpoints")

    bench.engine.members["n"] = ["gone"]
    bench.engine.on["remove network n"] = forget
    assert bench.run(RemoveNetwork("rm", "Network n", target="n")).ok
    assert bench.engine.calls.count("remove network n") == 2
    assert not any("warning" in line for line in bench.told)


def test_a_network_that_the_dead_hold_for_ever_is_an_error(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "_FORGETS_S", 0)
    bench.engine.members["n"] = ["gone"]
    bench.engine.on["remove network n"] = refusal("network n has active endpoints")
    (failed,) = bench.run(RemoveNetwork("rm", "Network n", target="n")).failures
    assert "the engine lost count" in failed.cause
    assert "  hint: restart the engine" in failed.details[0]


REMOVING = EngineConflict("removal of container a is already in progress")
REMOVE = RemoveContainer("rm", "Container a", container="a")


def test_a_removal_that_is_under_way_is_waited_for(bench: Bench) -> None:
    bench.engine.has("a")
    bench.engine.on["remove a"] = REMOVING
    bench.engine.on["inspect a"] = lambda: bench.engine.tell("destroy", "a")
    assert bench.run(REMOVE).ok
    assert bench.engine.calls.count("remove a") == 2


def test_a_removal_whose_end_is_not_told_is_asked_for_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(removal, "QUIET", 0.01)
    answers = iter([REMOVING, REMOVING, REMOVING, EngineNotFound("gone")])

    def ask() -> None:
        raise next(answers)

    bench.engine.has("a", Status="removing")
    bench.engine.on["remove a"] = ask
    assert bench.run(REMOVE).ok


def test_a_dead_container_that_nobody_removes_is_a_failure(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(removal, "QUIET", 0.01)
    bench.engine.has("a", Status="dead")
    bench.engine.on["remove a"] = REMOVING
    (failed,) = bench.run(REMOVE).failures
    assert failed.cause.startswith("it is dead, and the engine goes on saying")


def test_a_request_ends_the_waiting_for_somebody_elses_removal(bench: Bench) -> None:
    bench.engine.has("a", Status="removing")
    bench.engine.on["remove a"] = REMOVING
    bench.engine.on["inspect a"] = bench.cancel.request
    assert bench.run(REMOVE).unfinished == ("rm",)


def test_an_engine_that_went_away_ends_the_run(bench: Bench) -> None:
    bench.engine.on["start a"] = EngineAway("no engine answers")
    outcome = bench.run(start("a"), start("b", "start a"), start("c"), start("d"), parallel=1)
    assert outcome.replan
    assert bench.engine.calls == ["start a"]
    assert outcome.remaining == ("start c", "start d")


@pytest.mark.parametrize(
    ("image", "name"),
    [("a", "a latest"), ("a:1", "a 1"), ("host:5000/a", "host:5000/a latest")],
)
def test_a_pull_by_time_is_noted_at_the_engine(bench: Bench, image: str, name: str) -> None:
    """Else an image that the registry has no newer one of would be due at each command."""
    bench.run(PullImage("pull", "Image", image=image, stamped=True))
    assert f"tag {image} {name}" in bench.engine.calls


def test_a_pull_tells_its_progress_and_may_be_optional(bench: Bench) -> None:
    bench.engine.on["pull bad"] = refusal("manifest unknown")
    outcome = bench.run(
        PullImage("pull good", "Image good", image="good"),
        PullImage("pull bad", "Image bad", image="bad", optional=True),
        start("a", "pull bad"),
    )
    assert outcome.ok
    assert "start a" in outcome.done
    assert "Image bad warning: Error manifest unknown" in bench.told
    assert Progress("pull good", "Image good", "a1", "Downloading", 1, 2) in bench.events


def test_a_guarded_operation_needs_consent(bench: Bench) -> None:
    op = start("a", guard=Guard("really?"))
    with pytest.raises(PlanError, match="really"):
        bench.run(op)
    assert bench.engine.calls == []
    assert bench.run(op, answers=["start a"]).ok


def test_references_are_resolved_when_waits_begin(bench: Bench) -> None:
    bench.engine.has("a", check=True, Health={"Status": "healthy"})
    bench.run(start("a"), wait("a", "start a"), start("b", "wait a"))
    assert bench.engine.calls == ["events", "start a", "inspect a", "start b"]
    assert "Container a Healthy" in bench.told


def test_a_wait_is_ended_by_an_event(bench: Bench) -> None:
    engine = bench.engine
    engine.has("a", check=True, Health={"Status": "starting"})
    engine.on["inspect a"] = lambda: engine.tell("health_status: healthy", "a")
    assert bench.run(start("a"), wait("a", "start a"), start("b", "wait a")).ok
    assert engine.calls.count("inspect a") == 1


def test_waits_take_no_threads(bench: Bench) -> None:
    """Thirty waits and one thread: the operation that ends them all still runs."""
    names = [f"c{number}" for number in range(30)]
    for name in names:
        bench.engine.has(name, check=True, Health={"Status": "starting"})

    def all_healthy() -> None:
        for name in names:
            bench.engine.tell("health_status: healthy", name)

    bench.engine.on["start last"] = all_healthy
    waits = [wait(name, f"start {name}") for name in names]
    assert bench.run(*map(start, names), *waits, start("last"), parallel=1).ok


def test_a_failed_wait_is_explained(bench: Bench) -> None:
    engine = bench.engine
    state = {"Status": "exited", "Running": False, "ExitCode": 137, "OOMKilled": True}
    engine.has("db", check=True, **state)
    engine.logs["db"] = b"\x01\0\0\0\0\0\0\x05hello\x02\0\0\0\0\0\0\x03\n!\n"
    outcome = bench.run(start("db"), wait("db", "start db"), start("web", "wait db"))
    assert str(outcome.error).splitlines() == [
        "Container db: dependency failed to start: container p-db-1 exited (137)",
        "  exit code 137: killed by the kernel: out of memory",
        "  last log lines of p-db-1:",
        "    hello",
        "    !",
    ]
    assert outcome.skipped == ("start web",)


def test_an_unhealthy_one_shows_its_last_check(bench: Bench) -> None:
    log = [{"ExitCode": 0, "Output": "old"}, {"ExitCode": 1, "Output": "refused\x1b[2J\n"}]
    bench.engine.has("db", check=True, Health={"Status": "unhealthy", "Log": log})
    outcome = bench.run(wait("db"))
    assert outcome.failures[0].details == (
        "the last health check ended with 1:",
        "  refused\\x1b[2J",
    )


def test_an_optional_wait_only_warns(bench: Bench) -> None:
    bench.engine.has("db", check=True, Health={"Status": "unhealthy"})
    assert bench.run(wait("db", required=False), start("web", "wait db")).ok
    assert "start web" in bench.engine.calls


def test_a_time_limit_ends_a_wait(bench: Bench) -> None:
    bench.engine.has("db", check=True, Health={"Status": "starting"})
    outcome = bench.run(wait("db", timeout=0.0))
    assert outcome.failures[0].cause.startswith("application not healthy after 0s: ")


def test_a_lost_event_stream_is_opened_again_and_all_is_looked_at(bench: Bench) -> None:
    engine = bench.engine
    engine.has("db", check=True, Health={"Status": "starting"})

    def lose() -> None:
        del engine.on["inspect db"]
        engine.on["events"] = lambda: engine.has("db", check=True, Health={"Status": "healthy"})
        engine.streams[0].inbox.put(EngineAway("cut"))

    engine.on["inspect db"] = lose
    assert bench.run(wait("db")).ok
    assert engine.calls.count("events") == 2


def test_the_first_request_lets_calls_end_and_begins_no_other(bench: Bench) -> None:
    bench.engine.on["start a"] = bench.cancel.request
    outcome = bench.run(start("a"), start("b", "start a"))
    assert bench.engine.calls == ["start a"]
    assert outcome.done == ("start a",)
    assert outcome.remaining == ("start b",)
    assert not outcome.replan
    with pytest.raises(Interrupted, match=r"interrupted; not begun: start b$"):
        outcome.check()


def test_a_request_ends_waits(bench: Bench) -> None:
    bench.engine.has("db", check=True, Health={"Status": "starting"})
    bench.engine.on["inspect db"] = bench.cancel.request
    outcome = bench.run(wait("db"), start("a", "wait db"))
    assert outcome.remaining == ("wait db", "start a")
    with pytest.raises(Interrupted, match=r"interrupted; not done: wait db; not begun: start a$"):
        outcome.check()


def test_the_second_request_waits_for_nothing(bench: Bench) -> None:
    forever = threading.Event()

    def hang() -> None:
        bench.cancel.request()
        bench.cancel.request()
        forever.wait(20)

    bench.engine.on["start a"] = hang
    outcome = bench.run(start("a"))
    assert outcome.remaining == ("start a",)
    with pytest.raises(Interrupted, match=r"interrupted; not done: start a$"):
        outcome.check()
    forever.set()


def test_a_request_breaks_off_a_pull(bench: Bench) -> None:
    """Also one whose registry says nothing; what it comes to later is not told."""
    silence = threading.Event()

    def hang() -> None:
        bench.cancel.request()
        silence.wait(20)

    bench.engine.on["pull slow"] = hang
    outcome = bench.run(PullImage("pull", "Image slow", image="slow"), start("a", "pull"))
    silence.set()
    assert outcome.remaining == ("pull", "start a")
    assert bench.told == ["Image slow Pulling", "Image slow skipped: given up"]
    with pytest.raises(Interrupted):
        outcome.check()


def test_a_failure_and_a_request_end_as_the_request_does(bench: Bench) -> None:
    def fail() -> None:
        bench.cancel.request()
        raise refusal("no room")

    bench.engine.on["start a"] = fail
    outcome = bench.run(start("a"), start("b"), parallel=1)
    with pytest.raises(Interrupted, match="no room\ninterrupted; not begun: start b") as ended:
        outcome.check()
    assert ended.value.exit_code == 130


def test_a_request_after_the_end_interrupts_nothing(bench: Bench) -> None:
    bench.engine.on["start a"] = bench.cancel.request
    assert bench.run(start("a")).ok


def test_removing_and_renaming_are_parts_of_a_recreation() -> None:
    create = CreateContainer("create web-1", "Container web", replaces="old", name="tmp")
    plan = Plan(
        (
            create,
            StopContainer("stop web-1", "Container web", container="old"),
            RemoveContainer("rm web-1", "Container web", container="old"),
            RenameContainer("name web-1", "Container web", container=Ref("create web-1"), name="w"),
            start("other"),
        )
    )
    assert verbs(create) == ("Recreate", "Recreated")
    assert set(recreations(plan)) == {"stop web-1", "rm web-1", "name web-1"}


@pytest.mark.parametrize(
    "words", ["volume is in use - [1]", "has active endpoints", "image is being used by container"]
)
def test_what_others_still_use_stays_with_a_warning(bench: Bench, words: str) -> None:
    bench.engine.on["remove volume v"] = EngineConflict(words)
    outcome = bench.run(RemoveVolume("rm", "Volume v", target="v"))
    assert (outcome.error, outcome.warned) == (None, ("rm",))


def test_a_refusal_for_another_reason_is_a_failure(bench: Bench) -> None:
    bench.engine.on["remove volume v"] = EngineConflict("a proxy does not like it")
    assert bench.run(RemoveVolume("rm", "Volume v", target="v")).error


class Broken(BaseException):
    """What nobody catches on the way, as KeyboardInterrupt."""


def _fails_on(kind: type[Event], of: str) -> Callable[[Event], None]:
    def listen(event: Event) -> None:
        if isinstance(event, kind) and getattr(event, "resource", "") == f"Container {of}":
            raise Broken(of)

    return listen


def test_an_exception_in_the_calling_thread_begins_nothing_more_and_awaits_what_is_under_way(
    bench: Bench,
) -> None:
    """Whoever cleans up after it is not to meet calls that come later."""
    going, ended = threading.Event(), threading.Event()

    def slow() -> None:
        going.set()
        assert ended.wait(20)
        bench.engine.calls.append("slow ended")

    def listen(event: Event) -> None:
        if event == Started("start b", "Container b", "Starting"):
            assert going.wait(20)
        if isinstance(event, Ended) and event.resource == "Container b":
            threading.Timer(0.2, ended.set).start()
            raise Broken

    bench.engine.on["start a"] = slow
    with pytest.raises(Broken):
        bench.run(start("a"), start("b"), start("c"), start("d"), parallel=2, emit=listen)
    before = list(bench.engine.calls)
    assert "slow ended" in before
    assert len([one for one in before if one.startswith("start")]) <= 3
    assert "start d" not in before
    assert not [one for one in threading.enumerate() if one.name.startswith("op-") and _busy(one)]
    assert bench.engine.calls == before


def _busy(thread: threading.Thread) -> bool:
    thread.join(5)
    return thread.is_alive()


@pytest.mark.parametrize("kind", [Started, Ended])
def test_what_a_listener_raises_ends_the_execution_and_is_raised(
    bench: Bench, kind: type[Event]
) -> None:
    """Whether it was called in a thread of the crew (Started) or not; the end counts, too."""
    with pytest.raises(Broken, match="a"):
        bench.run(start("a"), start("b", "start a"), emit=_fails_on(kind, "a"))
    assert bench.engine.calls == ([] if kind is Started else ["start a"])
    with pytest.raises(Broken, match="b"):
        bench.run(start("b"), cancel=Cancel(), emit=_fails_on(Ended, "b"))


def test_a_listener_that_raised_is_told_nothing_more(bench: Bench) -> None:
    told: list[Event] = []

    def listen(event: Event) -> None:
        told.append(event)
        raise Broken

    with pytest.raises(Broken):
        bench.run(*(start(f"c{number}") for number in range(20)), parallel=4, emit=listen)
    assert len(told) == 1


def test_a_transfer_is_not_awaited_after_an_exception(bench: Bench) -> None:
    forever = threading.Event()
    bench.engine.on["pull slow"] = partial(forever.wait, 60)
    ops = (PullImage("pull", "Image slow", image="slow"), start("b"))
    with pytest.raises(Broken):
        bench.run(*ops, emit=_fails_on(Ended, "b"))
    assert not forever.is_set()
    forever.set()


def test_a_second_request_ends_the_wait_for_calls_under_way(bench: Bench) -> None:
    forever = threading.Event()
    bench.engine.on["start a"] = partial(forever.wait, 60)

    def listen(event: Event) -> None:
        if isinstance(event, Ended):
            threading.Timer(0.1, bench.cancel.request).start()
            threading.Timer(0.2, bench.cancel.request).start()
            raise Broken

    with pytest.raises(Broken):
        bench.run(start("a"), start("b"), cancel=Cancel(bench.cancel), emit=listen)
    assert not forever.is_set()
    forever.set()


def test_a_cancel_with_an_outer_one_hears_of_both_and_leaves_the_outer_one_alone() -> None:
    outer, heard = Cancel(), list[str]()
    inner = Cancel(outer)
    forget = inner.subscribe(lambda: heard.append("inner"))
    inner.request()
    assert (inner.requested, outer.requested) == (True, False)
    outer.request()
    assert heard == ["inner", "inner"]
    assert (inner.forced, outer.forced) == (False, False)
    outer.request()
    assert (inner.forced, outer.forced) == (True, True)
    forget()
    outer.request()
    assert len(heard) == 3
    with inner.heeding():
        assert outer.heeded
