"""The formula, its examples, the sharing, and a number and a slider for each variable.

In goes what the person does; out come an expression and a value for each of its variables. An
error never takes anything away: the formula with the error stays in the box, and the last good
one stays in the picture.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import streamlit as st

from qsts_core import files
from qsts_core.errors import FormulaError
from qsts_core.expression import Expression
from qsts_core.graph import SHARINGS, Sharing
from qsts_core.lenses.address import LARGEST_VALUE, Address, read_address, write_values
from qsts_core.lenses.components import component
from qsts_core.notation import show_count

__all__ = [
    "LONGEST_TEXT",
    "MOST_NODES",
    "Inputs",
    "ask_for_inputs",
    "complain",
    "keep_address",
    "keep_in_address",
    "parse",
    "set_value",
    "touched",
]

LONGEST_TEXT = 20_000
"""How many characters of text the app reads; the core has no such limit."""

MOST_BESIDE = 3
"""How many variables have room beside the formula."""

MOST_NODES = 2_000
"""How many nodes the app draws; the core has no such limit."""

MOST_SLIDERS = 24
"""How many variables get a number and a slider; further ones stand in a table."""

MARKUP = re.compile(r"[\\`*_{}\[\]<>()#!|$:~^]")
"""The signs that mean something in Markdown as Streamlit reads it: an address may hold any."""

SLIDER_REACH = 5.0
"""How far from 0 a slider reaches at least."""


@lru_cache(maxsize=64)
def parse(text: str, sharing: Sharing) -> Expression:
    """Return the expression of a text; the same one for the same text."""
    return Expression(text, sharing)


def _arrive() -> None:
    """Take up what the address says, once a session."""
    state = st.session_state
    if "formula" in state:
        return
    address = read_address(st.query_params.to_dict())
    state.formula = address.formula
    state.sharing = address.sharing
    state.start = address.step
    state.build = address.build
    state.address = address
    for name, number in address.at.items():
        set_value(name, number)


def touched() -> None:
    """Forget what the address asked for: from here on the person leads."""
    st.session_state.start = 0
    st.session_state.address = None


@dataclass(frozen=True, slots=True)
class Inputs:
    """What every lens looks at: the last good formula, and a value for each of its variables."""

    expression: Expression
    at: dict[str, float]


def ask_for_inputs() -> Inputs | None:
    """Show the inputs of every lens; return them, or `None` while there is no good formula."""
    _arrive()
    box, options, values = st.columns([4, 2, 4], gap="medium")
    with box:
        _ask_for_formula()
    with options:
        _ask_for_example()
        sharing = _ask_for_sharing()
    # These two are always there, empty or not: what stands below them must not be built anew.
    notices, row = st.container(), st.container()
    with notices:
        expression = _last_good(st.session_state.formula, sharing)
        _complain(expression)
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
        on_change=touched,
        help="How alike nodes are merged. **unique**: every node. **variables**: variables only. "
        "**none**: a tree, in which every occurrence is a node of its own.",
        persist_state="session",
    )
    return sharing


def _last_good(text: str, sharing: Sharing) -> Expression | None:
    """Return the expression of the text, or say what is wrong with it and return the last one."""
    good: Expression | None = st.session_state.get("good")
    if len(text) > LONGEST_TEXT:
        st.error(
            f"This text has {len(text):,} characters, and the app reads up to {LONGEST_TEXT:,}. "
            "The command line and Python have no such limit."
        )
        return good
    try:
        expression = parse(text, "unique")
    except FormulaError as error:
        with st.container(key="qsts-error"):
            st.code(str(error), language=None)
        return good
    nodes = expression.count_nodes()[sharing]
    if sharing != "unique" and nodes > MOST_NODES:
        st.info(
            f"With the sharing *{sharing}* this formula has {show_count(nodes)} nodes, and up to "
            f"{MOST_NODES:,} are drawn. Here every node is unique; the gradient is the same."
        )
    elif sharing != "unique":
        expression = parse(text, sharing)
    st.session_state.good = expression
    return expression


def _complain(expression: Expression | None) -> None:
    """Say what of the address could not be used, until the person does something."""
    address: Address | None = st.session_state.address
    if address is None:
        return
    complaints = list(address.complaints)
    if expression is not None:
        unknown = [name for name in address.at if name not in expression.variables]
        complaints += [
            f"The address gives a value for '{name}', which is not in the formula."
            for name in unknown
        ]
    complain(complaints)


def complain(sentences: Sequence[str]) -> None:
    """Say what of the address could not be used; what it gave is shown as the text that it is."""
    if sentences:
        st.warning("  \n".join(MARKUP.sub(r"\\\g<0>", sentence) for sentence in sentences))


def _begin_anew() -> None:
    """Start a new formula at its first step."""
    touched()
    st.session_state.example = None


def keep_address(inputs: Inputs | None, page: str) -> None:
    """Write into the address bar the formula as typed, the values, the sharing and the switch.

    Streamlit empties the query when the page changes; naming the page has it written once more.
    """
    state = st.session_state
    query = {
        "f": state.formula,
        "sharing": state.sharing,
        "build": "1" if state.get("build") else None,
    }
    if inputs is not None:
        query["at"] = write_values(inputs.at)
    keep_in_address(query, page)


def keep_in_address(query: Mapping[str, str | None], page: str, part: str = "all") -> None:
    """Keep these parameters in the address bar; `None` takes one out, others are left alone.

    What keeps the parameters of every lens is the part "all"; a lens may have a part of its own.
    """
    keeper = component("address", files.asset("address.js").read_text(encoding="utf-8"))
    with st.container(key=f"qsts-address-{part}"):
        keeper(key=f"address keeper {part}", data={"page": page, "query": query})


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
    touched()
    for name, number in case["at"].items():
        set_value(name, float(number))


# Values -----------------------------------------------------------------------------------------


def _ask_for_values(variables: Sequence[str]) -> dict[str, float]:
    """Show a number and a slider for each variable, and return the values."""
    for index, name in enumerate(variables):
        if _number_key(name) not in st.session_state:
            set_value(name, float(index % 9 + 1))
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
    label = name.replace("_", r"\_")  # a label is Markdown
    with st.container(width=170, gap=None):
        st.number_input(
            label, value=None, key=_number_key(name), step=_step(reach), format="%g",
            on_change=_took_number, args=(name,), persist_state="session",
        )  # fmt: skip
        st.slider(
            f"{label}, by a slider", -reach, reach, key=_slider_key(name), step=_step(reach) / 10,
            label_visibility="collapsed", on_change=_took_slider, args=(name,),
            persist_state="session",
        )  # fmt: skip


def _ask_in_table(variables: Sequence[str]) -> dict[str, float]:
    """Show the values of many variables as a table."""
    st.caption(f"{len(variables)} further variables, in a table:")
    rows = [{"variable": n, "value": st.session_state[_number_key(n)]} for n in variables]
    edited = st.data_editor(rows, disabled=["variable"], height=150, width=400, hide_index=True)
    for row in edited:
        if row["value"] is not None and abs(row["value"]) <= LARGEST_VALUE:
            st.session_state[_number_key(row["variable"])] = float(row["value"])
    return {name: float(st.session_state[_number_key(name)]) for name in variables}


def _took_number(name: str) -> None:
    """Take a typed number; the slider, which has the last one, helps where it is none."""
    touched()
    state = st.session_state
    number = state[_number_key(name)]
    if number is None or abs(number) > LARGEST_VALUE:
        if number is not None:
            st.toast(f"Values up to {LARGEST_VALUE:g} can be shown here; Python takes any.")
        number = state[_slider_key(name)]
    set_value(name, float(number))


def _took_slider(name: str) -> None:
    touched()
    st.session_state[_number_key(name)] = float(st.session_state[_slider_key(name)])


def set_value(name: str, number: float) -> None:
    """Set both widgets; the slider reaches as far as the number needs."""
    state = st.session_state
    reach = SLIDER_REACH
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
