"""What a plan comes to, resource by resource: for people who want to know before it happens.

A recreation is five operations on one container; here it is one Change. Pure.

May import: plan.reasons, plan.ops, state, value.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from composer.plan.ops import (
    BuildImage,
    ConnectNetwork,
    CreateContainer,
    CreateNetwork,
    CreateVolume,
    DisconnectNetwork,
    Op,
    Plan,
    PrepareModel,
    ProvideService,
    PullImage,
    RemoveContainer,
    RemoveImage,
    RemoveNetwork,
    RemoveVolume,
    RenameContainer,
    StartContainer,
    StopContainer,
    Wait,
)
from composer.plan.reasons import MISSING, Reasons, told
from composer.state import Observed
from composer.value import Value

Action = Literal["create", "recreate", "remove", "unchanged", "change"]
"""``change`` is what leaves the resource in place: start, stop, connect, rename."""

_WORDS: Mapping[type[Op], str] = {
    PullImage: "pull", BuildImage: "build", RemoveImage: "remove",
    CreateNetwork: "create", RemoveNetwork: "remove", CreateVolume: "create",
    RemoveVolume: "remove", CreateContainer: "create", RemoveContainer: "remove",
    RenameContainer: "rename", StartContainer: "start", StopContainer: "stop",
    ConnectNetwork: "connect", DisconnectNetwork: "disconnect",
}  # fmt: skip


_NO_CHANGES = (Wait, ProvideService, PrepareModel)
"""What changes nothing of the project on the engine; the last two are asked each time."""


class Difference(Value):
    """An attribute that changes. None stands for unset; *hidden* values are replaced by words.

    *of_image* tells that both values are what the images give, the old one and the new one.
    """

    attribute: str
    old: Any = None
    new: Any = None
    of_image: bool = False


class Change(Value):
    """What becomes of one resource, and why.

    *kind* is image, network, volume or container; *service* is a container's. *container* is the
    id of the one that is there. *steps* are words in their order.
    """

    kind: str
    name: str
    action: Action
    reasons: Reasons = ()
    service: str = ""
    container: str = ""
    steps: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()

    @property
    def cause(self) -> str:
        """The reasons in words."""
        return told(self.reasons)


class Preview(Value):
    """All changes of a plan. *drift* are attributes of kept containers that somebody changed.

    *notes* say what cannot be known yet, *questions* what the plan leaves out until it is agreed.
    """

    project: str
    changes: tuple[Change, ...] = ()
    drift: tuple[Change, ...] = ()
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    plan: Plan = Plan()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to do, nothing to ask and nothing that somebody changed."""
        settled = all(one.action == "unchanged" for one in self.changes)
        return settled and not self.drift and not self.questions

    def count(self) -> dict[str, int]:
        """Return how many resources each action is for."""
        found: dict[str, int] = {}
        for one in self.changes:
            found[one.action] = found.get(one.action, 0) + 1
        return found


def changes(plan: Plan, observed: Observed) -> tuple[Change, ...]:
    """Return one Change a resource, in the plan's order, what is unchanged last."""
    groups: dict[str, list[Op]] = {}
    for op in plan:
        if not isinstance(op, _NO_CHANGES):
            groups.setdefault(op.resource, []).append(op)
    known = {c.name: c for c in observed.containers}
    made = [_change(resource, ops) for resource, ops in groups.items()]
    made += [_change(resource, ()) for resource in plan.unchanged if resource not in groups]
    return tuple(
        one.replace(service=known[one.name].service or one.service, container=known[one.name].id)
        if one.kind == "container" and one.name in known
        else one
        for one in made
    )


def _change(resource: str, ops: Iterable[Op]) -> Change:
    ops = tuple(ops)
    kind, _, name = resource.partition(" ")
    services = (str(getattr(op, "service", "")) for op in ops)
    return Change(
        kind=kind.lower(),
        name=name,
        action=_action(ops),
        reasons=next((op.reasons for op in ops if op.reasons), ()),
        service=next(filter(None, services), ""),
        steps=tuple(map(_step, ops)),
    )


def _action(ops: tuple[Op, ...]) -> Action:
    words = {_WORDS.get(type(op), "") for op in ops}
    if not words:
        return "unchanged"
    if words & {"pull", "build"}:
        return "create" if ops[0].reasons == MISSING else "recreate"
    if "create" in words:
        return "recreate" if "remove" in words else "create"
    return "remove" if "remove" in words else "change"


def _step(op: Op) -> str:
    word = _WORDS.get(type(op), type(op).__name__)
    match op:
        case ConnectNetwork(network=network):
            return f"{word} {network}"
        case DisconnectNetwork(target=network):
            return f"{word} {network}"
        case _:
            return word
