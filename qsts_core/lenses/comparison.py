"""Two formulas on one clock: that of the page and another, and whether they agree at this state."""

from __future__ import annotations

import math
from collections.abc import Mapping

import streamlit as st

from qsts_core.errors import FormulaError
from qsts_core.expression import Expression
from qsts_core.graph import Sharing
from qsts_core.lenses.inputs import keep_in_address, parse
from qsts_core.lenses.stage import show_beside
from qsts_core.notation import choose_outputs, plural, relate_sum
from qsts_core.notation import show as show_number
from qsts_core.study.cost import default_point
from qsts_core.study.families import POST
from qsts_core.study.merging import tear_apart

__all__ = ["show_comparison", "tell_agreement"]

FACTORED = "(x+1)*(x+y)"
"""The post's function once more, and another graph."""

CLOSE = 1e-12
"""Two numbers this near to each other differ by rounding alone.

It is a share of the larger, or of what stands there before it cancels."""

MOST_DERIVATIVES = 6
LONGEST_TEXT = 2_000


def show_comparison(expression: Expression, at: Mapping[str, float], most: int) -> None:
    """Ask for a second formula; show both graphs, and say whether they agree.

    `most` is how many nodes a picture side by side may have.
    """
    st.markdown("##### Compare with another formula")
    apart = _tear_apart(expression, most)
    text = _ask(expression, apart)
    keep_in_address({"compare": text or None}, "duplicates", part="compare")
    if not text:
        return
    try:
        other = parse(text[:LONGEST_TEXT], "unique")
    except FormulaError as error:
        st.code(str(error), language=None)
        return
    stands_for = apart[1] if apart and text.replace(" ", "") == apart[0].replace(" ", "") else {}
    known = {new: at[old] for new, old in stands_for.items()} or dict(at)
    state = default_point(other.variables, {n: known[n] for n in other.variables if n in known})
    # As trees, a formula and the one torn apart are the same graph: that is what is to be seen.
    sharing: Sharing = "none" if stands_for else "unique"
    for column, place, one, where in zip(
        st.columns(2, gap="small"),
        ("compare-this", "compare-other"),
        (expression, other),
        (at, state),
        strict=True,
    ):
        with column:
            _show_one(one, where, sharing, place, most)
    st.markdown(tell_agreement(expression, at, other, state, stands_for))


def _ask(expression: Expression, apart: tuple[str, dict[str, str]] | None) -> str:
    """Ask for the formula to compare with: a ready one, or one that is typed."""
    if "compare" not in st.session_state:
        st.session_state.compare = st.query_params.get("compare") or None
    ready = [apart[0]] if apart else []
    if expression.text.replace(" ", "") == POST.replace(" ", ""):
        ready.append(FACTORED)
    chosen = st.session_state.compare
    options = list(dict.fromkeys([*ready, *([chosen] if chosen else [])]))
    return str(
        st.selectbox(
            "Formula to compare with",
            options,
            index=None,
            key="compare",
            placeholder="Choose one, or type any formula…",
            accept_new_options=True,
            label_visibility="collapsed",
            persist_state="session",
        )
        or ""
    )


def _tear_apart(expression: Expression, most: int) -> tuple[str, dict[str, str]] | None:
    if expression.count_nodes()["none"] > most:
        return None
    return tear_apart(parse(expression.text, "none").graph)


def _show_one(
    expression: Expression, at: Mapping[str, float], sharing: Sharing, place: str, most: int
) -> None:
    nodes = expression.count_nodes()[sharing]
    kind = "as a tree" if sharing == "none" else "unique"
    st.markdown(f"`{expression.text}` · {plural(nodes, 'node')} {kind}")
    if nodes > most:
        st.info(f"Up to {most} nodes are drawn side by side.")
        return
    show_beside(parse(expression.text, sharing).trace(at), place=place, leads=False)


