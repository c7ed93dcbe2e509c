"""How much room a node and its plate take.

A plate stands beside its node and holds its name, its value and its adjoint; below it is the tally,
one place for each contribution that is due.  Node, plate and tally are one box for the layout, so
that nothing is drawn over them.  Lengths are in points, places have y upwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Literal, TypedDict

__all__ = ["CHARACTERS", "Box", "Plate", "Side", "make_plate", "place_box", "width_of"]

Side = Literal["n", "s", "w", ""]
"""Where a plate stands: above its node, below it, left of it, or nowhere."""

CHARACTERS = (3, 5, 7, 10)
"""Cells are as wide as numbers of one of these lengths: few changes of a value move a node."""

LARGE: Mapping[str, float] = {
    "name": 44, "height": 34, "gap": 12, "tally": 33, "character": 10.4, "padding": 22, "least": 56,
}  # fmt: skip
SMALL: Mapping[str, float] = {
    "name": 15, "height": 22, "gap": 5, "tally": 20, "character": 8.2, "padding": 12, "least": 40,
}  # fmt: skip
"""Pixels. Value and adjoint of a large plate stand side by side, its name left of both; a small
one is a stack of the three."""


class Plate(TypedDict):
    """The lengths that all plates of a picture share.

    Attributes
    ----------
    stacked
        Whether name, value and adjoint stand below each other, rather than side by side.
    name
        How wide the name is, or how high where it is stacked.
    cell, height
        The width and the height of the cell of the value, and of that of the adjoint.
    tally
        How high the tally is, with the gap before it.
    gap
        How far the plate stands from its node.
    """

    stacked: bool
    name: float
    cell: float
    height: float
    tally: float
    gap: float


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: its middle, and half its width and height."""

    x: float
    y: float
    half_width: float
    half_height: float

    def holds(self, x: float, y: float, margin: float = 0.0) -> bool:
        """Say whether a point lies in it, or within `margin` of it."""
        near_x = abs(x - self.x) < self.half_width + margin
        return near_x and abs(y - self.y) < self.half_height + margin


def width_of(numbers: Iterable[float]) -> int:
    """Return which of `CHARACTERS` holds all of these numbers at four digits.

    Examples
    --------
    >>> width_of([2, 15]), width_of([0.123456]), width_of([-1.5e-12])
    (3, 7, 10)
    """
    longest = max((len(f"{number:.4g}") for number in numbers if isfinite(number)), default=0)
    return next((length for length in CHARACTERS if longest <= length), CHARACTERS[-1])


def make_plate(characters: int, radius: float, pixels: float, *, large: bool) -> Plate:
    """Return the plate for numbers of this length, where a `radius` is so many `pixels`."""
    sizes, unit = (LARGE if large else SMALL), radius / pixels
    return {
        "stacked": not large,
        "name": sizes["name"] * unit,
        "cell": max(sizes["least"], sizes["character"] * characters + sizes["padding"]) * unit,
        "height": sizes["height"] * unit,
        "tally": sizes["tally"] * unit,
        "gap": sizes["gap"] * unit,
    }


def place_box(plate: Plate, side: Side, half: tuple[float, float], tally: bool) -> Box:
    """Return the box of a plate with its tally around a node at (0, 0) of these half lengths."""
    name, width, height = plate["name"], plate["cell"], plate["height"]
    left = 0.0
    if plate["stacked"]:
        height = name + 2 * height
    else:
        # The two cells, rather than all of the plate, stand in line with the node.
        left, width = -name / 4, name + 2 * width
    below = height + (plate["tally"] if tally else 0.0)
    if side == "w":
        # The tally hangs below the plate, and the plate is level with its node.
        return Box(-half[0] - plate["gap"] - width / 2, (height - below) / 2, width / 2, below / 2)
    y = half[1] + plate["gap"] + below / 2
    return Box(left, y if side == "n" else -y, width / 2, below / 2)
