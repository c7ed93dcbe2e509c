"""The lens "Duplicates": the three graphs of one formula side by side, on one clock."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import streamlit as st

from qsts_core.draw.layout import lay_out
from qsts_core.draw.merging import merging_film
from qsts_core.draw.player import Stage
from qsts_core.graph import Sharing
from qsts_core.lenses.inputs import Inputs, parse
from qsts_core.lenses.recognition import QUESTION, show_recognition
from qsts_core.lenses.stage import show_stage, tell_of_layout
from qsts_core.notation import node_name, show_count
from qsts_core.notation import show as show_number
from qsts_core.printer import write_nodes
from qsts_core.study.merging import merged, variables_of
from qsts_core.trace import Trace

__all__ = ["show"]

MOST_NODES = 150
"""How many nodes one of three pictures side by side may have."""

MOST_SUMS = 6
"""How many variables have their sum written out under the tree."""

TITLES: dict[Sharing, str] = {
    "none": "**Tree** · every occurrence its own",
    "variables": "**Threaded** · variables once, as prsr",
    "unique": "**Unique** · every node once, as qsts",
}


def show(inputs: Inputs | None) -> None:
    """Show the page."""
    if inputs is None:
        return
    expression, at = inputs.expression, inputs.at
    counts = expression.count_nodes()
    drawn = [sharing for sharing in TITLES if counts[sharing] <= MOST_NODES]
    leader = max(drawn, key=counts.__getitem__, default=None)  # the clock runs until it is done
    traces: dict[Sharing, Trace] = {}
    columns = st.columns(3, gap="small")
    for column, sharing in zip(columns, TITLES, strict=True):
        with column:
            st.markdown(f"{TITLES[sharing]} · {show_count(counts[sharing])} nodes")
            if sharing in drawn:
                traces[sharing] = parse(expression.text, sharing).trace(at)
                _show_one(traces[sharing], leads=sharing == leader)
            else:
                st.info(
                    f"This graph has {_exactly(counts[sharing])} nodes; "
                    f"up to {MOST_NODES} are drawn side by side."
                )
    if "none" in traces:
        _show_sums(traces["none"])
    if "variables" in traces and "unique" in traces:
        _show_merged_operations(traces)
    if len(traces) == len(TITLES):
        _show_film(expression.text)
    tell_of_layout()
    with st.expander(QUESTION):
        show_recognition()


def _show_one(trace: Trace, *, leads: bool) -> None:
    stage: Stage = {
        "place": trace.sharing,
        "clock": "duplicates",
        "leads": leads,
        "compact": True,
        "address": False,
    }
    show_stage(trace, key=f"qsts-{trace.sharing}", split_constants=False, stage=stage)


def _exactly(count: int) -> str:
    """Write a count in full while that can be read, and else its size."""
    return f"{count:,}" if count < 10**60 else show_count(count)


def _show_sums(tree: Trace) -> None:
    """Sum the adjoints of the occurrences of each variable: only that is the gradient."""
    st.markdown(
        "##### Why the tree is not enough\n"
        "In the tree each occurrence of a variable has an adjoint of its own, the derivative with "
        "respect to *that occurrence*. The gradient is their sum:"
    )
    lines = []
    for name, nodes in list(variables_of(tree.tape.graph).items())[:MOST_SUMS]:
        adjoints = [tree.run.adjoints[node] or 0.0 for node in nodes]
        names = " + ".join(
            f"{node_name(node)}'s {show_number(a)}" for node, a in zip(nodes, adjoints, strict=True)
        )
        total = show_number(tree.run.gradient()[name])
        lines.append(f"- ∂f/∂`{name}` = {names} = **{total}**")
    st.markdown("\n".join(lines))
    st.caption(
        "A tree cannot tell (x+y) + x·(x+y) from (a+b) + c·(d+e): the leaves differ in nothing but "
        "their labels. A graph that shares its variables sums on the way: each += is one step."
    )


def _show_merged_operations(traces: dict[Sharing, Trace]) -> None:
    threaded, unique = traces["variables"].tape.graph, traces["unique"].tape.graph
    texts = write_nodes(unique)
    groups = merged(threaded, unique)
    st.markdown("##### What *unique* shares beyond the variables")
    if not groups:
        st.markdown("Nothing: no operation or constant of this formula stands twice.")
        return
    st.markdown(
        "\n".join(
            f"- `{texts[place]}`: {', '.join(map(node_name, group))} of the threaded graph are "
            f"one node here, {node_name(place)}"
            for place, group in list(groups.items())[:MOST_SUMS]
        )
    )


def _show_film(text: str) -> None:
    st.markdown(
        "##### From the tree to the threaded graph\n"
        "prsr made the tree first; then the duplicates of each variable slid into one, and their "
        "parents moved over."
    )
    st.plotly_chart(_film(text), key="qsts-film", config={"displayModeBar": False})


@lru_cache(maxsize=32)
def _film(text: str) -> dict[str, Any]:
    tree, threaded = parse(text, "none").graph, parse(text, "variables").graph
    return merging_film(
        tree,
        threaded,
        lay_out(tree, split_constants=False),
        lay_out(threaded, split_constants=False),
    )
