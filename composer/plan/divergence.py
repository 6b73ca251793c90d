"""Why a container is not what is wanted: reasons are data.

May import: plan.joins, plan.networks, plan.situation, plan.volumes, plan.ops, plan.provided,
plan.reasons, identity, state.
"""

from composer.identity import CONTENT, IMAGE, config_hash, content_digests, image_name
from composer.plan.joins import owners, resolved
from composer.plan.ops import Target
from composer.plan.provided import is_unknown
from composer.plan.reasons import Reason, Reasons
from composer.plan.situation import Situation
from composer.plan.volumes import mounts, replaced_of, volumes_of
from composer.state import GOING, ContainerState


def reasons(s: Situation, name: str, container: ContainerState) -> Reasons:
    """Return why *container* of service *name* must be replaced; empty where it is as wanted."""
    musts = tuple(necessities(s, name, container))
    match s.policy.recreation(name, container.id):
        case "force":
            return (Reason("forced"), *musts)
        case "never":
            return musts
        case _:
            return (*_changes(s, name, container), *musts)


def necessities(s: Situation, name: str, container: ContainerState) -> list[Reason]:
    """Return what leaves no choice, whatever the policy."""
    found = [Reason("state", container.status)] if container.status in GOING else []
    found += [Reason("stuck")] if container.id in s.policy.stuck else []
    found += [Reason("volume-replaced", key) for key in replaced_of(s, container)]
    owning = owners(s.project.services[name])
    found += [Reason("recreated", one) for one in owning if one in s.recreated]
    return found


def owner_container(s: Situation, owner: str) -> Target:
    """Return the container that stands for service *owner*: the one with the lowest number."""
    if owner in s.targets:
        return s.targets[owner][0]
    return min(s.replicas[owner], key=lambda c: c.number).id


def _changes(s: Situation, name: str, container: ContainerState) -> list[Reason]:
    found = []
    if not _same_configuration(s, name, container):
        found.append(Reason("configuration"))
    wanted = s.observed.images.get(image_name(s.project, name))
    if wanted and wanted != (container.labels.get(IMAGE) or container.image_id):
        found.append(Reason("image"))
    found += _changed_contents(s, name, container)
    found += _missing_networks(s, name, container)
    found += _missing_volumes(s, name, container)
    return found


def _same_configuration(s: Situation, name: str, container: ContainerState) -> bool:
    """Compare hashes, where what they are made of is known.

    It is not with an owner that is new, and before providers and models have answered.
    """
    if is_unknown(s, name):
        return True
    service = s.project.services[name]
    standing = {
        owner: owner_container(s, owner)
        for owner in owners(service)
        if s.targets.get(owner, s.replicas[owner])  # none where both are scaled to 0
    }
    known = {owner: one for owner, one in standing.items() if isinstance(one, str)}
    if len(known) < len(standing):
        return all(owner in s.recreated for owner in standing.keys() - known.keys())
    return container.config_hash == config_hash(resolved(service, known))


def _changed_contents(s: Situation, name: str, container: ContainerState) -> list[Reason]:
    """Return what contains something else than when *container* was made, as far as it knows."""
    entries = container.labels.get(CONTENT, "").split(",")
    before = dict(entry.split("=", 1) for entry in entries if "=" in entry)
    wanted = content_digests(s.project, s.project.services[name]) if before else {}
    return [
        Reason("content", key.replace("/", " ", 1))
        for key, digest in wanted.items()
        if before.get(key, digest) != digest
    ]


def _missing_networks(s: Situation, name: str, container: ContainerState) -> list[Reason]:
    """Return the networks that *container* misses; an unknown id counts as right.

    So does an external network that another node of a swarm has: see ``Observed``.
    """
    found = []
    for key in sorted(s.project.services[name].networks.keys() & s.project.networks.keys()):
        network = s.project.networks[key].name
        present = s.observed.networks.get(network)
        if present is None and s.project.networks[key].external:
            continue
        actual = container.networks.get(present.name if present else network)
        if actual is None:
            found.append(Reason("not-on-network", key))
        elif present is None or (actual and actual != present.id):
            found.append(Reason("new-network", key))
    return found


def _missing_volumes(s: Situation, name: str, container: ContainerState) -> list[Reason]:
    return [
        Reason("not-mounted", key)
        for key in volumes_of(s.project.services[name])
        if key in s.project.volumes
        and key not in s.replaced_volumes
        and not mounts(container, s.project.volumes[key].name)
    ]
