"""Whatever is planned: each resource is told once, and nothing of the plan is lost."""

import random

from hypothesis import given
from hypothesis import strategies as st

from composer.plan.changes import changes
from composer.plan.ops import Wait
from composer.plan.policy import UpPolicy
from composer.plan.up import up
from composer.spec.project import Project
from tests.property.test_plan import disturbed, interrupted, policies, slow, wanted_projects
from tests.unit.plan.stage import empty


@slow
@given(wanted_projects, wanted_projects, policies, st.randoms(use_true_random=False))
def test_each_resource_is_told_once(
    before: Project, project: Project, policy: UpPolicy, chance: random.Random
) -> None:
    observed = disturbed(interrupted(before, empty(project), UpPolicy(), chance), chance)
    plan = up(project, observed, policy)
    found = changes(plan, observed)
    names = [f"{one.kind} {one.name}".capitalize() for one in found]
    told = {op.resource for op in plan if not isinstance(op, Wait)} | set(plan.unchanged)
    assert sorted(names) == sorted(one.capitalize() for one in told)
    steps = sum(len(one.steps) for one in found)
    assert steps == sum(not isinstance(op, Wait) for op in plan)
    assert all(one.service for one in found if one.kind == "container")
    assert plan.empty == all(one.action == "unchanged" for one in found)
