"""Place a graph whose nodes have their plates beside them: legible, and nothing covered.

dot places the boxes of nodes with their plates; then each plate takes the side where it is least in
the way of edges, and edges take the simplest way that is free.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import networkx as nx

from qsts_core.draw import dot
from qsts_core.draw.bezier import Paths, Places, Point
from qsts_core.draw.plates import Box, Plate, Side, make_plate, place_box
from qsts_core.draw.ways import LANE, Outline, Taken, beside, route

__all__ = ["MOST_PLATES", "Placed", "Sheet", "Use", "box_around", "place_with_plates", "turn"]

MOST_PLATES = 60
"""Past this many marks plates would be too small to be read, so it is not tried."""

ROOM = (980.0, 600.0)
"""Pixels that a picture usually gets."""

LARGEST_RADIUS, FULL_RADIUS, LEAST_RADIUS = 44.0, 33.0, 15.0
"""Pixels: of a node in ample room, of one with a large plate, of one with a plate at all."""

MOST_ACROSS, MOST_UP = 2.0, 2.2
"""How far ranks and rows may be moved apart to fill a room."""

TURNS = 6
NEAR = 0.1
"""How near a straight edge may come to the plate of its own node, in radii."""


@dataclass(frozen=True, slots=True)
class Use:
    """One edge between marks: `parent` uses `mark` in `slot`."""

    mark: int
    parent: int
    slot: int


@dataclass(frozen=True)
class Sheet:
    """What is to be placed.

    Attributes
    ----------
    drawn
        The marks and their edges, from input to parent, with the slot as key.
    uses
        The same edges in the order of the graph.
    halves
        Half the width and the height of each mark, in points.
    sides
        Where the plate of each mark stands unless edges are in its way.
    tallies
        Whether several contributions are due, for each of which a plate has a place.
    round
        Whether a mark is a circle.
    variables
        The marks that are variables, in order of first appearance.
    """

    drawn: nx.MultiDiGraph[int]
    uses: Sequence[Use]
    halves: Sequence[tuple[float, float]]
    sides: Sequence[Side]
    tallies: Sequence[bool]
    round: Sequence[bool]
    variables: Sequence[int]


@dataclass(frozen=True, slots=True)
class Placed:
    """Where everything stands: nodes by their middles."""

    places: Places
    paths: Paths
    plate: Plate
    sides: list[Side]


def place_with_plates(sheet: Sheet, characters: int, radius: float) -> Placed | None:
    """Place a sheet with plates for numbers of this length, or return `None` where it is too small.

    Numbers keep their size where nodes come out small: their plates are larger beside the nodes,
    which leaves these smaller again. A few turns find how large both can be.
    """
    pixels, large = LARGEST_RADIUS, True
    for _ in range(TURNS):
        plate = make_plate(characters, radius, pixels, large=large)
        sizes = {}
        for mark, side in enumerate(sheet.sides):
            box = box_around(sheet, mark, side, plate)
            sizes[mark] = (2 * box.half_width, 2 * box.half_height)
        places, paths = dot.place(sheet.drawn, radius, sizes)
        width, height = dot.measure(places, radius, sizes)
        found = min(radius * min(ROOM[0] / width, ROOM[1] / height), LARGEST_RADIUS)
        if found >= (FULL_RADIUS if large else pixels):
            break
        pixels, large = (found if large else min(found, pixels - 2)), False
        if pixels < LEAST_RADIUS:
            return None
    else:
        return None
    _stretch(places, paths, width, height)
    turn(sheet, places, paths)
    sides = _choose_sides(sheet, places, plate, radius)
    middles = {
        mark: _middle(sheet, mark, side, plate, places[mark]) for mark, side in enumerate(sides)
    }
    return Placed(middles, _route(sheet, middles, sides, plate, paths, radius), plate, sides)


def box_around(sheet: Sheet, mark: int, side: Side, plate: Plate) -> Box:
    """Return the box of a node and its plate, relative to the node's middle."""
    half = sheet.halves[mark]
    if side == "":
        return Box(0.0, 0.0, *half)
    box = place_box(plate, side, half, sheet.tallies[mark])
    left = min(-half[0], box.x - box.half_width)
    right = max(half[0], box.x + box.half_width)
    bottom = min(-half[1], box.y - box.half_height)
    top = max(half[1], box.y + box.half_height)
    return Box((left + right) / 2, (bottom + top) / 2, (right - left) / 2, (top - bottom) / 2)


