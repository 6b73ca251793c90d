"""Run tests/cases/plan/*.yaml: a project, what the engine holds, flags → the plan's text.

    intent     what the case shows
    compose    the project's file
    before     the file that was brought up earlier (`same` for compose itself)
    changes    what has become of containers since: fields to set, `gone`, or new containers
    absent     images that are not there; `newer`: images that were built or pulled since
    tagged     when images that are to be refreshed got their name, in Unix seconds
    networks, volumes   further ones of the engine: labels by name
    twins               ids of further networks of a name, by name
    swarm      whether the engine is a node of one
    present    the containers that were there when the command began, where it plans once more
    flags      fields of UpPolicy or DownPolicy; `services` names the selected ones
    profiles   the active ones; `deps: false` is --no-deps
    api        the engine's API version, 1.44 unless it is said
    command    up (default), down, or down-by-name (without files)
    expect     the plan's text, its warnings and questions, or the error

After the plan of an `up` was carried out, another one must have nothing to do.
"""

from pathlib import Path
from typing import Any

import pytest
import yaml

from composer.errors import PlanError
from composer.plan.down import down
from composer.plan.ops import Plan
from composer.plan.policy import DownPolicy, UpPolicy
from composer.plan.up import up
from composer.spec.project import Project
from composer.state import NetworkState, Observed, VolumeState
from tests.simulate import image_id, simulate
from tests.unit.plan.stage import after_up, changed, empty, project_of

CASES = sorted(Path(__file__).with_name("plan").glob("*.yaml"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path) -> None:
    case = yaml.safe_load(path.read_text())
    assert outcome(case) == case["expect"].rstrip()


def outcome(case: dict[str, Any]) -> str:
    flags = {name: _value(value) for name, value in case.get("flags", {}).items()}
    selected = flags.get("services") or flags.get("targets", ())
    down_too = case.get("command", "up") != "up"
    project = project_of(
        case["compose"],
        () if down_too else selected,
        case.get("profiles", ()),
        deps=case.get("deps", True),
    )
    observed = _observed(case, project)
    if "present" in case:
        named = {f"{project.name}-{name}" for name in case["present"]}
        flags["present"] = frozenset(c.id for c in observed.containers if c.name in named)
    try:
        plan = _plan(case, project, observed, flags).checked()
    except PlanError as error:
        return f"error: {error}"
    _check_settled(project, simulate(plan, project, observed), plan, flags, down_too=down_too)
    return _text(plan)


def _value(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _plan(
    case: dict[str, Any], project: Project, observed: Observed, flags: dict[str, Any]
) -> Plan:
    match case.get("command", "up"):
        case "down":
            return down(project.name, project, observed, DownPolicy(**flags))
        case "down-by-name":
            return down(project.name, None, observed, DownPolicy(**flags))
        case _:
            return up(project, observed, UpPolicy(**flags))


def _observed(case: dict[str, Any], project: Project) -> Observed:
    api = tuple(map(int, str(case.get("api", "1.44")).split(".")))
    observed = empty(project, absent=case.get("absent", ()), api=(api[0], api[1]))
    if before := case.get("before"):
        earlier = project_of(case["compose"] if before == "same" else before, profiles="*")
        found = after_up(earlier, empty(earlier, api=observed.api))
        observed = found.replace(images=observed.images)
    observed = changed(observed, case.get("changes", {}))
    newer = {image: image_id(image, 2) for image in case.get("newer", ())}
    networks = {
        name: NetworkState(f"id of {name}", name, labels=labels)
        for name, labels in case.get("networks", {}).items()
    }
    networks |= {
        name: {**observed.networks, **networks}[name].replace(twins=tuple(twins))
        for name, twins in case.get("twins", {}).items()
    }
    volumes = {
        name: VolumeState(name, labels=labels) for name, labels in case.get("volumes", {}).items()
    }
    return observed.replace(
        images={**observed.images, **newer},
        tagged=case.get("tagged", {}),
        swarm=case.get("swarm", False),
        networks={**observed.networks, **networks},
        volumes={**observed.volumes, **volumes},
    )


def _check_settled(
    project: Project, observed: Observed, plan: Plan, flags: dict[str, Any], *, down_too: bool
) -> None:
    if down_too or plan.again or not flags.get("start", True):
        return
    lasting = {
        name: flags[name]
        for name in ("scale", "targets", "answers", "provided", "images_settled")
        if name in flags
    }
    rest = up(project, observed, UpPolicy(**lasting))
    assert rest.empty or flags.get("recreate") == "never", rest.text()


def _text(plan: Plan) -> str:
    lines = plan.text().splitlines()
    lines += ["then look again"] if plan.again else []
    lines += [f"warning: {text}" for text in plan.warnings]
    lines += [f"question: {op.guard.question}" for op in plan.questions if op.guard]
    return "\n".join(lines)
