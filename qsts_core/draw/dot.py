"""Place a graph with Graphviz' dot: splines for edges, left to right.

In goes a `networkx.MultiDiGraph` of marks (edges point from input to parent,
their key is the slot); out come the place of every mark and the control points
of every edge.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import networkx as nx

from qsts_core.draw.bezier import Paths, Places, Point

POINTS_PER_INCH = 72.0
ROOM_WIDTH, ASPECT = 850.0, 2.1
"""Pixels across the room that a picture usually gets, and its width over its height."""

ROOMY_ROWS, TIGHT_ROWS = 2.5, 0.6
"""Gaps between rows, in radii: with what stands below a node, and without."""

ROOMY_NODES = 60
"""Past this many nodes nothing legible fits below them, so it is not tried."""

LEGIBLE_RADIUS = 19.0
"""Pixels; the player writes values around every node that is at least as large."""

QUICK_NODES = 500
QUICK_SPAN = 2500
"""dot's time grows with the sum of the ranks that edges span; see `is_quick`."""

_SHAPES: Mapping[str, tuple[str, float]] = {
    "square": ("box", 0.9),
    "circle": ("circle", 1.0),
    "diamond": ("diamond", 1.05),
}
"""Graphviz' name for each shape, and half its width in radii."""


@cache
def is_there() -> bool:
    """Say whether Graphviz is here and works; it comes with pygraphviz."""
    try:
        import pygraphviz

        trial = pygraphviz.AGraph()
        trial.add_node(0)
        trial.layout(prog="dot")
    except (ImportError, OSError, ValueError):  # no module, no program, no library of it
        return False
    return True


def is_quick(drawn: nx.MultiDiGraph[int]) -> bool:
    """Say whether dot is here, and will place `drawn` in well under a second.

    dot splits an edge that spans several ranks into one virtual node a rank, so
    what it works on is the nodes plus these.
    """
    if len(drawn) > QUICK_NODES or not is_there():
        return False
    rank = {
        mark: index
        for index, marks in enumerate(nx.topological_generations(drawn))
        for mark in marks
    }
    return sum(rank[parent] - rank[mark] for mark, parent in drawn.edges()) <= QUICK_SPAN


def place(drawn: nx.MultiDiGraph[int], radius: float) -> tuple[Places, Paths]:
    """Return the place of every mark and the control points of every edge.

    Rows first stand so far apart that a node's value and adjoint fit below it. If nodes then come
    out too small for that anyway, rows move together and the nodes become larger.
    """
    if len(drawn) <= ROOMY_NODES:
        placed = _fit(drawn, radius, ROOMY_ROWS * radius)
        if _radius_on_screen(placed[0], radius) >= LEGIBLE_RADIUS:
            return placed
    return _fit(drawn, radius, TIGHT_ROWS * radius)


def _fit(drawn: nx.MultiDiGraph[int], radius: float, row_gap: float) -> tuple[Places, Paths]:
    """Place, then place again with the gap between ranks that fills the width."""
    rank_gap = 2.6 * radius
    places, paths = _run(drawn, radius, row_gap, rank_gap)
    better = _rank_gap_for_aspect(places, radius, rank_gap)
    if abs(better - rank_gap) > radius / 4:
        places, paths = _run(drawn, radius, row_gap, better)
    return places, paths


def _size(places: Places, radius: float) -> tuple[float, float]:
    xs = [x for x, _ in places.values()]
    ys = [y for _, y in places.values()]
    return max(xs) - min(xs) + 4 * radius, max(ys) - min(ys) + 5 * radius


def _radius_on_screen(places: Places, radius: float) -> float:
    width, height = _size(places, radius)
    return radius * min(ROOM_WIDTH / width, ROOM_WIDTH / ASPECT / height)


def _rank_gap_for_aspect(places: Places, radius: float, rank_gap: float) -> float:
    """Return the gap between ranks that makes the picture as wide as its room."""
    width, height = _size(places, radius)
    gaps = round((width - 4 * radius) / (rank_gap + 2 * radius))
    if gaps == 0:
        return rank_gap
    pitch = (ASPECT * height - 4 * radius) / gaps
    return min(max(pitch - 2 * radius, radius), 7 * radius)


def _run(
    drawn: nx.MultiDiGraph[int], radius: float, row_gap: float, rank_gap: float
) -> tuple[Places, Paths]:
    sheet = nx.nx_agraph.to_agraph(nx.MultiDiGraph(drawn.edges(keys=True)))
    sheet.add_nodes_from(drawn.nodes)
    sheet.graph_attr.update(
        rankdir="LR",
        splines="true",
        nodesep=row_gap / POINTS_PER_INCH,
        ranksep=rank_gap / POINTS_PER_INCH,
        outputorder="nodesfirst",
    )
    sheet.node_attr.update(label="", fixedsize="true")
    sheet.edge_attr.update(dir="none")
    for mark in drawn:
        shape, half_width = _SHAPES[drawn.nodes[mark]["shape"]]
        size = 2 * radius * half_width / POINTS_PER_INCH
        sheet.get_node(mark).attr.update(shape=shape, width=size, height=size)
    sheet.layout(prog="dot")
    places = {mark: _point(sheet.get_node(mark).attr["pos"]) for mark in drawn}
    paths = {}
    for edge in drawn.edges(keys=True):
        positions = sheet.get_edge(*edge).attr["pos"]
        paths[edge] = [_point(pair) for pair in positions.replace("\\\n", "").split()]
    return places, paths


def _point(pair: str) -> Point:
    x, y = pair.split(",")
    return float(x), float(y)
