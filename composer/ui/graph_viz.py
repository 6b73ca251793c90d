"""The dependency graph in the words of ``docker compose alpha viz``.

May import: ui, api.dependencies, spec.
"""

from collections.abc import Collection, Iterable

from composer.api.dependencies import Dependencies, Node
from composer.spec.project import Project
from composer.spec.service import Service


def viz(graph: Dependencies, project: Project, *, parts: Collection[str], indent: str) -> str:
    """Return a digraph; *parts* of ``networks``, ``ports``, ``image`` are told of each service."""
    nodes = [
        f'{_quoted(one.name)} [style="filled" label=<{_label(one, project, parts)}>];'
        for one in graph.nodes
    ]
    edges = [f"{_quoted(one.service)} -> {_quoted(one.needs)};" for one in graph.edges]
    lines = [f"{indent}{line}" for line in ("layout=dot;", *nodes)]
    more = [f"{indent}{line}" for line in edges]
    return "\n".join([f"digraph {_quoted(project.name)} {{", *lines, "", *more, "}", ""])


def _label(node: Node, project: Project, parts: Collection[str]) -> str:
    service = project.services[node.name]
    told = {
        "networks": ("Networks", sorted(service.networks)),
        "ports": ("Ports", list(_ports(service))),
        "image": ("Image", [node.image]),
    }
    sections = (_section(*told[part]) for part in told if part in parts)
    return f'<font point-size="15">{node.name}</font>' + "".join(sections)


def _section(title: str, items: list[str]) -> str:
    if not items:
        return ""
    return f'<font point-size="10"><br/><br/><b>{title}:</b><br/>{"<br/>".join(items)}</font>'


def _ports(service: Service) -> Iterable[str]:
    for one in service.ports:
        host = f"{one.host_ip}:" if one.host_ip else ""
        yield f"{host}{one.published}:{one.target} ({one.protocol}, {one.mode})"


def _quoted(name: str) -> str:
    return f'"{name}"'
