"""The formula, its examples, the sharing, and a number and a slider for each variable.

In goes what the person does; out come an expression and a value for each of its variables. An
error never takes anything away: the formula with the error stays in the box, and the last good
one stays in the picture.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import streamlit as st

from qsts_core import files
from qsts_core.errors import FormulaError, TooLargeError
from qsts_core.expression import Expression
from qsts_core.graph import SHARINGS, Sharing
from qsts_core.lenses.address import LARGEST_VALUE, Address, read_address, write_values

__all__ = ["LONGEST_TEXT", "Inputs", "ask_for_inputs", "keep_address", "parse"]

LONGEST_TEXT = 20_000
"""How many characters of text the app reads; the core has no such limit."""

MOST_BESIDE = 3
"""How many variables have room beside the formula."""

MOST_SLIDERS = 24
"""How many variables get a number and a slider; further ones stand in a table."""

SLIDER_REACH = 5.0
"""How far from 0 a slider reaches at least."""


@lru_cache(maxsize=64)
def parse(text: str, sharing: Sharing) -> Expression:
    """Return the expression of a text; the same one for the same text."""
    return Expression(text, sharing)


def _arrive() -> Address:
    """Take up what the address says, once a session."""
    state = st.session_state
    if "address" not in state:
        address = read_address(st.query_params.to_dict())
        state.address = address
        state.formula = address.formula
        state.sharing = address.sharing
        state.start = address.step
        for name, number in address.at.items():
            _set_value(name, number)
    held: Address = state.address
    return held


@dataclass(frozen=True, slots=True)
class Inputs:
    """What every lens looks at: the last good formula, and a value for each of its variables."""

    expression: Expression
    at: dict[str, float]


def ask_for_inputs() -> Inputs | None:
    """Show the inputs of every lens; return them, or `None` while there is no good formula."""
    address = _arrive()
    box, options, values = st.columns([4, 2, 4], gap="medium")
    with box:
        _ask_for_formula()
    with options:
        _ask_for_example()
        sharing = _ask_for_sharing()
    # These two are always there, empty or not: what stands below them must not be built anew.
    notices, row = st.container(), st.container()
    with notices:
        for complaint in address.complaints:
            st.warning(complaint)
        expression = _last_good(st.session_state.formula, sharing)
    if expression is None:
        st.info("There is nothing to draw yet: mend the formula, or choose an example.")
        return None
    # Values that would not fit beside the formula get a row of their own.
    with values if len(expression.variables) <= MOST_BESIDE else row:
        at = _ask_for_values(expression.variables)
    return Inputs(expression, at)


def _ask_for_formula() -> None:
    st.text_area(
        "Formula",
        key="formula",
        height=120,
        on_change=_begin_anew,
        help="Press Ctrl+Enter (⌘+Enter) to take up what you typed. Statements are separated by "
        "; or new lines, as in `t = x*y; t + sin(t)`.",
        persist_state="session",
    )


def _ask_for_sharing() -> Sharing:
    sharing: Sharing = st.radio(
        "Sharing",
        SHARINGS[::-1],
        key="sharing",
        horizontal=True,
        help="How alike nodes are merged. **unique**: every node. **variables**: variables only. "
        "**none**: a tree, in which every occurrence is a node of its own.",
        persist_state="session",
    )
    return sharing


def _last_good(text: str, sharing: Sharing) -> Expression | None:
    """Return the expression of the text, or say what is wrong with it and return the last one."""
    try:
        if len(text) > LONGEST_TEXT:
            st.error(
                f"This text has {len(text):,} characters, and the app reads up to "
                f"{LONGEST_TEXT:,}. The command line and Python have no such limit."
            )
        else:
            expression = parse(text, sharing)
            st.session_state.good = expression
            return expression
    except FormulaError as error:
        with st.container(key="qsts-error"):
            st.code(str(error), language=None)
    except TooLargeError as error:
        message = str(error)
        st.info(f"{message[0].upper()}{message[1:]} Here every node is drawn once.")
        return parse(text, "unique")
    return st.session_state.get("good")


def _begin_anew() -> None:
    """Start a new formula at its first step."""
    st.session_state.start = 0
    st.session_state.example = None


def keep_address(inputs: Inputs | None, page: str) -> None:
    """Write the formula as it was typed, the values and the sharing into the address bar.

    Streamlit empties the query when the page changes; naming the page has it written once more.
    """
    state = st.session_state
    query = {"f": state.formula, "sharing": state.sharing}
    if inputs is not None:
        query["at"] = write_values(inputs.at)
    component = st.components.v2.component(
        "qsts_address", js=files.asset("address.js").read_text(encoding="utf-8")
    )
    with st.container(key="qsts-address"):
        component(key="address keeper", data={"page": page, "query": query})


# Examples ---------------------------------------------------------------------------------------


@cache
def examples() -> dict[str, dict[str, Any]]:
    """Return the ready examples, by name: formula `f`, values `at`, and their `source`."""
    cases = json.loads(files.asset("examples.json").read_text(encoding="utf-8"))
    return {case["name"]: case for case in cases}


def _ask_for_example() -> None:
    name = st.selectbox(
        "Examples",
        list(examples()),
        key="example",
        index=None,
        placeholder="Choose an example…",
        on_change=_take_example,
        persist_state="session",
    )
    if name:
        st.caption(examples()[name]["source"])


def _take_example() -> None:
    state = st.session_state
    if state.example is None:
        return
    case = examples()[state.example]
    state.formula = case["f"]
    state.start = 0
    for name, number in case["at"].items():
        _set_value(name, float(number))


# Values -----------------------------------------------------------------------------------------


def _ask_for_values(variables: Sequence[str]) -> dict[str, float]:
    """Show a number and a slider for each variable, and return the values."""
    for index, name in enumerate(variables):
        if _number_key(name) not in st.session_state:
            _set_value(name, float(index % 9 + 1))
    shown = variables[:MOST_SLIDERS]
    if shown:
        with st.container(horizontal=True, key="qsts-values", gap="medium"):
            for name in shown:
                _ask_for_value(name)
    at = {name: float(st.session_state[_number_key(name)]) for name in shown}
    if len(variables) > len(shown):
        at |= _ask_in_table(variables[len(shown) :])
    return at


def _ask_for_value(name: str) -> None:
    reach = st.session_state[_reach_key(name)]
    with st.container(width=170, gap=None):
        st.number_input(
            name, key=_number_key(name), step=_step(reach), format="%g", on_change=_took_number,
            min_value=-LARGEST_VALUE, max_value=LARGEST_VALUE, args=(name,),
            persist_state="session",
        )  # fmt: skip
        st.slider(
            f"{name}, by a slider", -reach, reach, key=_slider_key(name), step=_step(reach) / 10,
            label_visibility="collapsed", on_change=_took_slider, args=(name,),
            persist_state="session",
        )  # fmt: skip


def _ask_in_table(variables: Sequence[str]) -> dict[str, float]:
    """Show the values of many variables as a table."""
    st.caption(f"{len(variables)} further variables, in a table:")
    rows = [{"variable": n, "value": st.session_state[_number_key(n)]} for n in variables]
    edited = st.data_editor(rows, disabled=["variable"], height=150, width=400, hide_index=True)
    return {row["variable"]: float(row["value"] or 0.0) for row in edited}


def _took_number(name: str) -> None:
    _set_value(name, float(st.session_state[_number_key(name)]))


def _took_slider(name: str) -> None:
    st.session_state[_number_key(name)] = float(st.session_state[_slider_key(name)])


def _set_value(name: str, number: float) -> None:
    """Set both widgets; the slider's range grows where it must, and else stays."""
    state = st.session_state
    reach = state.get(_reach_key(name), SLIDER_REACH)
    while reach < abs(number):
        reach *= 2
    state[_reach_key(name)] = reach
    state[_number_key(name)] = number
    state[_slider_key(name)] = number


def _step(reach: float) -> float:
    return reach / 50


def _number_key(name: str) -> str:
    return f"number {name}"


def _slider_key(name: str) -> str:
    return f"slider {name}"


def _reach_key(name: str) -> str:
    return f"reach {name}"
