"""The dependency graph as SVG: services in layers, what they need below them.

A plain drawing without another program: boxes in rows, ordered so that lines cross little.

May import: ui, api.dependencies, value.
"""

from collections.abc import Sequence
from html import escape

from composer.api.dependencies import Dependencies, Edge, Node
from composer.ui.graph import colour
from composer.ui.tables import cells
from composer.value import Value

_LETTER, _MARGIN, _GAP, _HEIGHT, _ROW = 8, 20, 30, 44, 110
_ROUNDS = 4
_XMLNS = "http://www.w3.org/2000/svg"
_ARROW = (
    '<defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7"'
    ' markerHeight="7" orient="auto"><path d="M0,0 L10,5 L0,10 z" fill="#555"/></marker></defs>'
)

Layers = list[list[str]]


class _Box(Value):
    """A node's place."""

    x: float
    y: float
    width: float

    @property
    def middle(self) -> float:
        """The horizontal middle."""
        return self.x + self.width / 2


def svg(graph: Dependencies) -> str:
    """Return an SVG document."""
    nodes = {one.name: one for one in graph.nodes}
    boxes, width, height = _place(_ordered(graph), nodes)
    size = f'width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}"'
    lines = [
        f'<svg xmlns="{_XMLNS}" {size} font-family="sans-serif" font-size="13">',
        _ARROW,
        f"<title>{escape(graph.project)}</title>",
        *(_line(edge, boxes[edge.service], boxes[edge.needs]) for edge in graph.edges),
        *(_drawn(nodes[name], box) for name, box in boxes.items()),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _ordered(graph: Dependencies) -> Layers:
    """Return the layers, top first; each is sorted by where its neighbours are, a few times."""
    layers = [list(level) for level in reversed(graph.levels)]
    near: dict[str, list[str]] = {one.name: [] for one in graph.nodes}
    for edge in graph.edges:
        near[edge.service].append(edge.needs)
        near[edge.needs].append(edge.service)
    for number in range(_ROUNDS):
        for layer in layers if number % 2 else reversed(layers):
            place = _places(layers)
            layer.sort(key=lambda name: (_mean(place, near[name], name), name))
    return layers


def _places(layers: Layers) -> dict[str, float]:
    """Return how far to the right each node is, from 0 to 1."""
    return {
        name: (index + 0.5) / len(layer) for layer in layers for index, name in enumerate(layer)
    }


def _mean(place: dict[str, float], near: Sequence[str], name: str) -> float:
    return sum(place[one] for one in near) / len(near) if near else place[name]


def _place(layers: Layers, nodes: dict[str, Node]) -> tuple[dict[str, _Box], float, float]:
    """Return the boxes, and the size of the drawing; each layer is centred."""
    widths = {name: _width(one) for name, one in nodes.items()}
    spans = [sum(widths[name] + _GAP for name in layer) - _GAP for layer in layers]
    whole = max(spans, default=0) + 2 * _MARGIN
    boxes = {}
    for row, (layer, span) in enumerate(zip(layers, spans, strict=True)):
        x = (whole - span) / 2
        for name in layer:
            boxes[name] = _Box(x, _MARGIN + row * _ROW, widths[name])
            x += widths[name] + _GAP
    return boxes, whole, 2 * _MARGIN + _HEIGHT + max(len(layers) - 1, 0) * _ROW


def _width(node: Node) -> float:
    return max(cells(node.name), cells(node.state)) * _LETTER + 2 * _LETTER


def _drawn(node: Node, box: _Box) -> str:
    texts = [(node.name, ' font-weight="bold"')]
    if node.state:
        texts.append((node.state, ""))
    first = box.y + _HEIGHT / 2 + 5 - 8 * (len(texts) - 1)
    words = "".join(
        f'<text x="{box.middle:.1f}" y="{first + 17 * index:.1f}" text-anchor="middle"{style}>'
        f"{escape(text)}</text>"
        for index, (text, style) in enumerate(texts)
    )
    return (
        f'<g><rect x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{_HEIGHT}"'
        f' rx="5" fill="{colour(node)}" stroke="#555"/>{words}</g>'
    )


def _line(edge: Edge, start: _Box, end: _Box) -> str:
    x1, y1, x2, y2 = start.middle, start.y + _HEIGHT, end.middle, end.y
    if y2 <= y1:  # a cycle shares a layer
        y1, y2 = start.y + _HEIGHT / 2, end.y + _HEIGHT / 2
    bend = (y2 - y1) / 2
    dashes = "" if edge.required else ' stroke-dasharray="5 4"'
    return (
        f'<path d="M{x1:.1f},{y1:.1f} C{x1:.1f},{y1 + bend:.1f} {x2:.1f},{y2 - bend:.1f}'
        f' {x2:.1f},{y2:.1f}" fill="none" stroke="#555"{dashes} marker-end="url(#arrow)"/>'
        f'<text x="{(x1 + x2) / 2:.1f}" y="{(y1 + y2) / 2:.1f}" text-anchor="middle"'
        f' font-size="11" fill="#333">{escape(edge.label)}</text>'
    )
