"""What a plan is made from, with the indexes that keep planning linear, and what is decided so far.

May import: plan.reasons, plan.draft, plan.ops, plan.policy, state, graph, identity, spec.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from composer.identity import REPLACE
from composer.plan.draft import Draft
from composer.plan.ops import StopContainer, Target
from composer.plan.policy import UpPolicy
from composer.plan.reasons import Reasons
from composer.spec.project import Project
from composer.state import ContainerState, NetworkState, Observed, VolumeState

_TEMPORARY = re.compile(r"[0-9a-f]{12}_.")


def temporary_name(replaced: ContainerState, name: str) -> str:
    """Return what the successor of *replaced* is called until it can be called *name*."""
    return f"{replaced.id[:12]}_{name}"


def is_temporary(container: ContainerState) -> bool:
    """Tell whether a recreation was interrupted before this container got its final name."""
    return REPLACE in container.labels and bool(_TEMPORARY.match(container.name))


def short_names(containers: Iterable[ContainerState]) -> Mapping[str, str]:
    """Return by id what containers are called in keys: ``web-1`` where that is clear.

    One-off containers, those with a temporary name and doubled numbers go by their names.
    """
    found = tuple(containers)
    plain = {c.id: f"{c.service}-{c.number}" for c in found if _is_plain(c)}
    count = Counter(plain.values())
    return {c.id: plain[c.id] if count[plain.get(c.id, "")] == 1 else c.name for c in found}


def _is_plain(container: ContainerState) -> bool:
    return container.number > 0 and not container.one_off and not is_temporary(container)


class Scene:
    """What is common to all commands: the observed state, and the draft."""

    def __init__(self, observed: Observed, timeout: int | None) -> None:
        self.observed = observed
        self.draft = Draft(frozenset(c.id for c in observed.containers))
        self.timeout = timeout
        self.short = short_names(observed.containers)
        self.stops: dict[str, list[str]] = defaultdict(list)
        """The keys of the operations that stop a service's containers."""
        self.stopped: list[tuple[ContainerState, str]] = []

    def stop(
        self,
        container: ContainerState,
        reasons: Reasons = (),
        after: Iterable[str] = (),
        *,
        ended: bool = False,
        replaced: bool = False,
    ) -> str:
        """Add the stop of *container* where it runs; return its key, empty where it does not.

        *ended* adds it for one that does not run too, unless it is dead: it is told as stopped, and
        would be, had it been started meanwhile. *replaced* says that another one comes for it.
        """
        if not container.running and (not ended or container.status == "dead"):
            return ""
        op = StopContainer(
            key=f"stop {self.short[container.id]}",
            resource=f"Container {container.name}",
            reasons=reasons,
            container=container.id,
            service=container.service,
            timeout=self.timeout,
            replaced=replaced,
        )
        key = self.draft.add(op, after)
        self.stops[container.service].append(key)
        self.stopped.append((container, key))
        return key

    def order_stops(self, dependents: Mapping[str, Iterable[str]], order: Iterable[str]) -> None:
        """Let each stop come after those of the services that need its own.

        *order* has dependents first. Where nothing of a dependent is stopped, the stops behind it
        count, so that a gap in a chain does not loosen it.
        """
        ends: dict[str, list[str]] = {}
        for name in order:
            before = [key for one in dependents.get(name, ()) for key in ends.get(one, ())]
            for key in self.stops[name]:
                self.draft.need(key, before)
            ends[name] = self.stops[name] or list(dict.fromkeys(before))


class Situation(Scene):
    """An ``up`` under way: wanted, observed, asked for, and what has been decided."""

    def __init__(self, project: Project, observed: Observed, policy: UpPolicy) -> None:
        super().__init__(observed, policy.timeout)
        self.project = project
        self.policy = policy
        self.replicas: dict[str, list[ContainerState]] = defaultdict(list)
        for container in observed.containers:
            if not container.one_off:
                self.replicas[container.service].append(container)
        self.images: dict[str, tuple[str, ...]] = {}
        """The keys of the operations that bring a service's image."""
        self.networks: dict[str, str] = {}
        """The keys of the operations after which networks can be used; empty where at once."""
        self.volumes: dict[str, str] = {}
        self.replaced_networks: dict[str, NetworkState] = {}
        self.replaced_volumes: dict[str, VolumeState] = {}
        """By key, those whose definition changed and that are made anew."""
        self.freed: dict[str, str] = {}
        """The keys of the operations that free a name, by name."""
        self.bearing: dict[str, str] = {}
        """The keys of the operations after which a container bears a name, by name."""
        self.creates: dict[str, list[str]] = defaultdict(list)
        """The keys of the operations that create a service's containers."""
        self.removals: dict[str, list[str]] = defaultdict(list)
        """The keys of the operations that remove a service's superfluous containers."""
        self.targets: dict[str, tuple[Target, ...]] = {}
        """The containers that stand for a service in the end, the lowest number first."""
        self.names: dict[str, tuple[str, ...]] = {}
        """What the containers of ``targets`` are called in the end."""
        self.starts: dict[str, list[str]] = defaultdict(list)
        """The keys of the operations that start a service's containers."""
        self.passed: dict[str, list[str]] = {}
        """The keys of the operations that services without containers pass on to wait for."""
        self.recreated: set[str] = set()
        """Services of which a container is replaced."""
        self.restarted: set[Target] = set()
        """Containers that are started, whatever the reason."""
        self.vacating: set[str] = set()
        """Services whose old containers stop before their new ones can be created: those that hold
        or want what is replaced. Their stops wait for no creation, else all would wait in a ring.
        """

    def wanted(self, service: str) -> int:
        """Return how many containers of *service* are wanted: none where a provider brings it."""
        if self.project.services[service].provider:
            return 0
        given = self.policy.scale.get(service)
        return self.project.services[service].replicas if given is None else given

    def agreed(self, key: str) -> bool:
        """Tell whether the user agreed to operation *key*."""
        return self.policy.assume_yes or self.policy.answers.get(key, False)
