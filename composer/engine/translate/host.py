"""HostConfig: how the engine runs a container.

May import: errors, spec, engine.translate.
"""

import re
from collections.abc import Mapping

from composer.engine.translate.fields import Json, given, known
from composer.engine.translate.instance import Instance
from composer.engine.translate.mounts import binds_and_mounts
from composer.engine.translate.networks import link_names, network_mode
from composer.engine.translate.ports import bindings
from composer.engine.translate.resources import resources
from composer.engine.translate.security import security
from composer.errors import PlanError
from composer.spec.project import Project
from composer.spec.service import Service
from composer.spec.shapes import LARGEST_INT64

_WHOLE = re.compile(r"[+-]?[0-9]+")
_DIGITS = 1000
"""More than Python reads at once would be too many; these are beyond any limit, too."""
_CONDITIONS = {"none": "no", "any": "always"}


def host_config(project: Project, service_name: str, instance: Instance) -> Json:
    """Return HostConfig of a container of the service."""
    service = project.services[service_name]
    binds, mounts = binds_and_mounts(project, service, instance)
    return {
        **given(
            Binds=binds,
            Mounts=mounts,
            NetworkMode=network_mode(project, service, instance),
            Links=link_names(project, service, instance),
            RestartPolicy=_restart_policy(service),
            AutoRemove=instance.auto_remove,
            VolumesFrom=_volumes_from(service, instance.joins),
            IpcMode=joined(service.ipc, instance.joins),
            PidMode=joined(service.pid, instance.joins),
            LogConfig=_logging(service),
        ),
        # an inspection tells these two, when they are empty, from absent ones
        "PortBindings": bindings(service),
        "ExtraHosts": [f"{host}:{address}" for host, address in service.extra_hosts],
        **_plain(service),
        **known(Init=service.init),
        **security(project, service, instance.read),
        **resources(service),
    }


def _plain(service: Service) -> Json:
    """Return what is sent as it stands in the file."""
    return given(
        Annotations=dict(service.annotations),
        CapAdd=_capabilities(service.cap_add),
        CapDrop=_capabilities(service.cap_drop),
        CgroupnsMode=service.cgroup,
        Dns=list(service.dns),
        DnsOptions=list(service.dns_opt),
        DnsSearch=list(service.dns_search),
        GroupAdd=list(service.group_add),
        Isolation=service.isolation,
        OomScoreAdj=service.oom_score_adj,
        Privileged=service.privileged,
        ReadonlyRootfs=service.read_only,
        Runtime=service.runtime,
        ShmSize=service.shm_size,
        StorageOpt=dict(service.storage_opt),
        Sysctls=dict(service.sysctls),
        Tmpfs=dict(_tmpfs(text) for text in service.tmpfs),
        UTSMode=service.uts,
        UsernsMode=service.userns_mode,
    )


def _capabilities(names: tuple[str, ...]) -> list[str]:
    """Return the names as the engine keeps them: in capitals, with their prefix, in order."""
    capitals = {name.strip().upper().removeprefix("CAP_") for name in names}
    return sorted("ALL" if name == "ALL" else f"CAP_{name}" for name in capitals)


def _tmpfs(text: str) -> tuple[str, str]:
    """Return the path and the options of ``/run:size=1m``."""
    path, _, options = text.partition(":")
    return path, options


def joined(mode: str, joins: Mapping[str, str]) -> str:
    """Return a namespace's mode with ``service:NAME`` replaced by that service's container."""
    kind, _, name = mode.partition(":")
    if kind != "service":
        return mode
    if name not in joins:
        raise PlanError(f"there is no container of service {name!r} whose namespace to share")
    return f"container:{joins[name]}"


def _volumes_from(service: Service, joins: Mapping[str, str]) -> list[str]:
    """Return containers with their access mode: ``container:NAME[:ro]`` or ``SERVICE[:ro]``."""
    made = []
    for text in service.volumes_from:
        name, _, access = text.partition(":")
        if name == "container":
            made.append(access)
            continue
        if name not in joins:
            raise PlanError(f"there is no container of service {name!r} whose volumes to mount")
        made.append(f"{joins[name]}:{access}" if access else joins[name])
    return made


def _logging(service: Service) -> Json:
    if not service.logging:
        return {}
    return given(Type=service.logging.driver, Config=dict(service.logging.options))


def _attempts(text: str) -> int:
    """Return the number in ``on-failure:3`` as Docker Compose reads it, 0 where it is none.

    What the engine refuses, as a negative one, is for the engine to refuse.
    """
    number = int(text[:_DIGITS]) if _WHOLE.fullmatch(text) else 0
    return max(-LARGEST_INT64 - 1, min(LARGEST_INT64, number))


def _restart_policy(service: Service) -> Json:
    """Return ``deploy.restart_policy``, which replaces ``restart`` as a whole.

    Without a condition it is ``any``, as the specification has it. Only ``on-failure`` knows a
    number of attempts: newer engines refuse it elsewhere.
    """
    policy = service.deploy.restart_policy if service.deploy else None
    if not policy:
        condition, attempts, *_ = [*service.restart.split(":"), ""]
        name = _CONDITIONS.get(condition, condition)
        return given(Name=name, MaximumRetryCount=_attempts(attempts))
    name = _CONDITIONS.get(policy.condition, policy.condition) or "always"
    return given(Name=name, MaximumRetryCount=policy.max_attempts if name == "on-failure" else 0)
