"""Which way an edge takes: straight where it is free, else one curve, else as dot bent it.

In go places of nodes and the boxes of their plates; out come paths that end at the nodes' rims.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import cos, hypot, inf, radians, sin

from qsts_core.draw.bezier import Point, point_at, trim
from qsts_core.draw.plates import Box

__all__ = ["LANE", "Outline", "Taken", "beside", "crossings", "route"]

SAMPLES = 40

MARGIN = 0.16
"""How far from a box an edge stays, in radii."""

LANE = 0.27
"""How far beside its edge the way back runs, in radii: above, where the edge runs to the right."""

CROSSING = 0.22
"""How near to each other two edges count as crossing, in radii."""

EDGE_WEIGHT = SAMPLES + 1
"""An edge that is covered at all is worse than any way back."""

APART = 0.42
"""How far apart edges reach the rim of a node, in radii: so far apart are their arrowheads."""

BOW = 0.62
"""How far each of two edges between the same nodes bows, in radii."""

DETOURS = (1.2, -1.2, 2.2, -2.2, 3.4, -3.4)
"""How far a curve swings to pass a box, in radii: the least that does."""


SHARES = (0.5, 0.4, 0.6, 0.3, 0.7, 0.1, 0.9)
"""Where between its ends a level curve turns."""


REACHES = (0.42, 0.28, 0.6)
"""How soon such a curve turns, as shares of the straight way."""

TURNS = sorted(
    product([radians(angle) for angle in (0, 25, -25, 50, -50, 75, -75)], repeat=2),
    key=lambda pair: abs(pair[0]) + abs(pair[1]),
)
"""Angles at which a curve leaves and arrives, the flattest first."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A node's own shape: a circle, or a rectangle."""

    x: float
    y: float
    half: tuple[float, float]
    round: bool

    def holds(self, point: Point) -> bool:
        """Say whether a point lies in the shape."""
        dx, dy = abs(point[0] - self.x), abs(point[1] - self.y)
        return (
            hypot(dx, dy) < self.half[0] if self.round else dx < self.half[0] and dy < self.half[1]
        )


@dataclass(frozen=True, slots=True)
class Taken:
    """What an edge has to keep away from: a box of the node that owns it."""

    owner: int
    box: Box
    plate: bool


def route(
    ends: tuple[int, int],
    outlines: Sequence[Outline],
    taken: Sequence[Taken],
    radius: float,
    *,
    bow: int = 0,
    bent: Sequence[Point] = (),
    siblings: Sequence[Sequence[Point]] = (),
) -> list[Point]:
    """Return the path from the rim of one node to that of another, `ends` being their indices.

    `bow` is 1 for the upper and -1 for the lower of two edges between the same nodes; `bent` is
    the way that dot found, whose ends are moved to the nodes' middles. `siblings` are the ways of
    other edges to the second node: this one reaches it apart from them, and does not cross them.
    """
    start, end = (outlines[index] for index in ends)
    middles = (start.x, start.y), (end.x, end.y)
    best: list[Point] = []
    least = (inf, 0)
    for bare in _candidates(*middles, radius, bow, bent):
        path = trim(bare, start.holds, end.holds)
        covered = crossings(path, ends, taken, radius)
        if covered > least[0]:
            continue
        crowded = sum(_crowds(path, other, radius) for other in siblings)
        if (covered, crowded) < least:
            best, least = path, (covered, crowded)
        if least == (0, 0):
            break
    return best


def _crowds(path: Sequence[Point], other: Sequence[Point], radius: float) -> int:
    """Weigh how two ways to one node get in each other's way: 1 at its rim, 2 before."""
    tips = hypot(path[-1][0] - other[-1][0], path[-1][1] - other[-1][1])
    mine, theirs = (
        [point_at(way, t / SAMPLES) for t in range(SAMPLES - 3)] for way in (path, other)
    )
    crossed = path[0] != other[0] and any(
        abs(x - u) < CROSSING * radius and abs(y - v) < CROSSING * radius
        for x, y in mine
        for u, v in theirs
    )
    return (tips < APART * radius) + 2 * crossed


