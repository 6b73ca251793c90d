"""A plan, resource by resource."""

from composer.plan.changes import Change, Difference, Preview, changes
from composer.plan.policy import UpPolicy
from composer.plan.up import up
from tests.unit.plan.stage import after_up, changed, empty, project_of

BEFORE = """
services:
  db: {image: postgres, volumes: ["data:/d"]}
  web: {image: nginx, depends_on: [db]}
  job: {image: job}
  old: {image: old}
volumes: {data: {}}
"""
AFTER = """
services:
  db: {image: postgres, volumes: ["data:/d"]}
  web: {image: nginx, init: true, depends_on: [db], scale: 2}
  job: {image: job}
  new: {image: new}
volumes: {data: {}}
"""


def found() -> dict[str, Change]:
    project = project_of(AFTER)
    observed = after_up(project_of(BEFORE))
    observed = changed(observed, {"job-1": {"status": "exited", "exit_code": 3}})
    plan = up(project, observed, UpPolicy(remove_orphans=True, images_settled=True))
    return {one.name.removeprefix("shop-"): one for one in changes(plan, observed)}


def test_each_resource_has_one_change() -> None:
    assert {name: one.action for name, one in found().items()} == {
        "new": "create", "old-1": "remove", "new-1": "create", "job-1": "change",
        "web-1": "recreate", "web-2": "create", "db-1": "unchanged", "shop_default": "unchanged",
        "shop_data": "unchanged",
    }  # fmt: skip


def test_causes_steps_and_services() -> None:
    changes = found()
    web = changes["web-1"]
    assert (web.cause, web.service) == ("configuration changed", "web")
    assert web.steps == ("create", "stop", "remove", "rename", "start")
    job = changes["job-1"]
    assert (job.cause, job.steps, job.service) == ("exited (3)", ("start",), "job")
    assert (changes["old-1"].cause, changes["old-1"].service) == ("orphan", "old")
    assert changes["web-1"].container != ""
    assert changes["web-2"].container == ""


def test_nothing_to_do_is_empty() -> None:
    project = project_of(BEFORE)
    observed = after_up(project)
    settled = changes(up(project, observed), observed)
    assert Preview("shop", settled).empty
    assert Preview("shop", settled).count() == {"unchanged": 6}


def test_what_is_to_be_done_asked_or_undone_is_not_empty() -> None:
    project = project_of(BEFORE)
    observed = empty(project)
    assert not Preview("shop", changes(up(project, observed), observed)).empty
    assert not Preview("shop", questions=("really?",)).empty
    drift = Change("container", "a", "unchanged", differences=(Difference("cpus", 1, 2),))
    assert not Preview("shop", drift=(drift,)).empty


def test_whatever_changes_has_reasons() -> None:
    """Nothing happens without a cause that a program can read."""
    codes = {name: [why.code for why in one.reasons] for name, one in found().items()}
    assert codes == {
        "new": ["missing"], "old-1": ["orphan"], "new-1": ["missing"], "job-1": ["not-running"],
        "web-1": ["configuration"], "web-2": ["scaled"], "db-1": [], "shop_default": [],
        "shop_data": [],
    }  # fmt: skip
