"""The lens "Why": where a zero, an infinity, a NaN or a lost digit began, and what to write then.

The worst finding stands above the stage as a sentence, with the rewrite that gains most beside it
as a button; everything else is in menus, so that the stage keeps its place.
"""

from __future__ import annotations

from functools import lru_cache
from html import escape

import streamlit as st

from qsts_core.errors import LibraryError
from qsts_core.expression import Expression
from qsts_core.graph import Sharing
from qsts_core.lenses.inputs import Inputs, parse, state_before, touched
from qsts_core.lenses.stage import show_stage, tell_of_layout, too_large
from qsts_core.lenses.why_examples import offer_examples
from qsts_core.study.check import check
from qsts_core.study.digits import ALL, measure_digits
from qsts_core.study.ranking import rank_findings
from qsts_core.study.rewrites import Rewrite, find_rewrites
from qsts_core.study.why import Finding, explain

__all__ = ["show"]

MOST_EXPLAINED = 500
"""Of how many nodes digits are counted here; the command line has no limit."""

DIGITS_SECONDS, CHECK_SECONDS = 1.0, 2.0
"""How long a person is kept waiting."""

LONGEST_BUTTON = 40
"""How much of a rewrite a button shows, in characters."""

_State = tuple[tuple[str, float], ...]


def show(inputs: Inputs | None) -> None:
    """Show the page."""
    if inputs is None:
        return
    expression, at = inputs.expression, inputs.at
    state = tuple(at.items())
    findings = _explain(expression.text, expression.sharing, state)
    names = _names(expression)
    cards = [_card(finding, names) for finding in findings] or [_NOTHING]
    rewrites: tuple[Rewrite, ...] = ()
    rows: list[list[str]] = []
    lacking = ""
    if len(expression.graph.nodes) <= MOST_EXPLAINED:
        try:
            rows, rewrites = _count(expression.text, expression.sharing, state)
        except LibraryError as error:
            lacking = str(error)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(cards[0])
        # Always there: without it an open menu would hand its place to the one beside it.
        with st.container(width="content"):
            for rewrite in rewrites[:1]:
                _offer(rewrite, "first")
        with st.popover(f"Findings: {len(findings)}", type="tertiary", width="content"):
            st.html("".join(cards))
        with st.popover("Digits", type="tertiary", width="content"):
            _show_digits(rows, rewrites, lacking)
        with st.popover("Check", type="tertiary", width="content"):
            _show_check(expression, at)
        offer_examples()
    trace = expression.trace(at, after=state_before(expression))
    reason = too_large(trace)
    if reason:
        st.info(reason)
    else:
        show_stage(trace, start=st.session_state.start)
        tell_of_layout()


_NOTHING = '<p data-qsts="finding">Nothing is wrong here that asks for a reason.</p>'


@lru_cache(maxsize=64)
def _explain(text: str, sharing: Sharing, state: _State) -> tuple[Finding, ...]:
    expression, at = parse(text, sharing), dict(state)
    return rank_findings(explain(expression, at), expression.trace(at).run)


@lru_cache(maxsize=64)
def _count(
    text: str, sharing: Sharing, state: _State
) -> tuple[list[list[str]], tuple[Rewrite, ...]]:
    """Return a row for the value and each derivative, and the rewrites that gain digits."""
    expression = parse(text, sharing)
    digits = measure_digits(expression, dict(state), DIGITS_SECONDS)
    rows = [["value", repr(digits.value), digits.true_value or "unknown", _told(digits.digits)]]
    rows += [
        [f"∂{name}", repr(number), digits.true_gradient[name] or "unknown",
         _told(digits.gradient_digits[name])]
        for name, number in digits.gradient.items()
    ]  # fmt: skip
    return rows, find_rewrites(expression, digits)


def _told(digits: int | None) -> str:
    return "–" if digits is None else "all" if digits == ALL else str(digits)


def _names(expression: Expression) -> dict[str, str]:
    """Return the name of each node as it is shown, by its plain one."""
    graph = expression.graph
    return {graph.name_node(i): graph.show_node(i) for i in range(len(graph.nodes))}


def _card(finding: Finding, names: dict[str, str]) -> str:
    return (
        f'<p data-qsts="finding" data-cause="{finding.cause}"><b>{finding.cause}</b> at '
        f"{escape(names[finding.node])}: {escape(finding.sentence)}</p>"
    )


def _offer(rewrite: Rewrite, place: str) -> None:
    """Show a button that writes a formula with a rewrite; "back" in the browser undoes it."""
    long = len(rewrite.better) > LONGEST_BUTTON
    better = f"{rewrite.better[:LONGEST_BUTTON]}…" if long else rewrite.better
    st.button(
        f"Write `{better}`: {rewrite.digits_before} → {rewrite.digits_after} digits",
        key=f"rewrite {place}",
        on_click=_take,
        args=(rewrite.program,),
        help=f"in place of `{rewrite.found}`; back in the browser undoes it",
    )


def _take(program: str) -> None:
    touched()
    st.session_state.formula = program


def _show_digits(rows: list[list[str]], rewrites: tuple[Rewrite, ...], lacking: str) -> None:
    if not rows:
        st.info(lacking or f"Digits are counted up to {MOST_EXPLAINED} nodes; see `qsts digits`.")
        return
    st.html(_table("digits", ["", "here", "true", "digits"], rows))
    for place, rewrite in enumerate(rewrites[1:], 1):
        _offer(rewrite, str(place))


def _show_check(expression: Expression, at: dict[str, float]) -> None:
    if not st.toggle("check every adjoint against differences", key="check adjoints"):
        return
    head, *rows = check(expression, at, seconds=CHECK_SECONDS).rows()
    names = _names(expression)
    rows = [[names.get(row[0], row[0]), *row[1:]] for row in rows]
    st.html(_table("check", head, rows))


def _table(kind: str, head: list[str], rows: list[list[str]]) -> str:
    titles = "".join(f'<th scope="col">{title}</th>' for title in head)
    lines = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows)
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    return (
        f'<table data-qsts="{kind}"><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table>'
    )
