"""What the lens "Descent" is asked for: an example, the method, and what the picture shows.

In goes the expression and where it starts; out come the choices as one frozen value.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import streamlit as st

from qsts_core import files
from qsts_core.draw.levels import SCALES, Scale
from qsts_core.expression import Expression
from qsts_core.lenses.inputs import set_value, touched
from qsts_core.study.descent import Settings
from qsts_core.study.landscape import Axis
from qsts_core.study.methods import METHODS

__all__ = ["Choices", "ask_for_choices", "examples"]

RATES = tuple(float(f"{digit}e{power}") for power in range(-6, 2) for digit in (1, 2, 5))
POINTS = (100, 250, 500)
MOST_STEPS = 5_000
MOST_STARTS = 500

MOST_POSITIONS = 400_000
"""Steps × starts that travel to the browser."""

MOST_COORDINATES = 200_000
"""Steps × variables that travel to the browser."""

SLICES = ("the start", "the end")
"""Where the contours are a slice through, when more moves than is drawn."""

FIRST_CHOICES: dict[str, Any] = {
    "descent method": "gradient descent",
    "descent rate": 0.05,
    "descent steps": 100,
    "descent starts": 1,
    "descent points": POINTS[1],
    "descent scale": "auto",
    "descent arrows": False,
    "descent all": False,
    "descent slice": SLICES[0],
}


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
    """

    axes: tuple[Axis, ...]
    moving: tuple[str, ...]
    settings: Settings
    starts: int
    points: int
    scale: Scale
    arrows: bool
    through_end: bool


@cache
def examples() -> dict[str, dict[str, Any]]:
    """Return the ready examples, by name."""
    cases = json.loads(files.asset("descent.json").read_text(encoding="utf-8"))
    return {case["name"]: case for case in cases}


def ask_for_choices(expression: Expression, at: Mapping[str, float]) -> Choices:
    """Show the row of choices; there is at least one variable."""
    for key, choice in FIRST_CHOICES.items():
        st.session_state.setdefault(key, choice)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        _ask_for_example()
        method = st.selectbox(
            "Method", list(METHODS), key="descent method", width=190, persist_state="session"
        )
        rate = st.select_slider(
            "Learning rate α", RATES, key="descent rate", width=230, persist_state="session",
            format_func=lambda number: f"{number:g}",
        )  # fmt: skip
        steps = st.number_input(
            "Steps", 1, MOST_STEPS, step=10, key="descent steps", width=130,
            persist_state="session",
        )  # fmt: skip
        starts = st.number_input(
            "Starts", 1, MOST_STARTS, step=10, key="descent starts", width=130,
            help="1 is the start alone, the values above. More are spread over the picture.",
            persist_state="session",
        )  # fmt: skip
        with st.popover("Picture and variables", width="content", key="descent-picture"):
            axes, moving = _ask_for_axes(expression, at)
            points, scale, arrows = _ask_for_picture(len(axes))
    with st.container():  # always there, so that what stands below keeps its place
        steps, starts = _within_limits(int(steps), int(starts), len(moving))
    settings = Settings(method, float(rate), steps)
    through_end = len(moving) > len(axes) and st.session_state["descent slice"] == SLICES[1]
    return Choices(axes, moving, settings, starts, points, scale, arrows, through_end)


