"""From the bound model to the normal form: all that Compose implies is written out.

Names, the default network, implicit dependencies, environment files and label files.

May import: load, spec, tree, errors, source.
"""

from collections.abc import Mapping
from functools import partial

from composer.errors import ConsistencyError, LoadError
from composer.load.dotenv import Lookup
from composer.load.reader import not_found, supplied, unreadable
from composer.load.request import Loading
from composer.source import Position, error
from composer.spec.build import Build
from composer.spec.files import Config, Secret
from composer.spec.network import Network, Volume
from composer.spec.project import Project
from composer.spec.service import STARTED, Dependency, EnvFile, Service
from composer.spec.short import linked

_MISSING = "not found"
_NAMESPACES = ("network_mode", "ipc", "pid", "uts", "cgroup")


def normal(project: Project) -> Project:
    """Return the project with everything that Compose implies written out."""
    lookup = project.environment.get
    services = {name: _service(one, lookup) for name, one in project.services.items()}
    project = project.replace(services=services)
    return _named(_with_default_network(project))


def _service(service: Service, lookup: Lookup) -> Service:
    changes: dict[str, object] = {}
    if not service.networks and not service.has("network_mode") and not service.has("provider"):
        changes["networks"] = {"default": None}
    if service.pull_policy == "if_not_present":
        changes["pull_policy"] = "missing"
    if service.build:
        changes["build"] = _build(service.build, lookup)
    implied = _implied(service)
    if implied:
        changes["depends_on"] = {**implied, **service.depends_on}
    return service.replace(**changes) if changes else service


def with_replicas(project: Project) -> Project:
    """Return the project with ``scale`` also written as replicas where a service has ``deploy``."""
    return project.with_services(
        {
            name: one.replace(deploy=one.deploy.replace(replicas=one.scale))
            for name, one in project.services.items()
            if one.deploy and one.scale is not None and one.deploy.replicas is None
        }
    )


def _build(build: Build, lookup: Lookup) -> Build:
    """Name the Dockerfile; arguments without a value take the environment's, or go."""
    args = {key: lookup(key) if one is None else one for key, one in build.args.items()}
    known = {key: one for key, one in args.items() if one is not None}
    changes: dict[str, object] = {} if known == build.args else {"args": known}
    if not build.has("dockerfile") and not build.has("dockerfile_inline"):
        changes["dockerfile"] = "Dockerfile"
    return build.replace(**changes) if changes else build


def _implied(service: Service) -> Mapping[str, Dependency]:
    """Return the dependencies that links and shared namespaces make."""
    names = [linked(link) for link in service.links]
    implied = Dependency(condition=STARTED, restart=True, required=True)
    lasting = Dependency(condition=STARTED, required=True)
    for attribute in _NAMESPACES:
        value: str = getattr(service, attribute)
        if value.startswith("service:"):
            names.append(value.removeprefix("service:"))
    sources = (one for one in service.volumes_from if not one.startswith("container:"))
    found = dict.fromkeys((source.partition(":")[0] for source in sources), lasting)
    return {**found, **dict.fromkeys(names, implied)}


def _with_default_network(project: Project) -> Project:
    if "default" in project.networks:
        return project
    services = project.services.values()
    joined = [one for one in services if not one.has("provider") and not one.has("network_mode")]
    if not any("default" in service.networks for service in joined):
        return project
    return project.replace(networks={**project.networks, "default": Network()})


def _named(project: Project) -> Project:
    """Give each resource its engine name: with the project's in front unless it is external."""

    def name(
        key: str, one: Network | Volume | Config | Secret
    ) -> Network | Volume | Config | Secret:
        if one.has("name"):
            return one
        return one.replace(name=key if one.external else f"{project.name}_{key}")

    return project.replace(
        **{
            kind: {key: name(key, one) for key, one in getattr(project, kind).items()}
            for kind in ("networks", "volumes", "configs", "secrets")
        }
    )


