"""The formula, its examples, and the value of each variable.

In goes what the person does; out come an expression and a value for each of its variables. An
error never takes anything away: the formula with the error stays in the box, and the last good
one stays in the picture.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from html import escape
from typing import Any

import streamlit as st

from qsts_core import files
from qsts_core.errors import FormulaError
from qsts_core.expression import Expression
from qsts_core.glossary import SHARINGS_SHOWN
from qsts_core.graph import Sharing
from qsts_core.lenses.address import Address, write_values
from qsts_core.lenses.arrival import arrive, keep_in_address, touched
from qsts_core.lenses.notices import complain, keep_room, note_lookalikes
from qsts_core.lenses.value_boxes import ask_for_values, set_value
from qsts_core.notation import show_count

__all__ = [
    "LONGEST_TEXT",
    "MOST_NODES",
    "Inputs",
    "ask_for_inputs",
    "complain",
    "keep_address",
    "keep_in_address",
    "name_tab",
    "parse",
    "set_value",
    "state_before",
    "take_formula",
    "touched",
]

LONGEST_TEXT = 20_000
"""How many characters of text the app reads; the core has no such limit."""

LONGEST_TITLE = 60
"""How much of a formula a tab is called by, in characters."""

MOST_NODES = 2_000
"""How many nodes the app draws; the core has no such limit."""


@lru_cache(maxsize=64)
def parse(text: str, sharing: Sharing) -> Expression:
    """Return the expression of a text; the same one for the same text."""
    return Expression(text, sharing)


@dataclass(frozen=True, slots=True)
class Inputs:
    """What every lens looks at: the last good formula, and a value for each of its variables."""

    expression: Expression
    at: dict[str, float]


def ask_for_inputs() -> Inputs | None:
    """Show the inputs of every lens; return them, or `None` while there is no good formula."""
    arrive()
    # One row, whatever the formula: the stage below it owns the screen.
    with st.container(key="qsts-inputs"):
        box, values, options = st.columns([8, 8, 3], gap="small", vertical_alignment="top")
    with box:
        _ask_for_formula()
    with options, st.popover("Examples", width="stretch"):
        _ask_for_example()
    notices = st.container()  # always there, empty or not: the stage must not be built anew
    with notices:
        keep_room()
        expression = _last_good(st.session_state.formula, st.session_state.sharing)
        _say_what_to_mind(expression)
    if expression is None:
        st.info("There is nothing to draw yet: mend the formula, or choose an example.")
        return None
    with values:
        at = ask_for_values(expression.variables, touched)
    return Inputs(expression, at)


def _ask_for_formula() -> None:
    st.text_area(
        "Formula",
        key="formula",
        height=68,
        on_change=_begin_anew,
        label_visibility="collapsed",
        placeholder="A formula, as in t = x*y; t + sin(t); take it up by Ctrl+Enter (⌘+Enter)",
        persist_state="session",
    )


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
            f"With the sharing *{SHARINGS_SHOWN[sharing]}* this formula has {show_count(nodes)} "
            f"nodes, and up to {MOST_NODES:,} are drawn. Here every node is "
            "unique; the gradient is the same."
        )
    elif sharing != "unique":
        expression = parse(text, sharing)
    st.session_state.good = expression
    return expression


def _say_what_to_mind(expression: Expression | None) -> None:
    """Say what of the address could not be used, until the person does something; and names."""
    address: Address | None = st.session_state.address
    sentences: list[str] = []
    if address is not None:
        sentences += address.complaints
        if expression is not None:
            sentences += address.complain_of_names(expression.variables)
    if expression is not None:
        sentences += note_lookalikes(expression.variables)
    complain(sentences)


def _begin_anew() -> None:
    """Start a new formula at its first step."""
    touched()
    st.session_state.example = st.session_state.after = None


def state_before(expression: Expression) -> dict[str, float] | None:
    """Return the state at which the graph has run before this one, or `None`."""
    after: dict[str, float] | None = st.session_state.get("after")
    if after is None or not after.keys() >= set(expression.variables):
        return None
    return {name: after[name] for name in expression.variables}


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
        before = state_before(inputs.expression)
        query["at"] = write_values(inputs.at)
        query["after"] = None if before is None else write_values(before)
    keep_in_address(query, page)


def name_tab(inputs: Inputs | None, lens: str) -> None:
    """Name the page by its lens and its formula, in the browser's tab and as its first heading."""
    text = "" if inputs is None else " ".join(inputs.expression.text.split())
    if len(text) > LONGEST_TITLE:
        text = f"{text[: LONGEST_TITLE - 1]}…"
    st.set_page_config(page_title=" – ".join(filter(None, (lens, text, "qsts"))))
    st.html(f'<h1 class="qsts-lens">{escape(lens)}</h1>')


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
    take_formula(case["f"], case["at"])


def take_formula(text: str, at: Mapping[str, float]) -> None:
    """Write a formula and its values into the boxes; to be called before the page is built."""
    touched()
    st.session_state.formula, st.session_state.after = text, None
    for name, number in at.items():
        set_value(name, float(number))
