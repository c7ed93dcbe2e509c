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
from typing import Literal, TypedDict

import networkx as nx

from qsts_core.draw import dot, generations
from qsts_core.draw.bezier import Paths, Places, Point, point_at
from qsts_core.draw.plated import MOST_PLATES, Sheet, Use, box_around, place_with_plates, turn
from qsts_core.draw.plates import CHARACTERS, Box, Plate, Side
from qsts_core.draw.ways import LANE, beside
from qsts_core.graph import CONSTANT, VARIABLE, Graph, Node
from qsts_core.sweep import Tape

RADIUS = 30.0
"""Half the width of a node, in points."""

SPLIT_CONSTANTS_PAST = 40
"""Past this many nodes a constant is drawn once per use, unless told otherwise."""

CONSTANT_SIZE = 0.6
"""How large a constant is beside other nodes: no derivative is asked of it."""

LABEL = 1.1
"""How far from its edge the local derivative beside the way back reaches, in radii."""

LETTERS = 2.6
"""How many characters a variable's name has in a node of the usual width."""

LONGEST_NAME = 14

OUTPUT = 1.9
"""How far the arrow out of the graph and its name reach, in radii."""

SQUARE = 0.93
"""Half the width of a variable with a short name, in radii."""


class Mark(TypedDict):
    """One drawn node: a constant may have several.

    Attributes
    ----------
    node
        What it stands for.
    x, y
        Its middle.
    shape
        "square", a variable; "circle", an operation; "diamond", a constant.
    half
        Half its width and height.
    side
        Where its plate stands, "" for none.
    """

    node: int
    x: float
    y: float
    shape: Literal["square", "circle", "diamond"]
    half: list[float]
    side: Side


Edge = TypedDict("Edge", {"from": int, "to": int, "slot": int, "path": list[list[float]]})
"""One drawn edge: `from` uses `to` in `slot`; `path` runs from the input's rim to the parent's."""


class Picture(TypedDict):
    """Everything the figure and the player need to know about places.

    Attributes
    ----------
    marks, edges
        What is drawn.
    radius
        Half the width of an operation.
    plate
        The lengths of the plates beside the nodes, or `None` where there is no room for any.
    bounds
        The least and the largest x, and the least and the largest y, of all that is drawn.
    layout
        Which method placed the nodes.
    """

    marks: list[Mark]
    edges: list[Edge]
    radius: float
    plate: Plate | None
    bounds: list[float]
    layout: Literal["dot", "layered"]


