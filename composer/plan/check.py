"""What can be refused, or told, before anything is touched.

May import: load.select, plan.draft, plan.joins, plan.networks, plan.situation, spec, source.
"""

from collections.abc import Iterable, Iterator

from composer.load.select import how_to_enable
from composer.plan.draft import Draft
from composer.plan.joins import owners
from composer.plan.networks import by_priority
from composer.plan.situation import Situation
from composer.spec.files import Config, FileReference, Secret, has_content
from composer.spec.mounts import Port
from composer.spec.platforms import read_platform
from composer.spec.project import Project
from composer.spec.record import Record
from composer.spec.service import Service

MANY = 10_000
"""Containers that no engine can hold; a plan for millions would fill the memory first."""
_ELSEWHERE = {"cluster": "a cluster", "npipe": "an engine on Windows"}
"""Types of mounts that no single engine on Linux has."""


def check(s: Situation) -> None:
    """Refuse what cannot work: replicas of what is there only once, missing owners, odd mounts.

    The loader has checked the files; ``--scale`` and ``--no-deps`` can still spoil them.
    """
    for name in s.policy.scale:
        if name not in s.project.services:
            why = "disabled" if name in s.project.disabled else "not found"
            s.draft.refuse(f"no such service: {name}: {why}", how_to_enable(s.project, name))
    wanted = [name for name in sorted(s.project.services) if s.wanted(name)]
    check_platforms(s.draft, s.project, wanted)
    check_names_of_platforms(s.draft, s.project)
    for name, service in sorted(s.project.services.items()):
        if s.wanted(name):
            _check_files(s, service)
            _check_health(s, service)
        if s.wanted(name) > MANY:
            where = _where(service, "scale") or _where(service, "deploy")
            s.draft.refuse(f"{where}service {name} is to have more than {MANY} containers")
        _check_owners(s, name, service)
        _check_address(s, name, service)
        _check_network(s, name, service)
        _check_mounts(s, name, service)
        _check_copies(s, name, service)
        if s.wanted(name) > 1:
            _check_container_name(s, name, service)
            _check_ports(s, name, service)


def check_platforms(draft: Draft, project: Project, services: Iterable[str]) -> None:
    """Refuse builds that are not for the platform which the environment names for all."""
    asked = project.environment.get("DOCKER_DEFAULT_PLATFORM")
    for name in services:
        build = project.services[name].build
        if asked and build and build.platforms and asked not in build.platforms:
            draft.refuse(
                f'{_where(build, "platforms")}service "{name}" build.platforms does not support '
                f"value set by DOCKER_DEFAULT_PLATFORM: {asked}",
                "add it there, or unset the variable",
            )


def check_names_of_platforms(draft: Draft, project: Project, *, built: bool = False) -> None:
    """Refuse platforms that are none; of services scaled to 0, too, and of builds if *built*."""
    for name, service in sorted(project.services.items()):
        asked = [(_where(service, "platform"), project.platform(service))]
        if built and (build := service.build):
            asked += [(_where(build, "platforms", i), p) for i, p in enumerate(build.platforms)]
        for where, platform in asked:
            try:
                read_platform(platform or "linux")
            except ValueError as problem:
                draft.refuse(
                    f'{where}service {name}: platform "{platform}": {problem}',
                    "name it as in linux/amd64",
                )


def _check_files(s: Situation, service: Service) -> None:
    """Refuse drivers of secrets and configs, which only a cluster has."""
    for kind, used in (("secrets", service.secrets), ("configs", service.configs)):
        known = getattr(s.project, kind)
        for source in (known[one.source] for one in used if one.source in known):
            for attribute in ("driver", "template_driver"):
                if getattr(source, attribute, ""):
                    s.draft.refuse(
                        f"{_where(source, attribute)}{kind}.*.{attribute} is not supported",
                        "only a cluster has such drivers",
                    )


def _check_owners(s: Situation, name: str, service: Service) -> None:
    """An owner that is not among the wanted services must have a container."""
    for owner in owners(service):
        if s.wanted(name) and not _has_container(s, owner):
            s.draft.refuse(
                f"cannot share namespaces or volumes with service {owner}: container missing",
                f"start {owner} first, or without --no-deps",
            )


def _check_address(s: Situation, name: str, service: Service) -> None:
    """The service's hardware address is that of its first network: both cannot differ."""
    first = next(iter(by_priority(service)), "")
    joined = service.networks.get(first)
    if service.mac_address and joined and joined.mac_address not in {"", service.mac_address}:
        s.draft.refuse(
            f"{_where(service, 'mac_address')}service {name}: the service-level mac_address "
            f"should have the same value as network {first}",
            "keep the one of the network",
        )


