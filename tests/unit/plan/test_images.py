"""The second look: what a pull or a build yields decides about the containers that exist."""

import pytest

from composer.errors import CycleError
from composer.plan.policy import UpPolicy
from composer.plan.transfer import build
from composer.plan.up import up
from composer.spec.project import Project
from composer.state import Observed
from tests.simulate import image_id, simulate
from tests.unit.plan.stage import after_up, empty, project_of

PROJECT = project_of("services:\n  app: {build: .}\n  web: {image: nginx}\n")
BUILD = UpPolicy(build=True)


def settled(project: Project, observed: Observed, policy: UpPolicy) -> list[str]:
    return [op.key for op in up(project, observed, policy.replace(images_settled=True))]


def test_a_build_that_yields_another_image_recreates() -> None:
    observed = after_up(PROJECT)
    first = up(PROJECT, observed, BUILD)
    assert first.again
    observed = simulate(first, PROJECT, observed)
    keys = settled(PROJECT, observed, BUILD)
    assert keys == ["create app-1", "stop app-1", "remove app-1", "rename app-1", "start app-1"]


def test_a_build_that_yields_the_same_image_changes_nothing() -> None:
    observed = after_up(PROJECT)
    assert up(PROJECT, observed, BUILD).again
    assert settled(PROJECT, observed, BUILD) == []


def test_a_pull_that_failed_is_followed_by_a_build() -> None:
    project = project_of("services:\n  app: {image: shop/app, build: .}\n")
    observed = empty(project, absent=["shop/app"])
    first = up(project, observed)
    assert first.again
    assert first.text() == "pull shop/app: missing"
    assert settled(project, observed, UpPolicy())[0] == "build app"
    pulled = observed.replace(images={"shop/app": image_id("shop/app")})
    assert settled(project, pulled, UpPolicy())[0] == "network default"


def test_never_is_kept_to_where_the_image_is_there() -> None:
    plan = up(PROJECT, empty(PROJECT), UpPolicy(pull="never"))
    assert not any(op.key.startswith(("pull", "build")) for op in plan)


@pytest.mark.parametrize("other", ["app", "base"])
def test_builds_that_need_each_other_are_refused_with_their_place(other: str) -> None:
    """Not before one of them is wanted: `config` of such a file is fine."""
    text = f"""services:
  app: {{build: {{context: ., additional_contexts: {{x: "service:{other}"}}}}}}
  base: {{build: {{context: ., additional_contexts: {{x: "service:app"}}}}}}
  web: {{image: nginx}}
"""
    project = project_of(text)
    told = r":2:\d+: .*need each other's images: app -> "
    with pytest.raises(CycleError, match=told):
        up(project, empty(project), BUILD)
    with pytest.raises(CycleError, match=told):
        build(project, ["app"])
    assert not build(project, ["web"]).operations
