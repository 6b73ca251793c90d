"""Which services take part: profiles, services named by the user, resources that remain in use.

May import: spec, errors, source.
"""

from collections.abc import Container, Iterable, Mapping

from composer.errors import ConsistencyError
from composer.source import close_to, error
from composer.spec.project import Project
from composer.spec.service import Service

_UNNAMED = ("",)


def with_profiles(project: Project, profiles: Iterable[str]) -> Project:
    """Return the project with the services of inactive profiles disabled; ``*`` activates all.

    Where none is named, the one with an empty name is active.
    """
    named = tuple(sorted(set(profiles)))
    active = frozenset(named or _UNNAMED)
    enabled: dict[str, Service] = {}
    disabled: dict[str, Service] = {}
    for name, service in project.all_services.items():
        on = not service.profiles or "*" in active or active & frozenset(service.profiles)
        (enabled if on else disabled)[name] = service
    return project.replace(services=enabled, disabled=disabled, profiles=named)


def with_named(project: Project, names: Iterable[str]) -> Project:
    """Return the project with the services that the user named enabled, and their profiles active.

    So what they need may be of the same profile, as Docker Compose has it.
    """
    names = list(names)
    asked = [one for name in names for one in _profiles_of(project.disabled.get(name))]
    if asked:
        project = with_profiles(project, [*(project.profiles or _UNNAMED), *asked])
    services, disabled = dict(project.services), dict(project.disabled)
    for name in names:
        if name in disabled:
            services[name] = disabled.pop(name)
    return project.replace(services=services, disabled=disabled)


def _profiles_of(service: Service | None) -> tuple[str, ...]:
    return tuple(service.profiles) if service else ()


def only(project: Project, names: Iterable[str], *, dependencies: bool = True) -> Project:
    """Return the project reduced to the services *names* and what they depend on.

    The others become disabled. Without *dependencies*, the services that remain depend on each
    other alone, as in Docker Compose. Raises ConsistencyError for a name that is no service.
    """
    wanted: dict[str, None] = {}
    pending = list(names)
    for name in pending:
        if name not in project.services:
            raise _absent(project, name)
    while pending:
        name = pending.pop()
        if name in wanted or name not in project.services:
            continue
        wanted[name] = None
        if dependencies:
            pending += project.services[name].depends_on
    services = {name: one for name, one in project.services.items() if name in wanted}
    if not dependencies:
        services = {name: _among(one, wanted) for name, one in services.items()}
    others = {name: one for name, one in project.services.items() if name not in wanted}
    return project.replace(services=services, disabled={**project.disabled, **others})


def chosen(project: Project, names: Iterable[str]) -> Project:
    """Return the project as `config` prints it for *names*: these, and what they need.

    A service that can do without one that is not there no longer names it. Raises
    ConsistencyError for a name that is no service, and where one is needed that is disabled or,
    in a project that was not checked, that no file has.
    """
    names = list(names)
    project = with_named(project, names)
    check_dependencies(project, names)
    project = only(project, names)
    return project.with_services(
        {
            name: _among(one, project.services)
            for name, one in project.services.items()
            if not one.depends_on.keys() <= project.services.keys()
        }
    )


def _among(service: Service, names: Container[str]) -> Service:
    """Return *service* without the dependencies that are not among *names*."""
    kept = {name: how for name, how in service.depends_on.items() if name in names}
    return service.replace(depends_on=kept)


def check_dependencies(project: Project, names: Iterable[str]) -> None:
    """Raise ConsistencyError where services *names* need one that is disabled or unknown."""
    seen: set[str] = set()
    pending = [name for name in names if name in project.services]
    while pending:
        name = pending.pop()
        seen.add(name)
        for one, how in project.services[name].depends_on.items():
            if one in project.disabled and how.required is not False:
                hint = f"{name} needs it: activate a profile of it, or leave it out with --no-deps"
                raise ConsistencyError(
                    error("unknown-service", f"no such service: {one}", hint=hint)
                )
            if one not in project.all_services and how.required is not False:
                raise unknown_service(one, project.services)
            if one in project.services and one not in seen:
                pending.append(one)


def unknown_service(name: str, known: Iterable[str]) -> ConsistencyError:
    """Return the error of a name that is no service; its hint is what may have been meant."""
    message = f"no such service: {name}"
    return ConsistencyError(error("unknown-service", message, hint=close_to(name, known)))


def _absent(project: Project, name: str) -> ConsistencyError:
    if name not in project.disabled:
        return unknown_service(name, project.services)
    message = f"no such service: {name}: disabled"
    return ConsistencyError(error("unknown-service", message, hint=how_to_enable(project, name)))


def how_to_enable(project: Project, name: str) -> str:
    """Return the hint for a service that is disabled; empty where its profile is not the reason."""
    service = project.disabled.get(name)
    if not service or not service.profiles or set(service.profiles) & set(project.profiles):
        return ""
    return activation(service)


def activation(service: Service) -> str:
    """Return the hint for a service whose profiles are not active."""
    return f"its profile is not active: activate it with --profile ({', '.join(service.profiles)})"


def without_unused(project: Project) -> Project:
    """Return the project without resources that no enabled service uses."""
    used: dict[str, set[str]] = {kind: set() for kind in ("networks", "volumes", "configs")}
    used |= {"secrets": set(), "models": set()}
    for service in project.services.values():
        used["networks"] |= service.networks.keys()
        used["volumes"] |= {one.source for one in service.volumes if one.type == "volume"}
        used["configs"] |= {one.source for one in service.configs}
        used["secrets"] |= {one.source for one in service.secrets}
        used["models"] |= service.models.keys()
        if service.build:
            used["secrets"] |= {one.source for one in service.build.secrets}
    return project.replace(**{kind: _kept(project, kind, names) for kind, names in used.items()})


def _kept(project: Project, kind: str, names: set[str]) -> Mapping[str, object]:
    resources: Mapping[str, object] = getattr(project, kind)
    return {key: one for key, one in resources.items() if key in names}