def _candidates(
    start: Point, end: Point, radius: float, bow: int, bent: Sequence[Point]
) -> Iterator[list[Point]]:
    """Yield ways, the simplest first."""
    if bow == 0:
        yield _bowed(start, end, 0.0)
        for share in SHARES:
            yield _level(start, end, share)
        for reach in REACHES:
            for leaves, arrives in TURNS:
                yield _turned(start, end, leaves, arrives, reach)
    else:
        yield _bowed(start, end, bow * BOW * radius)
    for detour in DETOURS:
        yield _bowed(start, end, (detour + bow * BOW) * radius)
    if len(bent) >= 4:
        yield [start, *bent[1:-1], end]
    for detour in DETOURS:
        for share in SHARES:
            yield _level(start, end, share, detour * radius)


def _turned(start: Point, end: Point, leaves: float, arrives: float, reach: float) -> list[Point]:
    """Return a curve that leaves and arrives at these angles above the horizontal."""
    reach *= hypot(end[0] - start[0], end[1] - start[1])
    return [
        start,
        (start[0] + reach * cos(leaves), start[1] + reach * sin(leaves)),
        (end[0] - reach * cos(arrives), end[1] - reach * sin(arrives)),
        end,
    ]


def _level(start: Point, end: Point, share: float, lift: float = 0.0) -> list[Point]:
    """Return a curve that leaves and arrives horizontally, and turns at a share of the way."""
    turn = start[0] + (end[0] - start[0]) * share
    return [start, (turn, start[1] + lift), (turn, end[1] + lift), end]


def _bowed(start: Point, end: Point, height: float) -> list[Point]:
    """Return an arc whose middle stands `height` above the straight line."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = hypot(dx, dy) or 1.0
    across = (-dy / length, dx / length) if dx >= 0 else (dy / length, -dx / length)
    lift = height * 4 / 3
    return [
        start,
        (start[0] + dx / 3 + across[0] * lift, start[1] + dy / 3 + across[1] * lift),
        (start[0] + dx * 2 / 3 + across[0] * lift, start[1] + dy * 2 / 3 + across[1] * lift),
        end,
    ]


def beside(points: Sequence[Point], distance: float) -> list[Point]:
    """Return points so far to the left of a way, as seen along it: above one that runs right.

    Examples
    --------
    >>> beside([(0, 0), (5, 0), (10, 0)], 2)
    [(0.0, 2.0), (5.0, 2.0), (10.0, 2.0)]
    """
    moved = []
    for index, (x, y) in enumerate(points):
        before, after = points[max(index - 1, 0)], points[min(index + 1, len(points) - 1)]
        dx, dy = after[0] - before[0], after[1] - before[1]
        share = distance / (hypot(dx, dy) or 1.0)
        moved.append((x - dy * share, y + dx * share))
    return moved


def crossings(
    path: Sequence[Point], ends: tuple[int, int], taken: Sequence[Taken], radius: float
) -> int:
    """Weigh the samples of a path that lie in what it does not belong to, and those of its lane."""
    margin = MARGIN * radius
    points = [point_at(path, (index + 0.5) / SAMPLES) for index in range(SAMPLES)]
    back = beside(points, LANE * radius)
    xs, ys = [x for x, _ in points + back], [y for _, y in points + back]
    near = [
        one
        for one in taken
        if (one.plate or one.owner not in ends)
        and one.box.x + one.box.half_width + margin > min(xs)
        and one.box.x - one.box.half_width - margin < max(xs)
        and one.box.y + one.box.half_height + margin > min(ys)
        and one.box.y - one.box.half_height - margin < max(ys)
    ]
    own = MARGIN / 3 * radius
    close = [(one.box, own if one.owner in ends else margin) for one in near]
    return sum(
        weight * any(box.holds(x, y, gap) for box, gap in close)
        for weight, way in ((EDGE_WEIGHT, points), (1, back))
        for x, y in way
    )