def tell_agreement(
    one: Expression,
    at: Mapping[str, float],
    other: Expression,
    state: Mapping[str, float],
    stands_for: Mapping[str, str] | None = None,
) -> str:
    """Say whether two formulas have the same value and the same gradient at a state.

    `stands_for` says of which variable of the one each variable of the other is an occurrence.

    Examples
    --------
    >>> post, factored = Expression("(x+y) + x*(x+y)"), Expression("(x+1)*(x+y)")
    >>> at = {"x": 2.0, "y": 3.0}
    >>> tell_agreement(post, at, factored, at)
    'Here both are 15, and both have ∂f/∂x = 8, ∂f/∂y = 3.'
    """
    mine, theirs = one.value(at), other.value(state)
    where = ", ".join(
        f"{name} = {show_number(number)}"
        for name, number in state.items()
        if name not in at and name not in (stands_for or {})
    )
    given = f" (with {where})" if where else ""
    weights = [_weigh(one, at), _weigh(other, state)]
    if not _agree(mine, theirs, max(value for value, _ in weights)):
        return f"Here they differ{given}: {show_number(mine)} and {show_number(theirs)}."
    slopes, others = one.gradient(at), other.gradient(state)
    letters = choose_outputs([*slopes, *others])
    if stands_for:
        sums = _tell_sums(letters, slopes, others, stands_for)
        return f"Here both are {show_number(mine)}. {sums}"
    f = letters[0]
    names = list(dict.fromkeys([*slopes, *others]))
    apart = [
        n
        for n in names
        if not _agree(
            slopes.get(n, 0.0),
            others.get(n, 0.0),
            max(weight.get(n, 0.0) for _, weight in weights),
        )
    ]
    if apart:
        told = ", ".join(
            f"∂{f}/∂{n} is {show_number(slopes.get(n, 0.0))} and {show_number(others.get(n, 0.0))}"
            for n in apart[:MOST_DERIVATIVES]
        )
        return f"Here both are {show_number(mine)}{given}, and {told}."
    told = ", ".join(f"∂{f}/∂{n} = {show_number(slopes[n])}" for n in names[:MOST_DERIVATIVES])
    more = f" and {len(names) - MOST_DERIVATIVES} more" if len(names) > MOST_DERIVATIVES else ""
    gradients = f", and both have {told}{more}" if names else ""
    return f"Here both are {show_number(mine)}{given}{gradients}."


def _tell_sums(
    letters: tuple[str, str],
    slopes: Mapping[str, float],
    others: Mapping[str, float],
    stands_for: Mapping[str, str],
) -> str:
    """Write each derivative of the one as the sum of those of the other that stand for it."""
    sums = []
    f, g = letters
    for name in list(slopes)[:MOST_DERIVATIVES]:
        news = [new for new, old in stands_for.items() if old == name]
        left = " + ".join(f"∂{g}/∂{new}" for new in news)
        terms = " + ".join(show_number(others[new]) for new in news)
        comes_to = f" {relate_sum([others[n] for n in news], slopes[name])} "
        total = comes_to + show_number(slopes[name]) if len(news) > 1 else ""
        sums.append(f"∂{f}/∂{name} = {left}: {terms}{total}")
    return f"Of {f} and of the other, {g}: " + "; ".join(sums) + "."


def _agree(one: float, other: float, weight: float) -> bool:
    """Whether two numbers differ by rounding alone, where so much was summed."""
    near = CLOSE * weight if math.isfinite(weight) else 0.0
    return math.isclose(one, other, rel_tol=CLOSE, abs_tol=near) or (one != one and other != other)


def _weigh(expression: Expression, at: Mapping[str, float]) -> tuple[float, dict[str, float]]:
    """Return what value and derivatives would be made of if nothing cancelled.

    That is the backward sweep with the size of each local derivative in its place. A rounding of a
    node changes the output by no more than its share of this (Higham, Accuracy and Stability of
    Numerical Algorithms, 2002, ch. 3): 1e-13 and 2e-13 are apart, though both are small.
    """
    run = expression.trace(at).run
    sizes = [0.0] * len(run.values)
    sizes[run.tape.graph.output] = 1.0
    for (parent, _, child, *_), local in zip(run.tape.edges, run.locals, strict=True):
        sizes[child] += sizes[parent] * abs(local)
    value = max(size * abs(number) for size, number in zip(sizes, run.values, strict=True))
    by_name: dict[str, float] = {}
    for index, name in run.tape.variables:
        by_name[name] = by_name.get(name, 0.0) + sizes[index]
    return value, by_name