def _within_limits(steps: int, starts: int, moving: int) -> tuple[int, int]:
    """Shorten what would be too much to send, and say so."""
    most = max(MOST_COORDINATES // moving, 1)
    if steps > most:
        st.info(f"With {moving:,} variables moving, {most:,} steps are kept, not {steps:,}.")
        steps = most
    if starts > 1 and starts * (steps + 1) > MOST_POSITIONS:
        fewer = max(MOST_POSITIONS // (steps + 1), 1)
        st.info(f"Over {steps:,} steps, {fewer:,} starts are drawn, not {starts:,}.")
        starts = fewer
    return steps, starts


def _ask_for_example() -> None:
    st.selectbox(
        "Examples to descend", list(examples()), index=None, key="descent example",
        placeholder="Choose a landscape…", on_change=_take_example, width=260,
        persist_state="session",
    )  # fmt: skip


def _take_example() -> None:
    """Set formula, start, picture and method; this runs before the page is built."""
    state = st.session_state
    if state["descent example"] is None:
        return
    case = examples()[state["descent example"]]
    state.formula, state.example = case["f"], None
    touched()
    for name, number in case["at"].items():
        set_value(name, float(number))
    for name, (low, high) in case["ranges"].items():
        state[_range_key(case["f"], name, "from")] = float(low)
        state[_range_key(case["f"], name, "to")] = float(high)
    for k, name in enumerate(case["ranges"]):
        state[_axis_key(case["f"], k)] = name
    chosen = {"descent rate": case["rate"], "descent starts": case.get("starts", 1)}
    chosen |= {"descent method": case["method"], "descent steps": case["steps"]}
    chosen |= {"descent scale": case.get("levels", "auto"), "descent all": case.get("all", False)}
    chosen |= {"descent slice": SLICES[case.get("all", False)]}
    state.update(chosen)


# What the picture shows -------------------------------------------------------------------------


def _ask_for_axes(
    expression: Expression, at: Mapping[str, float]
) -> tuple[tuple[Axis, ...], tuple[str, ...]]:
    """Ask which variables are drawn, over what ranges, and which ones move."""
    text, variables = expression.text, expression.variables
    axes = []
    taken: list[str] = []
    for k, title in enumerate(("Across", "Upward")[: len(variables)]):
        free = [name for name in variables if name not in taken]
        key = _axis_key(text, k)
        if st.session_state.get(key) not in free:
            st.session_state[key] = free[0]
        columns = st.columns([2, 2, 2])
        name = columns[0].selectbox(title, free, key=key, persist_state="session")
        axes.append(_ask_for_range(text, str(name), at[str(name)], columns[1:]))
        taken.append(str(name))
    everything = len(variables) > len(taken) and st.toggle(
        "All variables move",
        key="descent all",
        help="Else only the drawn ones do, and the others are held.",
        persist_state="session",
    )
    if everything:
        st.radio(
            "The picture is a slice through", SLICES, key="descent slice", horizontal=True,
            help="The path leaves this plane: what is drawn is its shadow.",
            persist_state="session",
        )  # fmt: skip
    return tuple(axes), variables if everything else tuple(taken)


def _ask_for_range(text: str, name: str, value: float, columns: Any) -> Axis:
    half = max(3.0, 1.5 * abs(value))
    ends = {"from": math.floor(value - half), "to": math.ceil(value + half)}
    numbers = []
    for column, (end, number) in zip(columns, ends.items(), strict=True):
        key = _range_key(text, name, end)
        st.session_state.setdefault(key, float(number))
        numbers.append(
            column.number_input(f"{name} {end}", key=key, format="%g", persist_state="session")
        )
    low, high = sorted(float(number or 0.0) for number in numbers)
    if low == high:
        st.caption(f"The range of {name} is empty; it is drawn one to each side.")
        low, high = low - 1, high + 1
    return Axis(name, low, high)


def _ask_for_picture(dimensions: int) -> tuple[int, Scale, bool]:
    points = st.select_slider(
        "Grid points a side", POINTS, key="descent points", persist_state="session"
    )
    if dimensions == 1:
        return int(points), "auto", False
    scale: Scale = st.radio(
        "Levels", SCALES, key="descent scale", horizontal=True, persist_state="session",
        help="Logarithmic: by powers of ten of f above its least, so that valleys are legible.",
    )  # fmt: skip
    arrows = st.toggle("Arrows downhill", key="descent arrows", persist_state="session")
    return int(points), scale, bool(arrows)


def _axis_key(text: str, k: int) -> str:
    return f"descent axis {k} of {_short(text)}"


def _range_key(text: str, name: str, end: str) -> str:
    return f"descent {name} {end} of {_short(text)}"


def _short(text: str) -> str:
    """Return a name for a formula: keys of widgets are names of classes on the page."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]
