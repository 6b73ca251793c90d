"""The executor on a real engine."""

import json

import pytest

from composer.identity import PROJECT
from composer.plan.ops import (
    Condition,
    Op,
    Ref,
    RemoveContainer,
    RemoveNetwork,
    RenameContainer,
    StopContainer,
    Wait,
)
from composer.run import conditions
from composer.run.events import Ended, LogBlock
from composer.spec.develop import Hook
from composer.spec.files import Config, FileReference, Secret
from composer.spec.mounts import Mount
from composer.spec.service import Healthcheck
from tests.contract.stack import FOREVER, Stack, shell, stack

pytestmark = pytest.mark.engine
SECOND = 10**9


def wait(stacked: Stack, service: str, condition: Condition, timeout: float | None = 30) -> Op:
    return Wait(
        f"wait {service}", f"Container {stacked.name}-{service}-1", after=(f"start {service}-1",),
        service=service, containers=(Ref(f"create {service}-1"),), condition=condition,
        timeout=timeout,
    )  # fmt: skip


def check(test: str, retries: int | None = None) -> Healthcheck:
    return Healthcheck(test=("CMD-SHELL", test), interval=SECOND // 5, retries=retries)


def test_up_and_down() -> None:
    with stack(web=shell(FOREVER)) as it:
        outcome = it.up("web").check()
        assert it.inspect("web")["State"]["Running"]
        container, network = outcome.made["create web-1"], outcome.made["network"]
        down = it.run(
            StopContainer("stop", "Container web", container=container, service="web", timeout=10),
            RemoveContainer("rm", "Container web", after=("stop",), container=container),
            RemoveNetwork("rm network", "Network", after=("rm",), target=network),
        )
        assert down.ok
        assert not it.engine.list_containers({"id": [container]})


def test_a_chain_by_health_is_told_by_events() -> None:
    db = shell("sleep 0.3; touch /ready; " + FOREVER, healthcheck=check("test -e /ready"))
    with stack(db=db, web=shell(FOREVER)) as it:
        outcome = it.run(
            it.network(), it.create("db"), it.create("web"), it.start("db"),
            wait(it, "db", "healthy"), it.start("web", "wait db"),
        )  # fmt: skip
        outcome.check()
        verbs = [event.verb for event in it.events if isinstance(event, Ended)]
        assert verbs.index("Healthy") < len(verbs) - 1


def test_a_dependency_that_exits_is_explained() -> None:
    db = shell("echo cannot find my data; exit 3", healthcheck=check("true"))
    with stack(db=db) as it:
        outcome = it.run(it.network(), it.create("db"), it.start("db"), wait(it, "db", "healthy"))
        name = f"{it.name}-db-1"
        assert str(outcome.error).splitlines() == [
            f"dependency failed to start: container {name} exited (3)",
            f"  last log lines of {name}:",
            "    cannot find my data",
        ]


def test_an_unhealthy_dependency_shows_its_check() -> None:
    db = shell(FOREVER, healthcheck=check("echo no answer; exit 1", retries=1))
    with stack(db=db) as it:
        outcome = it.run(it.network(), it.create("db"), it.start("db"), wait(it, "db", "healthy"))
        assert outcome.failures[0].cause.endswith("is unhealthy")
        assert outcome.failures[0].details == ("the last health check ended with 1:", "  no answer")


@pytest.mark.parametrize(("code", "good"), [(0, True), (2, False)])
def test_a_job_completes(code: int, good: bool) -> None:  # noqa: FBT001 - a column of the table
    with stack(job=shell(f"exit {code}")) as it:
        outcome = it.run(
            it.network(), it.create("job"), it.start("job"), wait(it, "job", "completed")
        )
        assert outcome.ok is good


def test_a_crash_loop_is_not_running(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conditions, "SETTLE", 30.0)  # on a busy machine an end takes its time
    with stack(web=shell("exit 1", restart="always")) as it:
        outcome = it.run(
            it.network(), it.create("web"), it.start("web"), wait(it, "web", "running_or_healthy")
        )
        assert "keeps restarting, last exit code 1" in str(outcome.error)


def test_a_job_that_ends_well_is_as_good_as_running() -> None:
    with stack(job=shell("exit 0"), web=shell(FOREVER)) as it:
        ops = [op for name in ("job", "web") for op in (it.create(name), it.start(name))]
        waits = [wait(it, name, "running_or_healthy") for name in ("job", "web")]
        assert it.run(it.network(), *ops, *waits).ok


def test_out_of_memory_is_named() -> None:
    """The container ends only once the engine knows of it: it may learn of the end first."""
    greed = "trap 'exit 1' TERM; head -c 60m /dev/zero | tail; "
    with stack(hungry=shell(greed + FOREVER, mem_limit=16 << 20)) as it:
        ours = {"event": ["oom"], "label": [f"{PROJECT}={it.name}"]}
        told = it.engine.events(ours)
        made = it.up("hungry").check().made["create hungry-1"]
        next(iter(told))
        told.close()
        it.engine.kill_container(made, "SIGTERM")
        done = wait(it, "hungry", "completed").replace(containers=(made,), after=())
        assert "out of memory (limit 16 MiB)" in str(it.run(done).error)


def test_a_name_that_is_taken_asks_for_a_new_plan() -> None:
    with stack(web=shell(FOREVER)) as it:
        it.up("web").check()
        again = it.run(it.create("web", after=()))
        assert again.replan


def test_a_container_that_vanished_asks_for_a_new_plan() -> None:
    with stack(web=shell(FOREVER)) as it:
        made = it.up("web").check().made["create web-1"]
        it.engine.remove_container(made, force=True)
        start = it.start("web").replace(container=made, after=())
        assert it.run(start).replan
        stop = StopContainer("stop", "Container web", container=made, service="web")
        remove = RemoveContainer("rm", "Container web", container=made, after=("stop",))
        assert it.run(stop, remove).ok


def test_what_another_command_replaces_asks_for_a_new_plan() -> None:
    """Its container is stopped under the wait, and its successor is there already."""
    with stack(web=shell("exit 3")) as it:
        ops = it.network(), it.create("web"), it.start("web"), wait(it, "web", "completed")
        alone = it.run(*ops)
        assert (alone.ok, alone.replan) == (False, False)
        replaced = it.inspect("web")["Id"]
        successor = it.create("web", number=2, name=f"{replaced[:12]}_{it.name}-web-1", after=())
        assert it.run(successor).ok
        again = Wait(
            "wait web", "Container web", service="web", containers=(replaced,),
            condition="completed",
        )  # fmt: skip
        assert it.run(again).replan


def test_a_name_that_another_command_gave_is_given() -> None:
    with stack(web=shell(FOREVER)) as it:
        assert it.run(it.network(), it.create("web")).ok
        made = it.inspect("web")
        rename = RenameContainer(
            "rename", "Container web", container=made["Id"], name=made["Name"].lstrip("/")
        )
        assert it.run(rename).ok


def test_a_recreation_keeps_anonymous_volumes_and_is_told_as_one() -> None:
    web = shell(FOREVER, volumes=(Mount(type="volume", target="/data"),))
    with stack(web=web) as it:
        old = it.up("web").check().made["create web-1"]
        volume = it.inspect("web")["Mounts"][0]["Name"]
        it.events.clear()
        name = f"{it.name}-web-1"
        outcome = it.run(
            it.create("web", name=f"{old[:12]}_{name}", replaces=old, after=()),
            StopContainer("stop", name, after=("create web-1",), container=old, service="web"),
            RemoveContainer("rm", name, after=("stop",), container=old),
            RenameContainer(
                "rename", name, after=("rm",), container=Ref("create web-1"), name=name
            ),
            it.start("web", "rename"),
        )
        outcome.check()
        found = it.inspect("web")
        assert found["Id"] == outcome.made["create web-1"]
        assert found["Mounts"][0]["Name"] == volume
        assert found["State"]["Running"]
        verbs = [event.verb for event in it.events if isinstance(event, Ended)]
        assert verbs == ["Recreated", "Started"]


def test_contents_are_there_when_the_container_starts() -> None:
    web = shell(
        "cat /run/secrets/key /etc/app.conf > /seen; " + FOREVER,
        secrets=(FileReference(source="key", mode=0o400),),
        configs=(FileReference(source="app", target="/etc/app.conf"),),
        healthcheck=check("test -s /seen"),
    )
    with stack(web=web) as it:
        it.project = it.project.replace(
            secrets={"key": Secret(environment="KEY")},
            configs={"app": Config(content="verbose")},
            environment={"KEY": "hush "},
        )
        ops = [it.network(), it.create("web"), it.start("web"), wait(it, "web", "healthy")]
        outcome = it.run(*ops).check()
        exec_id = it.engine.exec_create(
            outcome.made["create web-1"],
            {"Cmd": ["cat", "/seen"], "AttachStdout": True, "AttachStderr": True},
        )
        assert it.engine.exec_run(exec_id) == (0, b"hush verbose")
        assert "hush" not in json.dumps(it.inspect("web"))


@pytest.mark.parametrize("heard", [True, False])
def test_hooks_run_and_their_failure_counts(heard: bool) -> None:  # noqa: FBT001 - a parameter
    """In the background where nobody hears them, as Docker Compose runs them."""
    hooks = (Hook(command=("echo", "hello"), environment={"A": "b"}),)
    with stack(
        good=shell(FOREVER, post_start=hooks),
        bad=shell(FOREVER, post_start=(Hook(command=("sh", "-c", "echo no; exit 4")),)),
    ) as it:
        it.heard = heard
        outcome = it.up()
        said = {one.container: one.lines for one in it.events if isinstance(one, LogBlock)}
        assert said == ({"good-1 ->": [b"hello"], "bad-1 ->": [b"no"]} if heard else {})
        assert "start good-1" in outcome.done
        assert "bad hook exited with status 4" in str(outcome.error)
