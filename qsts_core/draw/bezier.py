"""Cubic Bezier curves as lists of control points: 1 + 3n points for n pieces."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

Point: TypeAlias = tuple[float, float]

Places: TypeAlias = dict[int, Point]
"""Where each mark stands."""

Paths: TypeAlias = dict[tuple[int, int, int], list[Point]]
"""The control points of each edge, by (input's mark, parent's mark, slot)."""


def smooth_path(start: Point, end: Point, bow: float = 0.0) -> list[Point]:
    """Return one curve that leaves and arrives horizontally; `bow` lifts its middle.

    Examples
    --------
    >>> smooth_path((0, 0), (10, 4))
    [(0, 0), (5.0, 0.0), (5.0, 4.0), (10, 4)]
    """
    middle = (start[0] + end[0]) / 2
    return [start, (middle, start[1] + bow), (middle, end[1] + bow), end]


def svg_path(points: Sequence[Sequence[float]]) -> str:
    """Write control points as an SVG path.

    Every piece has its own C: plotly reads six numbers after each and drops the rest.

    Examples
    --------
    >>> svg_path([(0, 0), (1, 2), (3, 4), (5, 6)])
    'M0,0 C1,2 3,4 5,6'
    """
    start, *rest = (f"{x:.6g},{y:.6g}" for x, y in points)
    pieces = (f"C{' '.join(rest[index : index + 3])}" for index in range(0, len(rest), 3))
    return f"M{start} {' '.join(pieces)}"
