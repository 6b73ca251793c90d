"""The dependency graph as a tree of text, for Mermaid and for Graphviz.

May import: ui, api.dependencies, source.
"""

from collections.abc import Iterator

from composer.api.dependencies import Dependencies, Edge, Node
from composer.source import printable
from composer.ui.words import quoted

_COLOURS = {"running": "#c8e6c9", "healthy": "#c8e6c9", "trouble": "#ffcdd2", "none": "#eceff1"}


def colour(node: Node) -> str:
    """Return the colour of a node: green where it runs, red where it failed, else grey."""
    state = node.state
    if "unhealthy" in state or "dead" in state or ("exited" in state and "exited (0)" not in state):
        return _COLOURS["trouble"]
    return _COLOURS["running"] if "running" in state else _COLOURS["none"]


def text(graph: Dependencies) -> str:
    """Return a tree from the services that no other needs down to what they need.

    What a service needs is printed where the service comes first; later it is only named.
    """
    needed = {one.needs for one in graph.edges}
    seen: set[str] = set()
    nodes = {one.name: one for one in graph.nodes}
    lines: list[str] = []
    roots = [one.name for one in graph.nodes if one.name not in needed]
    for name in roots or list(nodes)[:1]:
        lines.append(_named(nodes[name]))
        lines += _below(graph, nodes, name, "", seen)
    return "".join(f"{line}\n" for line in lines)


def _below(
    graph: Dependencies, nodes: dict[str, Node], name: str, indent: str, seen: set[str]
) -> Iterator[str]:
    if name in seen:
        return
    seen.add(name)
    edges = graph.needs(name)
    for number, edge in enumerate(edges, 1):
        last = number == len(edges)
        again = " …" if edge.needs in seen and graph.needs(edge.needs) else ""
        branch, more = ("└── ", "    ") if last else ("├── ", "│   ")
        yield f"{indent}{branch}{_named(nodes[edge.needs])}  [{edge.label}]{again}"
        yield from _below(graph, nodes, edge.needs, indent + more, seen)


def _named(node: Node) -> str:
    state = f": {node.state}" if node.state else ""
    return printable(f"{node.name}{state}")


def mermaid(graph: Dependencies) -> str:
    """Return a Mermaid flowchart; an arrow leads from a service to what it needs."""
    keys = {one.name: f"s{number}" for number, one in enumerate(graph.nodes)}
    lines = ["flowchart TD"]
    lines += [f'    {keys[one.name]}["{_escaped(one)}"]' for one in graph.nodes]
    lines += [
        f"    {keys[one.service]} {_arrow(one)}|{one.label}| {keys[one.needs]}"
        for one in graph.edges
    ]
    lines += [f"    style {keys[n.name]} fill:{colour(n)}" for n in graph.nodes if n.state]
    return "\n".join(lines) + "\n"


def _arrow(edge: Edge) -> str:
    return "-->" if edge.required else "-.->"


def _escaped(node: Node) -> str:
    parts = [node.name, node.state] if node.state else [node.name]
    return "<br/>".join(parts).replace('"', "#quot;")


def dot(graph: Dependencies) -> str:
    """Return a digraph for Graphviz."""
    lines = [f"digraph {quoted(graph.project)} {{", "    node [shape=box, style=filled];"]
    for one in graph.nodes:
        label = f"{one.name}\\n{one.state}" if one.state else one.name
        lines.append(f'    {quoted(one.name)} [label="{label}", fillcolor="{colour(one)}"];')
    for edge in graph.edges:
        style = "solid" if edge.required else "dashed"
        lines.append(
            f"    {quoted(edge.service)} -> {quoted(edge.needs)}"
            f" [label={quoted(edge.label)}, style={style}];"
        )
    return "\n".join([*lines, "}"]) + "\n"
