"""The body of ``POST /containers/create``.

May import: spec, engine.port, engine.translate.
"""

from collections.abc import Iterator

from composer.engine.translate.fields import Json, given, known
from composer.engine.translate.host import host_config
from composer.engine.translate.instance import Instance
from composer.engine.translate.networks import mac_address, networking
from composer.engine.translate.ports import exposed
from composer.spec.project import Project
from composer.spec.service import Healthcheck, Service

SECOND = 10**9


def container_body(project: Project, service_name: str, instance: Instance) -> Json:
    """Return what creates a container of the service.

    Below API 1.44 it is on its first network only: see later_networks.
    """
    service = project.services[service_name]
    body = given(
        Hostname=service.hostname,
        Domainname=service.domainname,
        User=service.user,
        AttachStdin=instance.attach_stdin,
        AttachStdout=True,
        AttachStderr=True,
        ExposedPorts=exposed(service),
        Tty=service.tty,
        OpenStdin=service.stdin_open,
        StdinOnce=instance.attach_stdin and service.stdin_open,
        Env=_environment(service, instance),
        Image=instance.image,
        WorkingDir=service.working_dir,
        NetworkDisabled=service.network_mode == "disabled",
        MacAddress=mac_address(service, instance.api),
        Labels=dict(instance.labels),
        StopSignal=service.stop_signal,
    )
    body |= known(
        Cmd=_words(service.command),
        Entrypoint=_words(service.entrypoint),
        StopTimeout=_seconds(service.stop_grace_period),
        Healthcheck=_healthcheck(service.healthcheck),
    )
    body["HostConfig"] = host_config(project, service_name, instance)
    return body | networking(project, service_name, instance)


def _words(words: tuple[str, ...] | None) -> list[str] | None:
    """Return None for the image's own, an empty list to clear that."""
    return None if words is None else list(words)


def _seconds(duration: int | None) -> int | None:
    return None if duration is None else duration // SECOND


def _environment(service: Service, instance: Instance) -> list[str]:
    """Return ``KEY=VALUE`` entries; a bare ``KEY`` removes the image's variable."""
    variables = {**instance.proxies, **service.environment}
    return list(_entries(variables))


def _entries(variables: dict[str, str | None]) -> Iterator[str]:
    for key in sorted(variables):
        value = variables[key]
        yield key if value is None else f"{key}={value}"


def _healthcheck(check: Healthcheck | None) -> Json | None:
    """Return an empty object for a check that sets nothing: the engine keeps that, too."""
    if check is None:
        return None
    return given(
        Test=["NONE"] if check.disable else list(check.test or ()),
        Interval=check.interval,
        Timeout=check.timeout,
        StartPeriod=check.start_period,
        StartInterval=check.start_interval,
        Retries=check.retries,
    )
