"""The dependency graph as SVG: services in rows, what they need below them.

A plain drawing without another program. Between two rows of boxes there is one of labels; a line
that passes a row has a place in it, so that it crosses no box and no label covers another.

May import: ui, api.dependencies, value.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from html import escape
from itertools import pairwise

from composer.api.dependencies import Dependencies, Edge, Node
from composer.ui.graph import colour
from composer.ui.layers import Row, arranged, middles
from composer.ui.tables import cells
from composer.value import Value

_LETTER, _SMALL, _MARGIN, _GAP, _HEIGHT, _ROW = 8, 6, 20, 16, 44, 110
_XMLNS = "http://www.w3.org/2000/svg"
_ARROW = (
    '<defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7"'
    ' markerHeight="7" orient="auto"><path d="M0,0 L10,5 L0,10 z" fill="#555"/></marker></defs>'
)


class _Box(Value):
    """A node's place."""

    middle: float
    y: float
    width: float


def svg(graph: Dependencies) -> str:
    """Return an SVG document."""
    level = {name: row for row, names in enumerate(reversed(graph.levels)) for name in names}
    ways = {edge: _way(edge, level) for edge in graph.edges}
    widths = _widths(graph.nodes, ways)
    lines = [pair for way in ways.values() for pair in pairwise(way)]
    rows = arranged(_rows(level, ways), lines)
    at = {part: x + _MARGIN for part, x in middles(rows, lines, widths, _GAP).items()}
    boxes = {
        one.name: _Box(at[one.name], _MARGIN + level[one.name] * _ROW, widths[one.name])
        for one in graph.nodes
    }
    width = max((at[part] + widths[part] / 2 for part in at), default=_MARGIN) + _MARGIN
    height = 2 * _MARGIN + _HEIGHT + max(len(graph.levels) - 1, 0) * _ROW
    size = f'width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}"'
    document = [
        f'<svg xmlns="{_XMLNS}" {size} font-family="sans-serif" font-size="13">',
        _ARROW,
        f"<title>{escape(graph.project)}</title>",
        *(_line(edge, boxes, [at[part] for part in way[1:-1]]) for edge, way in ways.items()),
        *(_drawn(one, boxes[one.name]) for one in graph.nodes),
        "</svg>",
    ]
    return "\n".join(document) + "\n"


def _way(edge: Edge, level: Mapping[str, int]) -> list[Hashable]:
    """Return the parts that a line joins: the boxes, and a place in each row between them."""
    first, last = 2 * level[edge.service], 2 * level[edge.needs]
    between = [(edge.service, edge.needs, row) for row in range(first + 1, last)]
    return [edge.service, *between, edge.needs] if between else []


def _rows(level: Mapping[str, int], ways: Mapping[Edge, Sequence[Hashable]]) -> list[Row[Hashable]]:
    """Return the rows from the top: those of boxes have even numbers, those of labels odd ones."""
    rows: list[Row[Hashable]] = [[] for _ in range(2 * max(level.values(), default=0) + 1)]
    for name, row in level.items():
        rows[2 * row].append(name)
    for edge, way in ways.items():
        for row, part in enumerate(way[1:-1], 2 * level[edge.service] + 1):
            rows[row].append(part)
    return rows


def _widths(
    nodes: Iterable[Node], ways: Mapping[Edge, Sequence[Hashable]]
) -> dict[Hashable, float]:
    """Return how much room each part needs: the first place of a line bears its label."""
    widths: dict[Hashable, float] = {
        one.name: max(cells(one.name), cells(one.state)) * _LETTER + 2 * _LETTER for one in nodes
    }
    for edge, way in ways.items():
        widths |= dict.fromkeys(way[1:-1], 0.0)
        widths |= dict.fromkeys(way[1:2], cells(edge.label) * _SMALL)
    return widths


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
        f'<g><rect x="{box.middle - box.width / 2:.1f}" y="{box.y:.1f}" width="{box.width:.1f}"'
        f' height="{_HEIGHT}" rx="5" fill="{colour(node)}" stroke="#555"/>{words}</g>'
    )


def _line(edge: Edge, boxes: Mapping[str, _Box], between: Sequence[float]) -> str:
    """Draw a line by way of the middles *between*, with its label at the first of them.

    It passes rows of boxes upright. Without any, the services need each other and share a row.
    """
    start, end = boxes[edge.service], boxes[edge.needs]
    half = (_ROW - _HEIGHT) / 2
    x, y = start.middle, start.y + (_HEIGHT if between else _HEIGHT / 2)
    label_x, label_y = between[0] if between else (x + end.middle) / 2, y + (half if between else 0)
    path = f"M{x:.1f},{y:.1f}"
    for number, to in enumerate(between):
        path += _bend(x, y, to, y + half)
        x, y = to, y + half
        if number % 2:
            y += _HEIGHT
            path += f" V{y:.1f}"
    path += _bend(x, y, end.middle, end.y if between else y)
    dashes = "" if edge.required else ' stroke-dasharray="5 4"'
    return (
        f'<path d="{path}" fill="none" stroke="#555"{dashes} marker-end="url(#arrow)"/>'
        f'<text x="{label_x:.1f}" y="{label_y + 4:.1f}" text-anchor="middle" font-size="11"'
        f' fill="#333" stroke="#fff" stroke-width="4" paint-order="stroke">'
        f"{escape(edge.label)}</text>"
    )


def _bend(x1: float, y1: float, x2: float, y2: float) -> str:
    """Continue a path: upright at both ends."""
    half = (y1 + y2) / 2
    return f" C{x1:.1f},{half:.1f} {x2:.1f},{half:.1f} {x2:.1f},{y2:.1f}"
