"""What the address says of a descent, read and written.

Beside what it says in every lens it holds, where they differ from what the lens begins with:
`method`, `rate`, `steps`, `starts`; `draw`, the drawn variables with their ranges, as
"x=-2..2,y=-1..3", or "x,y" over the ranges they begin with; `all`, 1 where all variables move;
`slice`, `end` where the picture is a slice through the end of the path; `levels`, `points`, the
grid's points a side; `arrows` and `surface`, 1 where they are shown. Its `step` is one of the path.
Whatever it brings is held to the limits of the widgets; what cannot be used is left out, and a
sentence says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from qsts_core.draw.levels import SCALES
from qsts_core.lenses.address import LARGEST_VALUE, excerpt, shortest
from qsts_core.lenses.descent_choices import (
    MOST_STARTS,
    MOST_STEPS,
    POINTS,
    RATES,
    Choices,
    first_axis,
    first_choices,
)
from qsts_core.study.descent import Settings
from qsts_core.study.landscape import Axis
from qsts_core.study.methods import METHODS

__all__ = ["PARAMETERS", "read_choices", "write_choices"]

T = TypeVar("T")

PARAMETERS = (
    "method", "rate", "steps", "starts", "draw", "all", "slice", "levels", "points", "arrows",
    "surface",
)  # fmt: skip
"""What the address may say of a descent, in the order in which it does."""

SWITCH = {"0": False, "1": True}
SLICE = {"start": False, "end": True}


def read_choices(
    parameters: Mapping[str, str], variables: Sequence[str], at: Mapping[str, float]
) -> tuple[Choices, tuple[str, ...]]:
    """Read the choices, and one sentence for each thing that could not be used.

    Examples
    --------
    >>> query = {"method": "Adam", "draw": "y=-1..3", "steps": "many"}
    >>> choices, complaints = read_choices(query, ("x", "y"), {"x": 2, "y": 3})
    >>> choices.axes
    (Axis(name='y', low=-1.0, high=3.0), Axis(name='x', low=-1.0, high=5.0))
    >>> choices.settings, complaints
    (Settings(method='Adam', rate=0.05, steps=100),
     ("The address gives steps 'many', which is not a whole number from 1 to 5000.",))
    """
    first = first_choices(variables, at)
    reader = _Reader(parameters)
    axes = reader.axes(variables, at)
    settings = Settings(
        reader.one_of("method", {name: name for name in METHODS}, first.settings.method),
        reader.rate(first.settings.rate),
        reader.whole("steps", MOST_STEPS, first.settings.steps),
    )
    starts = reader.whole("starts", MOST_STARTS, first.starts)
    everything = reader.one_of("all", SWITCH, False) and len(variables) > len(axes)
    through_end = reader.one_of("slice", SLICE, False)
    scale = reader.one_of("levels", {name: name for name in SCALES}, first.scale)
    points = reader.one_of("points", {str(number): number for number in POINTS}, first.points)
    arrows = reader.one_of("arrows", SWITCH, False)
    surface = reader.one_of("surface", SWITCH, False)
    plane = len(axes) == 2  # a curve has neither levels nor arrows nor a surface
    choices = Choices(
        axes=axes,
        moving=tuple(variables) if everything else tuple(axis.name for axis in axes),
        settings=settings,
        starts=starts,
        points=points,
        scale=scale if plane else first.scale,
        arrows=arrows and plane,
        through_end=through_end and everything,
        surface=surface and plane,
    )
    return choices, tuple(reader.complaints)


def write_choices(
    choices: Choices, variables: Sequence[str], at: Mapping[str, float]
) -> dict[str, str | None]:
    """Write the choices for the address, `None` for each that the lens begins with.

    Reading them with the same variables and values gives the same choices.

    Examples
    --------
    >>> at = {"x": 2, "y": 3}
    >>> choices, _ = read_choices({"draw": "x,y=-1..3", "rate": "0.010"}, ("x", "y"), at)
    >>> {name: text for name, text in write_choices(choices, ("x", "y"), at).items() if text}
    {'rate': '0.01', 'draw': 'x,y=-1..3'}
    """
    first = _texts(first_choices(variables, at), at)
    chosen = _texts(choices, at)
    return {name: chosen[name] if chosen[name] != first[name] else None for name in PARAMETERS}


def _texts(choices: Choices, at: Mapping[str, float]) -> dict[str, str]:
    return {
        "method": choices.settings.method,
        "rate": f"{choices.settings.rate:g}",
        "steps": str(choices.settings.steps),
        "starts": str(choices.starts),
        "draw": ",".join(_axis_text(axis, at) for axis in choices.axes),
        "all": "1" if len(choices.moving) > len(choices.axes) else "0",
        "slice": "end" if choices.through_end else "start",
        "levels": choices.scale,
        "points": str(choices.points),
        "arrows": "1" if choices.arrows else "0",
        "surface": "1" if choices.surface else "0",
    }


def _axis_text(axis: Axis, at: Mapping[str, float]) -> str:
    if axis == first_axis(axis.name, at[axis.name]):
        return axis.name
    return f"{axis.name}={shortest(axis.low)}..{shortest(axis.high)}"


class _Reader:
    """The parameters of an address, and what is to be said about them."""

    def __init__(self, parameters: Mapping[str, str]) -> None:
        self.parameters = parameters
        self.complaints: list[str] = []

    def complain(self, name: str, text: str, why: str) -> None:
        self.complaints.append(f"The address gives {name} {excerpt(text)}{why}.")

    def one_of(self, name: str, options: Mapping[str, T], otherwise: T) -> T:
        text = self.parameters.get(name)
        if text is None or text in options:
            return otherwise if text is None else options[text]
        self.complain(name, text, f"; it is one of {', '.join(options)}")
        return otherwise

    def whole(self, name: str, most: int, otherwise: int) -> int:
        text = self.parameters.get(name)
        if text is None:
            return otherwise
        if text.isascii() and text.isdigit() and len(text) < 9 and 1 <= int(text) <= most:
            return int(text)
        self.complain(name, text, f", which is not a whole number from 1 to {most}")
        return otherwise

    def rate(self, otherwise: float) -> float:
        text = self.parameters.get("rate")
        if text is None:
            return otherwise
        number = _number(text)
        if number in RATES:
            return number
        least, most = f"{RATES[0]:g}", f"{RATES[-1]:g}"
        why = f"; it is 1, 2 or 5 times a power of ten, from {least} to {most}"
        self.complain("rate", text, why)
        return otherwise

    def axes(self, variables: Sequence[str], at: Mapping[str, float]) -> tuple[Axis, ...]:
        """Read which variables are drawn; where too few can be, the first of the others are."""
        text = self.parameters.get("draw", "")
        most = min(2, len(variables))
        axes: dict[str, Axis] = {}
        parts = text.split(",", most)
        if len(parts) > most:
            self.complain("draw", text, f"; only {most} of the variables can be drawn")
        for part in filter(None, parts[:most]):
            name, _, reach = (piece.strip() for piece in part.partition("="))
            if name not in variables:
                self.complain("draw", part, ", which is not in the formula")
            elif name in axes:
                self.complain("draw", part, "; a variable is drawn once")
            else:
                axes[name] = self.axis(name, reach, at[name])
        rest = [first_axis(name, at[name]) for name in variables if name not in axes]
        return (*axes.values(), *rest[: most - len(axes)])

    def axis(self, name: str, reach: str, value: float) -> Axis:
        """Read one range, as "-2..2"; none is the one that the lens begins with."""
        low, _, high = reach.partition("..")
        axis = Axis(name, _number(low), _number(high))
        ordered = -LARGEST_VALUE <= axis.low < axis.high <= LARGEST_VALUE
        if ordered and axis.is_wide_enough:
            return axis
        if reach:
            why = "is too narrow to draw" if ordered else "is not a range such as x=-2..2"
            self.complain("draw", f"{name}={reach}", f", which {why}")
        return first_axis(name, value)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")
