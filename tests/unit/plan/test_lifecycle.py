"""Plans on containers that exist, and on images alone."""

from typing import Literal

import pytest

from composer.errors import PlanError
from composer.load.select import only
from composer.plan.down import down
from composer.plan.labels import labelled_project
from composer.plan.ops import RemoveImage
from composer.plan.policy import DownPolicy, UpPolicy
from composer.plan.restart import restart
from composer.plan.signals import freeze, kill, rm
from composer.plan.start import start
from composer.plan.stop import stop
from composer.plan.transfer import PullPolicy, build, pull, push
from composer.plan.up import up
from composer.spec.service import Dependency
from composer.state import NetworkState
from tests.simulate import simulate
from tests.unit.plan.stage import after_up, changed, empty, project_of

CHAIN = """
services:
  db: {image: db}
  web: {image: web, depends_on: {db: {condition: service_healthy, restart: true}}}
  other: {image: web, depends_on: [db]}
"""
STOPPED = {"status": "exited", "exit_code": 0}
MAKERS = """
services:
  base: {build: .}
  web: {build: {context: ., additional_contexts: {base: "service:base"}}, image: "reg/web"}
  same: {image: reg/db, build: .}
  db: {image: reg/db}
  never: {image: reg/never, pull_policy: never}
"""


def test_start_waits_for_conditions() -> None:
    project = project_of(CHAIN)
    there = changed(after_up(project), {"web-1": STOPPED, "db-1": STOPPED})
    plan = start(project, there).checked()
    assert plan.text().splitlines() == [
        "start db-1",
        "wait db healthy  (after: start db-1)",
        "start web-1  (after: wait db healthy)",
    ]
    assert all(one.running for one in simulate(plan, project, there).containers)


def test_start_needs_containers() -> None:
    project = project_of(CHAIN)
    with pytest.raises(PlanError, match='service "db" has no container to start'):
        start(only(project, ["db"]), empty(project))


def test_start_warns_of_a_service_without_container_where_others_have_one() -> None:
    project = project_of(CHAIN)
    there = after_up(project_of("services: {db: {image: db}}"))
    plan = start(only(project, ["other"]), changed(there, {"db-1": STOPPED}))
    assert [op.key for op in plan] == ["start db-1"]
    assert plan.warnings == ('service "other" has no container to start',)


def test_what_has_ended_is_told_as_stopped_too() -> None:
    project = project_of("services: {db: {image: db}}")
    there = changed(after_up(project), {"db-1": STOPPED})
    assert stop(project, there).text() == "stop db-1"
    assert rm(project, there, stop=True).text().startswith("stop db-1\n")
    assert rm(project, there).text() == "remove db-1"


def test_rm_names_the_newest_first_as_the_engine_lists_them() -> None:
    project = project_of("services: {a: {image: i}, b: {image: i, depends_on: [a]}}")
    listed = {"a-1": {**STOPPED, "listed": 1}, "b-1": {**STOPPED, "listed": 0}}
    there = changed(after_up(project), listed)
    assert rm(project, there).text().splitlines() == ["remove b-1", "remove a-1"]


def test_start_refuses_to_wait_for_the_health_of_what_is_not_there() -> None:
    project = project_of(CHAIN)
    there = changed(after_up(project), {"db-1": "gone", "web-1": STOPPED})
    with pytest.raises(PlanError, match="web is missing dependency db"):
        start(project, there)


def test_start_refuses_what_is_paused() -> None:
    project = project_of(CHAIN)
    there = changed(after_up(project), {"web-1": {"status": "paused"}})
    with pytest.raises(PlanError, match="shop-web-1: cannot start a paused container") as caught:
        start(project, there)
    assert caught.value.hint == "composer unpause web"


@pytest.mark.parametrize("status", ["exited", "running"])
def test_a_successor_does_not_run_beside_the_container_that_it_was_to_replace(status: str) -> None:
    project = project_of("services: {web: {image: web}}")
    successor = {"like": "web-1", "replaces": "web-1", "status": "created"}
    there = changed(after_up(project), {"new": successor, "web-1": {"status": status}})
    assert start(project, there).text() == ("start web-1" if status == "exited" else "")
    assert restart(project, there).text() == "restart web-1"


def test_start_can_wait_in_the_end() -> None:
    project = project_of(CHAIN, ["db"])
    there = changed(after_up(project), {"db-1": STOPPED})
    plan = start(project, there, wait=True, timeout=3)
    assert [op.key for op in plan] == ["start db-1", "ready db"]


def test_restart_takes_dependents_along() -> None:
    project = project_of(CHAIN)
    there = after_up(project)
    plan = restart(project, there, services=["db"])
    assert plan.checked().text().splitlines() == [
        "restart db-1",
        "wait db healthy  (after: restart db-1)",
        "restart web-1  (after: wait db healthy)",
    ]
    alone = restart(project, there, services=["db"], dependents=False)
    assert alone.text() == "restart db-1"
    assert len(restart(project, there).checked().operations) == 4


def test_restart_waits_only_for_those_that_a_service_restarts_with() -> None:
    project = project_of(CHAIN)
    plan = restart(project, after_up(project)).text().splitlines()
    assert "restart web-1  (after: wait db healthy)" in plan
    assert "restart other-1" in plan


