"""What can be chosen in the lens "Descent": one row for each option, and the choices as one value.

A row holds for the address, for the widgets and for the examples: an option's name there is its
parameter, its key and its field. What the lens begins with is a value too, so that the address
need say only what differs.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from qsts_core import files
from qsts_core.draw.levels import SCALES, Scale
from qsts_core.lenses.address import LARGEST_VALUE
from qsts_core.study.descent import Settings
from qsts_core.study.landscape import Axis
from qsts_core.study.methods import METHODS

__all__ = [
    "MOST_POSITIONS",
    "OPTIONS",
    "Choices",
    "Option",
    "Reach",
    "examples",
    "first_axis",
    "first_choices",
    "fit_axis",
]

MOST_POSITIONS = 200_000
"""Steps × starts that are kept and travel to the browser."""

MARGIN = 0.35
"""How much of a path's extent is drawn on each side of it."""

FARTHEST = 30.0
"""How many times the range around the start a path may need; one that needs more runs away."""


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose.

    Attributes
    ----------
    name
        Its parameter in the address, and the end of its key in the session.
    first
        What the lens begins with.
    values
        What there is to choose from.
    plane
        Whether it means something only where two variables are drawn.
    """

    name: str
    first: Any
    values: Sequence[Any]
    plane: bool = False

    @property
    def key(self) -> str:
        """The key of its widget."""
        return f"descent {self.name}"

    def write(self, value: Any) -> str:
        """Write a value for the address.

        Examples
        --------
        >>> by_name = {option.name: option for option in OPTIONS}
        >>> by_name["arrows"].write(True), by_name["rate"].write(1e-6)
        ('1', '1e-06')
        """
        if isinstance(value, bool):
            return str(int(value))
        return f"{value:g}" if isinstance(value, float) else str(value)

    def read(self, text: str) -> Any:
        """Read a value of the address; `None` where it is none of those there are."""
        if isinstance(self.first, float):
            try:
                text = self.write(float(text))
            except ValueError:
                return None
        return next((value for value in self.values if self.write(value) == text), None)

    def tell(self) -> str:
        """Say what there is to choose from, after the text of an address that is not."""
        least, most = self.write(self.values[0]), self.write(self.values[-1])
        if isinstance(self.values, range):
            return f", which is not a whole number from {least} to {most}"
        if isinstance(self.first, float):
            return f"; it is 1, 2 or 5 times a power of ten, from {least} to {most}"
        return f"; it is one of {', '.join(map(self.write, self.values))}"


RATES = tuple(float(f"{digit}e{power}") for power in range(-6, 2) for digit in (1, 2, 5))
SWITCH = (False, True)
OPTIONS = (
    Option("method", "gradient descent", tuple(METHODS)),
    Option("rate", 0.05, RATES),
    Option("steps", 100, range(1, 5_001)),
    Option("starts", 1, range(1, 501)),
    Option("all", False, SWITCH),
    Option("slice", "start", ("start", "end")),
    Option("levels", "auto", SCALES, plane=True),
    Option("points", 250, (100, 250, 500)),
    Option("arrows", False, SWITCH, plane=True),
    Option("surface", False, SWITCH, plane=True),
)


class Reach(NamedTuple):
    """A variable that is drawn, and the ends of its range; `None` is as far as the path needs."""

    name: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """What was chosen.

    Attributes
    ----------
    drawn
        The variables that are drawn, one or two, the horizontal one first.
    method, rate, steps, starts
        How to descend, and how many points do: the start itself, and others beside it.
    all
        Whether every variable moves, not only the drawn ones.
    slice
        Whether what is not drawn stands where the path starts, or where it ends.
    levels, points, arrows, surface
        How contours are spaced, the grid's points a side, whether the gradient is drawn, and
        whether the ground is shown in three dimensions too.
    """

    drawn: tuple[Reach, ...]
    method: str
    rate: float
    steps: int
    starts: int
    all: bool
    slice: str
    levels: Scale
    points: int
    arrows: bool
    surface: bool

    @property
    def settings(self) -> Settings:
        """How to descend."""
        return Settings(self.method, self.rate, self.steps)

    def moving(self, variables: Sequence[str]) -> tuple[str, ...]:
        """Return the variables that move."""
        return tuple(variables) if self.all else tuple(reach.name for reach in self.drawn)


def choose(
    drawn: tuple[Reach, ...], chosen: Mapping[str, Any], variables: Sequence[str]
) -> Choices:
    """Return the choices, those of `chosen` as far as they mean something here."""
    more = len(variables) > len(drawn)
    takes = {"all": more, "slice": more and chosen.get("all", False)}
    values = {
        option.name: chosen.get(option.name, option.first)
        if takes.get(option.name, len(drawn) == 2 or not option.plane)
        else option.first
        for option in OPTIONS
    }
    return Choices(drawn, **values)


def first_choices(variables: Sequence[str]) -> Choices:
    """Return what the lens begins with: of the first two variables the earlier name goes across.

    Examples
    --------
    >>> [reach.name for reach in first_choices(("y", "x", "z")).drawn]
    ['x', 'y']
    """
    return choose(tuple(Reach(name) for name in sorted(variables[:2])), {}, variables)


def fit_axis(reach: Reach, at: float, path: Sequence[float]) -> Axis:
    """Return the range to draw: what was asked for, else the extent of the path and a margin.

    A path that hardly moves is drawn in its surroundings, and of one that runs away the beginning.

    Examples
    --------
    >>> fit_axis(Reach("x"), 6.0, [6.0, 2.0, -1.0, 0.0])
    Axis(name='x', low=-3.4, high=8.4)
    >>> fit_axis(Reach("x", low=0.0), 6.0, [6.0, 1e9])
    Axis(name='x', low=0.0, high=15.0)
    """
    around = first_axis(reach.name, at)
    low, high = min(path), max(path)
    width = around.high - around.low
    if high - low > FARTHEST * width:
        low, high = around.low, around.high
    else:
        margin = max(MARGIN * (high - low), width / 40)
        digits = 2 - math.floor(math.log10(high - low + 2 * margin))
        low, high = round(low - margin, digits), round(high + margin, digits)
    if reach.low is not None:  # the end that was given stands, also where the path is not
        low, high = reach.low, high if high > reach.low else reach.low + width
    if reach.high is not None:
        fits = low < reach.high or reach.low is not None
        low, high = low if fits else reach.high - width, reach.high
    low, high = sorted((low, high))
    return Axis(reach.name, max(low, -LARGEST_VALUE), min(high, LARGEST_VALUE))


def first_axis(name: str, value: float) -> Axis:
    """Return a range around a start."""
    half = max(3.0, 1.5 * abs(value))
    low, high = math.floor(value - half), math.ceil(value + half)
    return Axis(name, max(float(low), -LARGEST_VALUE), min(float(high), LARGEST_VALUE))


@cache
def examples() -> dict[str, dict[str, Any]]:
    """Return the ready examples, by name."""
    cases = json.loads(files.asset("descent.json").read_text(encoding="utf-8"))
    return {case["name"]: case for case in cases}
