"""The lens "Backward pass": type a formula, watch values run forward and adjoints accumulate."""

from html import escape

import streamlit as st

from qsts_core.draw.layout import SPLIT_CONSTANTS_PAST
from qsts_core.expression import Expression
from qsts_core.lenses.inputs import Inputs, touched
from qsts_core.lenses.stage import show_stage, too_large
from qsts_core.notation import show as show_number
from qsts_core.notation import show_count
from qsts_core.trace import Trace

__all__ = ["show"]

MOST_DERIVATIVES = 8
"""How many derivatives stand above the picture; the ledger has them all."""

MOST_WARNINGS = 3


def show(inputs: Inputs | None) -> None:
    """Show the page."""
    if inputs is None:
        return
    expression, at = inputs.expression, inputs.at
    trace = expression.trace(at)
    with st.container(horizontal=True, vertical_alignment="center"):
        _show_facts(expression, trace)
        split_constants = _ask_for_constants(expression)
    with st.container():  # always there, so that a warning does not build the stage anew
        _show_warnings(trace)
    reason = too_large(trace)
    if reason:
        st.info(reason)
    else:
        show_stage(trace, start=st.session_state.start, split_constants=split_constants)


def _show_facts(expression: Expression, trace: Trace) -> None:
    """Show the value, the gradient and the counts of nodes in one line."""
    gradient = trace.run.gradient()
    names = expression.variables[:MOST_DERIVATIVES]
    derivatives = "".join(
        f'<span>∂{name} <b data-variable="{name}">{number}</b></span>'
        for name, number in ((escape(n), show_number(gradient[n])) for n in names)
    )
    derivatives = derivatives or " of no variables"
    more = len(expression.variables) - len(names)
    counts = {sharing: show_count(n) for sharing, n in expression.count_nodes().items()}
    st.html(
        '<div class="qsts-facts" data-qsts="facts">'
        f'<span>value <b data-field="value">{show_number(trace.run.value)}</b></span>'
        f"<span>gradient{derivatives}{f' and {more} more' if more else ''}</span>"
        f'<span>nodes <b data-sharing="unique">{counts["unique"]}</b> unique · '
        f'<b data-sharing="variables">{counts["variables"]}</b> with shared variables · '
        f'<b data-sharing="none">{counts["none"]}</b> as a tree</span></div>'
    )


def _show_warnings(trace: Trace) -> None:
    warnings = trace.warnings
    if warnings:
        lines = [f"- `{warning}`" for warning in warnings[:MOST_WARNINGS]]
        more = len(warnings) - MOST_WARNINGS
        lines += [f"- and {more} more"] if more > 0 else []
        st.warning("Numbers that are not finite are born here:\n" + "\n".join(lines))


def _ask_for_constants(expression: Expression) -> bool:
    """Ask whether constants are drawn once per use; a large graph begins with yes."""
    large = len(expression.graph.nodes) > SPLIT_CONSTANTS_PAST
    return st.toggle(
        "constants at each use",
        value=large,
        key=f"split {large}",
        on_change=touched,
        help="Draws a constant once for each use. It is still one node: the counts do not change.",
        width="content",
        persist_state="session",
    )
