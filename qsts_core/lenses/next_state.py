"""The next state on the same graph: a film that begins with the reset of the run before.

In goes a press of a button; the values in the boxes move on, and the session keeps the state that
they had as the state before. Nothing is built again: that is what resets are claimed to be for.
"""

from __future__ import annotations

import streamlit as st

from qsts_core.lenses.address import LARGEST_VALUE, write_values
from qsts_core.lenses.inputs import Inputs, set_value, state_before, touched

__all__ = ["ask_for_next_state", "next_state"]

LONGEST_TOLD = 60
"""How long the state before may be, in characters, to be written out beside the buttons."""


def next_state(at: dict[str, float]) -> dict[str, float]:
    """Return another state to run at: each value one more, or one less where that is too large.

    Examples
    --------
    >>> next_state({"x": 2.0, "y": -0.5})
    {'x': 3.0, 'y': 0.5}
    """
    return {
        name: number + 1 if number + 1 <= LARGEST_VALUE else number - 1
        for name, number in at.items()
    }


def ask_for_next_state(inputs: Inputs) -> None:
    """Show the button that moves on, and while there is a state before, it and the way back."""
    if not inputs.at:
        return  # without a variable there is one state only
    st.button(
        "Next state, same graph",
        type="tertiary",
        on_click=_move_on,
        args=(inputs.at,),
        help="Adds 1 to each value. The film then begins with the reset of the run at the values "
        "before, and sends values forward and adjoints backward through the same graph: nothing "
        "is built again. Other values can be typed: the reset stays.",
    )
    before = state_before(inputs.expression)
    if before is None:
        return
    told = write_values(before).replace(",", ", ").replace("_", r"\_")  # a label is Markdown
    if len(told) > LONGEST_TOLD:
        told = f"{told[:LONGEST_TOLD]}…"
    st.button(f"Without the reset after {told}", type="tertiary", on_click=_forget)


def _move_on(at: dict[str, float]) -> None:
    touched()
    st.session_state.after = dict(at)
    for name, number in next_state(at).items():
        set_value(name, number)


def _forget() -> None:
    touched()
    st.session_state.after = None
