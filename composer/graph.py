"""Which service needs which: order, closures and cycles.

The only home of networkx. It is loaded when there is a cycle to be found, never for a file that
has none: peeling the graph from its leaves needs no library, and loading one costs as much as all
the rest of a small command.

May import: spec, errors, source.
"""

from collections.abc import Iterable, Mapping

from composer.errors import CycleError
from composer.source import error
from composer.spec.project import Project
from composer.spec.service import Dependency, Service

Edges = Mapping[str, Iterable[str]]
"""For each node the nodes that it needs. A node that is no key needs nothing."""

Levels = tuple[tuple[str, ...], ...]


def dependencies(service: Service) -> Mapping[str, Dependency]:
    """Return what *service* needs, by name; the loader has added links and shared namespaces."""
    return service.depends_on


def edges_of(services: Mapping[str, Service]) -> dict[str, tuple[str, ...]]:
    """Return the names that each service needs and that are among *services*, sorted."""
    return {
        name: tuple(sorted(one for one in services[name].depends_on if one in services))
        for name in sorted(services)
    }


def start_order(project: Project) -> Levels:
    """Return the services in levels: each needs only services of the levels before its own."""
    edges = edges_of(project.services)
    order, rest = _peel(edges)
    if rest:
        path = find_cycle(edges)
        message = f"services depend on each other: {' → '.join([*path, path[0]])}"
        raise CycleError(error("dependency-cycle", message))
    return order


def levels(edges: Edges) -> Levels:
    """Return the nodes in levels, as start_order does; the nodes of a cycle share the last one."""
    order, rest = _peel(edges)
    return (*order, rest) if rest else order


def cycles(services: Mapping[str, Service]) -> list[str]:
    """Return the services of a dependency cycle, each needing the next one, or nothing."""
    return find_cycle(edges_of(services))


def find_cycle(edges: Edges) -> list[str]:
    """Return the nodes of one cycle, each pointing at the next one and the last at the first.

    Empty where there is none. Linear in the size of the graph; always the same one for the same
    graph, starting at its least name.
    """
    _, rest = _peel(edges)
    if not rest:
        return []
    inside = set(rest)
    own = {node: sorted(inside.intersection(edges[node])) for node in rest}
    for node in rest:
        if node in own[node]:
            return [node]
    return _search(own)


def _search(edges: Mapping[str, list[str]]) -> list[str]:
    """Find a cycle where there is one; in a single component, so that no branch leads astray."""
    import networkx as nx

    whole: nx.DiGraph[str] = nx.DiGraph(edges)
    part = min((one for one in nx.strongly_connected_components(whole) if len(one) > 1), key=min)
    inner = {node: [one for one in edges[node] if one in part] for node in sorted(part)}
    found = [tail for tail, _ in nx.find_cycle(nx.DiGraph(inner), min(part))]
    first = found.index(min(found))
    return found[first:] + found[:first]


def dependents(project: Project, names: Iterable[str]) -> set[str]:
    """Return *names* and all services that need one of them, directly or not."""
    return reachable(reversed_edges(edges_of(project.services)), names)


def reachable(edges: Edges, start: Iterable[str]) -> set[str]:
    """Return the nodes of *start* and all that they lead to."""
    found = set(start)
    waiting = list(found)
    while waiting:
        for node in edges.get(waiting.pop(), ()):
            if node not in found:
                found.add(node)
                waiting.append(node)
    return found


def reversed_edges(edges: Edges) -> dict[str, tuple[str, ...]]:
    """Return for each node the nodes that need it, sorted."""
    made: dict[str, list[str]] = {node: [] for node in edges}
    for node in sorted(edges):
        for needed in edges[node]:
            made.setdefault(needed, []).append(node)
    return {node: tuple(made[node]) for node in sorted(made)}


def _peel(edges: Edges) -> tuple[Levels, tuple[str, ...]]:
    """Return the levels, and the nodes of cycles or behind them, which have none."""
    waiting = {node: {one for one in needed if one in edges} for node, needed in edges.items()}
    needed_by = reversed_edges({node: tuple(needed) for node, needed in waiting.items()})
    ready = sorted(node for node, needed in waiting.items() if not needed)
    order = []
    while ready:
        order.append(tuple(ready))
        following = []
        for node in ready:
            del waiting[node]
            for dependent in needed_by[node]:
                waiting[dependent].discard(node)
                if not waiting[dependent]:
                    following.append(dependent)
        ready = sorted(following)
    return tuple(order), tuple(sorted(waiting))
