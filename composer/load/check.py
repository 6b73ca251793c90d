"""Rules that concern several attributes.

Each rule is a function from the project to diagnostics. They are what Compose itself refuses;
what only ``validate`` finds is elsewhere. Those about a single entry hold always, those about
references and contradictions can be turned off (``config --no-consistency``).
May import: load.references, spec, source, tree.
"""

from collections.abc import Callable, Sequence

from composer.load import references
from composer.load.references import Found, at, invalid, undefined
from composer.source import Diagnostic
from composer.spec.project import Project
from composer.spec.service import Service
from composer.spec.short import is_address
from composer.tree import TreePath, dotted


def check(project: Project) -> list[Diagnostic]:
    """Return every inconsistency among the enabled services and the project's resources."""
    return _found(project, _SERVICE_RULES, _PROJECT_RULES)


def check_entries(project: Project) -> list[Diagnostic]:
    """Return what is wrong with single entries, whatever else the project has."""
    return _found(project, _ENTRY_RULES, _RESOURCE_RULES)


def check_container_names(project: Project) -> list[Diagnostic]:
    """Return names that two services give their containers: only creating both would fail."""
    return list(_container_names(project))


def _found(
    project: Project, rules: Sequence["ServiceRule"], whole: Sequence["ProjectRule"]
) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    for name, service in project.services.items():
        for rule in rules:
            found += rule(project, name, service)
    for one in whole:
        found += one(project)
    return found


def _has_image(project: Project, name: str, service: Service) -> Found:
    if not service.image and not service.build and not service.provider:
        message = f'service "{name}" has neither an image nor a build context specified'
        written = service.node.get("image") if service.node else None
        hint = "add image: NAME or build: DIRECTORY"
        if written is not None and written.template:
            hint = f"{written.template} is empty here: set the variable, or write a default"
        yield invalid(project, ("services", name), "no-image", message, hint)


def _build(project: Project, name: str, service: Service) -> Found:
    build = service.build
    if build is None:
        return
    path: TreePath = ("services", name, "build")
    own = build.node.value if build.node else {}
    if build.dockerfile_inline and "dockerfile" in own:
        message = f'service "{name}" declares mutually exclusive dockerfile and dockerfile_inline'
        yield invalid(project, (*path, "dockerfile_inline"), "exclusive", message)
    if build.platforms and service.platform and service.platform not in build.platforms:
        message = f'service.build.platforms MUST include service.platform "{service.platform}"'
        yield invalid(project, (*path, "platforms"), "conflict", message)
    for key, target in build.additional_contexts.items():
        other = target.removeprefix("service:")
        if other == target:
            continue
        needed = project.services.get(other)
        where = (*path, "additional_contexts", key)
        if needed is None:
            message = (
                f'service "{name}" declares unknown service "{other}" as additional contexts {key}'
            )
            yield at(project, where, "undefined-service", message)
        elif needed.build is None:
            message = (
                f'service "{name}" declares non-buildable service "{other}"'
                f" as additional contexts {key}"
            )
            yield at(project, where, "not-built", message)
    for index, secret in enumerate(build.secrets):
        if secret.source not in project.secrets:
            where = (*path, "secrets", index)
            yield undefined(
                project, where, "secret", secret.source, project.secrets, "build secret"
            )


def _volumes(project: Project, name: str, service: Service) -> Found:
    for index, mount in enumerate(service.volumes):
        path = ("services", name, "volumes", index)
        if mount.type == "volume" and mount.source and mount.source not in project.volumes:
            yield undefined(project, path, "volume", mount.source, project.volumes)


def _mounts(project: Project, name: str, service: Service) -> Found:
    for index, mount in enumerate(service.volumes):
        path = ("services", name, "volumes", index)
        if not mount.has("target"):
            yield at(project, path, "missing-attribute", "is missing a mount target")
        if mount.type == "bind" and not mount.source:
            message = 'invalid mount config for type "bind": field Source must not be empty'
            yield at(project, path, "missing-attribute", message)


def _targets(project: Project, name: str, service: Service) -> Found:
    """Two mounts cannot stand at the same place in a container."""
    listed: list[tuple[TreePath, str]] = [
        (("tmpfs", index), one.partition(":")[0]) for index, one in enumerate(service.tmpfs)
    ]
    listed += [(("volumes", index), one.target) for index, one in enumerate(service.volumes)]
    known: dict[str, TreePath] = {}
    for path, target in listed:
        if target in known:
            message = f"{target} is already the target of {dotted(known[target])}"
            yield at(project, ("services", name, *path), "duplicate-target", message)
        known[target] = path


def _ports(project: Project, name: str, service: Service) -> Found:
    for index, port in enumerate(service.ports):
        path = ("services", name, "ports", index)
        if not port.has("target"):
            yield at(project, path, "missing-attribute", "is missing a target port")
        if port.has("host_ip") and not is_address(port.host_ip):
            message = f"invalid ip address: {port.host_ip}"
            yield at(project, (*path, "host_ip"), "invalid-port", message)


def _negative_counts(project: Project, name: str, service: Service) -> Found:
    counts: list[tuple[TreePath, int | None]] = [(("scale",), service.scale)]
    if service.deploy:
        counts.append((("deploy", "replicas"), service.deploy.replicas))
    for path, count in counts:
        if count is not None and count < 0:
            message = f"must be greater than or equal to 0, not {count}"
            yield at(project, ("services", name, *path), "out-of-range", message)


