"""Cubic Bezier curves as lists of control points: 1 + 3n points for n pieces."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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


def point_at(points: Sequence[Point], t: float) -> Point:
    """Return the point at `t`, which runs from 0 to 1 over all pieces.

    Examples
    --------
    >>> point_at([(0, 0), (1, 0), (2, 0), (3, 0)], 0.5)
    (1.5, 0.0)
    """
    pieces = (len(points) - 1) // 3
    piece = min(int(t * pieces), pieces - 1)
    u = t * pieces - piece
    weights = ((1 - u) ** 3, 3 * u * (1 - u) ** 2, 3 * u**2 * (1 - u), u**3)
    near = points[3 * piece : 3 * piece + 4]
    x = sum(weight * point[0] for weight, point in zip(weights, near, strict=True))
    y = sum(weight * point[1] for weight, point in zip(weights, near, strict=True))
    return x, y


def trim(
    points: Sequence[Point], in_start: Callable[[Point], bool], in_end: Callable[[Point], bool]
) -> list[Point]:
    """Return the path without what lies within the shapes at its two ends.

    Examples
    --------
    >>> path = trim([(0, 0), (4, 0), (8, 0), (12, 0)], lambda p: p[0] < 3, lambda p: p[0] > 9)
    >>> [round(x, 3) for x, _ in path]
    [3.0, 5.0, 7.0, 9.0]
    """
    backwards = _leave(list(points), in_start)[::-1]
    return _leave(backwards, in_end)[::-1]


def _leave(points: list[Point], within: Callable[[Point], bool]) -> list[Point]:
    """Cut off the beginning of a path, as far as it lies within a shape."""
    while len(points) > 4 and within(points[3]):
        points = points[3:]
    low, high = 0.0, 1.0
    for _ in range(16):
        middle = (low + high) / 2
        if within(point_at(points[:4], middle)):
            low = middle
        else:
            high = middle
    _, b, c, d = points[:4]
    bc, cd = _between(b, c, high), _between(c, d, high)
    return [point_at(points[:4], high), _between(bc, cd, high), cd, d, *points[4:]]


def _between(one: Point, other: Point, t: float) -> Point:
    return one[0] + (other[0] - one[0]) * t, one[1] + (other[1] - one[1]) * t


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
