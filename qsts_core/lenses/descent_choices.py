"""What can be chosen in the lens "Descent": the choices as one frozen value, and their limits.

What the lens begins with is such a value too, so that the address need say only what differs.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from qsts_core import files
from qsts_core.draw.levels import Scale
from qsts_core.lenses.address import LARGEST_VALUE
from qsts_core.study.descent import Settings
from qsts_core.study.landscape import Axis

__all__ = [
    "MOST_COORDINATES",
    "MOST_POSITIONS",
    "MOST_STARTS",
    "MOST_STEPS",
    "POINTS",
    "RATES",
    "Choices",
    "examples",
    "first_axis",
    "first_choices",
]

RATES = tuple(float(f"{digit}e{power}") for power in range(-6, 2) for digit in (1, 2, 5))
POINTS = (100, 250, 500)
MOST_STEPS = 5_000
MOST_STARTS = 500

MOST_POSITIONS = 400_000
"""Steps × starts that travel to the browser."""

MOST_COORDINATES = 200_000
"""Steps × variables that travel to the browser."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What was chosen.

    Attributes
    ----------
    axes
        The variables that are drawn, one or two, with their ranges.
    moving
        The variables that move; the others are held.
    settings
        Method, learning rate, steps.
    starts
        How many points descend: the start itself, and others beside it.
    points, scale, arrows
        The grid's points a side, how contours are spaced, whether the gradient is drawn.
    through_end
        Whether what is not drawn stands where the path ends, instead of where it starts.
    surface
        Whether the ground is shown in three dimensions too.
    """

    axes: tuple[Axis, ...]
    moving: tuple[str, ...]
    settings: Settings
    starts: int
    points: int
    scale: Scale
    arrows: bool
    through_end: bool
    surface: bool


def first_choices(variables: Sequence[str], at: Mapping[str, float]) -> Choices:
    """Return what the lens begins with: the first two variables, around where they are.

    Examples
    --------
    >>> first_choices(("x", "y", "z"), {"x": 2.5, "y": -4, "z": 0}).axes
    (Axis(name='x', low=-2.0, high=7.0), Axis(name='y', low=-10.0, high=2.0))
    """
    axes = tuple(first_axis(name, at[name]) for name in variables[:2])
    return Choices(
        axes=axes,
        moving=tuple(axis.name for axis in axes),
        settings=Settings("gradient descent", 0.05, 100),
        starts=1,
        points=POINTS[1],
        scale="auto",
        arrows=False,
        through_end=False,
        surface=False,
    )


def first_axis(name: str, value: float) -> Axis:
    """Return the range that a variable is drawn over until another is asked for."""
    half = max(3.0, 1.5 * abs(value))
    low, high = math.floor(value - half), math.ceil(value + half)
    return Axis(name, max(float(low), -LARGEST_VALUE), min(float(high), LARGEST_VALUE))


@cache
def examples() -> dict[str, dict[str, Any]]:
    """Return the ready examples, by name."""
    cases = json.loads(files.asset("descent.json").read_text(encoding="utf-8"))
    return {case["name"]: case for case in cases}
