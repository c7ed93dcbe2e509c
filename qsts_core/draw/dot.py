"""Place a graph with Graphviz' dot: splines for edges, left to right.

In goes a `networkx.MultiDiGraph` of marks (edges point from input to parent,
their key is the slot); out come the place of every mark and the control points
of every edge.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import TypeAlias

import networkx as nx

from qsts_core.draw.bezier import Paths, Places, Point

POINTS_PER_INCH = 72.0
ROOM_WIDTH, ASPECT = 980.0, 1.63
"""Pixels across the room that a picture usually gets, and its width over its height."""

ROWS, BOX_ROWS = 0.6, 0.45
"""Gaps between rows, in radii: of bare nodes, and of nodes with their plates."""

QUICK_NODES = 500
QUICK_SPAN = 2500
"""dot's time grows with the sum of the ranks that edges span; see `is_quick`."""

Sizes: TypeAlias = Mapping[int, tuple[float, float]]
"""The width and the height of the box of each mark."""

NO_SIZES: Sizes = MappingProxyType({})

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


def place(
    drawn: nx.MultiDiGraph[int], radius: float, sizes: Sizes = NO_SIZES
) -> tuple[Places, Paths]:
    """Return the place of every mark and the control points of every edge.

    `sizes` has the width and the height of the box that each mark is the middle of; without it a
    mark is as large as its shape, and the gap between ranks is the one that fills the width.
    """
    if sizes:
        return _run(drawn, radius, BOX_ROWS * radius, radius, sizes)
    rank_gap = 2.6 * radius
    places, paths = _run(drawn, radius, ROWS * radius, rank_gap, sizes)
    better = _rank_gap_for_aspect(places, radius, rank_gap)
    if abs(better - rank_gap) > radius / 4:
        places, paths = _run(drawn, radius, ROWS * radius, better, sizes)
    return places, paths


def measure(places: Places, radius: float, sizes: Sizes = NO_SIZES) -> tuple[float, float]:
    """Return the width and the height of a picture with a margin."""
    bare = (2 * radius, 2 * radius)
    halves = {mark: sizes.get(mark, bare) for mark in places}
    width = max(x + halves[mark][0] / 2 for mark, (x, _) in places.items())
    width -= min(x - halves[mark][0] / 2 for mark, (x, _) in places.items())
    height = max(y + halves[mark][1] / 2 for mark, (_, y) in places.items())
    height -= min(y - halves[mark][1] / 2 for mark, (_, y) in places.items())
    return width + radius, height + radius


def _rank_gap_for_aspect(places: Places, radius: float, rank_gap: float) -> float:
    """Return the gap between ranks that makes the picture as wide as its room."""
    width, height = measure(places, radius)
    ranks = len({round(x) for x, _ in places.values()})
    if ranks == 1:
        return rank_gap
    return min(max(rank_gap + (ASPECT * height - width) / (ranks - 1), radius), 7 * radius)


def _run(
    drawn: nx.MultiDiGraph[int],
    radius: float,
    row_gap: float,
    rank_gap: float,
    sizes: Sizes,
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
        width = height = 2 * radius * half_width
        if mark in sizes:
            shape, (width, height) = "box", sizes[mark]
        sheet.get_node(mark).attr.update(
            shape=shape, width=width / POINTS_PER_INCH, height=height / POINTS_PER_INCH
        )
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
