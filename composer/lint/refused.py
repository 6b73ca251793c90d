"""Rules about values that loading accepts and the engine refuses.

May import: lint.context, spec, source.
"""

import re
from collections.abc import Iterator
from ipaddress import ip_address, ip_network

from composer.lint.context import Context, Found
from composer.source import close_to
from composer.spec.network import Network

_COUNTING = "on-failure"
_POLICIES = ("no", "always", _COUNTING, "unless-stopped", "none", "any")
_WINDOWS = re.compile(r"[a-zA-Z]:|\\\\")


def restarts(context: Context) -> Found:
    """``invalid-restart``: restart policies that do not exist."""
    for name, service in context.services.items():
        policy = service.deploy.restart_policy if service.deploy else None
        path: tuple[str, ...] = ("services", name, "restart")
        word, _, count = service.restart.partition(":")
        if policy:
            path = ("services", name, "deploy", "restart_policy", "condition")
            word, count = policy.condition, ""
        if context.unsettled(path):
            continue
        if word and word not in _POLICIES:
            hint = close_to(word.strip().lower().replace("_", "-"), _POLICIES)
            message = f"{word!r} is no restart policy; write no, always, on-failure, unless-stopped"
            yield context.at(path, "invalid-restart", message, hint)
        elif count and word != _COUNTING:
            message = f"a number of attempts goes with {_COUNTING} only, not with {word!r}"
            yield context.at(path, "invalid-restart", message)


def targets(context: Context) -> Found:
    """``invalid-mount``: places in a container where nothing can be mounted."""
    for name, service in context.services.items():
        for index, mount in enumerate(service.volumes):
            path = ("services", name, "volumes", index)
            target = mount.target
            if not target or _WINDOWS.match(target) or context.unsettled(path):
                continue
            if not target.startswith("/"):
                message = f"the target {target!r} must be an absolute path"
                yield context.at(path, "invalid-mount", message, f"write /{target.lstrip('./')}")
            elif not target.strip("/"):
                yield context.at(path, "invalid-mount", "nothing can be mounted at '/'")


def addresses(context: Context) -> Found:
    """``invalid-address``: addresses that the network cannot give."""
    for name, service in context.services.items():
        for key, joined in service.networks.items():
            network = context.project.networks.get(key)
            if not joined or not network or network.external or not _manages(network):
                continue
            for attribute in ("ipv4_address", "ipv6_address"):
                path = ("services", name, "networks", key, attribute)
                address = getattr(joined, attribute)
                if not address or context.unsettled(path) or _unsettled(context, key, network):
                    continue
                if why := _refused(address, list(_subnets(network))):
                    also = (("networks", key), f"{key} is defined here")
                    yield context.at(path, "invalid-address", why, also=also)


def _manages(network: Network) -> bool:
    """Tell whether the engine's own address management gives the addresses."""
    return network.ipam.driver in {"", "default"}


def _unsettled(context: Context, key: str, network: Network) -> bool:
    path = ("networks", key, "ipam", "config")
    count = len(network.ipam.config)
    return any(context.unsettled((*path, index, "subnet")) for index in range(count))


def _subnets(network: Network) -> Iterator[str]:
    yield from (pool.subnet for pool in network.ipam.config if pool.subnet)


def _refused(address: str, subnets: list[str]) -> str:
    """Say why the engine does not give *address* in a network of *subnets*, empty if it may."""
    if not subnets:
        return f"{address} needs a subnet: write one in the network's ipam.config"
    try:
        given = ip_address(address)
        inside = any(given in ip_network(subnet, strict=False) for subnet in subnets)
    except ValueError:
        return ""
    return "" if inside else f"{address} is in no subnet of the network ({', '.join(subnets)})"
