"""How a container joins its networks.

May import: errors, identity, spec, engine.translate.
"""

from composer.engine.translate.fields import Json, given, known
from composer.engine.translate.instance import MANY_NETWORKS, Api, Instance
from composer.errors import PlanError
from composer.spec.network import ServiceNetwork
from composer.spec.project import Project
from composer.spec.service import Service

INTERFACE_NAME = "com.docker.network.endpoint.ifname"
_PLAIN = ServiceNetwork()


def in_order(service: Service) -> list[str]:
    """Return the keys of the service's networks: highest priority first, then by name.

    The first is the primary one: its name is the container's network mode.
    """
    joined = service.networks
    return sorted(joined, key=lambda key: (-(joined[key] or _PLAIN).priority, key))


def later_networks(service: Service, api: Api) -> list[str]:
    """Return the keys of the networks to connect to after creation and before the start."""
    return [] if service.network_mode or api >= MANY_NETWORKS else in_order(service)[1:]


def network_mode(project: Project, service: Service, instance: Instance) -> str:
    """Return HostConfig.NetworkMode."""
    mode = service.network_mode
    if mode.startswith("service:"):
        name = mode.removeprefix("service:")
        if name not in instance.joins:
            raise PlanError(f"there is no container of service {name!r} whose network to share")
        return f"container:{instance.joins[name]}"
    if mode:
        return mode
    return project.networks[_primary(service)].name if project.networks else "none"


def _primary(service: Service) -> str:
    return next(iter(in_order(service)), "default")


def networking(project: Project, service_name: str, instance: Instance) -> Json:
    """Return NetworkingConfig, as a part of the body; none where there are no networks."""
    service = project.services[service_name]
    if service.network_mode or not project.networks:
        return {}
    keys = in_order(service) or ["default"]
    created = keys if instance.api >= MANY_NETWORKS else keys[:1]
    endpoints = {
        project.networks[key].name: endpoint(project, service_name, key, instance)
        for key in created
    }
    return {"NetworkingConfig": {"EndpointsConfig": endpoints}}


def endpoint(project: Project, service_name: str, network: str, instance: Instance) -> Json:
    """Return EndpointSettings of a container of the service on the network with this key."""
    service = project.services[service_name]
    wanted = service.networks.get(network) or _PLAIN
    names = [instance.name]
    if instance.aliases:
        names += [service_name, *wanted.aliases]
    return given(
        Aliases=names,
        Links=link_names(project, service, instance),
        IPAddress=wanted.ipv4_address,  # this and the next: as Docker Compose sends it,
        IPv6Gateway=wanted.ipv6_address,  # overwritten by the engine once it runs
        MacAddress=_own_address(service, network, instance.api),
        DriverOpts=_driver_options(wanted),
        GwPriority=wanted.gw_priority,
    ) | known(IPAMConfig=_addresses(service.networks.get(network)))


def _addresses(wanted: ServiceNetwork | None) -> Json | None:
    """Return IPAMConfig, an empty one where the file has an entry for the network."""
    if wanted is None:
        return None
    return given(
        IPv4Address=wanted.ipv4_address,
        IPv6Address=wanted.ipv6_address,
        LinkLocalIPs=list(wanted.link_local_ips),
    )


def _own_address(service: Service, network: str, api: Api) -> str:
    """Return the endpoint's hardware address; older engines have one a container only."""
    if api < MANY_NETWORKS:
        return ""
    own = (service.networks.get(network) or _PLAIN).mac_address
    return own or (service.mac_address if network == _primary(service) else "")


def _driver_options(wanted: ServiceNetwork) -> dict[str, str]:
    options = dict(wanted.driver_opts)
    if wanted.interface_name:
        options[INTERFACE_NAME] = wanted.interface_name
    return options


def connect_body(container: str, endpoint: Json) -> Json:
    """Return the body of ``POST /networks/{id}/connect``."""
    return {"Container": container, "EndpointConfig": endpoint}


def mac_address(service: Service, api: Api) -> str:
    """Return Config.MacAddress; newer engines take it from the endpoint."""
    if api >= MANY_NETWORKS:
        return ""
    first = service.networks.get(_primary(service)) or _PLAIN
    return first.mac_address or service.mac_address


def link_names(project: Project, service: Service, instance: Instance) -> list[str]:
    """Return ``CONTAINER:NAME`` entries: each linked container gets three names."""
    made = []
    for text in service.links:
        name, _, alias = text.partition(":")
        for container in instance.links.get(name, ()):
            numbered = project.separator.join([name, str(instance.number)])
            made += [
                f"{container}:{alias or name}",
                f"{container}:{numbered}",
                f"{container}:{project.name}{project.separator}{numbered}",
            ]
    for text in service.external_links:
        name, _, alias = text.partition(":")
        made.append(f"{name}:{alias or name}")
    return made
