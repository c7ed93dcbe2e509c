"""What happens when a page fails: a sentence with a number for the log, and the picture that stood.

The page is run once more with the inputs with which it last worked. What failed stays in the
boxes, the traceback goes to the log, and neither goes to whoever looks at the page.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable

import streamlit as st

from qsts_core.lenses.inputs import Inputs

__all__ = ["show_safely"]

_LOG = logging.getLogger(__name__)


def show_safely(show: Callable[[Inputs | None], None], inputs: Inputs | None, page: str) -> None:
    """Show a page, or what it last showed and that it failed."""
    state = st.session_state
    failure: str | None = state.pop("failure", None)  # left by the run before, which ended there
    last: Inputs | None = state.get(f"last of {page}")
    with st.container():  # always there, so that what stands below is not built anew
        if failure is not None:
            _tell(failure, "The picture is the one before it.")
    try:
        show(inputs if failure is None else last)
    except Exception:
        number = secrets.token_hex(3)
        _LOG.exception("Failure %s on the page '%s', with the formula %r", number, page, _formula())
        if failure is None and last is not None:
            state.failure = number
            st.rerun()
        _tell(number, "Another formula, other values or a reload lead on.")
    else:
        if failure is None:
            state[f"last of {page}"] = inputs


def _tell(number: str, rest: str) -> None:
    st.error(
        f"This could not be shown, and the mistake is ours. What was typed is kept. {rest} "
        f"In the server's log it is failure {number}."
    )


def _formula() -> str:
    return str(st.session_state.get("formula"))[:200]
