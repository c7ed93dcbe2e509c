"""A graph in, a picture out: where every node stands and how every edge bends.

Inputs stand left, the output right.  Graphviz' dot (through networkx) places
graphs that it can place quickly; larger ones are placed by topological
generations, and the picture says which of the two it was.  Coordinates are in
points with y upwards; every node has the same radius.  The result is plain data:
lists, dictionaries, numbers and strings.

dot: Gansner, Koutsofios, North, Vo, "A technique for drawing directed graphs" (1993).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypedDict

import networkx as nx

from qsts_core.draw import dot, generations
from qsts_core.draw.bezier import Paths, Places, Point
from qsts_core.graph import Graph

RADIUS = 30.0
"""Half the width of a node, in points."""

SPLIT_CONSTANTS_PAST = 40
"""Past this many nodes a constant is drawn once per use, unless told otherwise."""


class Mark(TypedDict):
    """One drawn node: a constant may have several."""

    node: int
    x: float
    y: float
    shape: Literal["square", "circle", "diamond"]


Edge = TypedDict("Edge", {"from": int, "to": int, "slot": int, "path": list[list[float]]})
"""One drawn edge: `from` uses `to` in `slot`; `path` runs from the input's rim to the parent's."""


class Picture(TypedDict):
    """Everything the figure and the player need to know about places."""

    marks: list[Mark]
    edges: list[Edge]
    radius: float
    layout: Literal["dot", "layered"]


@dataclass(frozen=True)
class Use:
    """One edge between marks: `parent` uses `mark` in `slot`."""

    mark: int
    parent: int
    slot: int


def lay_out(graph: Graph, *, split_constants: bool | None = None) -> Picture:
    """Place the nodes of `graph` and bend its edges.

    `split_constants` draws a constant once per use; None means "past 40 nodes".
    Every edge is there, the two of `x*x` too.

    Examples
    --------
    >>> from qsts_core import Expression
    >>> picture = lay_out(Expression("x*x").graph)
    >>> len(picture["marks"]), [edge["slot"] for edge in picture["edges"]]
    (2, [0, 1])
    >>> picture["marks"][0]["x"] < picture["marks"][1]["x"]
    True
    """
    if split_constants is None:
        split_constants = len(graph.nodes) > SPLIT_CONSTANTS_PAST
    owners, uses = _marks_and_uses(graph, split_constants)
    drawn = _networkx_graph(graph, owners, uses)
    if dot.is_quick(drawn):
        method: Literal["dot", "layered"] = "dot"
        places, paths = dot.place(drawn, RADIUS)
    else:
        method = "layered"
        places, paths = generations.place(drawn, RADIUS)
    _put_first_variable_on_top(graph, places, paths)
    _put_left_inputs_above_right(paths)
    return {
        "marks": [_mark(graph, owner, places[mark]) for mark, owner in enumerate(owners)],
        "edges": [_edge(owners, use, paths[use.mark, use.parent, use.slot]) for use in uses],
        "radius": RADIUS,
        "layout": method,
    }


def _marks_and_uses(graph: Graph, split_constants: bool) -> tuple[list[int], list[Use]]:
    """Return the node that each mark stands for, and the edges between marks."""
    owners = list(range(len(graph.nodes)))
    used = set()
    uses = []
    for parent, node in enumerate(graph.nodes):
        for slot, input_ in enumerate(node.inputs):
            mark = input_
            if split_constants and graph.nodes[input_].op == "constant" and input_ in used:
                mark = len(owners)
                owners.append(input_)
            used.add(input_)
            uses.append(Use(mark, parent, slot))
    return owners, uses


def _put_first_variable_on_top(graph: Graph, places: Places, paths: Paths) -> None:
    """Turn the picture upside down if its variables run from bottom to top."""
    variables = [index for index, node in enumerate(graph.nodes) if node.op == "variable"]
    if not variables or places[variables[0]][1] >= places[variables[-1]][1]:
        return
    for mark, (x, y) in places.items():
        places[mark] = (x, -y)
    for use, path in paths.items():
        paths[use] = [(x, -y) for x, y in path]


def _put_left_inputs_above_right(paths: Paths) -> None:
    """Where two edges run between the same nodes, let the one of the left slot be the upper one."""
    for mark, parent, slot in list(paths):
        left, right = (mark, parent, 0), (mark, parent, 1)
        if slot == 0 and right in paths and paths[left][1][1] < paths[right][1][1]:
            paths[left], paths[right] = paths[right], paths[left]


def _networkx_graph(
    graph: Graph, owners: Sequence[int], uses: Sequence[Use]
) -> nx.MultiDiGraph[int]:
    drawn: nx.MultiDiGraph[int] = nx.MultiDiGraph()
    for mark, owner in enumerate(owners):
        drawn.add_node(mark, shape=_shape(graph.nodes[owner].op))
    for use in uses:
        drawn.add_edge(use.mark, use.parent, key=use.slot)
    return drawn


def _shape(op: str) -> Literal["square", "circle", "diamond"]:
    if op == "variable":
        return "square"
    return "diamond" if op == "constant" else "circle"


def _mark(graph: Graph, owner: int, place: Point) -> Mark:
    x, y = place
    shape = _shape(graph.nodes[owner].op)
    return {"node": owner, "x": round(x, 2), "y": round(y, 2), "shape": shape}


def _edge(owners: Sequence[int], use: Use, path: Sequence[Point]) -> Edge:
    return {
        "from": owners[use.parent],
        "to": owners[use.mark],
        "slot": use.slot,
        "path": [[round(x, 2), round(y, 2)] for x, y in path],
    }