def _check_network(s: Situation, name: str, service: Service) -> None:
    """A mode that a variable left empty stands for no network."""
    given = service.network_mode or service.networks or "default" in s.project.networks
    if s.wanted(name) and s.project.networks and not (given or service.provider):
        s.draft.refuse(
            f"{_where(service, 'network_mode')}service {name}: network_mode is empty",
            "name a mode, or leave it out",
        )


def _check_health(s: Situation, service: Service) -> None:
    """Engines take an interval for a period that is not there, and then check at odd times."""
    check = service.healthcheck
    if check and check.start_interval is not None and check.start_period is None:
        where = _where(service, "healthcheck", "start_interval")
        s.draft.refuse(
            f"{where}healthcheck.start_interval requires healthcheck.start_period to be set",
            "say how long the start may take",
        )


def _check_mounts(s: Situation, name: str, service: Service) -> None:
    for index, mount in enumerate(service.volumes):
        if s.wanted(name) and mount.type in _ELSEWHERE:
            s.draft.refuse(
                f"{_where(service, 'volumes', index)}service {name} asks for a volume of type "
                f"{mount.type}: only {_ELSEWHERE[mount.type]} has such",
                "use a volume or a bind mount",
            )


def _check_copies(s: Situation, name: str, service: Service) -> None:
    """Nothing can be copied into a container that is read-only; it would be before its start."""
    if not (service.read_only and s.wanted(name) and s.policy.start):
        return
    for kind, one, what in _files(s, service):
        if has_content(what):
            called = f'{kind.rstrip("s")} "{what.name}"'
            if one.source.startswith("#"):
                called = "what use_api_socket brings"
            s.draft.refuse(
                f"{_where(service, 'read_only')}cannot create {called} in read-only service "
                f"{name}: `file` is the sole supported option",
                "what comes from a file is mounted, all else would have to be copied",
            )


def tell_of_ignored(s: Situation, service: Service) -> None:
    """Warn, once, of what a container that is to be made cannot have."""
    for text in (*_ignored_options(service), *_ignored_owners(s, service)):
        if text not in s.draft.warnings:
            s.draft.warn(text)


def _ignored_owners(s: Situation, service: Service) -> Iterator[str]:
    """A file that is mounted keeps its owner and its mode."""
    for kind, one, what in _files(s, service):
        if what.file and (one.uid or one.gid or one.mode is not None):
            yield f"{kind} `uid`, `gid` and `mode` are not supported, they will be ignored"


def _ignored_options(service: Service) -> Iterator[str]:
    """A mount has the options of its own type only."""
    for mount in service.volumes:
        for kind in ("bind", "volume", "tmpfs", "image"):
            if kind != mount.type and getattr(mount, kind) is not None:
                yield f"mount of type `{mount.type}` should not define `{kind}` option"


def _files(s: Situation, service: Service) -> Iterator[tuple[str, FileReference, Secret | Config]]:
    """Yield what kind each use of a secret or config is in Docker Compose's words, it, and what."""
    for one in service.secrets:
        yield "secrets", one, s.project.secrets[one.source]
    for one in service.configs:
        yield "config", one, s.project.configs[one.source]


def _has_container(s: Situation, owner: str) -> bool:
    if owner in s.project.services:
        return s.wanted(owner) > 0
    return bool(s.replicas[owner])


def _check_container_name(s: Situation, name: str, service: Service) -> None:
    if service.container_name:
        s.draft.refuse(
            f'{_where(service, "container_name")}The "{name}" service is using the custom container'
            f' name "{service.container_name}". Docker requires each container to have a unique'
            " name. Remove the custom name to scale the service",
        )


def _check_ports(s: Situation, name: str, service: Service) -> None:
    if service.network_mode == "host":
        return
    for index, port in enumerate(service.ports):
        places = _places(port)
        if places and places < s.wanted(name):
            which = f"ports {port.published}" if places > 1 else f"port {port.published}"
            s.draft.refuse(
                f"{_where(service, 'ports', index)}service {name} is to have {s.wanted(name)} "
                f"containers, but publishes the host {which}: there is no room for all",
                "publish a range of ports, or let the engine choose one",
            )


def _places(port: Port) -> int:
    """Return how many containers can publish *port*, 0 for any number."""
    first, _, last = port.published.partition("-")
    if not first.isdecimal() or int(first) == 0:
        return 0
    return int(last) - int(first) + 1 if last.isdecimal() else 1


def _where(record: Record, *path: str | int) -> str:
    position = record.where(*path)
    return f"{position}: " if position else ""
