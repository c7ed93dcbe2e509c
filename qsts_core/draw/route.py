"""An edge between two nodes that stay where they are, led past all others.

Places go in, control points come out, as `dot` gives them: from the rim of the input to the rim of
the parent. What is straight where it can be is bent, more and more, until it is clear.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

from qsts_core.draw.bezier import Point

__all__ = ["CLEARANCE", "clearance", "route", "sample"]

CLEARANCE = 1.25
"""How far an edge stays from a node that it does not join, in radii: past a corner."""

BEND = 0.6
"""By how many radii more the next attempt bends."""

MOST_BENDS = 16
SAMPLES = 24


def route(
    start: Point, end: Point, others: Sequence[Point], radius: float, *, first: int = 0
) -> list[Point]:
    """Return the control points of an edge from the node at `start` to the one at `end`.

    Of all that clear the nodes at `others` it is the straightest; where none does, the one that
    comes closest to it. The first bends of that order are passed over where an edge of the same
    nodes has them already.

    Examples
    --------
    >>> route((0, 0), (50, 0), [], 10)
    [(10.0, 0.0), (20.0, 0.0), (30.0, 0.0), (40.0, 0.0)]
    >>> max(y for _, y in route((0, 0), (100, 0), [(50, 0)], 10)) > 10
    True
    """
    best: list[Point] = []
    most = -math.inf
    for bend in list(_bends())[first:]:
        path = _bent(start, end, bend * radius, radius)
        free = clearance(path, others) / radius
        if free >= CLEARANCE:
            return path
        if free > most:
            best, most = path, free
    return best


def clearance(path: Sequence[Point], others: Iterable[Point]) -> float:
    """Return how near a path comes to the middle of any of these nodes."""
    points = sample(path)
    return min((math.dist(point, other) for other in others for point in points), default=math.inf)


def sample(path: Sequence[Sequence[float]]) -> list[Point]:
    """Return points on a path, close enough together to be taken for it."""
    points: list[Point] = []
    for index in range(0, len(path) - 3, 3):
        a, b, c, d = path[index : index + 4]
        for k in range(SAMPLES + 1):
            t, s = k / SAMPLES, 1 - k / SAMPLES
            points.append(
                (
                    s**3 * a[0] + 3 * s * s * t * b[0] + 3 * s * t * t * c[0] + t**3 * d[0],
                    s**3 * a[1] + 3 * s * s * t * b[1] + 3 * s * t * t * c[1] + t**3 * d[1],
                )
            )
    return points


def _bends() -> Iterator[float]:
    """Yield 0, then bends to both sides, in radii, the smaller first."""
    yield 0.0
    for k in range(1, MOST_BENDS + 1):
        yield k * BEND
        yield -k * BEND


def _bent(start: Point, end: Point, bend: float, radius: float) -> list[Point]:
    """Return one cubic whose middle lies `bend` to the left of the straight line."""
    (x0, y0), (x1, y1) = start, end
    length = math.hypot(x1 - x0, y1 - y0) or 1.0
    across = (-(y1 - y0) / length * bend * 4 / 3, (x1 - x0) / length * bend * 4 / 3)
    inner = [
        (x0 + (x1 - x0) * t + across[0], y0 + (y1 - y0) * t + across[1]) for t in (1 / 3, 2 / 3)
    ]
    first, last = _rim(start, inner[0], radius), _rim(end, inner[1], radius)
    if not bend:  # level with its ends
        inner = [
            (first[0] + (last[0] - first[0]) * t, first[1] + (last[1] - first[1]) * t)
            for t in (1 / 3, 2 / 3)
        ]
    return [first, *inner, last]


def _rim(middle: Point, towards: Point, radius: float) -> Point:
    away = math.dist(middle, towards) or 1.0
    share = radius / away
    return (
        middle[0] + (towards[0] - middle[0]) * share,
        middle[1] + (towards[1] - middle[1]) * share,
    )
