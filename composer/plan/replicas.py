"""Which containers of a service stay, change, come and go.

May import: plan.reasons, plan.divergence, plan.situation, plan.networks, plan.volumes, identity,
state, value.
"""

from collections.abc import Iterator
from itertools import count, islice
from typing import Literal

from composer.identity import container_name
from composer.plan import networks, volumes
from composer.plan.divergence import reasons
from composer.plan.reasons import INTERRUPTED, MISSING, Reason, Reasons
from composer.plan.situation import Situation, is_temporary
from composer.state import ContainerState
from composer.value import Value

Action = Literal["create", "recreate", "keep"]


class Replica(Value):
    """One wanted container.

    *current* is the one that is there; *stale* is the one that it was to replace when a recreation
    was interrupted. *name* is the name that it is to have, *short* what it is called in keys.
    """

    number: int
    name: str
    short: str
    action: Action
    reasons: Reasons = ()
    current: ContainerState | None = None
    stale: ContainerState | None = None


class Decision(Value):
    """The wanted containers by number, and those to remove with the reasons."""

    replicas: tuple[Replica, ...]
    surplus: tuple[tuple[ContainerState, Reasons], ...]


class _Slot(Value):
    """A container that is there, judged."""

    container: ContainerState
    reasons: Reasons
    stale: ContainerState | None = None

    @property
    def order(self) -> tuple[bool, tuple[int, int], int, str]:
        """Good ones first, the lowest numbers before others; then obsolete ones, the newest first.

        What comes last is removed first. So does Docker Compose.
        """
        one = self.container
        age = (-one.created, one.listed) if self.reasons else (0, 0)
        return bool(self.reasons), age, one.number, one.name


def decide(s: Situation, name: str) -> Decision:
    """Compare what is there of service *name* with what is wanted."""
    slots, surplus = _slots(s, name)
    wanted, actual = s.wanted(name), len(slots)
    scaled = (Reason("scaled", f"{actual} → {wanted}"),)
    slots.sort(key=lambda slot: slot.order)
    for slot in slots[wanted:]:
        surplus += [(one, scaled) for one in (slot.stale, slot.container) if one]
    kept = sorted(slots[:wanted], key=lambda slot: slot.container.number)
    afresh = _begins_afresh(s, name)
    replicas = [
        _existing(s, name, slot, at if afresh else slot.container.number or 1)
        for at, slot in enumerate(kept, 1)
    ]
    why = scaled if actual else MISSING
    numbers = count(len(kept) + 1) if afresh else _numbers(s, name)
    replicas += [_new(s, name, one, why) for one in islice(numbers, max(wanted - actual, 0))]
    return Decision(tuple(replicas), tuple(surplus))


def _begins_afresh(s: Situation, name: str) -> bool:
    """Tell whether all containers of *name* go before any is created, so that numbers begin at 1.

    They have volumes that are replaced.
    """
    return all(volumes.replaced_of(s, one) for one in s.replicas[name])


def _numbers(s: Situation, name: str) -> Iterator[int]:
    """Yield the numbers of new containers: after those that were there when the command began.

    So two commands at once choose the same ones, and the engine lets one of them have each.
    """
    there, began = s.replicas[name], s.policy.present
    known = (c.number for c in there if began is None or c.id in began)
    taken = {c.number for c in there}
    return (number for number in count(max(known, default=0) + 1) if number not in taken)


def settled(s: Situation, name: str) -> list[ContainerState]:
    """Return the containers of a service, without successors of others that are still there.

    An interrupted recreation leaves both; only one of them may run.
    """
    successors = _twins(s.replicas[name])
    return [one for one in s.replicas[name] if one.id not in successors]


def _slots(s: Situation, name: str) -> tuple[list[_Slot], list[tuple[ContainerState, Reasons]]]:
    """Judge each container; of a pair that an interrupted recreation left, one goes."""
    pairs = _twins(s.replicas[name])
    slots: dict[str, _Slot] = {}
    surplus = []
    for container in s.replicas[name]:
        if container.id not in pairs:
            slots[container.id] = _Slot(container, reasons(s, name, container))
    for container in s.replicas[name]:
        old = pairs.get(container.id)
        if old is None:
            continue
        if _can_finish(s, name, container, slots[old.id]):
            slots[old.id] = _Slot(container, (), old)
        else:
            surplus.append((container, INTERRUPTED))
    return list(slots.values()), surplus


def _twins(containers: list[ContainerState]) -> dict[str, ContainerState]:
    """Map the successors with a temporary name to the containers that they were to replace."""
    old = {c.id[:12]: c for c in containers if not is_temporary(c)}
    pairs = {c.id: old.get(c.name[:12]) for c in containers if is_temporary(c)}
    return {successor: replaced for successor, replaced in pairs.items() if replaced}


def _can_finish(s: Situation, name: str, successor: ContainerState, old: _Slot) -> bool:
    """Tell whether *successor* is as wanted, so that the recreation need only be finished."""
    if not old.reasons or old.stale or s.policy.recreation(name, successor.id) != "diverged":
        return False
    entangled = networks.replaced_of(s, old.container) or volumes.replaced_of(s, old.container)
    return not entangled and not reasons(s, name, successor)


def _existing(s: Situation, name: str, slot: _Slot, number: int) -> Replica:
    temporary = is_temporary(slot.container)
    moved = number != (slot.container.number or 1)
    stays = not (slot.reasons or temporary)
    return Replica(
        number=number,
        name=slot.container.name if stays else container_name(s.project, name, number),
        short=f"{name}-{number}" if temporary or moved else s.short[slot.container.id],
        action="recreate" if slot.reasons else "keep",
        reasons=slot.reasons,
        current=slot.container,
        stale=slot.stale,
    )


def _new(s: Situation, name: str, number: int, why: Reasons) -> Replica:
    return Replica(
        number=number,
        name=container_name(s.project, name, number),
        short=f"{name}-{number}",
        action="create",
        reasons=why,
    )
