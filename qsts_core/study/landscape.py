"""The ground that is descended: a formula over a range of one or two of its variables.

In go an expression, a value for each variable, and the ranges of one or two; out come the values
on a grid, some rows at a time so that a long survey can show how far it is, and the gradient on a
coarse grid. All of it comes from `Expression.batch`.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from qsts_core.expression import Expression

if TYPE_CHECKING:
    from qsts_core.engine.batch import Numbers

__all__ = [
    "Axis",
    "Field",
    "Landscape",
    "grid_of",
    "measure_field",
    "scatter",
    "survey",
    "view",
]

STATES_AT_ONCE = 65_536
"""The most states of one block of rows, of a formula of few variables."""

NUMBERS_AT_ONCE = 4_000_000
"""The most numbers of one block of rows, of a formula of many."""

STATES_AT_FIRST = 1_024
"""States of the first block of rows, from which on blocks grow or shrink."""

QUICK, SLOW = 0.04, 0.1
"""Seconds of a block after which the next one has twice, or half, as many rows."""

NARROWEST, NARROWEST_SHARE = 1e-30, 1e-9
"""The least width of a range, and its least share of the ends: below, points fall together."""


class Axis(NamedTuple):
    """A variable and its range."""

    name: str
    low: float
    high: float

    @property
    def is_wide_enough(self) -> bool:
        """Whether the points of a grid over the range are different numbers.

        Examples
        --------
        >>> Axis("x", 1, 1.001).is_wide_enough, Axis("x", 0, 5e-324).is_wide_enough
        (True, False)
        """
        least = max(NARROWEST, NARROWEST_SHARE * max(abs(self.low), abs(self.high)))
        return -math.inf < self.low < self.high < math.inf and self.high - self.low >= least

    def rounded(self, coordinate: float) -> float:
        """Round to a thousandth of the range or finer, for a number that is short to write.

        Examples
        --------
        >>> Axis("x", -2, 2).rounded(0.123456)
        0.123
        """
        return round(coordinate, 3 - math.floor(math.log10(self.high - self.low)))


@dataclass(frozen=True, slots=True, eq=False)
class Landscape:
    """A formula over a range of one or two variables.

    Attributes
    ----------
    axes
        The variables and their ranges, the horizontal one first.
    places
        For each axis the coordinates of the grid.
    values
        Of shape (points of the second axis, points of the first); one row if there is one axis.
    """

    axes: tuple[Axis, ...]
    places: tuple[Numbers, ...]
    values: Numbers

    @property
    def missing(self) -> float:
        """The share of the grid where the value is not finite."""
        import numpy as np

        return float(1 - np.isfinite(self.values).mean())


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """The gradient on a coarse grid: places and slopes, each of shape (2, points)."""

    places: Numbers
    slopes: Numbers


def view(
    expression: Expression, at: Mapping[str, float], axes: Sequence[Axis], points: int
) -> Landscape:
    """Survey the whole grid at once.

    Raises
    ------
    ValueError
        If there are not one or two axes, a range is empty, or there are fewer than 2 points.

    Examples
    --------
    >>> axes = Axis("x", -1, 1), Axis("y", 0, 1)
    >>> view(Expression("x*x + 10*y"), {"x": 0, "y": 0}, axes, 3).values.tolist()
    [[1.0, 0.0, 1.0], [6.0, 5.0, 6.0], [11.0, 10.0, 11.0]]
    """
    import numpy as np

    rows = np.vstack([rows for rows, _ in survey(expression, at, axes, points)])
    return Landscape(tuple(axes), grid_of(axes, points), rows)


def survey(
    expression: Expression,
    at: Mapping[str, float],
    axes: Sequence[Axis],
    points: int,
    first: int = 0,
) -> Iterator[tuple[Numbers, int]]:
    """Yield the values, some rows of the grid at a time, and which row comes next.

    There are as many rows in a block as take about a tenth of a second; the first row is `first`.

    Raises
    ------
    ValueError
        If there are not one or two axes, a range is empty, or there are fewer than 2 points.
    """
    _check(expression, axes, points)
    return _survey(expression, expression.point(at), axes, points, first)


def _survey(
    expression: Expression,
    at: Mapping[str, float],
    axes: Sequence[Axis],
    points: int,
    first: int,
) -> Iterator[tuple[Numbers, int]]:
    import numpy as np

    across, *up = grid_of(axes, points)
    rows = up[0] if up else np.zeros(1)
    most = min(STATES_AT_ONCE, NUMBERS_AT_ONCE // max(len(expression.variables), 1))
    height = max(1, STATES_AT_FIRST // points)
    while first < len(rows):
        begun = time.monotonic()
        block = rows[first : first + height]
        states = np.empty((len(at), len(block) * points))
        states.T[:] = list(at.values())
        states[expression.variables.index(axes[0].name)] = np.tile(across, len(block))
        if up:
            states[expression.variables.index(axes[1].name)] = np.repeat(block, points)
        first += len(block)
        yield expression.batch(states)[0].reshape(len(block), points), first
        taken = time.monotonic() - begun
        if taken < QUICK:
            height = max(1, min(2 * height, most // points))
        elif taken > SLOW:
            height = max(1, height // 2)


def measure_field(
    expression: Expression, at: Mapping[str, float], axes: Sequence[Axis], points: int = 15
) -> Field:
    """Return the gradient by the two variables in the middles of `points` × `points` cells.

    Where the value is not finite there is no ground, and no slope: a local may be a number there,
    as 1/x of log(x) below 0.

    Examples
    --------
    >>> axes = Axis("x", -1, 1), Axis("y", -1, 1)
    >>> measure_field(Expression("x*y"), {"x": 0, "y": 0}, axes, 2).slopes.tolist()
    [[-0.5, -0.5, 0.5, 0.5], [-0.5, 0.5, -0.5, 0.5]]
    """
    import numpy as np

    _check(expression, axes, points)
    middles = (np.arange(points) + 0.5) / points
    across, up = (axis.low + (axis.high - axis.low) * middles for axis in axes)
    places = np.vstack([np.tile(across, points), np.repeat(up, points)])
    states = np.empty((len(expression.variables), places.shape[1]))
    states.T[:] = list(expression.point(at).values())
    rows = [expression.variables.index(axis.name) for axis in axes]
    states[rows] = places
    values, gradient = expression.batch(states)
    return Field(places, np.where(np.isfinite(values), gradient[rows], np.nan))


def grid_of(axes: Sequence[Axis], points: int) -> tuple[Numbers, ...]:
    """Return the coordinates of the grid, by axis."""
    import numpy as np

    return tuple(np.linspace(axis.low, axis.high, points) for axis in axes)


def _check(expression: Expression, axes: Sequence[Axis], points: int) -> None:
    names = [axis.name for axis in axes]
    if len(axes) not in (1, 2) or len(set(names)) < len(names):
        raise ValueError(f"a landscape has one or two different variables, not {names}")
    if unknown := [name for name in names if name not in expression.variables]:
        raise ValueError(f"{', '.join(unknown)} is not in the formula")
    for axis in axes:
        if not axis.is_wide_enough:
            raise ValueError(
                f"the range of {axis.name} is from a number to a larger one, "
                f"at least {NARROWEST_SHARE:g} of it away"
            )
    if points < 2:
        raise ValueError(f"a grid has at least 2 points a side, not {points}")


def scatter(
    axes: Sequence[Axis], moving: Sequence[str], at: Mapping[str, float], starts: int
) -> Numbers:
    """Return `starts` points of the variables that move, spread over the ranges, always the same.

    Variables without a range are at their value in `at`; the shape is (moving, starts).

    Examples
    --------
    >>> points = scatter([Axis("x", 0, 1)], ("x", "y"), {"x": 9, "y": 7}, 4)
    >>> points.shape, set(points[1].tolist()), bool((points[0] < 1).all())
    ((2, 4), {7.0}, True)
    """
    import numpy as np

    generator = np.random.default_rng(1847)
    ranges = {axis.name: axis for axis in axes}
    points = np.empty((len(moving), starts))
    for row, name in enumerate(moving):
        if name in ranges:
            points[row] = generator.uniform(ranges[name].low, ranges[name].high, starts)
        else:
            points[row] = at[name]
    return points
