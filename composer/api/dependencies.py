"""The dependency graph of a project, with the state of each service where it is known. Pure.

May import: graph, identity, spec, state, value.
"""

from collections import Counter
from collections.abc import Iterable

from composer.graph import Levels, edges_of, levels
from composer.identity import image_name
from composer.spec.project import Project
from composer.state import ContainerState
from composer.value import Value


class Node(Value):
    """A service. *state* is empty where nothing is known, else ``running (healthy)``."""

    name: str
    image: str = ""
    state: str = ""


class Edge(Value):
    """That *service* needs *needs*; *condition* without ``service_``."""

    service: str
    needs: str
    condition: str = "started"
    required: bool = True
    restart: bool = False

    @property
    def label(self) -> str:
        """Return the condition with what else is particular."""
        more = [text for text, on in (("optional", not self.required),
                                      ("restart", self.restart)) if on]  # fmt: skip
        return ", ".join([self.condition, *more])


class Dependencies(Value):
    """Nodes and edges by name, and the nodes in levels: each needs only earlier levels."""

    project: str
    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    levels: Levels = ()

    def needs(self, service: str) -> tuple[Edge, ...]:
        """Return what *service* needs."""
        return tuple(one for one in self.edges if one.service == service)


def dependencies(
    project: Project, containers: Iterable[ContainerState] | None = None
) -> Dependencies:
    """Return the graph of the enabled services; *containers* None where nobody was asked."""
    edges = edges_of(project.services)
    found: dict[str, list[ContainerState]] = {name: [] for name in edges}
    for one in containers or ():
        if one.service in found and not one.one_off:
            found[one.service].append(one)
    return Dependencies(
        project=project.name,
        nodes=tuple(
            Node(name, image_name(project, name), "" if containers is None else _state(found[name]))
            for name in edges
        ),
        edges=tuple(_edge(project, name, one) for name in edges for one in edges[name]),
        levels=levels(edges),
    )


def _edge(project: Project, name: str, needed: str) -> Edge:
    given = project.services[name].depends_on[needed]
    condition = given.condition.removeprefix("service_").replace("completed_successfully", "done")
    return Edge(name, needed, condition or "started", given.required is not False,
                bool(given.restart))  # fmt: skip


def _state(found: list[ContainerState]) -> str:
    """Return ``running (healthy)``, ``2 running, exited (1)``, or that there is none."""
    counts = Counter(_one_state(one) for one in found)
    parts = (f"{count} {text}" if count > 1 else text for text, count in sorted(counts.items()))
    return ", ".join(parts) or "not created"


def _one_state(one: ContainerState) -> str:
    if one.status == "exited":
        return f"exited ({one.exit_code})"
    return f"{one.status} ({one.health})" if one.running and one.health else one.status
