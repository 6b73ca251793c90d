"""Whatever is wanted and whatever is there: plans are safe, and carrying them out settles it."""

import json
import random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from composer.plan.down import down
from composer.plan.ops import (
    CreateContainer,
    Plan,
    RemoveContainer,
    StartContainer,
    StopContainer,
    Wait,
)
from composer.plan.policy import DownPolicy, UpPolicy
from composer.plan.up import up
from composer.spec.project import Project
from composer.state import Observed
from tests.simulate import World, simulate
from tests.unit.plan.stage import empty, project_of

SERVICES = [f"s{index}" for index in range(6)]
CONDITIONS = ["service_started", "service_healthy", "service_completed_successfully"]
APIS = st.sampled_from([(1, 41), (1, 44)])
AGREED = {"remove volume v0": True, "remove volume v1": True}


@st.composite
def projects(draw: st.DrawFn) -> Project:
    names = draw(st.lists(st.sampled_from(SERVICES), min_size=1, unique=True).map(sorted))
    services = {name: draw(service(names[:index])) for index, name in enumerate(names)}
    networks = {key: {"internal": draw(st.booleans())} for key in ("n0", "n1", "n2")}
    volumes = {key: {"labels": {"x": draw(st.sampled_from("ab"))}} for key in ("v0", "v1")}
    text = json.dumps({"services": services, "networks": networks, "volumes": volumes})
    return project_of(text)


@st.composite
def service(draw: st.DrawFn, earlier: list[str]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "image": "image",
        "init": draw(st.booleans()),
        "healthcheck": {"test": "true"},
    }
    if draw(st.booleans()):
        made["scale"] = draw(st.integers(0, 3))
    needed = draw(st.lists(st.sampled_from(earlier), unique=True)) if earlier else []
    made["depends_on"] = {name: draw(dependency()) for name in needed}
    if earlier and draw(st.integers(0, 3)) == 0:
        made["network_mode"] = f"service:{draw(st.sampled_from(earlier))}"
    else:
        made["networks"] = draw(st.lists(st.sampled_from(["n0", "n1", "n2"]), unique=True))
    if earlier and draw(st.integers(0, 5)) == 0:
        made["volumes_from"] = [draw(st.sampled_from(earlier))]
    keys = draw(st.lists(st.sampled_from(["v0", "v1"]), unique=True))
    made["volumes"] = [f"{key}:/{key}" for key in keys]
    return made


def dependency() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "condition": st.sampled_from(CONDITIONS),
            "restart": st.booleans(),
            "required": st.booleans(),
        }
    )


def with_owners(project: Project) -> Project:
    """Give services that others live in or mount from a replica, else nothing can be planned."""
    owners = {
        name
        for one in project.services.values()
        for name in (*one.volumes_from, one.network_mode.removeprefix("service:"))
    }
    return project.with_services(
        {name: one.replace(scale=max(1, one.replicas)) for name, one in project.services.items()
         if name in owners}
    )  # fmt: skip


policies = st.builds(
    UpPolicy,
    recreate=st.sampled_from(["diverged", "diverged", "force", "never"]),
    start=st.sampled_from([True, True, True, False]),
    renew_volumes=st.booleans(),
    remove_orphans=st.booleans(),
    wait=st.booleans(),
    answers=st.just(AGREED),
)
wanted_projects = projects().map(with_owners)
slow = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])


@slow
@given(wanted_projects, wanted_projects, policies, APIS, st.randoms(use_true_random=False))
def test_any_state_settles(
    before: Project, project: Project, policy: UpPolicy, api: tuple[int, int], chance: random.Random
) -> None:
    """From any interrupted or altered state, one plan leads to a state that wants no other."""
    observed = disturbed(interrupted(before, empty(project, api=api), UpPolicy(), chance), chance)
    observed = interrupted(project, observed, policy, chance)
    plan = up(project, observed, policy).checked()
    check_order(plan, project)
    after = in_any_order(plan, project, observed, chance)
    check_wanted(project, after, policy)
    if policy.recreate != "never":
        rest = up(project, after, UpPolicy(start=policy.start, answers=AGREED))
        assert rest.empty, rest.text()