def lay_out(
    graph: Graph, *, split_constants: bool | None = None, characters: int = CHARACTERS[0]
) -> Picture:
    """Place the nodes of `graph` and bend its edges.

    `split_constants` draws a constant once per use; None means "past 40 nodes".  `characters` is
    the length of the longest number that a plate will hold, one of `plates.CHARACTERS`.
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
    sheet = _sheet(graph, owners, uses)
    method: Literal["dot", "layered"] = "dot" if dot.is_quick(sheet.drawn) else "layered"
    plated = None
    if len(owners) <= MOST_PLATES and method == "dot":
        plated = place_with_plates(sheet, characters, RADIUS)
    if plated is not None:
        places, paths, plate, sides = plated.places, plated.paths, plated.plate, plated.sides
    else:
        places, paths = (dot.place if method == "dot" else generations.place)(sheet.drawn, RADIUS)
        plate, sides = None, [""] * len(owners)
        turn(sheet, places, paths)
        _put_left_inputs_above_right(paths)
    marks = [
        _mark(graph, owner, places[mark], sheet.halves[mark], sides[mark])
        for mark, owner in enumerate(owners)
    ]
    edges = [_edge(owners, use, paths[use.mark, use.parent, use.slot]) for use in uses]
    bounds = _bounds(sheet, places, paths, plate, sides)
    # The arrow out of the graph reaches further than its node.
    output = marks[graph.output]
    bounds[1] = max(bounds[1], output["x"] + output["half"][0] + OUTPUT * RADIUS)
    return {
        "marks": marks,
        "edges": edges,
        "radius": RADIUS,
        "plate": plate,
        "bounds": [round(bound, 2) for bound in bounds],
        "layout": method,
    }


def widen(picture: Picture, others: Sequence[Picture]) -> Picture:
    """Return a picture with bounds as wide and high as any of `others`: they share one scale.

    Examples
    --------
    >>> from qsts_core import Expression
    >>> small, large = (lay_out(Expression(text).graph) for text in ("x*y", "x*y + sin(x)*y"))
    >>> left, right, _, _ = widen(small, [large])["bounds"]
    >>> round(right - left) == round(large["bounds"][1] - large["bounds"][0])
    True
    """
    bounds = []
    for low, high in ((0, 1), (2, 3)):
        lengths = [one["bounds"][high] - one["bounds"][low] for one in (picture, *others)]
        more = (max(lengths) - lengths[0]) / 2
        bounds += [picture["bounds"][low] - more, picture["bounds"][high] + more]
    return {**picture, "bounds": [round(bound, 2) for bound in bounds]}


def _sheet(graph: Graph, owners: Sequence[int], uses: Sequence[Use]) -> Sheet:
    """Return what is to be placed."""
    nodes = [graph.nodes[owner] for owner in owners]
    due = Tape(graph).due
    return Sheet(
        drawn=_networkx_graph(graph, owners, uses),
        uses=uses,
        halves=[_half_of(node) for node in nodes],
        # Left of a variable no edge comes in.
        sides=["w" if node.op == VARIABLE else "s" if node.inputs else "" for node in nodes],
        tallies=[due[owner] > 1 for owner in owners],
        round=[bool(node.inputs) for node in nodes],
        variables=[mark for mark, node in enumerate(nodes) if node.op == VARIABLE],
    )


def _bounds(
    sheet: Sheet, places: Places, paths: Paths, plate: Plate | None, sides: Sequence[Side]
) -> list[float]:
    """Return the least and the largest x and y of nodes, plates and edges."""
    xs, ys = [], []
    for mark, (x, y) in places.items():
        box = Box(0.0, 0.0, *sheet.halves[mark])
        if plate is not None:
            box = box_around(sheet, mark, sides[mark], plate)
        xs += [x + box.x - box.half_width, x + box.x + box.half_width]
        ys += [y + box.y - box.half_height, y + box.y + box.half_height]
    for path in paths.values():
        points = [point_at(path, t / 12) for t in range(13)]
        if plate is not None:  # the way back, and the local derivative beside its middle
            points += beside(points, LANE * RADIUS) + beside(points, LABEL * RADIUS)[4:9]
        xs += [x for x, _ in points]
        ys += [y for _, y in points]
    return [min(xs), max(xs), min(ys), max(ys)]


def _half_of(node: Node) -> tuple[float, float]:
    """Return half the width and the height of a node; a variable is as wide as its name."""
    if node.op == CONSTANT:
        return CONSTANT_SIZE * RADIUS, CONSTANT_SIZE * RADIUS
    if node.op == VARIABLE:
        letters = min(len(node.name), LONGEST_NAME)
        return SQUARE * RADIUS * max(1.0, letters / LETTERS * 0.72), SQUARE * RADIUS
    return RADIUS, RADIUS


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


def _mark(graph: Graph, owner: int, place: Point, half: tuple[float, float], side: Side) -> Mark:
    x, y = place
    return {
        "node": owner,
        "x": round(x, 2),
        "y": round(y, 2),
        "shape": _shape(graph.nodes[owner].op),
        "half": [round(length, 2) for length in half],
        "side": side,
    }


def _edge(owners: Sequence[int], use: Use, path: Sequence[Point]) -> Edge:
    return {
        "from": owners[use.parent],
        "to": owners[use.mark],
        "slot": use.slot,
        "path": [[round(x, 2), round(y, 2)] for x, y in path],
    }
