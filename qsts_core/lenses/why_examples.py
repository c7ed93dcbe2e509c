"""Formulas with which a first visit to "Why" can begin: each shows another kind of trouble."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import streamlit as st

from qsts_core.lenses.inputs import take_formula

__all__ = ["EXAMPLES", "Example", "offer_examples"]


class Example(NamedTuple):
    """A formula at a state, and what a person would complain of there."""

    title: str
    formula: str
    at: Mapping[str, float]
    cause: str
    """The first cause that is told there, one of the words of `qsts_core.study.why.Cause`."""


EXAMPLES = (
    Example("NaN: a root of a root", "sqrt(sqrt(x-2))", {"x": 1}, "domain"),
    Example("NaN: a loss that has saturated",
            "-y*log(sigmoid(x))-(1-y)*log(1-sigmoid(x))", {"x": 40, "y": 1}, "saturated"),
    Example("NaN: a length of 0", "sqrt(x*x+y*y)", {"x": 0, "y": 0}, "infinite-slope"),
    Example("NaN: an exponential too large", "log(exp(a)+exp(b))", {"a": 1000, "b": 999},
            "overflow"),
    Example("zero: a dead unit", "relu(x-5)*y", {"x": 1, "y": 2}, "dead"),
    Example("wrong: no digit is right", "log(1+x)/x", {"x": 1e-15}, "digits-lost"),
)  # fmt: skip


def offer_examples() -> None:
    """Show a menu of formulas that fail, with a button for each."""
    with st.popover("Examples that fail", type="tertiary", width="content"):
        st.caption(
            "Type a formula above whose derivative is NaN, 0 or not what you expect, with the "
            "values at which it is; or begin with one of these."
        )
        for place, example in enumerate(EXAMPLES):
            values = ", ".join(f"{name} = {number:g}" for name, number in example.at.items())
            st.button(
                f"{example.title}: `{example.formula}` at {values}",
                key=f"failing {place}",
                on_click=_take,
                args=(example,),
                type="tertiary",
            )


def _take(example: Example) -> None:
    st.session_state.example = None
    take_formula(example.formula, example.at)
