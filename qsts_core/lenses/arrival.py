"""What a session begins with, and where "back" leads: the address, and what the browser holds.

A session is lost when the server starts anew, or when a lid was closed for long. The page stays,
and its first edit begins a session that knows nothing. The browser sends along what stands in the
widgets on its page; and the address, as it stands now, is asked for. The edit is what differs.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.state.common import unpack_widget_state_value, user_key_from_element_id
from streamlit.runtime.state.session_state import Serialized

from qsts_core import files
from qsts_core.errors import FormulaError
from qsts_core.glossary import SHARINGS_SHOWN
from qsts_core.graph import SHARINGS
from qsts_core.lenses.address import Address, read_address
from qsts_core.lenses.components import component
from qsts_core.lenses.value_boxes import box_key, set_value, slider_key, take_text
from qsts_core.values import read_value

__all__ = ["arrive", "held", "keep_in_address", "parameters", "touched"]

KEEPER = "address keeper"

MOST_FOREIGN = 100
"""Up to how many values an address may give for names that its formula has not got.

They are kept for the next formula; each is six entries of the session, as long as it lasts."""

OF_EVERY_LENS = {"f", "at", "sharing", "build", "after", "step", "present", "view"}
"""The parameters that are taken up here."""


def arrive() -> None:
    """Take up what the address says: once a session, and when the person goes back or forward."""
    state = st.session_state
    first = "formula" not in state
    if not first and not _goes_through_history():
        return
    query = st.query_params.to_dict()
    _take_up(query)
    if first:
        state.visit, state.taken = secrets.token_hex(4), 0
        state.held = dict(_widgets_of_the_browser())
        state.asks = bool(state.held)
        if state.held:
            _prefer_what_is_held(read_address(query))


def touched() -> None:
    """Forget what the address asked for: from here on the person leads."""
    st.session_state.start = 0
    st.session_state.address = None


def parameters() -> dict[str, str]:
    """Return what the address said when it was last taken up."""
    known: dict[str, str] = st.session_state.parameters
    return known


def held(key: str) -> Any:
    """Return what the browser held in a widget when this session began, or `None`."""
    return st.session_state.held.get(key)


def keep_in_address(query: Mapping[str, str | None], page: str, part: str = "all") -> None:
    """Keep these parameters in the address bar; `None` takes one out, others are left alone.

    What keeps the parameters of every lens is the part "all"; a lens may have a part of its own.
    A new formula is a step of the browser's history; whatever else changes is not.
    """
    state = st.session_state
    if state.formula != state.drawn_formula:
        state.taken, state.drawn_formula = state.taken + 1, state.formula
    keeper = component("address", files.asset("address.js").read_text(encoding="utf-8"))
    data = {
        "page": page,
        "query": dict(query),
        "taken": f"{state.visit} {state.taken}",
        "asks": state.visit if state.asks else None,
    }
    with st.container(key=f"qsts-address-{part}"):
        if part == "all":
            keeper(key=KEEPER, data=data, on_told_change=_hear_the_address)
        else:
            keeper(key=f"{KEEPER} {part}", data=data)


def _take_up(query: dict[str, str]) -> Address:
    state = st.session_state
    address = read_address(query)
    state.parameters, state.address = query, address
    state.formula = state.drawn_formula = address.formula
    if query.keys() - OF_EVERY_LENS:
        state.pop("descent method", None)  # the lens takes up its own part anew
    state.sharing, state.build, state.start = address.sharing, address.build, address.step
    state.after = address.after
    for name, number in address.at.items():
        if len(address.at) <= MOST_FOREIGN or name in address.formula:
            set_value(name, number)
    return address


def _goes_through_history() -> bool:
    """Whether this run was caused by the browser's "back" or "forward"."""
    context = get_script_run_ctx()
    return context is not None and bool(context.is_history_navigation)


# A session that was lost --------------------------------------------------------------------------


def _widgets_of_the_browser() -> Iterator[tuple[str, Any]]:
    """Yield the keys and contents of the widgets that the browser has and this session has not.

    Streamlit keeps them until it meets such a widget; by then the address would have set it.
    """
    context = get_script_run_ctx()
    if context is None:
        return
    for state in context.session_state._state._new_widget_state.states.values():
        sent = state.value if isinstance(state, Serialized) else None
        key = user_key_from_element_id(sent.id) if sent else None
        if sent and key is not None and sent.WhichOneof("value"):
            content = unpack_widget_state_value(sent)
            yield key, content if isinstance(content, (str, int, float)) else _one_of(content)


def _one_of(content: Any) -> Any:
    """Return the one number or text of a slider's list; of anything else nothing is needed here."""
    return content[0] if isinstance(content, Sequence) and len(content) == 1 else None


def _prefer_what_is_held(address: Address) -> None:
    """Set what the browser holds over what the address says: the edit is among it."""
    state = st.session_state
    formula, sharing, build = held("formula"), held("sharing"), held("build")
    if isinstance(formula, str):
        state.formula = formula
        if formula != address.formula:
            state.start, state.after = 0, None
    # The browser holds a choice by what it is called on the screen.
    sharing = {shown: name for name, shown in SHARINGS_SHOWN.items()}.get(sharing, sharing)
    if sharing in SHARINGS:
        state.sharing = sharing
    if isinstance(build, bool):
        state.build = build
    for key in state.held:
        if key.startswith(box_key("")):
            _prefer_value(key.removeprefix(box_key("")), address)
    state.address = None


def _prefer_value(name: str, address: Address) -> None:
    """Take the box or the slider of a variable, whichever is not what the address says."""
    text, slid, told = held(box_key(name)), held(slider_key(name)), address.at.get(name)
    try:
        typed = read_value(str(text))
    except FormulaError:
        typed = None
    moved = isinstance(slid, float) and slid not in (told, typed)
    if moved and typed == told:
        set_value(name, float(slid))
    elif typed != told or name not in address.at:
        if name not in address.at and isinstance(slid, float):
            set_value(name, slid)  # the last good number, should the text be none
        take_text(name, str(text))


def _hear_the_address() -> None:
    """Take up the address as it stands now, told by the browser; what it holds goes before it."""
    state = st.session_state
    told = state[KEEPER].get("told") or {}
    if told.get("visit") != state.visit or not state.asks:
        return
    state.asks = False
    query = dict(parse_qsl(str(told.get("search", "")).removeprefix("?"), keep_blank_values=True))
    address = _take_up(query)
    _prefer_what_is_held(address)
