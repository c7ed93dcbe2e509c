"""What is kept of descents: as much as is drawn.

In go a text and what to descend; out come pieces, each with what the next one needs to go on, so
that they can be made by another process, shown while they are made, and left off at any time. Of
one start the value, the length of the gradient, and the shown variables with their slopes are kept
at every step, and all variables at some; of many starts only where they are drawn.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from qsts_core.expression import Expression
from qsts_core.study.descent import (
    Drift,
    Settings,
    Walk,
    begin_drift,
    begin_walk,
    drift_on,
    walk_on,
)
from qsts_core.study.landscape import Axis, Field, measure_field, scatter, survey

if TYPE_CHECKING:
    from qsts_core.engine.batch import Numbers

__all__ = [
    "Others",
    "Path",
    "drift_in_pieces",
    "field_in_pieces",
    "join_others",
    "join_path",
    "survey_in_pieces",
    "walk_in_pieces",
]

WHOLE_NUMBERS = 20_000
"""How many numbers the steps may hold of which every variable is kept."""

A_WHILE = 0.05
"""Seconds that a piece takes."""


@dataclass(frozen=True, slots=True)
class Path:
    """Steps of one start, one after the other.

    Attributes
    ----------
    values, sizes
        By step the value, and the length of the gradient over all variables that move.
    points, slopes
        By step the shown variables, and the derivatives by them.
    whole
        By some steps all variables that move; the last one is always among them.
    ending
        Why the last step is the last one, "" while it is not.
    """

    values: list[float]
    sizes: list[float]
    points: list[tuple[float, ...]]
    slopes: list[tuple[float, ...]]
    whole: dict[int, tuple[float, ...]]
    ending: str = ""

    @property
    def last(self) -> tuple[float, ...]:
        """All variables that move, at the last step."""
        return self.whole[len(self.values) - 1]


@lru_cache(maxsize=4)
def _read(text: str) -> Expression:
    return Expression(text)


def walk_in_pieces(
    text: str,
    start: Mapping[str, float],
    moving: Sequence[str],
    settings: Settings,
    shown: Sequence[str],
    walk: Walk | None = None,
) -> Iterator[tuple[Path, Walk]]:
    """Yield some steps of a descent at a time, and where it stands after them."""
    expression = _read(text)
    walk = walk or begin_walk(expression, start, moving)
    rows = [moving.index(name) for name in shown]
    every = -(-(settings.steps + 1) * len(moving) // WHOLE_NUMBERS)
    path, looked = Path([], [], [], [], {}), time.monotonic()
    for step in walk_on(expression, walk, moving, settings):
        path.values.append(step.value)
        path.sizes.append(step.size)
        path.points.append(tuple(step.point[row] for row in rows))
        path.slopes.append(tuple(step.slopes[row] for row in rows))
        last = step
        if step.index % every == 0:
            path.whole[step.index] = step.point
        if not step.ending and time.monotonic() - looked > A_WHILE:
            path.whole[step.index] = step.point
            yield path, walk
            path, looked = Path([], [], [], [], {}), time.monotonic()
    path.whole[last.index] = last.point
    yield replace(path, ending=last.ending), walk


def join_path(pieces: Sequence[Path]) -> Path:
    """Return the pieces as one; of those points that only a piece ended with, the last is kept."""
    path = Path([], [], [], [], {}, pieces[-1].ending)
    for piece in pieces:
        path.values.extend(piece.values)
        path.sizes.extend(piece.sizes)
        path.points.extend(piece.points)
        path.slopes.extend(piece.slopes)
        path.whole.update(piece.whole)
    return path


@dataclass(frozen=True, slots=True, eq=False)
class Others:
    """Where many starts are drawn, step by step.

    Attributes
    ----------
    places
        float32 of shape (steps, starts, 2): the drawn variables, or the one and the value.
    moving, medians
        By step how many still move, and the median of their finite values (nan if there is none).
    """

    places: Numbers
    moving: list[int]
    medians: list[float]


def drift_in_pieces(
    text: str,
    at: Mapping[str, float],
    axes: Sequence[Axis],
    moving: Sequence[str],
    settings: Settings,
    starts: int,
    drift: Drift | None = None,
) -> Iterator[tuple[Others, Drift]]:
    """Yield some steps of many descents at a time, and where they stand after them."""
    expression = _read(text)
    drift = drift or begin_drift(expression, scatter(axes, moving, at, starts), at, moving)
    rows = [moving.index(axis.name) for axis in axes]
    kept: list[tuple[Any, int, float]] = []
    looked = time.monotonic()
    for cloud in drift_on(expression, drift, moving, settings):
        kept.append(_keep(cloud.points[rows], cloud.values, int(cloud.moving.sum())))
        if cloud.index == settings.steps or time.monotonic() - looked > A_WHILE:
            yield _others(kept), drift
            kept, looked = [], time.monotonic()


def _keep(places: Numbers, values: Numbers, moving: int) -> tuple[Any, int, float]:
    import numpy as np

    drawn = places if len(places) == 2 else np.vstack([places, values])
    finite = values[np.isfinite(values)]
    median = float(np.median(finite)) if finite.size else float("nan")
    with np.errstate(over="ignore"):  # beyond float32 is beyond the picture
        return drawn.T.astype("<f4"), moving, median


def _others(kept: Sequence[tuple[Any, int, float]]) -> Others:
    import numpy as np

    places, moving, medians = zip(*kept, strict=True)
    return Others(np.stack(places), list(moving), list(medians))


def join_others(pieces: Sequence[Others]) -> Others:
    """Return the pieces as one."""
    import numpy as np

    return Others(
        np.concatenate([piece.places for piece in pieces]),
        [count for piece in pieces for count in piece.moving],
        [median for piece in pieces for median in piece.medians],
    )


def survey_in_pieces(
    text: str,
    at: Mapping[str, float],
    axes: Sequence[Axis],
    points: int,
    first: int | None = None,
) -> Iterator[tuple[Numbers, int]]:
    """Yield some rows of a landscape at a time, and which row comes next."""
    return survey(_read(text), at, axes, points, first or 0)


def field_in_pieces(
    text: str, at: Mapping[str, float], axes: Sequence[Axis], rest: None = None
) -> Iterator[tuple[Field, None]]:
    """Yield the gradient on a coarse grid."""
    yield measure_field(_read(text), at, axes), None
