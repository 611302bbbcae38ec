"""A state machine as an inline SVG, with the way that an execution took marked. Pure."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from signpost_cli.page.escaped import escape
from signpost_cli.page.graph import Edge, Graph
from signpost_cli.page.layout import Layout, Link, arrange
from signpost_cli.timeline import INSTANT_KINDS, Step, Timeline

HEIGHT, GAP = 42.0, 50.0
_BETWEEN = 18.0
_LABEL, _LINE = 28, 12.0  # characters in a line of a label, pixels between lines
_CHARACTER, _BOLD_CHARACTER = 5.8, 7.6  # pixels: of a label, of a state's name
_MARGIN = 24.0
_ANY_TASK = "any task"  # no state can have this name and be in the way: it is drawn, not looked up


@dataclass(frozen=True)
class _Canvas:
    layout: Layout
    width: float  # of a state
    lane: float  # x of the way at the right side, for errors that are not drawn for each task
    mark: str

    def centre(self, name: str) -> tuple[float, float]:
        place = self.layout.places[name]
        return place.x, self.top(place.layer) + HEIGHT / 2

    def top(self, layer: int) -> float:
        return layer * (HEIGHT + GAP)


def way_taken(graph: Graph, found: Timeline) -> Graph:
    """Of a state machine, only the states that were entered and the ways that led to them."""
    names = [step.name for step in found.steps if step.name in graph.nodes] or [graph.start]
    taken = set(pairwise(names))
    return Graph(
        names[0],
        {name: node for name, node in graph.nodes.items() if name in names},
        tuple(edge for edge in graph.edges if (edge.source, edge.target) in taken),
    )


def svg(graph: Graph, found: Timeline, mark: str = "") -> str:
    """The drawing. States that were entered have class `taken`, as have the ways between them.

    `mark` tells the drawings of one page apart.
    """
    entry = graph.error_entry
    hidden = {edge for edge in graph.edges if edge.any_error and edge.target == entry}
    edges = [edge for edge in graph.edges if edge not in hidden]
    names = list(graph.nodes)
    if entry:
        names.append(_ANY_TASK)
        edges.append(Edge(_ANY_TASK, entry, "any other error", "catch"))
    merged = _merged(edges)
    width = max(len(name) for name in names) * _BOLD_CHARACTER + 24
    layout = arrange(
        graph.start,
        dict.fromkeys(names, width + _BETWEEN),
        list(merged),
        {
            link: max(map(len, _lines(label)), default=0) * _CHARACTER + 10
            for link, (label, _) in merged.items()
        },
    )
    canvas = _Canvas(layout, width, layout.right + 14, mark)
    steps = found.steps
    taken = Counter(pairwise(step.name for step in steps))
    parts = [_edge(canvas, link, kind, link in taken) for link, (_, kind) in merged.items()]
    parts += [_lane(canvas, edge) for edge in hidden if (edge.source, edge.target) in taken]
    visits = _visits(steps)
    parts += [_node(canvas, graph, found, name, visits.get(name, [])) for name in names]
    parts += [
        _label(canvas, link, label, link in taken) for link, (label, _) in merged.items() if label
    ]
    return _document(canvas, parts)


def _merged(edges: Iterable[Edge]) -> dict[Link, tuple[str, str]]:
    """Label and kind of each link; several ways between the same two states are drawn as one."""
    merged: dict[Link, tuple[str, str]] = {}
    for edge in edges:
        link = (edge.source, edge.target)
        label, kind = merged.get(link, ("", edge.kind))
        words = [*filter(None, [label]), *filter(None, [edge.label])]
        merged[link] = (" or ".join(dict.fromkeys(words)), kind)
    return merged


def _visits(steps: Iterable[Step]) -> dict[str, list[Step]]:
    visits: dict[str, list[Step]] = {}
    for step in steps:
        visits.setdefault(step.name, []).append(step)
    return visits


def _points(canvas: _Canvas, link: Link) -> list[tuple[float, float]]:
    """From the source's edge through the bends to the target's edge."""
    (x0, y0), (x1, y1) = canvas.centre(link[0]), canvas.centre(link[1])
    down = canvas.layout.places[link[0]].layer < canvas.layout.places[link[1]].layer
    half = HEIGHT / 2 if down else -HEIGHT / 2
    points = [(x0, y0 + half)]
    for bend in canvas.layout.bends[link]:
        top = canvas.top(bend.layer)
        ends = [(bend.x, top), (bend.x, top + HEIGHT)]
        points += ends if down else ends[::-1]
    return [*points, (x1, y1 - half)]


def _edge(canvas: _Canvas, link: Link, kind: str, taken: bool) -> str:
    points = _points(canvas, link)
    path = f"M{points[0][0]:.1f},{points[0][1]:.1f}"
    for (x0, y0), (x1, y1) in pairwise(points):
        middle = (y0 + y1) / 2
        path += f" C{x0:.1f},{middle:.1f} {x1:.1f},{middle:.1f} {x1:.1f},{y1:.1f}"
    return _way(canvas, path, kind, taken=taken)


def _lane(canvas: _Canvas, edge: Edge) -> str:
    """An error's way along the right side, past everything."""
    (x0, y0), (x1, y1) = canvas.centre(edge.source), canvas.centre(edge.target)
    below, above = y0 + HEIGHT / 2 + GAP * 0.3, y1 - HEIGHT / 2 - GAP * 0.35
    x0 += canvas.width * 0.4
    path = (
        f"M{x0:.1f},{y0 + HEIGHT / 2:.1f} V{below:.1f} H{canvas.lane:.1f} V{above:.1f} "
        f"H{x1 + 14:.1f} V{y1 - HEIGHT / 2:.1f}"
    )
    return _way(canvas, path, "catch", taken=True)


