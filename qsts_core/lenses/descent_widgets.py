"""The widgets of the lens "Descent": an example, the method, and what the picture shows.

In goes the expression and where it starts; out come the choices.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from qsts_core.draw.levels import SCALES, Scale
from qsts_core.expression import Expression
from qsts_core.lenses.address import LARGEST_VALUE
from qsts_core.lenses.arrival import held, touched
from qsts_core.lenses.descent_choices import (
    MOST_COORDINATES,
    MOST_POSITIONS,
    MOST_STARTS,
    MOST_STEPS,
    POINTS,
    RATES,
    Choices,
    examples,
    first_axis,
)
from qsts_core.lenses.value_boxes import set_value
from qsts_core.study.descent import Settings
from qsts_core.study.landscape import Axis
from qsts_core.study.methods import METHODS

__all__ = ["ask_for_choices", "restore_choices", "set_choices"]

SLICES = ("the start", "the end")
"""Where the contours are a slice through, when more moves than is drawn."""


def set_choices(text: str, choices: Choices) -> None:
    """Choose for the formula `text`; this runs before the widgets are built."""
    state = st.session_state
    for k, (name, low, high) in enumerate(choices.axes):
        state[_axis_key(text, k)] = name
        state[_range_key(text, name, "from")], state[_range_key(text, name, "to")] = low, high
    state["descent method"] = choices.settings.method
    state["descent rate"] = choices.settings.rate
    state["descent steps"] = choices.settings.steps
    state["descent starts"] = choices.starts
    state["descent points"] = choices.points
    state["descent scale"] = choices.scale
    state["descent arrows"] = choices.arrows
    state["descent all"] = len(choices.moving) > len(choices.axes)
    state["descent slice"] = SLICES[choices.through_end]
    state["descent surface"] = choices.surface


def restore_choices() -> None:
    """Choose what the browser still holds of a session that was lost."""
    state = st.session_state
    offers: dict[str, Sequence[Any]] = {
        "descent method": list(METHODS),
        "descent rate": RATES,
        "descent points": POINTS,
        "descent scale": SCALES,
        "descent slice": SLICES,
    }
    for key, offered in offers.items():
        shown = {
            format(choice, "g" if isinstance(choice, float) else ""): choice for choice in offered
        }
        if held(key) in shown:
            state[key] = shown[held(key)]
    for key, most in (("descent steps", MOST_STEPS), ("descent starts", MOST_STARTS)):
        number = held(key)
        if isinstance(number, int) and 1 <= number <= most:
            state[key] = number
    for key in ("descent arrows", "descent all", "descent surface"):
        if isinstance(held(key), bool):
            state[key] = held(key)


def ask_for_choices(expression: Expression, at: Mapping[str, float]) -> Choices:
    """Show the row of choices, once `set_choices` has been; there is at least one variable."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        _ask_for_example()
        method = st.selectbox(
            "Method", list(METHODS), key="descent method", width=190, on_change=touched,
            persist_state="session",
        )  # fmt: skip
        rate = st.select_slider(
            "Learning rate α", RATES, key="descent rate", width=230, on_change=touched,
            format_func=lambda number: f"{number:g}", persist_state="session",
        )  # fmt: skip
        steps = st.number_input(
            "Steps", 1, MOST_STEPS, step=10, key="descent steps", width=130, on_change=touched,
            persist_state="session",
        )  # fmt: skip
        starts = st.number_input(
            "Starts", 1, MOST_STARTS, step=10, key="descent starts", width=130,
            help="1 is the start alone, the values above. More are spread over the picture.",
            on_change=touched, persist_state="session",
        )  # fmt: skip
        with st.popover("Picture and variables", width="content", key="descent-picture"):
            axes, moving = _ask_for_axes(expression, at)
            points, scale, arrows = _ask_for_picture(len(axes))
    with st.container():  # always there, so that what stands below keeps its place
        steps, starts = _within_limits(int(steps), int(starts), len(moving))
    settings = Settings(method, float(rate), steps)
    through_end = len(moving) > len(axes) and st.session_state["descent slice"] == SLICES[1]
    # The switch of the surface stands where the surface is, below.
    surface = len(axes) == 2 and bool(st.session_state["descent surface"])
    return Choices(axes, moving, settings, starts, points, scale, arrows, through_end, surface)


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
    everything = case.get("all", False)
    choices = Choices(
        axes=tuple(Axis(n, float(low), float(high)) for n, (low, high) in case["ranges"].items()),
        moving=tuple(case["at"] if everything else case["ranges"]),
        settings=Settings(case["method"], case["rate"], case["steps"]),
        starts=case.get("starts", 1),
        points=state["descent points"],
        scale=case.get("levels", "auto"),
        arrows=state["descent arrows"],
        through_end=everything,
        surface=state["descent surface"],
    )
    set_choices(case["f"], choices)


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
        name = columns[0].selectbox(
            title, free, key=key, on_change=touched, persist_state="session"
        )
        axes.append(_ask_for_range(text, str(name), at[str(name)], columns[1:]))
        taken.append(str(name))
    everything = len(variables) > len(taken) and st.toggle(
        "All variables move",
        key="descent all",
        help="Else only the drawn ones do, and the others are held.",
        on_change=touched,
        persist_state="session",
    )
    if everything:
        st.radio(
            "The picture is a slice through", SLICES, key="descent slice", horizontal=True,
            help="The path leaves this plane: what is drawn is its shadow.",
            on_change=touched, persist_state="session",
        )  # fmt: skip
    return tuple(axes), variables if everything else tuple(taken)


def _ask_for_range(text: str, name: str, value: float, columns: Any) -> Axis:
    _, first_low, first_high = first_axis(name, value)
    numbers = []
    for column, end, number in zip(columns, ("from", "to"), (first_low, first_high), strict=True):
        key = _range_key(text, name, end)
        st.session_state.setdefault(key, number)
        typed = column.number_input(
            f"{name} {end}", -LARGEST_VALUE, LARGEST_VALUE, value=None, key=key, format="%g",
            on_change=touched, persist_state="session",
        )  # fmt: skip
        numbers.append(number if typed is None else float(typed))  # an emptied end is the first
    low, high = sorted(numbers)
    if low == high:
        st.caption(f"The range of {name} is empty; it is drawn one to each side.")
        low, high = low - 1, high + 1
    return Axis(name, low, high)


def _ask_for_picture(dimensions: int) -> tuple[int, Scale, bool]:
    points = st.select_slider(
        "Grid points a side", POINTS, key="descent points", on_change=touched,
        persist_state="session",
    )  # fmt: skip
    if dimensions == 1:
        return int(points), "auto", False
    scale: Scale = st.radio(
        "Levels", SCALES, key="descent scale", horizontal=True, on_change=touched,
        help="Logarithmic: by powers of ten of f above its least, so that valleys are legible.",
        persist_state="session",
    )  # fmt: skip
    arrows = st.toggle(
        "Arrows downhill", key="descent arrows", on_change=touched, persist_state="session"
    )
    return int(points), scale, bool(arrows)


def _axis_key(text: str, k: int) -> str:
    return f"descent axis {k} of {_short(text)}"


def _range_key(text: str, name: str, end: str) -> str:
    return f"descent {name} {end} of {_short(text)}"


def _short(text: str) -> str:
    """Return a name for a formula: keys of widgets are names of classes on the page."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]
