"""References between the parts of a project: to networks, configs, models, and other services.

May import: graph, load.select, spec, source, tree.
"""

from collections.abc import Iterable, Iterator

from composer.graph import find_cycle
from composer.load.select import activation
from composer.source import Diagnostic, close_to, error
from composer.spec.project import Project
from composer.spec.service import Service
from composer.tree import TreePath, dotted, position

Found = Iterator[Diagnostic]


def at(project: Project, path: TreePath, code: str, message: str, hint: str = "") -> Diagnostic:
    """Return an error at *path* of the project."""
    place = position(project.node, path) if project.node else None
    return error(code, message, place, path=dotted(path), hint=hint)


def invalid(
    project: Project, path: TreePath, code: str, message: str, hint: str = ""
) -> Diagnostic:
    """Return an error of parts that do not go together; Docker Compose ends all such alike."""
    return at(project, path, code, f"{message}: invalid compose project", hint)


def undefined(
    project: Project, path: TreePath, kind: str, name: str, known: Iterable[str], said: str = ""
) -> Diagnostic:
    """Return the error of a name that stands for nothing; *said* is its kind where that is used."""
    hint = close_to(name, known) or _definition(kind, name)
    message = f'service "{path[1]}" refers to undefined {said or kind} {name}'
    return invalid(project, path, f"undefined-{kind}", message, hint)


def _definition(kind: str, name: str) -> str:
    """Return how *name* can come to stand for something; a volume's may be meant as a path."""
    if kind == "volume" and name.startswith(("$(", "`")):
        return "no shell runs here: write . for the folder of the project"
    if kind == "volume" and "/" in name:
        return f"write ./{name} for a folder"
    return f"define it under the top-level {kind}s"


def networks(project: Project, name: str, service: Service) -> Found:
    """A service joins networks that exist, or has a mode, not both."""
    path: TreePath = ("services", name, "networks")
    if service.networks and service.network_mode:
        message = f"service {name} declares mutually exclusive `network_mode` and `networks`"
        yield invalid(project, ("services", name, "network_mode"), "exclusive", message)
        return
    for key in service.networks:
        if key not in project.networks:
            listed = _listed(service, "networks", key)
            yield undefined(project, (*path, *listed), "network", key, project.networks)


def _listed(service: Service, attribute: str, key: str) -> TreePath:
    """Return the step to *key* where the file wrote the attribute."""
    node = service.node.get(attribute) if service.node else None
    return (key,) if node is not None and node.get(key) is not None else ()


def file_references(project: Project, name: str, service: Service) -> Found:
    """Configs and secrets exist."""
    for index, config in enumerate(service.configs):
        if config.source not in project.configs:
            path = ("services", name, "configs", index)
            yield undefined(project, path, "config", config.source, project.configs)
    for index, secret in enumerate(service.secrets):
        if secret.source not in project.secrets:
            path = ("services", name, "secrets", index)
            yield undefined(project, path, "secret", secret.source, project.secrets)


def models(project: Project, name: str, service: Service) -> Found:
    """Models exist."""
    for key in service.models:
        if key not in project.models:
            path = ("services", name, "models", *_listed(service, "models", key))
            yield undefined(project, path, "model", key, project.models)


def dependencies(project: Project, name: str, service: Service) -> Found:
    """Services that are needed exist and are active."""
    for key, dependency in service.depends_on.items():
        disabled = key in project.disabled
        if key in project.services or (disabled and dependency.required is False):
            continue
        path = ("services", name, *(_depends_path(service, key) or ("depends_on",)))
        message = f'service "{name}" depends on undefined service "{key}"'
        hint = close_to(key, project.services)
        if disabled:
            hint = f"{activation(project.disabled[key])}, or write required: false"
        yield invalid(project, path, "undefined-service", message, hint)


def cycles(project: Project) -> Found:
    """No service needs itself, however indirectly."""
    edges = {
        name: [key for key in service.depends_on if key in project.services]
        for name, service in project.services.items()
    }
    cycle = find_cycle(edges)
    if not cycle:
        return
    notes = []
    for name, other in zip(cycle, [*cycle[1:], cycle[0]], strict=True):
        service = project.services[name]
        path = ("services", name, *_depends_path(service, other))
        place = position(project.node, path) if project.node else None
        if place:
            notes.append((place, f"{name} depends on {other}"))
    message = f"dependency cycle detected: {' -> '.join([*cycle, cycle[0]])}"
    first = notes[0][0] if notes else None
    shown = dotted(("services", cycle[0], "depends_on"))
    yield error("dependency-cycle", message, first, path=shown, notes=tuple(notes))


def _depends_path(service: Service, other: str) -> TreePath:
    """Return the attribute of *service* that makes it depend on *other*."""
    node = service.node
    if node is None:
        return ()
    for attribute in ("depends_on", "links", "volumes_from"):
        entry = node.get(attribute)
        if entry is not None and entry.get(other) is not None:
            return (attribute, other)
        if entry is not None and entry.is_sequence:
            for index, item in enumerate(entry.value):
                if other in {item.value, str(item.value).partition(":")[0]}:
                    return (attribute, index)
    for attribute in ("network_mode", "ipc", "pid", "uts", "cgroup"):
        entry = node.get(attribute)
        if entry is not None and entry.value == f"service:{other}":
            return (attribute,)
    return ()