def _middle(sheet: Sheet, mark: int, side: Side, plate: Plate, place: Point) -> Point:
    """Return where a node stands whose box is at `place`."""
    box = box_around(sheet, mark, side, plate)
    return place[0] - box.x, place[1] - box.y


def turn(sheet: Sheet, places: Places, paths: Paths) -> None:
    """Turn a picture upside down if its variables run from bottom to top."""
    variables = sheet.variables
    if not variables or places[variables[0]][1] >= places[variables[-1]][1]:
        return
    for mark, (x, y) in places.items():
        places[mark] = (x, -y)
    for use, path in paths.items():
        paths[use] = [(x, -y) for x, y in path]


def _stretch(places: Places, paths: Paths, width: float, height: float) -> None:
    """Move rows or ranks apart, so that the picture has the form of its room."""
    form = ROOM[0] / ROOM[1]
    across = min(max(form * height / width, 1.0), MOST_ACROSS)
    up = min(max(width / height / form, 1.0), MOST_UP)
    for mark, (x, y) in places.items():
        places[mark] = (x * across, y * up)
    for use, path in paths.items():
        paths[use] = [(x * across, y * up) for x, y in path]


def _choose_sides(sheet: Sheet, places: Places, plate: Plate, radius: float) -> list[Side]:
    """Put each operation's plate above or below, where it covers less of straight edges."""
    sides = list(sheet.sides)
    near: list[list[int]] = [[] for _ in sides]
    for use in sheet.uses:
        near[use.mark].append(use.parent)
        near[use.parent].append(use.mark)

    def covered(mark: int, side: Side) -> int:
        x, y = _middle(sheet, mark, side, plate, places[mark])
        box = place_box(plate, side, sheet.halves[mark], sheet.tallies[mark])
        others = (_middle(sheet, other, sides[other], plate, places[other]) for other in near[mark])
        ways = [
            [((ox - x) * t / 20, (oy - y) * t / 20) for t in range(20)][:: 1 if ox > x else -1]
            for ox, oy in others
        ]
        edges = sum(box.holds(*point, NEAR * radius) for way in ways for point in way)
        lanes = sum(box.holds(*p) for way in ways for p in beside(way, LANE * radius))
        return len(ways) * 20 * edges + lanes

    for _ in range(2):
        for mark, side in enumerate(sides):
            if side in ("n", "s"):
                below, above = covered(mark, "s"), covered(mark, "n")
                sides[mark] = "n" if above < below else "s"
    return sides


def _route(
    sheet: Sheet,
    middles: Places,
    sides: Sequence[Side],
    plate: Plate,
    bent: Paths,
    radius: float,
) -> Paths:
    """Return the way of every edge, around nodes and plates."""
    outlines, taken = [], []
    for mark, half in enumerate(sheet.halves):
        x, y = middles[mark]
        outlines.append(Outline(x, y, half, sheet.round[mark]))
        taken.append(Taken(mark, Box(x, y, *half), plate=False))
        if sides[mark]:
            box = place_box(plate, sides[mark], half, sheet.tallies[mark])
            there = Box(x + box.x, y + box.y, box.half_width, box.half_height)
            taken.append(Taken(mark, there, plate=True))
    many = Counter((use.mark, use.parent) for use in sheet.uses)
    paths: Paths = {}
    reaching: dict[int, list[list[Point]]] = {use.parent: [] for use in sheet.uses}
    for use in sheet.uses:
        ends, key = (use.mark, use.parent), (use.mark, use.parent, use.slot)
        bow = 0 if many[ends] == 1 else 1 if use.slot == 0 else -1
        path = route(
            ends, outlines, taken, radius, bow=bow, bent=bent[key], siblings=reaching[use.parent]
        )
        paths[key] = path
        reaching[use.parent].append(path)
    return paths
