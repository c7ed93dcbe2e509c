"""The widgets of the lens "Descent": an example, the method, and what the picture shows.

In goes the expression; out come the choices. An option's widget has the option's key, and is kept
from page to page; the keys beside those are all made by `_axis_key` and `_end_key`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import streamlit as st

from qsts_core.expression import Expression
from qsts_core.lenses.address import LARGEST_VALUE
from qsts_core.lenses.arrival import held, touched
from qsts_core.lenses.descent_choices import (
    MOST_POSITIONS,
    OPTIONS,
    Choices,
    Reach,
    choose,
    examples,
)
from qsts_core.lenses.value_boxes import set_value
from qsts_core.study.methods import choose_letters

__all__ = ["ask_for_choices", "ask_for_surface", "restore_choices", "set_choices"]

BY_NAME = {option.name: option for option in OPTIONS}


def set_choices(text: str, choices: Choices) -> None:
    """Choose for the formula `text`; this runs before the widgets are built."""
    state = st.session_state
    for k, reach in enumerate(choices.drawn):
        state[_axis_key(text, k)] = reach.name
        state[_end_key(text, reach.name, "from")] = reach.low
        state[_end_key(text, reach.name, "to")] = reach.high
    for option in OPTIONS:
        state[option.key] = getattr(choices, option.name)


def restore_choices() -> None:
    """Choose what the browser still holds of a session that was lost."""
    for option in OPTIONS:
        told = held(option.key)
        if isinstance(told, str):  # a list of choices tells how one is written
            written = {f"{v:g}" if isinstance(v, float) else str(v): v for v in option.values}
            told = written.get(told)
        if told is not None and told in option.values:
            st.session_state[option.key] = told


def ask_for_choices(expression: Expression) -> Choices:
    """Show the row of choices, once `set_choices` has been; there is at least one variable."""
    rate = choose_letters(expression.variables)["rate"]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        _ask_for_example()
        _ask(st.selectbox, "Method", "method", width=190)
        _ask(
            st.select_slider, f"Learning rate {rate}", "rate", width=230, format_func="{:g}".format
        )
        _ask_for_number("Steps", "steps", "How many steps to take at most.")
        _ask_for_number(
            "Starts", "starts", "1 is the start alone. More are spread over the picture."
        )
        with st.popover("Picture and variables", width="content", key="descent-picture"):
            drawn = _ask_for_axes(expression)
            _ask_for_moving(len(expression.variables) > len(drawn))
            _ask_for_picture(len(drawn))
    state = st.session_state
    chosen = {option.name: state.get(option.key, option.first) for option in OPTIONS}
    with st.container():  # always there, so that what stands below keeps its place
        chosen["starts"] = _within_limits(chosen["steps"], chosen["starts"])
    return choose(drawn, chosen, expression.variables)


def ask_for_surface() -> None:
    """Show the switch of the surface, which stands where the surface is."""
    _ask(st.toggle, "Surface", "surface")


def _ask(widget: Callable[..., Any], label: str, name: str, **more: Any) -> Any:
    """Show the widget of an option."""
    option = BY_NAME[name]
    if option.values != (False, True) and "min_value" not in more:
        more["options"] = option.values
    return widget(label, key=option.key, on_change=touched, persist_state="session", **more)


def _ask_for_number(label: str, name: str, words: str) -> None:
    values = BY_NAME[name].values
    _ask(
        st.number_input, label, name, min_value=values[0], max_value=values[-1], step=10, width=130,
        help=words,
    )  # fmt: skip


def _within_limits(steps: int, starts: int) -> int:
    """Return how many starts can be sent over so many steps; say so where they are fewer."""
    most = max(MOST_POSITIONS // (steps + 1), 1)
    if starts > most:
        st.info(f"Over {steps:,} steps, {most:,} starts are drawn, not {starts:,}.")
    return min(starts, most)


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
    drawn = tuple(Reach(name, *map(float, ends)) for name, ends in case["ranges"].items())
    kept = {name: state[BY_NAME[name].key] for name in ("points", "arrows", "surface")}
    chosen = {**kept, "slice": "end", **{name: case[name] for name in BY_NAME if name in case}}
    set_choices(case["f"], choose(drawn, chosen, tuple(case["at"])))


# What the picture shows -------------------------------------------------------------------------


def _ask_for_axes(expression: Expression) -> tuple[Reach, ...]:
    """Ask which variables are drawn, and over what ranges."""
    text, variables = expression.text, expression.variables
    drawn: list[Reach] = []
    first = sorted(variables[:2])
    for k, title in enumerate(("Across", "Upward")[: len(variables)]):
        taken = [reach.name for reach in drawn]
        free = [name for name in variables if name not in taken]
        key = _axis_key(text, k)
        if st.session_state.get(key) not in free:
            st.session_state[key] = next((name for name in first if name in free), free[0])
        columns = st.columns([2, 2, 2])
        name = columns[0].selectbox(
            title, free, key=key, on_change=touched, persist_state="session"
        )
        drawn.append(_ask_for_ends(text, str(name), columns[1:]))
    return tuple(drawn)


def _ask_for_ends(text: str, name: str, columns: Any) -> Reach:
    ends = [
        column.number_input(
            f"{name} {end}", -LARGEST_VALUE, LARGEST_VALUE, value=None, format="%g",
            key=_end_key(text, name, end), placeholder="as the path", on_change=touched,
            persist_state="session",
        )
        for column, end in zip(columns, ("from", "to"), strict=True)
    ]  # fmt: skip
    return Reach(name, *(None if end is None else float(end) for end in ends))


def _ask_for_moving(more: bool) -> None:
    """Ask whether every variable moves, where more can than are drawn."""
    words = "Else only the drawn ones do, and the others are held."
    if more and _ask(st.toggle, "All variables move", "all", help=words):
        _ask(
            st.radio, "The picture is a slice through", "slice", horizontal=True,
            format_func="the {}".format,
            help="The path leaves this plane: what is drawn is its shadow.",
        )  # fmt: skip


def _ask_for_picture(dimensions: int) -> None:
    _ask(st.select_slider, "Grid points a side", "points")
    if dimensions == 2:
        words = "Logarithmic: by powers of ten of f above its least, so that valleys are legible."
        _ask(st.radio, "Levels", "levels", horizontal=True, help=words)
        _ask(st.toggle, "Arrows downhill", "arrows")


def _axis_key(text: str, k: int) -> str:
    return f"descent axis {k} of {_short(text)}"


def _end_key(text: str, name: str, end: str) -> str:
    return f"descent {name} {end} of {_short(text)}"


def _short(text: str) -> str:
    """Return a name for a formula: keys of widgets are names of classes on the page."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]
