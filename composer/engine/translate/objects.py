"""Networks and volumes themselves.

May import: spec, engine.translate.
"""

from collections.abc import Mapping

from composer.engine.translate.fields import Json, given, known
from composer.engine.translate.instance import MANY_NETWORKS, Api
from composer.spec.network import Ipam, Pool
from composer.spec.project import Project


def network_body(
    project: Project, key: str, labels: Mapping[str, str], api: Api = MANY_NETWORKS
) -> Json:
    """Return the body of ``POST /networks/create``."""
    network = project.networks[key]
    return given(
        Name=network.name,
        Driver=network.driver,
        Options=dict(network.driver_opts),
        Internal=network.internal,
        Attachable=network.attachable,
        IPAM=_ipam(network.ipam),
        Labels=dict(labels),
        CheckDuplicate=api < MANY_NETWORKS,  # newer engines always check
    ) | known(EnableIPv4=network.enable_ipv4, EnableIPv6=network.enable_ipv6)


def _ipam(ipam: Ipam) -> Json:
    return given(
        Driver=ipam.driver,
        Config=[_pool(pool) for pool in ipam.config],
        Options=dict(ipam.options),
    )


def _pool(pool: Pool) -> Json:
    return given(
        Subnet=pool.subnet,
        IPRange=pool.ip_range,
        Gateway=pool.gateway,
        AuxiliaryAddresses=dict(pool.aux_addresses),
    )


def volume_body(project: Project, key: str, labels: Mapping[str, str]) -> Json:
    """Return the body of ``POST /volumes/create``."""
    volume = project.volumes[key]
    return given(
        Name=volume.name,
        Driver=volume.driver,
        DriverOpts=dict(volume.driver_opts),
        Labels=dict(labels),
    )