@pytest.mark.parametrize("label", ["db", "db:service_started", "db:service_started:true"])
def test_labels_of_older_versions_tell_dependencies_too(label: str) -> None:
    there = after_up(project_of(CHAIN))
    old = next(one for one in there.containers if one.service == "other")
    labels = {**old.labels, "com.docker.compose.depends_on": label}
    known = labelled_project("shop", changed(there, {"other-1": {"labels": labels}}))
    assert known.services["other"].depends_on == {
        "db": Dependency(condition="service_started", restart=True, required=True)
    }


def test_only_images_of_known_services_go_with_down() -> None:
    """Others may be another file's, with the same project name; on request they go too."""
    project = project_of("services: {web: {build: .}, tool: {build: ., profiles: [x]}}")
    built = {"shop-web:latest": "web", "extra:1": "web", "shop-tool:1": "tool", "shop-old:1": "old"}
    there = after_up(project)

    def removed(images: Literal["all", "local"], *, orphans: bool = False) -> list[str]:
        policy = DownPolicy(images=images, remove_orphans=orphans)
        plan = down("shop", project, there, policy, built)
        return [op.target for op in plan if isinstance(op, RemoveImage)]

    assert removed("local") == removed("all") == ["shop-web", "extra:1"]
    assert len(removed("local", orphans=True)) == len(built)


def test_an_external_network_may_be_named_by_its_id() -> None:
    ident = "a1" * 32
    project = project_of(f"""
        services: {{web: {{image: x, networks: [e]}}}}
        networks: {{e: {{external: true, name: {ident}}}}}
    """)
    known = {ident: NetworkState(ident, "edge")}
    there = after_up(project, empty(project).replace(networks=known))
    there = changed(there, {"web-1": {"networks": {"edge": ident}}})
    assert up(project, there, UpPolicy()).unchanged == ("Container shop-web-1",)


def test_kill_and_orphans() -> None:
    project = project_of(CHAIN)
    there = changed(after_up(project), {"old-1": {}, "other-1": STOPPED})
    assert kill(project, there).text().splitlines() == ["kill db-1", "kill web-1"]
    lines = kill(project, there, services=["web"], orphans=True).text().splitlines()
    assert lines == ["kill old-1", "kill web-1"]


def test_pause_and_unpause_ask_the_engine_of_all_that_runs() -> None:
    project = project_of(CHAIN)
    there = changed(after_up(project), {"db-1": {"status": "paused"}, "other-1": STOPPED})
    assert freeze(project, there).text() == "pause db-1\npause web-1"
    assert freeze(project, there, thaw=True).text() == "unpause db-1\nunpause web-1"


def test_what_a_pause_has_asked_for_before_is_done_where_it_is_so() -> None:
    """The answer was lost; the engine would refuse it now."""
    project = project_of(CHAIN)
    there = changed(after_up(project), {"db-1": {"status": "paused"}, "other-1": STOPPED})
    asked = {one.id for one in there.containers}
    assert freeze(project, there, asked=asked).text() == "pause web-1"
    assert freeze(project, there, asked=asked, thaw=True).text() == "unpause db-1"


def test_rm_removes_what_does_not_run() -> None:
    project = project_of(CHAIN)
    there = changed(after_up(project), {"other-1": STOPPED})
    assert rm(project, there).text() == "remove other-1"
    assert rm(project, there, services=["db", "web"], stop=True).checked().text().splitlines() == [
        "stop web-1",
        "stop db-1  (after: stop web-1)",
        "remove db-1  (after: stop db-1)",
        "remove web-1  (after: stop web-1)",
    ]


def test_labels_stand_for_files() -> None:
    project = project_of(CHAIN)
    there = after_up(project)
    known = labelled_project("shop", there)
    assert restart(known, there).text() == restart(project, there).text()


def test_pull_pulls_each_image_once() -> None:
    project = project_of(MAKERS)
    there = empty(project, absent=["reg/web"])
    plan = pull(project, there, PullPolicy(policy="missing"))
    moving = ["pull reg/db", "pull reg/never", "pull reg/web"]  # what latest means may change
    assert [op.key for op in plan] == moving
    pinned = project_of(MAKERS.replace("reg/db", "reg/db:1").replace("reg/never", "reg/never:1"))
    plan = pull(pinned, empty(pinned, absent=["reg/web"]), PullPolicy(policy="missing"))
    assert [op.key for op in plan] == ["pull reg/web"]
    plan = pull(project, there, PullPolicy())
    assert [op.key for op in plan] == ["pull reg/db", "pull reg/web"]
    assert plan.unchanged == (
        "Image base: No image to be pulled",
        "Image never: Its pull_policy is never",
        "Image same: Image is already being pulled by db",
    )
    plan = pull(project, there, PullPolicy(ignore_buildable=True, ignore_failures=True))
    assert [(op.key, getattr(op, "optional", None)) for op in plan] == [("pull reg/db", True)]


def test_push_pushes_what_is_built_under_a_name() -> None:
    plan = push(project_of(MAKERS), ["base", "web", "db"])
    assert plan.text().splitlines() == [
        "push reg/web",
        "unchanged Image base: No build with a name",
        "unchanged Image db: No build with a name",
    ]


def test_build_builds_contexts_first() -> None:
    plan = build(project_of(MAKERS), ["web", "db"])
    assert plan.checked().text().splitlines() == ["build base", "build web  (after: build base)"]