@slow
@given(wanted_projects, wanted_projects, APIS, st.randoms(use_true_random=False), st.booleans())
def test_down_leaves_nothing(
    before: Project,
    project: Project,
    api: tuple[int, int],
    chance: random.Random,
    files: bool,  # noqa: FBT001 - drawn
) -> None:
    observed = interrupted(before, empty(before, api=api), UpPolicy(), chance)
    observed = interrupted(project, observed, UpPolicy(), chance)
    policy = DownPolicy(volumes=True, remove_orphans=True)
    plan = down("shop", project if files else None, observed, policy).checked()
    after = in_any_order(plan, project, observed, chance)
    assert not after.containers
    if not files:
        assert not after.networks
        assert not after.volumes
    assert down("shop", project, simulate(plan, project, observed), policy).empty


@slow
@given(wanted_projects, APIS)
def test_plans_are_deterministic(project: Project, api: tuple[int, int]) -> None:
    shuffled = project.replace(
        services=dict(reversed(list(project.services.items()))),
        networks=dict(reversed(list(project.networks.items()))),
        volumes=dict(reversed(list(project.volumes.items()))),
    )
    observed = empty(project, api=api)
    assert up(project, observed).text() == up(shuffled, observed).text()


def interrupted(
    project: Project, observed: Observed, policy: UpPolicy, chance: random.Random
) -> Observed:
    """Carry out a part of an ``up``: some operations, with all that they need."""
    plan = up(project, observed, policy)
    cut = chance.choice([0, len(plan.operations), chance.randint(0, len(plan.operations))])
    return in_any_order(plan, project, observed, chance, limit=cut)


def in_any_order(
    plan: Plan, project: Project, observed: Observed, chance: random.Random, *, limit: int = -1
) -> Observed:
    """Carry out up to *limit* operations in one of the orders that the plan allows."""
    world = World(project, observed, chance.randint(0, 10**9))
    waiting = {op.key: set(op.after) for op in plan}
    ops = {op.key: op for op in plan}
    while waiting and limit:
        ready = sorted(key for key, after in waiting.items() if not after)
        assert ready, f"they wait for each other: {waiting}"
        key = chance.choice(ready)
        del waiting[key]
        for after in waiting.values():
            after.discard(key)
        world.apply(ops[key])
        limit -= 1
    return world.observed()


def disturbed(observed: Observed, chance: random.Random) -> Observed:
    """Let somebody stop, kill and remove containers."""
    found = []
    for one in observed.containers:
        match chance.randint(0, 9):
            case 0:
                continue
            case 1:
                found.append(one.replace(status="exited", exit_code=1))
            case 2:
                found.append(one.replace(status="dead"))
            case 3:
                found.append(one.replace(networks={}))
            case _:
                found.append(one)
    return observed.replace(containers=tuple(found))


def check_order(plan: Plan, project: Project) -> None:
    """Nothing starts before what it waits for; the old one goes after its successor is there."""
    before: dict[str, set[str]] = {}
    for op in plan:
        before[op.key] = set(op.after).union(*(before[key] for key in op.after))
    starts = [op for op in plan if isinstance(op, StartContainer)]
    waits = {op.key for op in plan if isinstance(op, Wait)}
    for op in starts:
        for name, needed in project.services[op.service].depends_on.items():
            own = {one.key for one in starts if one.service == name}
            if name in project.services and project.services[name].replicas:
                assert own <= before[op.key]
                condition = needed.condition.removeprefix("service_").partition("_")[0]
                kinds = {key for key in before[op.key] & waits if f"wait {name} {condition}" in key}
                assert kinds or condition == "started"
    creates = {op.replaces: op.key for op in plan if isinstance(op, CreateContainer)}
    stops = {op.container: op.key for op in plan if isinstance(op, StopContainer)}
    for op in plan:
        if isinstance(op, RemoveContainer):
            if op.container in creates:
                assert creates[str(op.container)] in before[op.key]
            if op.container in stops:
                assert stops[op.container] in before[op.key]


def check_wanted(project: Project, after: Observed, policy: UpPolicy) -> None:
    """Each service has its replicas, under their names, running."""
    for name, service in project.services.items():
        found = after.of_service(name)
        assert len(found) == service.replicas
        assert {c.name for c in found} == {f"shop-{name}-{c.number}" for c in found}
        assert not policy.start or all(c.running for c in found)
