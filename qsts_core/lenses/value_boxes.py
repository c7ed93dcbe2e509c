"""A box and a slider for each variable; many variables stand in a table.

In goes what a person types, in the notation of formulas; out come floats. What cannot be read
stays in its box, with a sentence that says why, and the last good number goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import streamlit as st

from qsts_core.errors import FormulaError
from qsts_core.lenses.address import LARGEST_VALUE, shortest
from qsts_core.values import read_value

__all__ = [
    "MOST_SLIDERS",
    "SLIDER_REACH",
    "ask_for_values",
    "box_key",
    "set_value",
    "slider_key",
    "take_text",
]

MOST_SLIDERS = 24
"""How many variables get a box and a slider; further ones stand in a table."""

SLIDER_REACH = 5.0
"""How far from 0 a slider reaches at least."""


def ask_for_values(variables: Sequence[str], touched: Callable[[], None]) -> dict[str, float]:
    """Show a box and a slider for each variable, and return the values."""
    for index, name in enumerate(variables):
        if _number_key(name) not in st.session_state:
            set_value(name, float(index % 9 + 1))
    shown = variables[:MOST_SLIDERS]
    if shown:
        with st.container(horizontal=True, key="qsts-values", gap="small"):
            for name in shown:
                _ask_for_value(name, touched)
    at = {name: _number(name) for name in shown}
    if len(variables) > len(shown):
        at |= _ask_in_table(variables[len(shown) :])
    return at


def set_value(name: str, number: float) -> None:
    """Set the number, its box and its slider, which reaches as far as the number needs."""
    state = st.session_state
    state[box_key(name)] = shortest(number)
    state[_trouble_key(name)] = ""
    _set_number(name, number)


def take_text(name: str, text: str) -> None:
    """Take what stands in a box; it stays as it was typed, whether it is a number or not."""
    state = st.session_state
    state[box_key(name)] = text
    try:
        number = read_value(text)
    except FormulaError as error:
        state[_trouble_key(name)] = error.message
        return
    if not abs(number) <= LARGEST_VALUE:
        state[_trouble_key(name)] = f"Numbers up to {LARGEST_VALUE:g} can be shown here."
        return
    state[_trouble_key(name)] = ""
    _set_number(name, number)


def box_key(name: str) -> str:
    """Return the key of a variable's box."""
    return f"value {name}"


def slider_key(name: str) -> str:
    """Return the key of a variable's slider."""
    return f"slider {name}"


def _ask_for_value(name: str, touched: Callable[[], None]) -> None:
    state = st.session_state
    reach = state[_reach_key(name)]
    label = name.replace("_", r"\_")  # a label is Markdown

    def took_text() -> None:
        touched()
        take_text(name, state[box_key(name)])

    def took_slider() -> None:
        touched()
        set_value(name, float(state[slider_key(name)]))

    with st.container(width=136, gap=None):
        st.text_input(label, key=box_key(name), on_change=took_text, persist_state="session")
        st.html(_tell(state.get(_trouble_key(name), ""), _number(name)))
        st.slider(
            f"{label}, by a slider", -reach, reach, key=slider_key(name), step=reach / 500,
            label_visibility="collapsed", on_change=took_slider, persist_state="session",
        )  # fmt: skip


def _tell(trouble: str, number: float) -> str:
    """Say under a box what is wrong with it; where nothing is, the place stays and is empty."""
    if not trouble:
        return '<div class="qsts-trouble"></div>'
    told = escape(f"{trouble}. Still {shortest(number)}.".replace("..", "."))
    return f'<div class="qsts-trouble" role="alert">{told}</div>'


def _ask_in_table(variables: Sequence[str]) -> dict[str, float]:
    """Show the values of many variables as a table."""
    st.caption(f"{len(variables)} further variables, in a table:")
    rows: list[dict[str, Any]] = [{"variable": n, "value": _number(n)} for n in variables]
    edited = st.data_editor(rows, disabled=["variable"], height=150, width=400, hide_index=True)
    for row in edited:
        if row["value"] is not None and abs(row["value"]) <= LARGEST_VALUE:
            set_value(row["variable"], float(row["value"]))
    return {name: _number(name) for name in variables}


def _set_number(name: str, number: float) -> None:
    state = st.session_state
    reach = SLIDER_REACH
    while reach < abs(number):
        reach *= 2
    state[_reach_key(name)] = reach
    state[_number_key(name)] = number
    state[slider_key(name)] = number


def _number(name: str) -> float:
    return float(st.session_state[_number_key(name)])


def _number_key(name: str) -> str:
    return f"number {name}"


def _reach_key(name: str) -> str:
    return f"reach {name}"


def _trouble_key(name: str) -> str:
    return f"trouble {name}"
