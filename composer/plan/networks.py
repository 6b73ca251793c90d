"""Which networks are created, and which are replaced because their definition changed.

May import: plan.reasons, plan.situation, plan.ops, identity, spec, state.
"""

from composer.identity import NETWORK, PROJECT, network_hash
from composer.plan.ops import ConnectNetwork, CreateNetwork, DisconnectNetwork, RemoveNetwork
from composer.plan.reasons import CONFIGURATION, MISSING, Reason, Reasons
from composer.plan.situation import Situation
from composer.spec.network import Network
from composer.spec.service import Service
from composer.state import ContainerState, NetworkState


def by_priority(service: Service) -> list[str]:
    """Return the networks of *service*, the one that is given at creation first."""
    ranks = {key: one.priority if one else 0 for key, one in service.networks.items()}
    return sorted(ranks, key=lambda key: (-ranks[key], key))


def plan_networks(s: Situation) -> None:
    """Add the project's networks; refuse external ones that do not exist."""
    for key, network in sorted(s.project.networks.items()):
        found = s.observed.networks.get(network.name)
        s.networks[key] = ""
        if network.external:
            if found is None and not s.observed.swarm:
                _refuse_external(s, key, network)
        elif found is None:
            s.networks[key] = _create(s, key, network, MISSING)
        elif _is_ours(s, key, found):
            one, removals = _without_twins(s, key, found)
            if one.config_hash in {"", network_hash(network)}:
                s.draft.unchanged.append(f"Network {network.name}")
                s.networks[key] = "".join(removals[-1:])
            else:
                _replace(s, key, network, one, removals)


def _without_twins(s: Situation, key: str, found: NetworkState) -> tuple[NetworkState, list[str]]:
    """Add the removal of further networks of the name that nobody is on; return what stays.

    Before API 1.44 two commands without a common lock can both make the network. The engine then
    refuses every use of the name as ambiguous.
    """
    if not found.twins:
        return found, []
    all_of_it = (found.id, *found.twins)
    used = {container.networks.get(found.name) for container in s.observed.containers}
    stays = next((one for one in all_of_it if one in used), found.id)
    removals: list[str] = []
    for one in all_of_it:
        if one not in {stays, *used}:
            op = remove_twin(key, found, one, (Reason("twin"),))
            removals.append(s.draft.add(op, removals[-1:]))
    return found.replace(id=stays, twins=()), removals


def remove_twin(key: str, found: NetworkState, twin: str, reasons: Reasons = ()) -> RemoveNetwork:
    """Return the removal of one that has the name of *found*, too."""
    return RemoveNetwork(
        key=f"remove network {key} {twin[:12]}",
        resource=f"Network {found.name} ({twin[:12]})",
        reasons=reasons,
        target=twin,
    )


def _refuse_external(s: Situation, key: str, network: Network) -> None:
    position = network.where()
    where = f"{position}: " if position else ""
    s.draft.refuse(
        f"{where}network {network.name} declared as external, but could not be found",
        f"create it with `docker network create {network.name}`, or remove `external` from {key}",
    )


def _stranger(found: NetworkState) -> str:
    """Say that a network is of no project."""
    if found.labels.get(PROJECT):
        return ""
    return f"a network with name {found.name} exists but was not created by compose: "


def _is_ours(s: Situation, key: str, found: NetworkState) -> bool:
    """Tell whether *found* may be used as the project's network *key*, as Compose decides it."""
    owner, label = found.labels.get(PROJECT), found.labels.get(NETWORK, "")
    if label != key:
        s.draft.refuse(
            f'network {found.name} was found but has incorrect label {NETWORK} set to "{label}" '
            f'(expected: "{key}")',
            f"{_stranger(found)}set `external: true` to use an existing network",
        )
        return False
    if owner != s.project.name:
        s.draft.warn(
            f"a network with name {found.name} exists but was not created for project "
            f'"{s.project.name}". Set `external: true` to use an existing network'
        )
    return True


def _create(s: Situation, key: str, network: Network, reasons: Reasons) -> str:
    op = CreateNetwork(
        key=f"network {key}", resource=f"Network {network.name}", reasons=reasons, network=key
    )
    return s.draft.add(op)


def _replace(
    s: Situation, key: str, network: Network, found: NetworkState, before: list[str]
) -> None:
    """Add removal and creation; what is done with the containers in between, steps adds."""
    op = RemoveNetwork(
        key=f"remove network {key}",
        resource=f"Network {found.name}",
        reasons=CONFIGURATION,
        target=found.id,
    )
    removal = s.draft.add(op)
    s.networks[key] = _create(s, key, network, CONFIGURATION)
    s.draft.need(s.networks[key], [removal, *before])
    s.replaced_networks[key] = found


def replaced_of(s: Situation, container: ContainerState) -> list[str]:
    """Return the networks that are replaced and that *container* is on."""
    return [key for key, one in s.replaced_networks.items() if one.name in container.networks]


def disconnect(s: Situation, container: ContainerState, after: str) -> list[str]:
    """Take *container* off the networks that are replaced, so that they can be removed."""
    keys = []
    for key in replaced_of(s, container):
        name = s.replaced_networks[key].name
        op = DisconnectNetwork(
            key=f"disconnect {s.short[container.id]} {key}",
            resource=f"Container {container.name}",
            reasons=(Reason("network-replaced", key),),
            container=container.id,
            target=name,
        )
        keys.append(s.draft.add(op, [after]))
        s.draft.need(f"remove network {key}", keys[-1:])
    return keys


def reconnect(s: Situation, container: ContainerState, service: str) -> list[str]:
    """Put *container* on the new networks; return the keys."""
    keys = []
    for key in replaced_of(s, container):
        op = ConnectNetwork(
            key=f"connect {s.short[container.id]} {key}",
            resource=f"Container {container.name}",
            reasons=(Reason("network-replaced", key),),
            container=container.id,
            service=service,
            network=key,
        )
        keys.append(s.draft.add(op, [s.networks[key]]))
    return keys


def carry_bystanders(s: Situation, handled: set[str]) -> None:
    """Move containers that are not ours to change (one-off, orphans) to the new networks."""
    for container in s.observed.containers:
        if container.id not in handled and replaced_of(s, container):
            disconnect(s, container, "")
            reconnect(s, container, container.service)