def _way(canvas: _Canvas, path: str, kind: str, *, taken: bool) -> str:
    css, marker = (" taken", "taken-arrow") if taken else ("", "arrow")
    end = f"url(#{canvas.mark}{marker})"
    return f'<path class="way {kind}{css}" d="{path}" marker-end="{end}"/>'


def _label(canvas: _Canvas, link: Link, label: str, taken: bool) -> str:
    """At the end of a link's first part: there every way has a place of its own."""
    points = _points(canvas, link)
    x, y = points[1]
    down = points[1][1] > points[0][1]
    lines, mark = _lines(label), " taken" if taken else ""
    top = y - 16 - (len(lines) - 1) * _LINE if down else y + 11
    told = "".join(
        f'<tspan x="{x:.1f}" y="{top + number * _LINE:.1f}">{escape(line)}</tspan>'
        for number, line in enumerate(lines)
    )
    return f'<text class="label{mark}"><title>{escape(label)}</title>{told}</text>'


def _lines(label: str) -> list[str]:
    """A label in at most two lines, no longer than a box; the whole of it is its title."""
    return textwrap.wrap(label, _LABEL, max_lines=2, placeholder=" …")


def _node(canvas: _Canvas, graph: Graph, found: Timeline, name: str, visits: Sequence[Step]) -> str:
    x, y = canvas.centre(name)
    node = graph.nodes.get(name)
    kind = node.kind if node else "note"
    classes = ["state", kind.lower(), *(["end"] if node and node.ends else []), *_marks(visits)]
    width = canvas.width
    left, top = x - width / 2, y - HEIGHT / 2
    detail = _detail(found, visits)
    text_y = y - 3 if detail else y + 4
    if kind == "Choice":
        right, bottom, cut = left + width, top + HEIGHT, 14
        corners = [
            *((left + cut, top), (right - cut, top), (right, y)),
            *((right - cut, bottom), (left + cut, bottom), (left, y)),
        ]
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in corners)
        shape = f'<polygon points="{points}"/>'
    else:
        radius = HEIGHT / 2 if (node is None or node.ends) else 7
        shape = (
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:.0f}" height="{HEIGHT:.0f}" '
            f'rx="{radius:.0f}"/>'
        )
    title = f"<title>{escape(node.comment)}</title>" if node and node.comment else ""
    below = f'<text class="detail" x="{x:.1f}" y="{y + 13:.1f}">{escape(detail)}</text>'
    return (
        f'<g class="{" ".join(classes)}" data-state="{escape(name)}">{title}{shape}'
        f'<text x="{x:.1f}" y="{text_y:.1f}">{escape(name)}</text>{below if detail else ""}</g>'
    )


def _marks(visits: Sequence[Step]) -> list[str]:
    if not visits:
        return []
    last = visits[-1]
    if last.ended is None:
        return ["taken", "running"]
    bad = last.kind == "Fail" or (last.attempts and last.attempts[-1].error)
    return ["taken", "bad"] if bad else ["taken"]


def _detail(found: Timeline, visits: Sequence[Step]) -> str:
    """What a state's box tells below its name."""
    if not visits or visits[-1].kind in INSTANT_KINDS:
        return f"{len(visits)} times" if len(visits) > 1 else ""
    attempts = sum(len(visit.attempts) for visit in visits)
    words = [f"{sum(map(found.seconds_of, visits)):.1f} s"]
    words += [f"{len(visits)} times"] if len(visits) > 1 else []
    words += [f"{attempts} attempts"] if attempts > len(visits) else []
    return " · ".join(words)


def _document(canvas: _Canvas, parts: Iterable[str]) -> str:
    layout = canvas.layout
    left, top = layout.left - _MARGIN, -_MARGIN
    width = canvas.lane - left + _MARGIN
    height = layout.layers * (HEIGHT + GAP) - GAP + 2 * _MARGIN
    markers = "".join(
        f'<marker id="{canvas.mark}{name}" class="{name}" viewBox="0 0 8 8" refX="7" refY="4" '
        'markerWidth="6" markerHeight="6" orient="auto"><path d="M0,0 L8,4 L0,8 z"/></marker>'
        for name in ("arrow", "taken-arrow")
    )
    return (
        f'<svg role="img" aria-label="The state machine, with the way taken" '
        f'viewBox="{left:.0f} {top:.0f} {width:.0f} {height:.0f}" '
        f'style="max-width: {width:.0f}px"><defs>{markers}</defs>{"".join(parts)}</svg>'
    )
