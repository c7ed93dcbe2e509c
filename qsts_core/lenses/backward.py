"""The lens "Backward pass": type a formula, watch values run forward and adjoints accumulate.

The building of the graph, from the text to its nodes, may come before.
"""

from collections.abc import Sequence
from html import escape

import streamlit as st

from qsts_core.draw.layout import SPLIT_CONSTANTS_PAST
from qsts_core.expression import Expression
from qsts_core.glossary import SHARINGS_SHOWN
from qsts_core.graph import SHARINGS
from qsts_core.lenses.inputs import MOST_NODES, Inputs, state_before, touched
from qsts_core.lenses.next_state import ask_for_next_state
from qsts_core.lenses.recognition import QUESTION, show_recognition
from qsts_core.lenses.stage import show_stage, tell_of_layout, too_large
from qsts_core.notation import show as show_number
from qsts_core.notation import show_count
from qsts_core.reading.postfix import Reader
from qsts_core.trace import Trace

__all__ = ["show"]

MOST_DERIVATIVES = 8
"""How many derivatives stand above the picture; the ledger has them all."""

MOST_WARNINGS = 3

MOST_NOTES = 3

MOST_TOKENS = 400
"""How long a text may be whose building is played, in tokens; the command line has no limit."""


def show(inputs: Inputs | None) -> None:
    """Show the page."""
    if inputs is None:
        return
    expression, at = inputs.expression, inputs.at
    before = state_before(expression)
    with st.container(horizontal=True, vertical_alignment="center"):
        facts = st.container(key="qsts-facts")
        ask_for_next_state(inputs)
        with st.popover(QUESTION, type="tertiary", width="content"):
            show_recognition(expression.text, "order beside the building")
        with st.popover("Film and picture", type="tertiary", width="content", key="film menu"):
            _ask_for_sharing()
            build = _ask_for_building(reset=before is not None)
            split_constants = _ask_for_constants(expression)
    # Always there, so that a warning does not build the stage anew.
    with st.container(key="qsts-warnings"):
        building = build and before is None and _can_play_building(expression)
        trace = expression.trace(at, build=building, after=before)
        _show_warnings(trace)
        _show_notes(expression.notes)
    with facts:
        _show_facts(expression, trace)
    reason = too_large(trace)
    if reason:
        st.info(reason)
    else:
        show_stage(trace, start=st.session_state.start, split_constants=split_constants)
        tell_of_layout()


def _show_facts(expression: Expression, trace: Trace) -> None:
    """Show the value, the gradient and the counts of nodes in one line."""
    gradient = trace.run.gradient()
    names = expression.variables[:MOST_DERIVATIVES]
    derivatives = "".join(
        f'<span translate="no">∂{name} <b data-variable="{name}">{number}</b></span>'
        for name, number in ((escape(n), show_number(gradient[n])) for n in names)
    )
    derivatives = derivatives or " of no variables"
    more = len(expression.variables) - len(names)
    counts = {sharing: show_count(n) for sharing, n in expression.count_nodes().items()}
    st.html(
        '<div class="qsts-facts" data-qsts="facts" dir="ltr">'
        f'<span>value <b data-field="value">{show_number(trace.run.value)}</b></span>'
        f"<span>gradient{derivatives}{f' and {more} more' if more else ''}</span>"
        f'<span>nodes <b data-sharing="unique">{counts["unique"]}</b> unique · '
        f'<b data-sharing="variables">{counts["variables"]}</b> threaded · '
        f'<b data-sharing="none">{counts["none"]}</b> as a tree</span></div>'
    )


def _show_warnings(trace: Trace) -> None:
    """Say where numbers that are not finite are born, in as few lines as they need."""
    warnings = trace.warnings
    if warnings:
        told = " · ".join(f"`{warning}`" for warning in warnings[:MOST_WARNINGS])
        more = len(warnings) - MOST_WARNINGS
        st.warning(f"Not finite from here on: {told}" + (f" · and {more} more" * (more > 0)))


def _show_notes(notes: Sequence[str]) -> None:
    """Say quietly how the text was read, where it could have meant something else."""
    if notes:
        told = " ".join(map(escape, notes[:MOST_NOTES]))
        more = len(notes) - MOST_NOTES
        st.html(
            f'<p class="qsts-notes" data-qsts="notes">{told}'
            + (f" And {more} more." if more > 0 else "")
            + "</p>"
        )


def _ask_for_sharing() -> None:
    st.radio(
        "Sharing",
        SHARINGS[::-1],
        key="sharing",
        format_func=lambda sharing: SHARINGS_SHOWN[sharing],
        horizontal=True,
        on_change=touched,
        help="How alike nodes are merged. **unique**: every node. **threaded**: variables only. "
        "**tree**: every occurrence is a node of its own. In the address these are *unique*, "
        "*variables* and *none*.",
        persist_state="session",
    )


def _ask_for_building(reset: bool) -> bool:
    """Ask whether the film begins with the building of the graph."""
    again = "The film begins with a reset: nothing is built again. Take the reset away first."
    return st.toggle(
        "build the graph first",
        key="build",
        on_change=touched,
        disabled=reset,
        help=again
        if reset
        else "Begins the film before any value: the text becomes tokens, the tokens postfix, the "
        f"postfix a graph. Played for texts of up to {MOST_TOKENS} tokens.",
        width="content",
        persist_state="session",
    )


def _can_play_building(expression: Expression) -> bool:
    """Whether the building is short enough to be played; if not, say so in words."""
    tokens = len(Reader(expression.text).tokens)
    if tokens > MOST_TOKENS:
        st.info(
            f"This text has {tokens:,} tokens, and the building is played up to {MOST_TOKENS}. "
            "The film begins with the finished graph; `qsts trace --build` prints every step."
        )
    return tokens <= MOST_TOKENS and len(expression.graph.nodes) <= MOST_NODES


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