def _equal_limits(project: Project, name: str, service: Service) -> Found:
    deploy = service.deploy
    if deploy is None:
        return
    limits, reserved = deploy.resources.limits, deploy.resources.reservations
    pairs: list[tuple[str, object, str, object]] = []
    if deploy.replicas is not None:
        pairs.append(("scale", service.scale, "deploy.replicas", deploy.replicas))
    if limits:
        pairs += [
            ("cpus", service.cpus, "deploy.resources.limits.cpus", limits.cpus),
            ("mem_limit", service.mem_limit, "deploy.resources.limits.memory", limits.memory),
            ("pids_limit", service.pids_limit, "deploy.resources.limits.pids", limits.pids),
        ]
    if reserved:
        memory = ("deploy.resources.reservations.memory", reserved.memory)
        pairs.append(("mem_reservation", service.mem_reservation, *memory))
    for attribute, one, other_name, other in pairs:
        given = one is not None if attribute == "scale" else bool(one)
        if given and one != other:
            message = f"can't set distinct values on '{attribute}' and '{other_name}'"
            yield invalid(project, ("services", name, attribute), "conflict", message)


def _health_test(project: Project, name: str, service: Service) -> Found:
    test = service.healthcheck.test if service.healthcheck else None
    if test and test[0] not in {"CMD", "CMD-SHELL", "NONE"}:
        message = 'must start either by "CMD", "CMD-SHELL" or "NONE"'
        hint = "or write the command as one string, which a shell runs"
        path = ("services", name, "healthcheck", "test")
        yield at(project, path, "invalid-healthcheck", message, hint)


def _replicas(project: Project, name: str, service: Service) -> Found:
    if service.container_name and service.replicas > 1:
        message = f"can't set container_name and {name} as container name must be unique"
        path = ("services", name, "container_name")
        hint = f"leave it out: {service.replicas} replicas cannot share a name"
        yield invalid(project, path, "container-name", message, hint)


def _devices(project: Project, name: str, service: Service) -> Found:
    path: TreePath = ("services", name)
    for index, device in enumerate(service.devices):
        if not device.has("target"):
            message = "is missing a mount target"
            yield at(project, (*path, "devices", index), "missing-attribute", message)
    reserved = service.deploy.resources.reservations if service.deploy else None
    listed = [(path, "gpus", service.gpus)]
    if reserved:
        listed.append(((*path, "deploy", "resources", "reservations"), "devices", reserved.devices))
    for parent, attribute, requests in listed:
        for index, request in enumerate(requests):
            if request.has("count") and request.has("device_ids"):
                message = '"count" and "device_ids" attributes are exclusive'
                yield at(project, (*parent, attribute, index), "exclusive", message)


def _watch(project: Project, name: str, service: Service) -> Found:
    for index, trigger in enumerate(service.develop.watch if service.develop else ()):
        path = ("services", name, "develop", "watch", index)
        if not trigger.target and trigger.action.startswith("sync"):
            message = "target is required for non-rebuild actions"
            yield invalid(project, path, "missing-attribute", message)


def _watched(project: Project, name: str, service: Service) -> Found:
    for index, trigger in enumerate(service.develop.watch if service.develop else ()):
        path = ("services", name, "develop", "watch", index)
        if not trigger.path:
            yield at(project, (*path, "path"), "missing-attribute", "value can't be blank")


def _container_names(project: Project) -> Found:
    known: dict[str, str] = {}
    for name, service in project.services.items():
        own = service.container_name
        if own and own in known:
            message = f'container name "{own}" is already in use by service {known[own]}'
            path = ("services", name, "container_name")
            yield at(project, path, "container-name", message)
        known.setdefault(own, name)


def _external(project: Project) -> Found:
    for name, volume in project.volumes.items():
        if not volume.external or volume.node is None or not volume.node.is_mapping:
            continue
        for key in volume.node.value:
            if key not in {"name", "external"} and not key.startswith("x-"):
                message = f'conflicting parameters "external" and "{key}" specified'
                hint = "an external volume is used as it is"
                yield at(project, ("volumes", name, key), "exclusive", message, hint)


def _sources(project: Project) -> Found:
    for kind, sources in (
        ("configs", ("file", "environment", "content")),
        ("secrets", ("file", "environment")),
    ):
        for name, one in getattr(project, kind).items():
            given = [key for key in sources if one.has(key)]
            if len(given) > 1:
                message = f"{'|'.join(sources)} attributes are mutually exclusive"
                yield at(project, (kind, name), "exclusive", message)
            elif not given and not one.has("external"):
                message = f"one of {'|'.join(sources)} must be set, or external: true"
                yield at(project, (kind, name), "missing-attribute", message)


def _empty_secrets(project: Project) -> Found:
    for name, one in project.secrets.items():
        given = [key for key in ("file", "environment", "external") if one.has(key)]
        if len(given) == 1 and not (one.file or one.environment or one.external):
            message = f'secret "{name}" must declare either `file` or `environment`'
            yield invalid(project, ("secrets", name), "missing-attribute", message)


ServiceRule = Callable[[Project, str, Service], Found]
ProjectRule = Callable[[Project], Found]
_ENTRY_RULES: tuple[ServiceRule, ...] = (_mounts, _ports, _devices, _watched)
_RESOURCE_RULES: tuple[ProjectRule, ...] = (_external, _sources)
_SERVICE_RULES: tuple[ServiceRule, ...] = (
    _has_image, _build, references.networks, _volumes, _targets, _negative_counts,
    references.file_references, references.models, references.dependencies,
    _equal_limits, _health_test, _replicas, _watch, *_ENTRY_RULES,
)  # fmt: skip
_PROJECT_RULES: tuple[ProjectRule, ...] = (
    references.cycles, _empty_secrets, *_RESOURCE_RULES,
)  # fmt: skip
