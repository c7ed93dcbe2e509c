"""The lens "Duplicates": the three graphs of one formula side by side, on one clock."""

from __future__ import annotations

from functools import lru_cache

import streamlit as st

from qsts_core.draw.layout import lay_out
from qsts_core.draw.merging import Film, Stand, film_css, film_javascript, merging_film
from qsts_core.graph import SHARINGS, Sharing
from qsts_core.lenses.comparison import show_comparison
from qsts_core.lenses.components import component
from qsts_core.lenses.inputs import Inputs, parse, state_before
from qsts_core.lenses.next_state import ask_for_next_state
from qsts_core.lenses.post import link_to_post
from qsts_core.lenses.recognition import QUESTION, show_recognition
from qsts_core.lenses.stage import picture_beside, show_beside, tell_of_layout
from qsts_core.notation import plural, relate_sum, show_count
from qsts_core.notation import show as show_number
from qsts_core.printer import write_nodes
from qsts_core.study.merging import merged, tag_twins, tear_apart, variables_of
from qsts_core.trace import Trace

__all__ = ["show"]

MOST_NODES = 150
"""How many nodes one of three pictures side by side may have."""

MOST_SUMS = 6
"""How many variables have their sum written out under the tree."""

LONGEST_SENTENCE = 80
"""How long a formula may be that a sentence repeats, in characters."""

EMPTY_FILM = 2
"""How many scenes a film has in which nothing merges: the tree, and the same threaded."""

TITLES: dict[Sharing, str] = {
    "none": "**Tree** · every occurrence its own",
    "variables": "**Threaded** · each variable once",
    "unique": "**Unique** · every node once",
}


def show(inputs: Inputs | None) -> None:
    """Show the page."""
    if inputs is None:
        return
    expression, at = inputs.expression, inputs.at
    before = state_before(expression)
    with st.container(horizontal=True, vertical_alignment="center"):
        ask_for_next_state(inputs)
    counts = expression.count_nodes()
    drawn = [sharing for sharing in TITLES if counts[sharing] <= MOST_NODES]
    leader = max(drawn, key=counts.__getitem__, default=None)  # the clock runs until it is done
    traces = {sharing: parse(expression.text, sharing).trace(at, after=before) for sharing in drawn}
    pictures = [picture_beside(trace) for trace in traces.values()]
    graphs = [trace.tape.graph for trace in traces.values()]
    tags = tag_twins(graphs, parse(expression.text, "unique").graph) if graphs else []
    twins = dict(zip(traces, tags, strict=True))
    columns = st.columns(3, gap="small")
    for column, sharing in zip(columns, TITLES, strict=True):
        with column:
            st.markdown(f"{TITLES[sharing]} · {_count_of_nodes(counts[sharing])}")
            if sharing in drawn:
                show_beside(
                    traces[sharing],
                    place=sharing,
                    leads=sharing == leader,
                    twins=twins[sharing],
                    beside=pictures,
                )
            else:
                st.info(
                    f"This graph has {_exactly(counts[sharing])} nodes; "
                    f"up to {MOST_NODES} are drawn side by side."
                )
    link_to_post("The three graphs are those of the post: what it states of them")
    if "none" in traces:
        _show_sums(traces["none"])
    if "variables" in traces and "unique" in traces:
        _show_merged_operations(traces)
    if len(traces) == len(TITLES):
        _show_film(expression.text)
    tell_of_layout()
    if leader is not None:
        show_comparison(expression, at, MOST_NODES)
    with st.expander(QUESTION):
        show_recognition(expression.text, "order beside the graphs")
    st.html('<div class="qsts-below"></div>')


def _count_of_nodes(count: int) -> str:
    return f"{plural(count, 'node')}"


def _exactly(count: int) -> str:
    """Write a count in full while that can be read, and else its size."""
    return f"{count:,}" if count < 10**60 else show_count(count)


def _show_sums(tree: Trace) -> None:
    """Sum the adjoints of the occurrences of each variable: only that is the gradient."""
    occurrences = variables_of(tree.tape.graph)
    if all(len(nodes) == 1 for nodes in occurrences.values()):
        return  # the adjoints of the tree are the gradient already
    st.markdown(
        "##### Why the tree is not enough\n"
        "In the tree each occurrence of a variable has an adjoint of its own, the derivative with "
        "respect to *that occurrence*. The gradient is their sum:"
    )
    lines, name, output = [], tree.tape.graph.show_node, tree.tape.graph.letters.output
    for variable, nodes in list(occurrences.items())[:MOST_SUMS]:
        adjoints = [tree.run.adjoints[node] or 0.0 for node in nodes]
        names = " + ".join(
            f"{name(node)}'s {show_number(a)}" for node, a in zip(nodes, adjoints, strict=True)
        )
        total = tree.run.gradient()[variable]
        comes_to = f"{relate_sum(adjoints, total)} **{show_number(total)}**"
        lines.append(f"- ∂{output}/∂`{variable}`: {names} {comes_to}")
    more = len(occurrences) - MOST_SUMS
    st.markdown("\n".join([*lines, *([f"- and {more} more"] if more > 0 else [])]))
    apart = tear_apart(tree.tape.graph)
    if apart and len(apart[0]) <= LONGEST_SENTENCE:
        st.caption(
            f"A tree cannot tell this formula from `{apart[0]}`: the leaves differ in nothing but "
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
    lines = [
        f"- `{texts[place]}`: {', '.join(map(threaded.show_node, group))} of the threaded graph "
        f"are one node here, {unique.show_node(place)}"
        for place, group in list(groups.items())[:MOST_SUMS]
    ]
    more = len(groups) - MOST_SUMS
    st.markdown("\n".join([*lines, *([f"- and {more} more"] if more > 0 else [])]))


def _show_film(text: str) -> None:
    film = _film(text)
    if len(film["scenes"]) == EMPTY_FILM:
        return
    st.markdown(
        "##### From the tree to unique nodes\n"
        "First the occurrences of each variable become one node, as prsr threaded its tree; then "
        "the operations that stand twice: what is left is what qsts builds at once."
    )
    component("film", film_javascript(), film_css())(key="qsts-film", data=film)


@lru_cache(maxsize=32)
def _film(text: str) -> Film:
    graphs = [parse(text, sharing).graph for sharing in SHARINGS]
    return merging_film(*(Stand(g, lay_out(g, split_constants=False)) for g in graphs))