def environment(project: Project, loading: Loading, *, files: bool = True) -> Project:
    """Return the project with each service's environment complete.

    Files are read, bare names are looked up.

    With *files*, env_file entries are consumed. Raises LoadError where a required file is missing.
    """
    lookup = project.environment.get
    changed = {}
    for name, service in project.services.items():
        if not service.environment and not service.env_file:
            continue
        changes = _environment(name, service, lookup, loading, files=files)
        if changes:
            changed[name] = service.replace(**changes)
    return project.with_services(changed) if changed else project


def _environment(
    name: str,
    service: Service,
    lookup: Lookup,
    loading: Loading,
    *,
    files: bool,
) -> dict[str, object]:
    changes: dict[str, object] = {}
    own = {
        key: lookup(key) if value is None else value for key, value in service.environment.items()
    }
    if files and service.env_file:
        own = {**_from_files(name, service, partial(_first, lookup, own), loading), **own}
        changes["env_file"] = ()
    if own != service.environment:
        changes["environment"] = own
    return changes


def _from_files(name: str, service: Service, lookup: Lookup, loading: Loading) -> dict[str, str]:
    """Return the variables of a service's files.

    What a value refers to is sought with *lookup*, in the lines above and in the files before.
    """
    found: dict[str, str] = {}
    for index, entry in enumerate(service.env_file):
        place = service.where("env_file", index, "path")
        if not loading.reader.is_file(entry.path):
            why = unreadable(loading.reader, entry.path, _MISSING)
            if entry.required is False and why == _MISSING:
                continue
            raise _missing(f"services.{name}.env_file[{index}]", entry, place, loading, why)
        errors = "strict" if entry.format == "raw" else "surrogateescape"  # as Compose has it
        source = loading.source(entry.path, place, errors=errors)

        if entry.format not in {"", "raw"}:
            message = f"the format {entry.format!r} is not known; only raw is"
            raise LoadError(error("invalid-value", message, place))
        known = partial(_first, lookup, found) if entry.format == "raw" else lookup
        parsed = loading.variables(source, known, raw=entry.format == "raw", above=found)
        found |= {key: value for key, value in parsed.items() if value is not None}
    return found


def _first(lookup: Lookup, others: Mapping[str, str | None], key: str) -> str | None:
    """Return a variable that *lookup* knows, else one of *others*."""
    found = lookup(key)
    return others.get(key) if found is None else found


def _missing(
    path: str, entry: EnvFile, place: Position | None, loading: Loading, why: str
) -> LoadError:
    message = _trouble("env file", entry.path, loading, why)
    hint = supplied(loading.reader, entry.path) if why == _MISSING else ""
    return ConsistencyError(error("missing-env-file", message, place, path=path, hint=hint))


def _trouble(what: str, path: str, loading: Loading, why: str) -> str:
    shown = loading.shown(path)
    return not_found(what, shown, path) if why == _MISSING else f"{what} {shown} {why}"


def label_files(project: Project, loading: Loading, *, keep: bool = False) -> Project:
    """Return the project with each service's label files folded into its labels.

    A variable in them can only be one of a line above, or of a file before. *keep* leaves the names
    of the files: Docker Compose hashes them where it creates containers, but ``config`` does not
    show them.
    """
    changed = {}
    for name, service in project.services.items():
        if not service.label_file:
            continue
        found: dict[str, str] = {}
        for index, path in enumerate(service.label_file):
            place = service.where("label_file", index)
            if not loading.reader.is_file(path):
                why = unreadable(loading.reader, path, _MISSING)
                message = _trouble("label file", path, loading, why)
                where = f"services.{name}.label_file[{index}]"
                raise ConsistencyError(error("missing-label-file", message, place, path=where))
            source = loading.source(path, place, errors="surrogateescape")
            parsed = loading.variables(source, found.get)
            found |= {key: value for key, value in parsed.items() if value is not None}
        files = service.label_file if keep else ()
        changed[name] = service.replace(labels={**found, **service.labels}, label_file=files)
    return project.with_services(changed) if changed else project
